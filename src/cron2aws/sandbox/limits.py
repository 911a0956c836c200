"""What EventBridge, Lambda and Systems Manager refuse, and moto takes.

Sources: CreateSchedule, PutRule, SendCommand and DescribeInstanceInformation (API references),
"Lambda quotas", "Defined runtime environment variables". An expression must be one that
EventBridge's documentation covers.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cron2aws.sandbox.foreign import Foreign
from cron2aws.schedule.eventbridge import BadExpression, parse_aws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SCHEDULE_NAME = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
ONCE = re.compile(r"at\(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\)")
RETRIES, EVENT_AGE = range(186), range(60, 86_401)
ENVIRONMENT_BYTES = 4_096
RESERVED = re.compile(r"AWS_|_HANDLER$|_X_AMZN_TRACE_ID$|LAMBDA_(TASK_ROOT|RUNTIME_DIR)$")
VARIABLE = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+")

TARGETS, TARGET_VALUES, TARGET_KEY, FILTER_VALUES = 5, 50, 163, 100


def target_refusals(targets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Why SendCommand would not take these targets."""
    if len(targets) > TARGETS:
        yield f"targets: {len(targets)} members, at most {TARGETS}"
    for each in targets:
        key, values = str(each.get("Key", "")), each.get("Values", [])
        if not (0 < len(key) <= TARGET_KEY and all(map(_is_of_a_key, key))):
            yield f"key {key!r}: at most {TARGET_KEY} letters, digits, blanks and _.:/=-@"
        if not 0 < len(values) <= TARGET_VALUES:
            yield f"values of {key}: {len(values)} members, from 1 to {TARGET_VALUES}"


def _is_of_a_key(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LZN" or sign in "_.:/=-@"


def filter_refusals(filters: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Why DescribeInstanceInformation would not take these filters."""
    if len({str(each["Key"]).startswith("tag") for each in filters}) > 1:
        yield "Tag filters can't be combined with other filter types"
    for each in filters:
        if not 0 < len(each["Values"]) <= FILTER_VALUES:
            yield f"{each['Key']}: {len(each['Values'])} values, from 1 to {FILTER_VALUES}"


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
    read = parse_aws(expression)
    if isinstance(read, BadExpression):
        yield f"Invalid Schedule Expression {expression}. ({read.why})"


def environment_refusals(variables: Mapping[str, str]) -> Iterator[str]:
    """Why Lambda would not take these environment variables."""
    for name in variables:
        if RESERVED.match(name) or not VARIABLE.fullmatch(name):
            yield f"Lambda was unable to configure your environment variables: {name} is reserved"
    size = len(json.dumps(dict(variables), ensure_ascii=False, separators=(",", ":")).encode())
    if variables and size > ENVIRONMENT_BYTES:
        yield (
            "Lambda was unable to configure your environment variables because the environment "
            f"variables you have provided exceeded the 4KB limit. String measured: {size}"
        )


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


def checked_function(original: Callable[..., Foreign]) -> Callable[..., Foreign]:
    """LambdaBackend.create_function."""

    def checked(backend: Foreign, spec: dict[str, Any]) -> Foreign:
        check_environment(spec.get("Environment", {}).get("Variables", {}))
        return original(backend, spec)

    return checked


def check_environment(variables: Mapping[str, str]) -> None:
    """InvalidParameterValueException where Lambda would not take them."""
    from moto.awslambda.exceptions import InvalidParameterValueException

    for reason in environment_refusals(variables):
        raise InvalidParameterValueException(reason)
