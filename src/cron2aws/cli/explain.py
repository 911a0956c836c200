"""`cron2aws explain`: one schedule, its EventBridge form, the proof, and the next runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from cron2aws.cli import options
from cron2aws.errors import DecisionNeeded, UsageError

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from cron2aws.schedule.explanation import Explained, FromAws, Setting


@click.command()
@click.argument("expr", nargs=-1)
@click.option("--from-aws", is_flag=True, help="EXPR is EventBridge's: cron(...) or rate(...).")
@options.dialect_options
@options.schedule_options
@click.option("--strict", is_flag=True, help="Exit 1 where an expression needs a decision.")
@options.output_options
@click.pass_context
def explain(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Show what a schedule becomes, with proof.

    EXPR is a cron expression of five fields or a nickname such as @daily; - reads them from
    standard input, one a line, and answers each in order. Needs no AWS.
    """
    ctx.exit(run(ctx.obj, given))


def run(settings: dict[str, Any], given: dict[str, Any]) -> int:
    """Answer every expression; the exit code."""
    from cron2aws.cli.output import emit, style_of
    from cron2aws.report.explain import json_lines, tables

    if not given["expr"]:
        raise UsageError(
            what="no expression",
            fix="cron2aws explain '0 3 13 * 5', or - to read them from standard input",
        )
    answers = list(_answers(given))
    if given["output"] == "json":
        emit(json_lines(answers), given)
    else:
        emit(tables(answers, style_of(settings, given)), given)
    undecided = any(_undecided(each) for each in answers)
    return DecisionNeeded.exit_code if given["strict"] and undecided else 0


def _answers(given: dict[str, Any]) -> Iterator[Explained | FromAws]:
    from cron2aws.cli.zones import resolve_zone
    from cron2aws.schedule import explanation

    setting = _setting(given)
    for expression in _expressions(given["expr"]):
        if given["from_aws"]:
            yield explanation.explain_aws(expression, setting, resolve_zone)
        else:
            yield explanation.explain(expression, setting, resolve_zone)


def _undecided(each: Explained | FromAws) -> bool:
    from cron2aws.findings import Level
    from cron2aws.schedule.explanation import FromAws

    if isinstance(each, FromAws):
        return each.why is not None
    return each.verdict == "refused" or any(f.level is Level.ERROR for f in each.findings)


def _expressions(named: Sequence[str]) -> Iterator[str]:
    """Those named; `-` stands for the lines of standard input, whatever bytes they hold."""
    for name in named:
        if name != "-":
            yield name
            continue
        text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
        if text:
            yield from text.removesuffix("\n").split("\n")


def _setting(given: dict[str, Any]) -> Setting:
    from cron2aws.cli.zones import checked_zone, resolve_zone
    from cron2aws.hosts.local import read_facts
    from cron2aws.schedule.explanation import Setting
    from cron2aws.schedule.fields import GRAMMARS
    from cron2aws.schedule.trigger import TriggerKind

    facts = read_facts(None, dialect=given["dialect"], timezone=given["timezone"])
    kind = TriggerKind(given["trigger"] or "scheduler")
    # a rule knows no zones: its expressions are in UTC, whatever the host's clock says
    in_utc = given["from_aws"] and kind is TriggerKind.RULE
    zone = checked_zone("UTC" if in_utc else facts.timezone)
    return Setting(
        grammar=GRAMMARS[facts.dialect],
        timezone=zone,
        moment=_moment(given["since"], resolve_zone(zone)),
        kind=kind,
        prefer_rate=given["prefer_rate"],
    )


def _moment(since: date | None, zone: tzinfo) -> datetime:
    """The second before the day given begins, so that its first minute counts; else now."""
    from datetime import UTC, datetime, time, timedelta

    from cron2aws.schedule.eventbridge import FIRST_YEAR, LAST_YEAR

    if since is None:
        return datetime.now(UTC)  # noqa: TID251 (the default of --from)
    if not FIRST_YEAR <= since.year <= LAST_YEAR:
        raise UsageError(
            what=f"--from {since} is out of reach",
            why=f"EventBridge knows the years {FIRST_YEAR} to {LAST_YEAR}",
            fix="for example --from 2027-03-14",
        )
    return datetime.combine(since, time(), zone).astimezone(UTC) - timedelta(seconds=1)
