"""A cron schedule in a zone becomes EventBridge triggers, with proof, or a reason why not.

`Exact` and `Differs` hold triggers, `Never` and `Refused` hold findings alone. Nothing is exact
that was not proved over the whole calendar (`proof`), nor without a look at the clock changes of
the next years (`clock_changes`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple, assert_never

from cron2aws.findings import Finding
from cron2aws.schedule import days
from cron2aws.schedule.bounds import HOUR
from cron2aws.schedule.clock_changes import YEARS, ResolveZone, changes, missed, offsets
from cron2aws.schedule.conversion import Conversion, Differs, Exact, Never, Refused, clock_change
from cron2aws.schedule.cron import CronSchedule, RandomTime, Reboot, Timing
from cron2aws.schedule.eventbridge import TRIGGERS_PER_TASK, Rate
from cron2aws.schedule.extra_trigger import extra_trigger
from cron2aws.schedule.proof import Agreement, Proof, prove, witness_only
from cron2aws.schedule.shifted_times import days_in_words
from cron2aws.schedule.trigger import DayGuard, Trigger, TriggerKind
from cron2aws.schedule.trigger_search import Draft, draft_triggers

_MINUTE = timedelta(minutes=1)


def convert(
    timing: Timing,
    *,
    zone: str,
    resolve_zone: ResolveZone,
    since: date,
    kind: TriggerKind = TriggerKind.SCHEDULER,
    prefer_rate: bool = False,
    local_clock: bool = False,
) -> Conversion:
    """What a schedule that runs by the clock of `zone` becomes, judged from `since` on.

    `local_clock` is for cronie's CRON_TZ entries, which follow local time alone. LookupError where
    `resolve_zone` knows no such zone.
    """
    match timing:
        case CronSchedule():
            host = _Host(zone, resolve_zone, since, local_clock, kind, prefer_rate)
            return _convert(timing, timing.text, host)
        case Reboot():
            return _refused("C201", f"`{timing.text}` has no time that EventBridge could start at")
        case RandomTime():
            return _refused("C202", f"`{timing.text}` is drawn anew each time the file is loaded")
        case _:
            assert_never(timing)


class _Host(NamedTuple):
    """Whose clock a schedule runs by, and how it is to be converted.

    A tuple, as it is made and looked up for each line of a crontab.
    """

    zone: str
    resolve: ResolveZone
    since: date
    local_clock: bool
    kind: TriggerKind
    prefer_rate: bool

    @property
    def clock(self) -> tzinfo:
        return self.resolve(self.zone)

    @property
    def changes(self) -> bool:
        """Whether the clock changes in the years considered."""
        return bool(changes(self.clock, self.since))

    @property
    def offsets(self) -> list[int]:
        """Minutes ahead of UTC, all there are in the years considered."""
        return sorted(offset // _MINUTE for offset in offsets(self.clock, self.since))


def _refused(code: str, detail: str) -> Refused:
    return Refused(findings=(Finding(code=code, detail=detail),))


@lru_cache(maxsize=16_384)
def _convert(schedule: CronSchedule, text: str, host: _Host) -> Conversion:
    """Remembered: a crontab has fewer schedules than lines, and croniter is slow."""
    if schedule.never:
        return Never(findings=(Finding(code="C203", detail=f"`{text}` is due at no time at all"),))
    if host.prefer_rate and (rate := _rate(schedule, host)):
        return _as_rate(schedule, text, rate)
    if host.kind.in_utc:
        return _in_utc_alone(schedule, text, host)
    return _in_a_zone(schedule, text, host)


def _in_utc_alone(schedule: CronSchedule, text: str, host: _Host) -> Exact | Refused:
    if host.changes and not _every_hour_alike(schedule, host):
        return _refused("C206", f"the clock changes in {host.zone}, and UTC never does")
    return _in_utc(schedule, text, host)


def _in_a_zone(schedule: CronSchedule, text: str, host: _Host) -> Conversion:
    if not host.changes:
        return _in_host_zone(schedule, text, host)
    if _every_hour_alike(schedule, host):
        return _in_utc(schedule, text, host)
    return _in_changing_zone(schedule, text, host)


def _every_hour_alike(schedule: CronSchedule, host: _Host) -> bool:
    """Whether the job runs in every hour there is, at minutes that are the same in UTC always."""
    follows_clock = schedule.wildcard or host.local_clock
    always = schedule.hours == HOUR.every and schedule.days == days.ALL_DAYS
    return always and follows_clock and len({_earlier(schedule, o) for o in host.offsets}) == 1


def _earlier(schedule: CronSchedule, minutes: int) -> int:
    """The minutes of the hour in a zone that is so much behind, as a set."""
    return days.bits((minute - minutes) % 60 for minute in days.members(schedule.minutes))


def _triggers(drafts: Iterable[Draft], zone: str, guard_zone: str) -> tuple[Trigger, ...]:
    return tuple(
        Trigger(
            expression=draft.expression,
            timezone=zone,
            guard=DayGuard(days_of_month=draft.guard_days, timezone=guard_zone)
            if draft.guard_days
            else None,
        )
        for draft in drafts
    )


def judged(
    schedule: CronSchedule, text: str, triggers: tuple[Trigger, ...], offset: int
) -> Exact | Refused:
    """Exact if the triggers are proved to fire as the schedule says; else Refused.

    The schedule's zone is `offset` minutes ahead of the triggers'.
    """
    proof = prove(schedule, text, triggers, offset)
    if proof is None:
        return _refused("C205", f"no proved form of `{text}` was found")
    return Exact(triggers=triggers, proof=proof, findings=_witness_findings(text, proof))


def _witness_findings(text: str, proof: Proof) -> tuple[Finding, ...]:
    detail = f"`{text}`: croniter {proof.croniter}"
    match proof.testimony.agreement:
        case Agreement.AGREES:
            return ()
        case Agreement.KNOWN:
            return (Finding(code="C211", detail=detail),)
        case Agreement.DISAGREES:
            return (Finding(code="C210", detail=detail),)
        case _:
            assert_never(proof.testimony.agreement)


def _in_host_zone(schedule: CronSchedule, text: str, host: _Host) -> Exact | Refused:
    return _covered(schedule, text, host, host.zone, 0)


def _in_utc(schedule: CronSchedule, text: str, host: _Host) -> Exact | Refused:
    return _covered(schedule, text, host, "UTC", host.offsets[0])


def _covered(
    schedule: CronSchedule, text: str, host: _Host, zone: str, offset: int
) -> Exact | Refused:
    """In a zone to which the host's is `offset` minutes ahead; always possible where it is 0."""
    drafts = draft_triggers(schedule, offset)
    if drafts is None:
        return _refused("C206", f"`{text}`: {_why_not(schedule, host.zone, offset)}")
    return judged(schedule, text, _triggers(drafts, zone, host.zone), offset)


def _why_not(schedule: CronSchedule, zone: str, offset: int) -> str:
    hours, minutes = divmod(abs(offset), 60)
    ahead = f"{zone} is {hours}:{minutes:02} {'ahead of' if offset > 0 else 'behind'} UTC"
    there = f"where its times fall on {days_in_words(schedule, offset)}"
    return f"{ahead}, {there}; its days then take more than {TRIGGERS_PER_TASK} expressions"


def _in_changing_zone(schedule: CronSchedule, text: str, host: _Host) -> Conversion:
    exact = _in_host_zone(schedule, text, host)
    starts = [
        start
        for change in changes(host.clock, host.since)
        for start in missed(schedule, change, local_clock=host.local_clock)
    ]
    if not starts or isinstance(exact, Refused):
        return exact
    further = (
        extra_trigger(schedule, host.zone, host.resolve, host.since, local_clock=host.local_clock)
        if len(exact.triggers) < TRIGGERS_PER_TASK
        else None
    )
    if further is not None:
        told = Finding(
            code="C209",
            detail=f"`{further.expression}` in {further.timezone} does what cron does then",
        )
        return Exact(
            triggers=(*exact.triggers, further),
            proof=exact.proof,
            findings=(*exact.findings, told),
        )
    moments = tuple(clock_change(start) for start in starts)
    first = moments[0]
    detail = (
        f"{len(moments)} in {YEARS} years, first {first.local} in {host.zone}:"
        f" cron {first.cron}, EventBridge: {first.aws}"
    )
    return Differs(
        triggers=exact.triggers,
        proof=exact.proof,
        clock_changes=moments,
        findings=(*exact.findings, Finding(code="C204", detail=detail)),
    )


def _rate(schedule: CronSchedule, host: _Host) -> Rate | None:
    """The rate with the schedule's interval, where the schedule has one and the zone keeps it."""
    if host.changes and not _every_hour_alike(schedule, host):
        return None
    if schedule.days != days.ALL_DAYS and schedule.days not in days.WEEKDAY:
        return None
    period = days.MINUTES_IN_DAY * (1 if schedule.days == days.ALL_DAYS else 7)
    gaps = set(days.gaps(schedule.times, period))
    return Rate(minutes=gaps.pop()) if len(gaps) == 1 else None


def _as_rate(schedule: CronSchedule, text: str, rate: Rate) -> Exact | Differs:
    triggers = (Trigger(expression=rate.render(), timezone="UTC", guard=None),)
    proof = witness_only(schedule, text)
    findings = _witness_findings(text, proof)
    if rate.minutes == 1:
        detail = f"`{rate.render()}` runs in every minute, as cron does"
        second = Finding(code="C208", detail=detail)
        return Exact(triggers=triggers, proof=proof, findings=(*findings, second))
    phase = Finding(
        code="C207",
        detail=f"`{rate.render()}` runs as often as `{text}`, counted from its creation",
    )
    return Differs(triggers=triggers, proof=proof, clock_changes=(), findings=(*findings, phase))
