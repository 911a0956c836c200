"""One expression, explained: what it means, what it becomes, when it runs next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import islice
from typing import Literal, assert_never

from cron2aws.findings import Finding
from cron2aws.schedule.clock_changes import ResolveZone, starts_after
from cron2aws.schedule.conversion import Conversion, Verdict
from cron2aws.schedule.convert import convert
from cron2aws.schedule.cron import (
    BadSchedule,
    CronSchedule,
    RandomTime,
    Reboot,
    Timing,
    parse_expression,
    words_behind,
)
from cron2aws.schedule.eventbridge import BadExpression, EventBridgeCron, Rate, parse_aws
from cron2aws.schedule.fields import Grammar
from cron2aws.schedule.fire_times import firings_after
from cron2aws.schedule.meaning import meaning, meaning_of_trigger
from cron2aws.schedule.trigger import TriggerKind

RUNS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class ExplainSettings:
    """How to read expressions: by which daemon and clock, for which trigger, from when on."""

    grammar: Grammar
    timezone: str
    start: datetime  # aware
    kind: TriggerKind = TriggerKind.SCHEDULER
    prefer_rate: bool = False
    dialect_from: str = ""
    """What the dialect is known by, in words."""


@dataclass(frozen=True, kw_only=True)
class Explained:
    """The answer to one cron expression; no conversion where the daemon rejects it."""

    expression: str
    setting: ExplainSettings
    conversion: Conversion | None
    meaning: str
    next_runs: tuple[datetime, ...]  # in the host's zone
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The conversion's, or `invalid`."""
        return self.conversion.verdict if self.conversion else Verdict.INVALID


def explain(expression: str, setting: ExplainSettings, resolve_zone: ResolveZone) -> Explained:
    """Explain any text at all; LookupError where the settings' zone is unknown."""
    timing = parse_expression(expression, setting.grammar)
    if isinstance(timing, BadSchedule):
        return _rejected(expression, timing, setting)
    zone = resolve_zone(setting.timezone)
    conversion = convert(
        timing,
        zone=setting.timezone,
        resolve_zone=resolve_zone,
        since=first_day(setting.start, zone),
        kind=setting.kind,
        prefer_rate=setting.prefer_rate,
    )
    behind = words_behind(expression, setting.grammar)
    words = (Finding(code="C213", detail=f"`{behind}` is the command"),) if behind else ()
    return Explained(
        expression=expression,
        setting=setting,
        conversion=conversion,
        meaning=meaning(timing),
        next_runs=_next_runs(timing, zone, setting.start),
        findings=(*conversion.findings, *words),
    )


def first_day(moment: datetime, zone: tzinfo) -> date:
    """The zone's day from which a conversion is judged: the one in which the next second lies."""
    return (moment + timedelta(seconds=1)).astimezone(zone).date()


def _rejected(expression: str, bad: BadSchedule, setting: ExplainSettings) -> Explained:
    detail = f"{bad.field} `{bad.value}`: {bad.why} ({setting.grammar.name})"
    if expression.startswith(("cron(", "rate(")):
        detail += "; with `--from-aws` it is read as EventBridge's"
    return Explained(
        expression=expression,
        setting=setting,
        conversion=None,
        meaning="rejected by the daemon",
        next_runs=(),
        findings=(Finding(code="C212", detail=detail),),
    )


def _next_runs(timing: Timing, zone: tzinfo, moment: datetime) -> tuple[datetime, ...]:
    """What the daemon would do, clock changes and all."""
    match timing:
        case CronSchedule():
            return tuple(starts_after(timing, zone, moment, RUNS_SHOWN))
        case Reboot() | RandomTime():
            return ()
        case _:
            assert_never(timing)


@dataclass(frozen=True, kw_only=True)
class FromAws:
    """The answer to one EventBridge expression; `why` says what AWS would not take."""

    expression: str
    timezone: str
    meaning: str
    next_runs: tuple[datetime, ...]
    why: str | None

    @property
    def verdict(self) -> Literal["valid", "invalid"]:
        """Whether AWS accepts it; nothing is converted here."""
        return "invalid" if self.why else "valid"


def explain_aws(expression: str, setting: ExplainSettings, resolve_zone: ResolveZone) -> FromAws:
    """The other way round: what an expression of EventBridge's does, in the given zone.

    LookupError where the setting's zone is unknown.
    """
    said, runs, why = _read_aws(expression, resolve_zone(setting.timezone), setting.start)
    return FromAws(
        expression=expression, timezone=setting.timezone, meaning=said, next_runs=runs, why=why
    )


def _read_aws(
    expression: str, zone: tzinfo, moment: datetime
) -> tuple[str, tuple[datetime, ...], str | None]:
    """What it means, its next firings, and what AWS would not take."""
    value = parse_aws(expression)
    match value:
        case BadExpression():
            return "", (), value.why
        case EventBridgeCron():
            runs = tuple(islice(firings_after(value, zone, moment), RUNS_SHOWN))
            return meaning_of_trigger(value), runs, None
        case Rate():
            return meaning_of_trigger(value), _rate_firings(value, zone, moment), None
        case _:
            assert_never(value)


def _rate_firings(rate: Rate, zone: tzinfo, moment: datetime) -> tuple[datetime, ...]:
    """The first firings of a rate that is created at `moment`; none beyond the calendar's end."""
    step = timedelta(minutes=rate.minutes)
    try:
        moments = [moment + step * n for n in range(1, RUNS_SHOWN + 1)]
    except OverflowError:
        return ()
    return tuple(each.astimezone(zone) for each in moments)
