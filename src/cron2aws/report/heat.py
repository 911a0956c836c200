"""How full a quarter of an hour is beside the fullest of its week, for every face of a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cron2aws.calendar.values import Day, Week

LEVELS = 9
"""Beside 0, which is nothing."""


def step_of(week: Week) -> int:
    """How many starts one level stands for."""
    return max(1, -(-week.busiest // LEVELS))


def level(starts: int, step: int) -> int:
    """0 for none, else 1 to LEVELS."""
    return -(-starts // step)


def hours_of(day: Day) -> Iterator[tuple[int, list[int]]]:
    """Each hour of the wall clock with the starts of its quarters.

    None where the clock leaves it out, up to eight where it comes twice.
    """
    for hour in range(24):
        yield (
            hour,
            [
                starts
                for begin, starts in zip(day.quarters, day.starts, strict=True)
                if begin.hour == hour
            ],
        )


def is_again(begin: datetime) -> bool:
    """Whether the wall clock showed this time before, as it was put back."""
    first = begin.replace(fold=0).utcoffset()
    return begin.fold == 1 and first != begin.utcoffset()
