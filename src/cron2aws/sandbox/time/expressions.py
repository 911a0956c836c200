"""EventBridge's expressions, read by somebody else's code.

A sandbox that read `cron()` as this project's converter does would find every conversion right. So
aws-croniter (PyPI) reads it, which knows AWS's dialect and nothing of ours; the tests hold the two
against each other. It refuses a step in the years, which AWS's table of wildcards allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cron2aws.sandbox.foreign import Foreign

MAX_LENGTH = 256
"""ScheduleExpression (CreateSchedule, API reference)."""
_RATE = re.compile(r"rate\(([1-9][0-9]*) (minute|hour|day)(s?)\)")
_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}


class BadExpressionError(Exception):
    """Why EventBridge would not take it."""


@dataclass(frozen=True, kw_only=True)
class Cron:
    """A cron() expression, as aws-croniter has read it."""

    reader: Foreign

    def fires(self, local: datetime) -> bool:
        """Whether it fires in the minute of this wall time (naive)."""
        asked = local.replace(second=0, microsecond=0, tzinfo=UTC)  # its word for "no zone"
        found = self.reader.occurrence(asked).next(inclusive=True)
        return bool(found == asked)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A rate() expression, which counts from its creation on."""

    every: timedelta

    def fires(self, moment: datetime, *, created: datetime) -> bool:
        """Whether it fires at `moment`."""
        past = moment - created
        return past > timedelta(0) and not past % self.every


@lru_cache(maxsize=4096)
def read(text: str) -> Cron | Rate:
    """What it says; BadExpressionError where EventBridge would refuse it."""
    if len(text) > MAX_LENGTH:
        message = f"longer than {MAX_LENGTH} characters"
        raise BadExpressionError(message)
    if found := _RATE.fullmatch(text):
        if (found[1] == "1") is bool(found[3]):
            message = "1 takes the singular, other numbers the plural"
            raise BadExpressionError(message)
        return Rate(every=timedelta(seconds=int(found[1]) * _SECONDS[found[2]]))
    if not (text.startswith("cron(") and text.endswith(")")):
        message = "neither cron(...) nor rate(...)"
        raise BadExpressionError(message)
    from aws_croniter import AwsCroniter

    try:
        return Cron(reader=AwsCroniter(text[5:-1]))
    except Exception as wrong:  # of some it says what Python's int() said
        raise BadExpressionError(str(wrong)) from wrong
