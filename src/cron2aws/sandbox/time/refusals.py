"""What EventBridge refuses of schedules and rules, and moto takes.

Sources: CreateSchedule, PutRule (API references).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.time.expressions import BadExpressionError, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SCHEDULE_NAME = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
ONCE = re.compile(r"at\(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\)")
RETRIES, EVENT_AGE = range(186), range(60, 86_401)


def schedule_refusals(wanted: Mapping[str, Any]) -> Iterator[str]:
    """Why CreateSchedule or UpdateSchedule would not take these arguments of moto's backend."""
    if not SCHEDULE_NAME.fullmatch(str(wanted.get("name", ""))):
        yield f"Invalid name {wanted.get('name')!r}: 64 of 0-9 a-z A-Z - _ ."
    expression = str(wanted.get("schedule_expression", ""))
    if not ONCE.fullmatch(expression):
        yield from expression_refusals(expression)
    try:
        ZoneInfo(wanted.get("schedule_expression_timezone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        yield "Invalid Schedule Expression Timezone."
    target = wanted.get("target") or {}
    if not (target.get("Arn") and target.get("RoleArn")):
        yield "Target: Arn and RoleArn are needed"
    retry = target.get("RetryPolicy", {})
    if int(retry.get("MaximumRetryAttempts", 185)) not in RETRIES:
        yield "MaximumRetryAttempts: from 0 to 185"
    if int(retry.get("MaximumEventAgeInSeconds", 86_400)) not in EVENT_AGE:
        yield "MaximumEventAgeInSeconds: from 60 to 86400"


def expression_refusals(expression: str) -> Iterator[str]:
    """Why EventBridge would not take this expression."""
    try:
        read(expression)
    except BadExpressionError as bad:
        yield f"Invalid Schedule Expression {expression}. ({bad})"


def checked_schedule(original: Callable[..., Foreign]) -> Callable[..., Foreign]:
    """EventBridgeSchedulerBackend.create_schedule and update_schedule."""

    def checked(backend: Foreign, **wanted: Foreign) -> Foreign:
        from moto.scheduler.exceptions import ValidationException

        for reason in schedule_refusals(wanted):
            raise ValidationException(reason)
        return original(backend, **wanted)

    return checked


def checked_rule(original: Callable[..., Foreign]) -> Callable[..., Foreign]:
    """EventsBackend.put_rule."""

    def checked(
        backend: Foreign, name: str, *rest: Foreign, scheduled_expression: str = "", **more: Foreign
    ) -> Foreign:
        from moto.events.exceptions import ValidationException

        for _ in expression_refusals(scheduled_expression) if scheduled_expression else ():
            message = "Parameter ScheduleExpression is not valid."
            raise ValidationException(message)
        expression = scheduled_expression or None
        return original(backend, name, *rest, scheduled_expression=expression, **more)

    return checked
