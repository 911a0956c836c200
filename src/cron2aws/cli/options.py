"""Options that several commands share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

DIALECTS = ("debian", "cronie", "cronie-1.4", "cronie-1.7")


class Day(click.ParamType[date]):
    """A day as `2027-03-14`."""

    name = "DATE"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day, or a usage error that shows the form."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day such as 2027-03-14", param, ctx)


def together(*decorators: Decorator) -> Decorator:
    """Several option decorators as one, shown in the order they are written."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


dialect_options = together(
    click.option(
        "--dialect",
        type=click.Choice(DIALECTS),
        help="The daemon that reads the crontabs (default: the host's).",
    ),
    click.option("--timezone", metavar="ZONE", help="The host's time zone (default: the host's)."),
)

schedule_options = together(
    click.option(
        "--trigger",
        type=click.Choice(["scheduler", "rule"]),
        help="EventBridge Scheduler in the host's zone (default), or a rule in UTC.",
    ),
    click.option(
        "--from",
        "since",
        type=Day(),
        help="Clock changes and next runs from this day on (default: now).",
    ),
    click.option("--prefer-rate", is_flag=True, help="rate() where only its phase would differ."),
)

output_options = together(
    click.option(
        "-o",
        "--output",
        type=click.Choice(["table", "json"]),
        default="table",
        show_default=True,
        help="The form of the report.",
    ),
    click.option(
        "--report-file",
        type=click.Path(),
        metavar="FILE",
        help="Write the report there, mode 0600, instead of standard output.",
    ),
)

source_options = together(
    click.option(
        "--format-of",
        type=click.Choice(["system", "user"]),
        help="system: with a user column; user: without (default: judged).",
    ),
    click.option("--user", metavar="NAME", help="The owner of a user crontab."),
)

selection_options = together(
    click.option(
        "--only",
        multiple=True,
        metavar="WHAT",
        help="Only these: an id, or a glob on source, user or command.",
    ),
    click.option("--exclude", multiple=True, metavar="WHAT", help="All but these."),
    click.option("--strict", is_flag=True, help="Exit 1 where an entry needs a decision."),
    click.option(
        "--allow-secret",
        multiple=True,
        metavar="ID",
        help="The secret in this entry may go to AWS.",
    ),
)
