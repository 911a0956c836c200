"""When a deployed task fires next, read from its stack's parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import assert_never

from cron2aws.schedule.bounds import DAY_OF_MONTH
from cron2aws.schedule.clock_changes import ResolveZone
from cron2aws.schedule.eventbridge import BadExpression, EventBridgeCron, Rate, parse_aws
from cron2aws.schedule.fire_times import firings_after

MOST_TRIES = 366  # a guard that lets nothing pass in a year's firings is told as never


def next_run(
    parameters: Mapping[str, str], after: datetime, resolve_zone: ResolveZone
) -> datetime | None:
    """The first firing after `after`, in the trigger's zone; None for a rate or for never.

    Parameters are those of cfn/task.yaml. The guard is judged as the task's first step does.
    LookupError where a zone is unknown.
    """
    guard_zone = resolve_zone(parameters.get("GuardTimezone") or "UTC")
    found: list[datetime] = []
    for slot in ("", "Second"):
        allowed = _days(parameters.get(f"{slot}OnlyOnDaysOfMonth", ""))
        firings = _firings(parameters, slot, after, resolve_zone)
        found += islice((m for m in firings if m.astimezone(guard_zone).day in allowed), 1)
    return min(found, default=None)


def _firings(
    parameters: Mapping[str, str], slot: str, after: datetime, resolve_zone: ResolveZone
) -> Iterator[datetime]:
    value = parse_aws(parameters.get(f"{slot}ScheduleExpression", ""))
    match value:
        case EventBridgeCron():
            zone = resolve_zone(parameters.get(f"{slot}ScheduleTimezone") or "UTC")
            return islice(firings_after(value, zone, after), MOST_TRIES)
        case Rate() | BadExpression():  # a rate counts from a moment that no parameter tells
            return iter(())
        case _:
            assert_never(value)


def _days(guard: str) -> set[int]:
    """The days of the month that a guard lets pass; all of them where there is none."""
    return {int(day) for day in guard.split(",") if day} or set(DAY_OF_MONTH.values)
