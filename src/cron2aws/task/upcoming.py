"""When a deployed task fires next, read from its stack's parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo

from cron2aws.schedule.eventbridge import EventBridgeCron, parse_aws

MOST_TRIES = 366  # a guard that lets nothing pass in a year's firings is told as never


def next_run(
    parameters: Mapping[str, str], after: datetime, resolve_zone: Callable[[str], tzinfo]
) -> datetime | None:
    """The first firing after `after`, in the trigger's zone; None for a rate or for never.

    Parameters are those of cfn/task.yaml. The guard is judged as the task's first step does.
    """
    guard_zone = resolve_zone(parameters.get("GuardTimezone") or "UTC")
    slots = (("", "OnlyOnDaysOfMonth"), ("Second", "SecondOnlyOnDaysOfMonth"))
    found = [
        moment
        for slot, guard in slots
        if (
            moment := _next(
                parameters, slot, after, resolve_zone, guard=guard, guard_zone=guard_zone
            )
        )
    ]
    return min(found, default=None)


def _next(
    parameters: Mapping[str, str],
    slot: str,
    after: datetime,
    resolve_zone: Callable[[str], tzinfo],
    *,
    guard: str,
    guard_zone: tzinfo,
) -> datetime | None:
    schedule = parse_aws(parameters.get(f"{slot}ScheduleExpression", ""))
    if not isinstance(schedule, EventBridgeCron):
        return None
    zone = resolve_zone(parameters.get(f"{slot}ScheduleTimezone") or "UTC")
    days = {int(day) for day in parameters.get(guard, "").split(",") if day}
    local = after.astimezone(zone).replace(tzinfo=None)
    for _ in range(MOST_TRIES):
        following = schedule.next_after(local)
        if following is None:
            return None
        local = following
        moment = local.replace(tzinfo=zone)
        exists = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
        if exists and (not days or moment.astimezone(guard_zone).day in days):
            return moment
    return None
