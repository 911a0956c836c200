"""Which tasks may have been started by their schedules in a span: the others need not be asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from cron2aws.app.zones import resolve_zone
from cron2aws.plan.values import Deployed
from cron2aws.task.upcoming import next_run

_SLOTS = ("ScheduleExpression", "SecondScheduleExpression")


def due_since(stacks: Iterable[Deployed], since: datetime, now: datetime) -> list[Deployed]:
    """The tasks that were due between both times, as far as their schedules tell.

    A task that was never enabled is not among them. A task with a rate is: nobody knows when it
    is due.
    """
    return [
        stack for stack in stacks if not stack.was_never_enabled and _was_due(stack, since, now)
    ]


def _was_due(stack: Deployed, since: datetime, now: datetime) -> bool:
    if any(stack.parameters.get(slot, "").startswith("rate(") for slot in _SLOTS):
        return True
    try:
        first = next_run(stack.parameters, since - timedelta(minutes=1), resolve_zone)
    except LookupError:
        return True
    return first is not None and first <= now
