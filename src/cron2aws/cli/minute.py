"""Options of `export`: an account's number, and a minute to come."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import click


class MinuteParam(click.ParamType[datetime]):
    """`2027-03-14T22:00` in UTC, or with an offset: a full minute, in UTC."""

    name = "MINUTE"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The minute, or a usage error that shows the forms."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
            found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            found = None
        if found is None or "T" not in value or (found.second, found.microsecond) != (0, 0):
            forms = "2027-03-14T22:00 (UTC) or 2027-03-14T22:00+09:00"
            self.fail(f"{value!r} is not a full minute such as {forms}", param, ctx)
        return found


class AccountParam(click.ParamType[str]):
    """The 12 digits of an AWS account."""

    name = "ACCOUNT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The digits, or a usage error."""
        if not re.fullmatch(r"[0-9]{12}", value, re.ASCII):
            self.fail(f"{value!r} is not an account number, which has 12 digits", param, ctx)
        return value
