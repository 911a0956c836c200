"""python -m tests.counted rounds --minutes 40 --hosts 6

As root, on Linux, with Debian's cron. What came of it goes to standard output, everything else to
FOLDER.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from tests.counted.host import Host
from tests.counted.rounds import Rounds, Story, now
from tests.counted.table import table
from tests.counted.tabs import FULL


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _rounds(asked: argparse.Namespace, number: int) -> Story:
    rounds = Rounds(_host(asked, number), random.Random(asked.seed * 1000 + number), _say)
    rounds.until(now() + timedelta(minutes=asked.minutes))
    return rounds.end()


def _host(asked: argparse.Namespace, number: int) -> Host:
    folder = asked.folder / f"{asked.what}-{number}"
    folder.mkdir(parents=True)
    name = f"web-{number}"
    seed = asked.seed * 1000 + number
    return Host(folder, name, FULL, late=asked.late, twice=asked.twice, seed=seed)


WHAT = {"rounds": _rounds}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.counted", description=__doc__)
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--folder", type=Path, default=None, help="where everything is kept")
    parser.add_argument("--hosts", type=int, default=4, help="side by side")
    parser.add_argument("--minutes", type=float, default=30, help="of commands")
    parser.add_argument("--late", type=float, default=0.2, help="share of late deliveries")
    parser.add_argument("--twice", type=float, default=0.2, help="share of double deliveries")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    asked.folder = asked.folder or Path(tempfile.mkdtemp(prefix="counted-"))
    _say(f"everything is kept in {asked.folder}")
    with ThreadPoolExecutor(asked.hosts) as pool:
        told = list(pool.map(lambda number: WHAT[asked.what](asked, number), range(asked.hosts)))
    sys.stdout.write(table(told))


if __name__ == "__main__":
    main(sys.argv[1:])
