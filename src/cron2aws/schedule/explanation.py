"""One expression, explained: what it means, what it becomes, when it runs next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from cron2aws.findings import Finding
from cron2aws.schedule.clock_changes import starts_after
from cron2aws.schedule.convert import Conversion, TriggerKind, convert, meaning
from cron2aws.schedule.cron import (
    BadSchedule,
    CronSchedule,
    Timing,
    parse_expression,
    words_behind,
)
from cron2aws.schedule.eventbridge import BadExpression, EventBridgeCron, Rate, parse_aws
from cron2aws.schedule.fields import Grammar
from cron2aws.schedule.meaning import meaning_of_trigger

RUNS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How expressions are read: whose daemon, whose clock, which trigger, from which moment on."""

    grammar: Grammar
    timezone: str
    resolve_zone: Callable[[str], tzinfo]
    moment: datetime  # aware
    kind: TriggerKind = TriggerKind.SCHEDULER
    prefer_rate: bool = False

    @property
    def zone(self) -> tzinfo:
        """The host's zone."""
        return self.resolve_zone(self.timezone)

    @property
    def since(self) -> date:
        """The day on which the moment after this one lies, in the host's zone."""
        return (self.moment + timedelta(seconds=1)).astimezone(self.zone).date()


@dataclass(frozen=True, kw_only=True)
class Explained:
    """The answer to one cron expression; no conversion where the daemon rejects it."""

    expression: str
    setting: Setting
    conversion: Conversion | None
    meaning: str
    next_runs: tuple[datetime, ...]  # in the host's zone
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """The conversion's, or `invalid`."""
        return self.conversion.verdict if self.conversion else "invalid"


def explain(expression: str, setting: Setting) -> Explained:
    """Answer any text at all."""
    timing = parse_expression(expression, setting.grammar)
    if isinstance(timing, BadSchedule):
        return _rejected(expression, timing, setting)
    conversion = convert(
        timing,
        zone=setting.timezone,
        resolve_zone=setting.resolve_zone,
        since=setting.since,
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
        next_runs=_next_runs(timing, setting),
        findings=(*conversion.findings, *words),
    )


def _rejected(expression: str, bad: BadSchedule, setting: Setting) -> Explained:
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


def _next_runs(timing: Timing, setting: Setting) -> tuple[datetime, ...]:
    """What the daemon would do, clock changes and all."""
    if not isinstance(timing, CronSchedule):
        return ()
    return tuple(starts_after(timing, setting.zone, setting.moment, RUNS_SHOWN))


@dataclass(frozen=True, kw_only=True)
class FromAws:
    """The answer to one EventBridge expression; `why` says what AWS would not take."""

    expression: str
    timezone: str
    meaning: str
    next_runs: tuple[datetime, ...]
    why: str | None

    @property
    def verdict(self) -> str:
        """`valid` or `invalid`."""
        return "invalid" if self.why else "valid"


def explain_aws(expression: str, setting: Setting) -> FromAws:
    """The other way round: what an expression of EventBridge's does, in the given zone."""
    value = parse_aws(expression)
    bad = value.why if isinstance(value, BadExpression) else None
    return FromAws(
        expression=expression,
        timezone=setting.timezone,
        meaning="" if isinstance(value, BadExpression) else meaning_of_trigger(value),
        next_runs=_next_firings(value, setting),
        why=bad,
    )


def _next_firings(
    value: EventBridgeCron | Rate | BadExpression, setting: Setting
) -> tuple[datetime, ...]:
    """The next firings; a rate is taken to be created at the setting's moment."""
    if isinstance(value, BadExpression):
        return ()
    if isinstance(value, EventBridgeCron):
        return tuple(_cron_firings(value, setting))
    step = timedelta(minutes=value.minutes)
    try:
        moments = [setting.moment + step * n for n in range(1, RUNS_SHOWN + 1)]
    except OverflowError:
        return ()
    return tuple(moment.astimezone(setting.zone) for moment in moments)


def _cron_firings(value: EventBridgeCron, setting: Setting) -> list[datetime]:
    found: list[datetime] = []
    local: datetime | None = setting.moment.astimezone(setting.zone).replace(tzinfo=None)
    while len(found) < RUNS_SHOWN and local is not None:
        local = value.next_after(local)
        if local is None:
            break
        there = local.replace(tzinfo=setting.zone)
        exists = there.astimezone(UTC).astimezone(setting.zone).replace(tzinfo=None) == local
        if exists and there.astimezone(UTC) > setting.moment:  # a time in the gap is skipped
            found.append(there)
    return found
