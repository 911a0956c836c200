"""`python -m tests.fuzz [SECONDS [SEED]]`: cases of target.py until the time is up, or one fails.

With SEED its cases alone.
"""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded

from tests.fuzz.target import CASES, Case, FaultError, run

ROUND = 200
"""Examples between two looks at the clock."""


def main(
    seconds: int, seed: int | None = None, *, target: Callable[[Case, Path], bool] = run
) -> int:
    """How many cases came to reports and how many were refused is told at the end.

    A case that fails is told at its smallest, with the seed that finds it again.
    """
    end = time.monotonic() + seconds
    number = time.time_ns() if seed is None else seed  # each call has cases of its own
    counts = {True: 0, False: 0}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crontab"

        @settings(
            max_examples=ROUND,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        @given(CASES)
        def one(case: Case) -> None:
            counts[target(case, file)] += 1

        while True:
            sys.stdout.write(f"seed {number}\n")
            sys.stdout.flush()
            try:
                seeded(number)(one)()
            except (FaultError, BaseExceptionGroup):  # a group where it found several
                sys.stdout.write(traceback.format_exc())
                again = f"`python -m tests.fuzz 0 {number}` finds it again"
                sys.stdout.write(f"found by seed {number}: {again}\n")
                return 1
            number += 1
            if seed is not None or time.monotonic() >= end:
                break
    sys.stdout.write(f"{counts[True]} cases reported, {counts[False]} refused; none failed\n")
    return 0


if __name__ == "__main__":
    given_words = [int(each) for each in sys.argv[1:3]]
    sys.exit(main(*given_words or [600]))
