"""python -m tests.counted rounds --minutes 40 --hosts 6

As root, on Linux, with Debian's cron and gcc. What came of it goes to standard output, everything
else to FOLDER.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from tests.counted.cloud import Chances, Cloud
from tests.counted.edits import EDITS, edit
from tests.counted.fleet import Fleet, loose, waves
from tests.counted.host import ROOT, Host
from tests.counted.kills import LateDaemon
from tests.counted.kind import DEBIANS, FEDORAS, LATE, Kind
from tests.counted.phases import NONE, PAIR, ROWS, phases
from tests.counted.quick import Quick
from tests.counted.rounds import Rounds, Story, now
from tests.counted.table import table
from tests.counted.tabs import BARE, FULL, SOME, Tabs
from tests.counted.two import let_meet, meetings


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _rounds(asked: argparse.Namespace, number: int) -> Story:
    rounds, _ = _on_host(asked, number, SOME if asked.few else FULL)
    stop = threading.Event()
    if asked.daemon_late and not asked.late_in:
        seed = asked.seed * 3000 + number
        late = LateDaemon(rounds.host, asked.daemon_late, random.Random(seed), rounds.tell)
        threading.Thread(target=late.work, args=(stop,), daemon=True).start()
    rounds.until(now() + timedelta(minutes=asked.minutes))
    stop.set()
    return rounds.end()


def _two(asked: argparse.Namespace, number: int) -> Story:
    rounds, chance = _on_host(asked, number, FULL)
    end = now() + timedelta(minutes=asked.minutes)
    wanted = meetings(number, asked.hosts, asked.skip)
    let_meet(rounds, wanted, chance, lambda: now() < end)
    return rounds.end()


def _edits(asked: argparse.Namespace, number: int) -> Story:
    rounds, _ = _on_host(asked, number, BARE)
    edit(
        rounds, [EDITS[number % len(EDITS)][0]] if asked.hosts > 1 else [name for name, _ in EDITS]
    )
    return rounds.end()


def _quick(asked: argparse.Namespace, number: int) -> Story:
    """In a process of its own: one sandbox is in a process."""
    folder = asked.folder / f"quick-{number}"
    folder.mkdir()
    end = now() + timedelta(minutes=asked.minutes)
    quick = Quick(folder, asked.folder / "code", asked.seed * 1000 + number, _say)
    return quick.work(-(-asked.blows // asked.hosts), end)


def _on_host(asked: argparse.Namespace, number: int, tabs: Tabs) -> tuple[Rounds, random.Random]:
    folder = asked.folder / f"{asked.what}-{number}"
    folder.mkdir(parents=True)
    seed = asked.seed * 1000 + number
    chances = Chances(late=asked.late, twice=asked.twice, ahead=asked.ahead, seed=seed)
    code = asked.folder / "code"
    host = Host(folder, f"web-{number}", tabs, code=code, kind=_kind(asked, seed))
    cloud = Cloud(folder, code, chances, [(host, "web")])
    chance = random.Random(seed)
    return Rounds(host, cloud, chance, _say), chance


def _kind(asked: argparse.Namespace, seed: int) -> Kind:
    return Kind(
        cronie=asked.cronie,
        spool=asked.spool,
        ahead=asked.host_ahead,
        late=asked.late_in,
        share=asked.daemon_late,
        seed=seed,
    )


def _fleet(asked: argparse.Namespace, number: int) -> list[Story]:
    """So many hosts of one AWS; `--loose` of `fleet` says when each is handed over."""
    fleet = _of(asked, number, [(SOME, "web")] * asked.hosts)
    (loose if asked.loose else waves)(fleet, now() + timedelta(minutes=asked.minutes))
    return fleet.end()


def _phases(asked: argparse.Namespace, number: int) -> list[Story]:
    row = ROWS[asked.skip + number]
    _say(f"phases-{number} {row}")
    tags = [f"web-{each % row.targets}" for each in range(2)]
    having = zip(row.lines, tags, strict=True)
    fleet = _of(asked, number, [(PAIR if has else NONE, tag) for has, tag in having])
    return phases(fleet, row)


def _of(asked: argparse.Namespace, number: int, hosts: Sequence[tuple[Tabs, str]]) -> Fleet:
    seed = asked.seed * 1000 + number
    chances = Chances(late=asked.late, twice=asked.twice, ahead=asked.ahead, seed=seed)
    folder = asked.folder / f"{asked.what}-{number}"
    return Fleet(folder, asked.folder / "code", chances, hosts, _say)


WHAT: dict[str, Callable[[argparse.Namespace, int], Story | list[Story]]] = {
    "rounds": _rounds,
    "two": _two,
    "edits": _edits,
    "quick": _quick,
    "fleet": _fleet,
    "phases": _phases,
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.counted", description=__doc__)
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--folder", type=Path, default=None, help="where everything is kept")
    parser.add_argument("--hosts", type=int, default=4, help="side by side; of `phases`: pairs")
    parser.add_argument("--minutes", type=float, default=30, help="of commands")
    parser.add_argument("--few", action="store_true", help="of `rounds`: fewer lines a host")
    parser.add_argument("--late", type=float, default=0.2, help="share of late deliveries")
    parser.add_argument("--twice", type=float, default=0.2, help="share of double deliveries")
    parser.add_argument("--ahead", type=float, default=0, help="seconds that AWS's clock is ahead")
    parser.add_argument(
        "--daemon-late", type=float, default=0, help="share of minutes in which cron is late"
    )
    parser.add_argument(
        "--late-in", choices=LATE, default="", help="it wakes late, or reads late: no SIGSTOP"
    )
    parser.add_argument(
        "--host-ahead", type=int, default=0, help="seconds that the host's clock is ahead"
    )
    parser.add_argument(
        "--cronie", type=Path, default=None, help="the folder in which cronie was built"
    )
    parser.add_argument("--spool", choices=(DEBIANS, FEDORAS), default=DEBIANS)
    parser.add_argument("--blows", type=int, default=300, help="of `quick`, over all hosts")
    parser.add_argument("--skip", type=int, default=0, help="of `two` and `phases`: the first")
    parser.add_argument("--loose", action="store_true", help="of `fleet`: not all at once")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    asked.folder = asked.folder or Path(tempfile.mkdtemp(prefix="counted-"))
    _say(f"everything is kept in {asked.folder}")
    # what is measured stays as it is now, whatever becomes of the tree meanwhile
    for part in ("src", "cfn"):
        shutil.copytree(ROOT / part, asked.folder / "code" / part)
    # a shell that starts this in the background has it ignored, and so would all commands
    signal.signal(signal.SIGINT, signal.default_int_handler)
    makes = ProcessPoolExecutor if asked.what == "quick" else ThreadPoolExecutor
    with makes(asked.hosts) as pool:
        many = 1 if asked.what == "fleet" else asked.hosts
        told = list(pool.map(WHAT[asked.what], [asked] * many, range(many)))
    stories = [story for each in told for story in (each if isinstance(each, list) else [each])]
    sys.stdout.write(table(stories))


if __name__ == "__main__":
    main(sys.argv[1:])
