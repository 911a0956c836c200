"""Explained expressions and findings as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import assert_never

from rich.console import RenderableType
from rich.text import Text

from cron2aws.escapes import printable
from cron2aws.findings import Finding, Kind
from cron2aws.report.document import Answer, Answers
from cron2aws.report.layout import table
from cron2aws.report.text import (
    BAD,
    DOUBTFUL,
    GOOD,
    HEAD,
    level_style,
    sentence,
    verdict_style,
)
from cron2aws.schedule.explanation import Explained, FromAws
from cron2aws.schedule.meaning import said_dates
from cron2aws.schedule.outcome import Conversion
from cron2aws.schedule.trigger import Trigger

_CHANGES_SHOWN = 6


def answers_parts(document: Answers) -> Iterator[RenderableType]:
    """A block for each answer, an empty line between them."""
    for number, each in enumerate(document.answers):
        if number:
            yield ""
        yield from _block(each)


def _block(each: Answer) -> Iterator[RenderableType]:
    match each:
        case Explained():
            return _explained(each)
        case FromAws():
            return _from_aws(each)
        case Kind():
            return _kind(each)
        case _:
            assert_never(each)


def _explained(each: Explained) -> Iterator[RenderableType]:
    yield Text(printable(each.expression) or "(empty)", style=HEAD)
    rows = table("", "")
    rows.add_row("  verdict", Text(each.verdict, style=verdict_style(each.verdict)))
    rows.add_row("  meaning", f"{each.meaning} ({each.setting.timezone})")
    for name, said in _conversion_rows(each.conversion):
        rows.add_row(f"  {name}", said)
    for name, said in _runs(each.next_runs, each.setting.timezone):
        rows.add_row(f"  {name}", said)
    for finding in each.findings:
        rows.add_row(f"  {finding.code}", _finding(finding))
    yield rows


def _from_aws(each: FromAws) -> Iterator[RenderableType]:
    yield Text(printable(each.expression) or "(empty)", style=HEAD)
    rows = table("", "")
    rows.add_row("  verdict", Text(each.verdict, style=BAD if each.why else GOOD))
    said = f"{each.meaning} ({each.timezone})"
    rows.add_row("  why" if each.why else "  meaning", Text(printable(each.why or said)))
    for name, run in _runs(each.next_runs, each.timezone):
        rows.add_row(f"  {name}", run)
    yield rows


def _kind(each: Kind) -> Iterator[RenderableType]:
    yield Text(f"{each.code} {each.title}", style=HEAD)
    rows = table("", "")
    level = f"{each.level}: {each.level.means}"
    rows.add_row("  level", Text(level, style=level_style(each.level)))
    rows.add_row("  meaning", Text(each.means))
    rows.add_row("  to do", Text(each.help))
    rows.add_row("  see", Text(each.documented))
    yield rows


def _conversion_rows(conversion: Conversion | None) -> Iterator[tuple[str, RenderableType]]:
    if conversion is None:
        return
    for number, trigger in enumerate(conversion.triggers):
        yield "" if number else "trigger", Text(_trigger(trigger))
    if conversion.proof:
        days = f"{conversion.proof.days_checked:,} days, the whole calendar"
        yield "proof", Text(f"{days}; croniter {conversion.proof.croniter}")
    changes = conversion.clock_changes
    for number, change in enumerate(changes[:_CHANGES_SHOWN]):
        said = f"{change.local}  cron {change.cron}, AWS: {change.aws}"
        yield "" if number else "differs", Text(said, style=DOUBTFUL)
    if len(changes) > _CHANGES_SHOWN:
        more = sentence(len(changes) - _CHANGES_SHOWN, "more moment")
        yield "", Text(f"and {more}; `-o json` lists them all")


def _trigger(trigger: Trigger) -> str:
    said = f"{trigger.expression} in {trigger.timezone}"
    if trigger.guard is None:
        return said
    dates = said_dates(trigger.guard.days_of_month)
    return f"{said}, only on {dates} of the month in {trigger.guard.timezone}"


def _runs(runs: Sequence[datetime], timezone: str) -> Iterator[tuple[str, RenderableType]]:
    for number, run in enumerate(runs):
        said = f"{run:%a %Y-%m-%d %H:%M} {timezone}"
        utc = f"{run.astimezone(UTC):%a %Y-%m-%d %H:%M} UTC"
        same = said.removesuffix(timezone) == utc.removesuffix("UTC")
        yield "" if number else "next", Text(said if same else f"{said} = {utc}")


def _finding(finding: Finding) -> Text:
    said = f"{finding.level.value}: {finding.title}: {printable(finding.detail)}"
    said += f"\nhint: {finding.help}"
    return Text(said, style=level_style(finding.level))
