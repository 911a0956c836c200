"""python -m tests.counted rounds --minutes 40 --hosts 6

As root, on Linux, with Debian's cron. What came of it goes to standard output, everything else to
FOLDER.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from tests.counted.edits import EDITS, edit
from tests.counted.host import ROOT, Chances, Host
from tests.counted.kills import LateDaemon
from tests.counted.quick import Quick
from tests.counted.rounds import Rounds, Story, now
from tests.counted.table import table
from tests.counted.tabs import BARE, FULL, Tabs
from tests.counted.two import let_meet, meetings


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _rounds(asked: argparse.Namespace, number: int) -> Story:
    rounds, _ = _on_host(asked, number, FULL)
    stop = threading.Event()
    if asked.daemon_late:
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
    host = Host(folder, f"web-{number}", tabs, code=asked.folder / "code", chances=chances)
    chance = random.Random(seed)
    return Rounds(host, chance, _say), chance


WHAT = {"rounds": _rounds, "two": _two, "edits": _edits, "quick": _quick}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.counted", description=__doc__)
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--folder", type=Path, default=None, help="where everything is kept")
    parser.add_argument("--hosts", type=int, default=4, help="side by side")
    parser.add_argument("--minutes", type=float, default=30, help="of commands")
    parser.add_argument("--late", type=float, default=0.2, help="share of late deliveries")
    parser.add_argument("--twice", type=float, default=0.2, help="share of double deliveries")
    parser.add_argument("--ahead", type=float, default=0, help="seconds that AWS's clock is ahead")
    parser.add_argument(
        "--daemon-late", type=float, default=0, help="share of minutes for which cron is stopped"
    )
    parser.add_argument("--blows", type=int, default=300, help="of `quick`, over all hosts")
    parser.add_argument("--skip", type=int, default=0, help="of `two`: the first of its 30")
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
        told = list(pool.map(WHAT[asked.what], [asked] * asked.hosts, range(asked.hosts)))
    sys.stdout.write(table(told))


if __name__ == "__main__":
    main(sys.argv[1:])
