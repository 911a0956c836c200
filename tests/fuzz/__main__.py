"""`python -m tests.fuzz [SECONDS]`: cases of target.py until the time is up, or one fails."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded

from tests.fuzz.target import CASES, Case, run

ROUND = 200
"""Examples between two looks at the clock."""


def main(seconds: int) -> int:
    """How many cases came to reports and how many were refused is told at the end.

    A case that fails leaves as hypothesis tells it, at its smallest.
    """
    end, first = time.monotonic() + seconds, time.time_ns()  # each call has cases of its own
    counts, rounds = {True: 0, False: 0}, 0
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
            counts[run(case, file)] += 1

        while time.monotonic() < end:
            sys.stdout.write(f"seed {first + rounds}\n")
            sys.stdout.flush()
            seeded(first + rounds)(one)()
            rounds += 1
    sys.stdout.write(f"{counts[True]} cases reported, {counts[False]} refused; none failed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 600))
