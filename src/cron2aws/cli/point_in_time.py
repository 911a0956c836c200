"""Options that take a point in time, or how long ago it was."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import click

from cron2aws.errors import UsageError
from cron2aws.spans import seconds_of

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
FORMS = "write it as 2027-03-14, 2027-03-14T22:00 (UTC), 2027-03-14T22:00+09:00, or 30m, 8h, 2d ago"


class PointInTimeParam(click.ParamType["datetime | timedelta"]):
    """`2027-03-14`, `2027-03-14T22:00` (UTC without an offset), or `8h` before now."""

    name = "WHEN"

    def convert(
        self,
        value: str | datetime | timedelta,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> datetime | timedelta:
        """The time, or how long ago it was; UsageError with the value and what is wrong with it."""
        if not isinstance(value, str):
            return value
        try:
            if value[-1:].isalpha() and value[-1] not in "zZ":  # a bare number is no moment
                return _ago(seconds_of(value))
            found = datetime.fromisoformat(value)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise UsageError(
                what=f"{param.opts[0] if param else self.name} {value!r} is not a point in time",
                why=_why(error),
                fix=FORMS,
            ) from error


def _ago(seconds: int) -> timedelta:
    if seconds > 100 * 366 * 86_400:
        message = "it is more than a hundred years"
        raise ValueError(message)
    return timedelta(seconds=seconds)


def _why(error: Exception) -> str:
    said = str(error)
    return said if not said.startswith("Invalid isoformat") else "it is neither a day nor a time"


class TimeOfDayParam(click.ParamType["time | datetime"]):
    """`03:00`, or one minute: `2027-03-14T03:00`, naive without an offset."""

    name = "CLOCK"

    def convert(
        self,
        value: str | time | datetime,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> time | datetime:
        """The time of day, or the minute; a usage error shows the forms."""
        if not isinstance(value, str):
            return value
        try:
            if of_day := _TIME.fullmatch(value):
                return time(int(of_day[1]), int(of_day[2]))
            if "T" in value or " " in value:
                found = datetime.fromisoformat(value).replace(second=0, microsecond=0)
                return found.astimezone(UTC) if found.tzinfo else found
        except (ValueError, OverflowError):
            pass  # as for what has no time in it
        forms = "03:00, 2027-03-14T03:00 or 2027-03-14T03:00+09:00"
        return self.fail(f"{value!r} is not a time such as {forms}", param, ctx)
