"""The minutes of a span at which entries are due: worked out once for each schedule."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo

from cron2aws.assess.judge import NO_ZONE, NOT_LOADED
from cron2aws.assess.values import AssessedEntry, Assessment, Decision, Host
from cron2aws.calendar.minutes import Span, cron_minutes, wall_clock_of
from cron2aws.calendar.values import RateEntry, StartedBy, Untimed, UntimedReason
from cron2aws.schedule import days
from cron2aws.schedule.clock_changes import ResolveZone
from cron2aws.schedule.cron import CronSchedule, RandomTime, Reboot
from cron2aws.schedule.eventbridge import EventBridgeCron, Rate, parse_aws
from cron2aws.schedule.trigger import Trigger


@dataclass(frozen=True, kw_only=True)
class DueTogether:
    """Entries of one host that are due at the same minutes of the span.

    Each with its number among all entries, by which rows of one minute are sorted.
    """

    host: str
    where: StartedBy
    minutes: int
    entries: list[tuple[int, AssessedEntry]]


@dataclass(kw_only=True)
class Minutes:
    """What is due in a span, by groups; and the entries with a rate, or without a time."""

    span: Span
    groups: list[DueTogether] = field(default_factory=list)
    rates: list[RateEntry] = field(default_factory=list)
    untimed: list[Untimed] = field(default_factory=list)

    @property
    def starts(self) -> list[DueTogether]:
        """The groups in whose minutes something starts."""
        return [each for each in self.groups if each.where.is_start]


def due_in(span: Span, found: Assessment, resolve_zone: ResolveZone) -> Minutes:
    """When each entry is due: AWS's firings where it moves, cron's starts where it stays."""
    made = Minutes(span=span)
    times = _Times(span, resolve_zone)
    groups: dict[tuple[str, StartedBy, int], DueTogether] = {}
    order = 0
    for one in found.hosts:
        for entry in one.entries:
            order += 1
            why = _without(entry)
            if why is not None:
                made.untimed.append(Untimed(entry=entry, why=why))
                continue
            if on_aws(entry):
                made.rates += [RateEntry(entry=entry, minutes=each) for each in _rates(entry)]
            for where, minutes in times.of(entry, one.host):
                key = (one.host.label, where, minutes)
                group = groups.get(key)
                if group is None:
                    group = groups[key] = DueTogether(
                        host=one.host.label, where=where, minutes=minutes, entries=[]
                    )
                group.entries.append((order, entry))
    made.groups = list(groups.values())
    return made


def on_aws(entry: AssessedEntry) -> bool:
    """Whether a task is to start it, or starts it already."""
    moves = entry.decision is Decision.MIGRATE or entry.migrated
    return moves and bool(entry.conversion.triggers)


def _without(entry: AssessedEntry) -> UntimedReason | None:
    codes = {each.code for each in entry.findings}
    timing = entry.entry.timing
    if isinstance(timing, Reboot):
        return UntimedReason.REBOOT
    if isinstance(timing, RandomTime):
        return UntimedReason.RANDOM
    if timing.never:
        return UntimedReason.NEVER
    if not entry.conversion.triggers and NO_ZONE in codes:
        return UntimedReason.NO_ZONE
    if NOT_LOADED in codes and not entry.migrated:
        return UntimedReason.NOT_LOADED
    return None


def _rates(entry: AssessedEntry) -> list[int]:
    values = [parse_aws(each.expression) for each in entry.conversion.triggers]
    return [each.minutes for each in values if isinstance(each, Rate)]


class _Times:
    """The minutes of schedules, each worked out once however many entries have it."""

    def __init__(self, span: Span, resolve_zone: ResolveZone) -> None:
        self._span = span
        self._resolve = resolve_zone
        self._known: dict[tuple[object, ...], list[tuple[StartedBy, int]]] = {}

    def of(self, entry: AssessedEntry, host: Host) -> list[tuple[StartedBy, int]]:
        timing = entry.entry.timing
        if not isinstance(timing, CronSchedule):
            return []
        # such entries of cronie's follow local time alone
        local_clock = host.dialect.environment.cron_tz and entry.entry.cron_tz is not None
        triggers = entry.conversion.triggers if on_aws(entry) else ()
        key = (timing, entry.timezone, local_clock, triggers)
        found = self._known.get(key)
        if found is None:
            zone = self._resolve(entry.timezone)
            cron = cron_minutes(timing, zone, self._span, local_clock=local_clock)
            parted = self._parted(cron, triggers) if triggers else [(StartedBy.HOST, cron)]
            found = self._known[key] = [each for each in parted if each[1]]
        return found

    def _parted(self, cron: int, triggers: tuple[Trigger, ...]) -> list[tuple[StartedBy, int]]:
        """AWS's minutes beside cron's: a rate has none that could be compared."""
        aws = 0
        for each in triggers:
            value = parse_aws(each.expression)
            if isinstance(value, Rate):
                return []
            if isinstance(value, EventBridgeCron):
                aws |= self._fired(each, value)
        return [
            (StartedBy.AWS, aws & cron),
            (StartedBy.AWS_ONLY, aws & ~cron),
            (StartedBy.CRON_ONLY, cron & ~aws),
        ]

    def _fired(self, trigger: Trigger, value: EventBridgeCron) -> int:
        fired = wall_clock_of(self._zone(trigger.timezone), self._span).firings(value)
        if trigger.guard is None:
            return fired
        guard = wall_clock_of(self._zone(trigger.guard.timezone), self._span)
        return fired & guard.minutes_of(days.days_of_month(days.bits(trigger.guard.days_of_month)))

    def _zone(self, name: str) -> tzinfo:
        return self._resolve(name)
