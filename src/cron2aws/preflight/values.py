"""A check, and its outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class CheckOutcome(StrEnum):
    """The outcome of a check; only `STOPS` keeps a plan from being carried out."""

    PASSES = "passes"
    WARNS = "warns"
    STOPS = "stops"
    UNKNOWN = "not known"


@dataclass(frozen=True, kw_only=True)
class Check:
    """What was looked at and found, why it matters, and what to do."""

    id: str
    """Stable, for programs: `instances`."""

    title: str
    outcome: CheckOutcome
    seen: str
    why: str
    fix: str = ""
    """Empty where nothing is to be done."""

    permission: str | None = None
    """The action that these credentials need before the answer is known."""


def stops(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks that stop."""
    return tuple(each for each in checks if each.outcome is CheckOutcome.STOPS)


def some(count: int, noun: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
