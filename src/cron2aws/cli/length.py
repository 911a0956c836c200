"""An option that takes a length of time."""

from __future__ import annotations

from datetime import timedelta

import click

from cron2aws.errors import UsageError
from cron2aws.spans import FORMS, seconds_of, span


class LengthParam(click.ParamType[int]):
    """`90s`, `15m`, `1h30m`, `2d` or a number of seconds, within bounds; in seconds."""

    name = "TIME"

    def __init__(self, least: int, most: int) -> None:
        """Both bounds, in seconds, are allowed."""
        self._least, self._most = least, most

    @property
    def bounds(self) -> str:
        """The least and the most, for a help text."""
        return f"{_span(self._least)} to {_span(self._most)}"

    def convert(
        self,
        value: str | int,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> int:
        """The seconds; UsageError with the value and what is wrong with it."""
        if isinstance(value, int):
            return value
        option = param.opts[0] if param else self.name
        try:
            seconds = seconds_of(value)
        except ValueError as error:
            raise UsageError(
                what=f"{option} {value!r} is not a length of time",
                why=str(error),
                fix=f"write it as {FORMS}",
            ) from error
        if not self._least <= seconds <= self._most:
            nearest = min(max(seconds, self._least), self._most)
            raise UsageError(
                what=f"{option} {value} is too {'short' if seconds < self._least else 'long'}",
                why=f"it is {_span(seconds)}, and {self.bounds} is allowed",
                fix=f"for example {option} {_typed(nearest)}",
            )
        return seconds


def _span(seconds: int) -> str:
    return span(timedelta(seconds=seconds))


def _typed(seconds: int) -> str:
    return _span(seconds).replace(" ", "").replace("min", "m")
