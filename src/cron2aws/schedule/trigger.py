"""What starts a task: an EventBridge expression in a zone, and the guard of its first step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TriggerKind(StrEnum):
    """Which of EventBridge's services holds the triggers."""

    SCHEDULER = "scheduler"
    RULE = "rule"  # always in UTC


@dataclass(frozen=True, kw_only=True)
class Guard:
    """The days of the month that let a run pass, in `timezone` at its scheduled time."""

    days_of_month: tuple[int, ...]
    timezone: str


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """Fires when `expression` does in `timezone`, on the guard's days only where there is one."""

    expression: str
    timezone: str
    guard: Guard | None
