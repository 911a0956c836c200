"""An option's moment, or how long it is ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import click

_AGO = re.compile(r"(\d{1,5})(min|h|d)")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_UNITS = {"min": "minutes", "h": "hours", "d": "days"}


class Moment(click.ParamType["datetime | timedelta"]):
    """`2027-03-14`, `2027-03-14T22:00` (UTC without an offset), or `8h` before now."""

    name = "WHEN"

    def convert(
        self,
        value: str | datetime | timedelta,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> datetime | timedelta:
        """The moment, or a usage error that shows the forms."""
        if not isinstance(value, str):
            return value
        try:
            if ago := _AGO.fullmatch(value):
                return timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            found = datetime.fromisoformat(value)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            forms = "2027-03-14, 2027-03-14T22:00, 2027-03-14T22:00+09:00, 8h or 2d"
            self.fail(f"{value!r} is no moment such as {forms}", param, ctx)


class TimeOfDay(click.ParamType["time | datetime"]):
    """`03:00`, or one minute: `2027-03-14T03:00`, naive without an offset."""

    name = "TIME"

    def convert(
        self,
        value: str | time | datetime,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> time | datetime:
        """The time or the moment, to the minute, or a usage error that shows the forms."""
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
        return self.fail(f"{value!r} is no time such as {forms}", param, ctx)
