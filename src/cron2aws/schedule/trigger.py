"""What starts a task: an EventBridge expression in a zone, and the guard of its first step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class TriggerKind(StrEnum):
    """Which of EventBridge's services holds the triggers."""

    SCHEDULER = "scheduler"
    RULE = "rule"

    @property
    def in_utc(self) -> bool:
        """Whether it knows no zones: all its expressions are in UTC."""
        match self:
            case TriggerKind.SCHEDULER:
                return False
            case TriggerKind.RULE:
                return True
            case _:
                assert_never(self)


@dataclass(frozen=True, kw_only=True)
class DayGuard:
    """The days of the month that let a run pass, in `timezone` at its scheduled time."""

    days_of_month: tuple[int, ...]
    timezone: str


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """Fires when `expression` does in `timezone`, on the guard's days only where there is one."""

    expression: str
    timezone: str
    guard: DayGuard | None
