"""`explain`: a schedule, its EventBridge form, the proof, the next runs; or what a code means."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.app.options import ExplainOptions
from cron2aws.app.zones import checked_zone, resolve_zone
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import DecisionNeeded, UsageError
from cron2aws.findings import CATALOGUE, FindingKind, Level
from cron2aws.handover.interfaces import Clock
from cron2aws.hosts.local import read_facts
from cron2aws.hosts.source_kind import STANDARD_INPUT
from cron2aws.report.document import Answer, Answers
from cron2aws.schedule import explanation
from cron2aws.schedule.conversion import Refused
from cron2aws.schedule.eventbridge import FIRST_YEAR, LAST_YEAR
from cron2aws.schedule.explanation import Explained, ExplainSettings, FromAws
from cron2aws.schedule.trigger import TriggerKind

_CODE = re.compile(r"[A-Za-z][0-9]{1,9}")
"""No expression of cron's or EventBridge's looks like that."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answers in the order of the questions, and the exit code that goes with them."""

    answers: Answers
    exit_code: int


def explain(options: ExplainOptions, clock: Clock = SYSTEM_CLOCK) -> Answered:
    """Answer every expression, bad ones too; UsageError without any, and for an unknown code."""
    if not options.expressions:
        raise UsageError(
            what="no expression is given",
            fix="for example `cron2aws explain '0 3 13 * 5'`, or - to read from standard input",
        )
    wanted = [_finding(each) or each for each in _expressions(options.expressions)]
    answers: tuple[Answer, ...] = tuple(each for each in wanted if isinstance(each, FindingKind))
    if len(answers) < len(wanted):  # a code is told without knowing this host
        setting = _setting(options, clock)
        one = explanation.explain_aws if options.from_aws else explanation.explain
        answers = tuple(
            each if isinstance(each, FindingKind) else one(each, setting, resolve_zone)
            for each in wanted
        )
    refused = options.strict and any(_is_undecided(each) for each in answers)
    return Answered(
        answers=Answers(answers=answers), exit_code=DecisionNeeded.exit_code if refused else 0
    )


def _finding(text: str) -> FindingKind | None:
    return CATALOGUE.get(text.upper())


def _check_code(text: str) -> None:
    """UsageError for what looks like the code of a finding, and is none."""
    if not _CODE.fullmatch(text) or _finding(text):
        return
    import difflib  # noqa: PLC0415 (slow to import, and nearly never needed)

    near = difflib.get_close_matches(text.upper(), CATALOGUE, cutoff=0.7) or sorted(
        CATALOGUE, key=lambda code: (abs(_number(code) - _number(text)), code)
    )
    told = "; ".join(f"{each} {CATALOGUE[each].title}" for each in near[:3])
    raise UsageError(
        what=f"no finding has the code {text}",
        why=f"similar ones are {told}",
        fix=f"for example `cron2aws explain {near[0]}`; docs/reference/findings.md has them all",
    )


def _number(code: str) -> int:
    return int(code[1:])


def _is_undecided(each: Answer) -> bool:
    match each:
        case FindingKind():
            return False
        case FromAws():
            return each.why is not None
        case Explained():
            is_error = any(finding.level is Level.ERROR for finding in each.findings)
            return is_error or isinstance(each.conversion, Refused)


def _expressions(named: Sequence[str]) -> Iterator[str]:
    """Those named; `-` stands for the lines of standard input, whatever bytes they hold."""
    for name in named:
        if name != STANDARD_INPUT:
            _check_code(name)
            yield name
            continue
        text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
        if text:
            yield from text.removesuffix("\n").split("\n")


def _setting(options: ExplainOptions, clock: Clock) -> ExplainSettings:
    host, schedule = options.host, options.schedule
    facts = read_facts(None, dialect=host.dialect, timezone=host.timezone)
    kind = schedule.trigger or TriggerKind.SCHEDULER
    # whatever the host's clock says, expressions of such a kind are in UTC
    in_utc = options.from_aws and kind.in_utc
    zone = checked_zone("UTC" if in_utc else facts.timezone)
    return ExplainSettings(
        grammar=DIALECTS[facts.dialect].grammar,
        timezone=zone,
        start=_moment(schedule.since, resolve_zone(zone), clock),
        kind=kind,
        prefer_rate=schedule.prefer_rate,
        dialect_from=facts.dialect_from,
    )


def _moment(since: date | None, zone: tzinfo, clock: Clock) -> datetime:
    """The second before the day given begins, so that its first minute counts; else now."""
    if since is None:
        return clock.now()
    if not FIRST_YEAR <= since.year <= LAST_YEAR:
        raise UsageError(
            what=f"--from {since} is out of reach",
            why=f"EventBridge knows the years {FIRST_YEAR} to {LAST_YEAR}",
            fix="for example --from 2027-03-14",
        )
    return datetime.combine(since, time(), zone).astimezone(UTC) - timedelta(seconds=1)
