"""What a run costs and how late it is told, for jobs of every length: pure calculation.

    python -m tools.run_costs    which numbers are cheapest, and the tables of
                                 docs/explanation/what-a-run-costs.md

The wait function watches inside one call, then is called again, ever later. What that takes
follows from the numbers of cron2aws.task.run_cost. tests/end_to_end/test_machine.py holds it
against the real machine and the real functions in the sandbox.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from cron2aws.task.run_cost import (
    ASKING,
    CHOSEN,
    LOADING,
    PRICES,
    READ_ON,
    SENDING,
    X86_64,
    PollTimes,
    RunEffort,
    cost,
    jobs_around,
    run,
)


def older(job: float, _: object = None, *, first: float = 0.5) -> RunEffort:
    """The same job by the design before: its function is called by Retry, every 10 seconds.

    360 times at most: of what takes longer than an hour nobody is told.
    """
    tries = math.floor((job - first) / 10) + 1 if job > first else 0
    if tries > 360:
        return RunEffort(late=math.inf, transitions=362, seconds=0, calls=362)
    return RunEffort(
        late=first + tries * 10 + ASKING * 2 - job,
        transitions=4 + tries,
        seconds=SENDING + (tries + 1) * 2 * ASKING + 2 * LOADING,
        calls=2 + tries,
    )


Design = Callable[..., RunEffort]


def around(job: float, numbers: PollTimes = CHOSEN, design: Design = run) -> list[RunEffort]:
    """Jobs of about a length.

    None around an hour is longer for the older design, which follows no longer one.
    """
    longest = HOUR if design is older and job <= HOUR else math.inf
    around_it = jobs_around(job, longest=longest)
    return [design(length, numbers, first=first) for length, first in around_it]


def late(runs: Sequence[RunEffort]) -> float:
    """What 99 of 100 are told after, in seconds."""
    return sorted(each.late for each in runs)[math.ceil(len(runs) * 0.99) - 1]


def older_cost(used: RunEffort) -> float:
    """A scheduled rule of EventBridge costs nothing."""
    return cost(used, second=X86_64, start=0)


MONTH = 730
"""Hours."""

# --- what is asked of it

MINUTE, HOUR = 60, 3600
TARGETS = (
    # a job's seconds, transitions at most, and what 99 of 100 are told after at most
    (5, 4, 2),
    (20, 4, 2),
    (MINUTE, 8, 2),
    (10 * MINUTE, 35, 0.05 * 10 * MINUTE),
    (HOUR, 70, 0.06 * HOUR),
)
MONTHLY = (
    # how often, runs a month, a job's seconds, US dollars below
    ("every minute", MONTH * 60, 5, 5.00),
    ("every 5 minutes", MONTH * 12, 20, 1.40),
    ("hourly", MONTH, 5 * MINUTE, 0.60),
    ("daily", MONTH / 24, 2 * HOUR, 0.08),
)
LENGTHS = (
    5,
    20,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    48 * HOUR,
)


def allowed(job: float) -> float:
    """Seconds after which a job of any length is told at the latest: the promise to users."""
    return min(2 + job / 20, 302)


ROOM = 4
"""Transitions that long runs keep free: what AWS itself takes between calls is not known."""


def meets(numbers: PollTimes) -> bool:
    """Whether the targets are met, with room, and the promise for every length."""
    for job, transitions, seconds in TARGETS:
        runs = around(job, numbers)
        room = ROOM if job > MINUTE else 0
        if late(runs) > seconds or max(each.transitions for each in runs) + room > transitions:
            return False
    return all(run(job, numbers).late <= allowed(job) for job in every_length())


@cache
def every_length() -> tuple[float, ...]:
    """From 1 s to 48 h, in steps of 3 %."""
    found = [1.0]
    while found[-1] < 48 * HOUR:
        found.append(found[-1] * 1.03)
    return tuple(found)


def monthly(runs_a_month: float, job: float, numbers: PollTimes = CHOSEN) -> float:
    """US dollars."""
    return runs_a_month * statistics.fmean(map(cost, around(job, numbers)))


def choose() -> PollTimes:
    """The cheapest numbers that meet the targets, by the sum of the four monthly costs."""
    tried = (
        replace(CHOSEN, early=early, soon=(1, soon, 15), later=(wait, later, 300))
        for early in (150, 200, 250, 300)
        for soon in (1.1, 1.2, 1.3)
        for wait in (10, 12, 15)
        for later in (1.040, 1.044, 1.048)
    )
    by_cost = sorted(tried, key=lambda each: sum(monthly(n, job, each) for _, n, job, _ in MONTHLY))
    return next(each for each in by_cost if meets(each))


# --- tables


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def length(seconds: float) -> str:
    """`5 s`, `10 min`, `48 h`."""
    for unit, name in ((HOUR, "h"), (MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds / unit:g} {name}"
    return f"{seconds:g} s"


def seconds_of(value: float) -> str:
    """With one digit behind the point where there is none before."""
    if math.isinf(value):
        return "never"
    return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"


def lengths_table() -> str:
    """Ours beside the older design, for jobs of every length."""
    rows = []
    for job in LENGTHS:
        cells = [length(job)]
        for design, price in ((run, cost), (older, older_cost)):
            runs = around(job, design=design)
            told = late(runs)
            cells += [
                f"{max(each.transitions for each in runs)}",
                seconds_of(told) + ("" if math.isinf(told) else f" ({told / job:.1%})"),
                f"{statistics.fmean(each.seconds for each in runs):.0f} s" if design is run else "",
                f"${statistics.fmean(map(price, runs)):.5f}",
            ]
        del cells[7]
        rows.append(cells)
    head = ["job", "transitions", "told after", "functions", "a run"]
    return table([*head, "older: transitions", "told after", "a run"], rows)


def months_table() -> str:
    """What a task costs a month."""
    rows = []
    for often, number, job, below in MONTHLY:
        before = number * statistics.fmean(map(older_cost, around(job, design=older)))
        is_told = not math.isinf(late(around(job, design=older)))
        dollars = monthly(number, job)
        rows.append(
            [
                f"{often}, {length(job)}",
                f"{number:,.0f}",
                f"${dollars:.3f}",
                f"below ${below:.2f}",
                f"${before:.2f}" if is_told else "fails, untold",
            ]
        )
    return table(["task", "runs", "a month", "target", "older"], rows)


def watch_table() -> str:
    """What WatchSeconds changes."""
    rows = []
    for watch in (0, 15, 45, 300):
        numbers = replace(CHOSEN, watch=watch)
        cells = [f"{watch}{' (as it is)' if watch == CHOSEN.watch else ''}"]
        for job in (5, 20, MINUTE, 5 * MINUTE):
            runs = around(job, numbers)
            most = max(each.transitions for each in runs)
            cells.append(
                f"{most}, {seconds_of(late(runs))}, ${statistics.fmean(map(cost, runs)):.5f}"
            )
        rows.append(cells)
    return table(["WatchSeconds", "5 s", "20 s", "1 min", "5 min"], rows)


def prices_table() -> str:
    """With where each was read."""
    rows = [[each.what, each.each, f"${each.dollars:.8f}", each.source] for each in PRICES]
    return table(["what", "price", "one", f"read on {READ_ON} in"], rows)


def main() -> None:
    """Say which numbers are cheapest, and show the tables."""
    print(f"cheapest: {choose()}", *(lengths_table(), months_table(), watch_table()), sep="\n\n")  # noqa: T201


if __name__ == "__main__":
    main()
