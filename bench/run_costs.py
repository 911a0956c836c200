"""What a run costs and how late it is told, for jobs of every length: pure calculation.

    python -m bench.run_costs            the tables of docs/explanation/what-a-run-costs.md
    python -m bench.run_costs --choose   how the numbers were found (a minute)

The wait function watches inside itself first, then is asked again and again, ever later. What it
costs follows from the numbers below alone; the sandbox and the witness have the same transitions.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How the end of a job is waited for; seconds."""

    watch: float = 45
    """WatchSeconds: how long the first call looks, again and again."""
    later_watch: float = 45
    """How long later calls look, at most `watch`; from `early` on they look once."""
    early: float = 300
    soon: tuple[float, float, float] = (1, 1.2, 15)
    """The Retry of calls before `early`: the first wait, its growth, and the longest."""
    later: tuple[float, float, float] = (15, 1.048, 300)
    """That of calls afterwards."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run: how late its end is told, and what it used."""

    late: float
    transitions: int
    lambda_seconds: float
    calls: int
    asked: int


CHOSEN = Numbers()
ASKING, STARTING, COLD, SENDING, TELLING = 0.1, 0.05, 0.8, 0.5, 0.3
"""Seconds: a question to Systems Manager, a call of a function that is there or has to be loaded,
SendCommand with what comes before it, and the report with both outputs."""


def pause(age: float) -> float:
    """Between two looks of one call, so many seconds after sending (cfn/functions/wait.py)."""
    return min(3.0, 1 + age / 150)


def run(job: float, numbers: Numbers = CHOSEN, *, first: float = 0.5) -> Run:
    """A job of so many seconds; `first` is the random part of a second."""
    now, used, asked, soon, later = first, first, 0, 0, 0
    for call in itertools.count():
        now, used = now + STARTING, used + STARTING
        watch = numbers.watch if call == 0 else min(numbers.watch, numbers.later_watch)
        until = now + (watch - first if call == 0 else watch if now < numbers.early else 0)
        while True:
            now, used, asked = now + ASKING, used + ASKING, asked + 1
            if now - ASKING >= job:
                now, used = now + TELLING, used + TELLING
                return Run(
                    late=now - job,
                    transitions=3 + call,
                    lambda_seconds=used + SENDING + 2 * COLD,
                    calls=2 + call,
                    asked=asked,
                )
            if now + pause(now) > until:
                break
            used, now = used + pause(now), now + pause(now)
        if now < numbers.early:
            wait, growth, most = numbers.soon
            now, soon = now + min(most, wait * growth**soon), soon + 1
        else:
            wait, growth, most = numbers.later
            now, later = now + min(most, wait * growth**later), later + 1
    raise AssertionError


def around(job: float, numbers: Numbers = CHOSEN) -> list[Run]:
    """200 jobs up to a tenth shorter or longer, each with a random part of its own."""
    return [run(job * (0.9 + 0.2 * n / 199), numbers, first=n * 0.618_034 % 1) for n in range(200)]


def p99(runs: list[Run]) -> float:
    """What 99 of 100 are told after."""
    return sorted(each.late for each in runs)[math.ceil(len(runs) * 0.99) - 1]


def most(runs: list[Run]) -> int:
    """Transitions."""
    return max(each.transitions for each in runs)


if __name__ == "__main__":
    for n in (
        Numbers(),
        Numbers(later=(15, 1.05, 300)),
        Numbers(early=250, later=(15, 1.04, 300)),
        Numbers(early=200, soon=(1, 1.5, 12), later=(12, 1.045, 300)),
        Numbers(watch=0),
        Numbers(watch=300),
    ):
        print(n)
        for j in (5, 20, 60, 90, 120, 180, 300, 600, 1800, 3600, 7200, 172800):
            r = around(j, n)
            print(
                j,
                round(p99(r), 1),
                f"{p99(r) / j:.1%}",
                most(r),
                round(sum(x.lambda_seconds for x in r) / 200),
                "u$",
                round(
                    sum(x.transitions * 25 + x.lambda_seconds * 1.6667 + x.calls * 0.2 for x in r)
                    / 200
                ),
            )
