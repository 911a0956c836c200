"""A calendar made of an assessment: the parts that are asked for, in one zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from cron2aws.assess.values import Assessment, Host
from cron2aws.calendar.crowds import busiest_of
from cron2aws.calendar.due import Minutes, due_in
from cron2aws.calendar.listing import HOUR, OFTEN_IN_A_DAY, hour_view, listing_of, times_at
from cron2aws.calendar.minutes import MINUTE, Span
from cron2aws.calendar.values import Calendar, HostZone, HourView
from cron2aws.calendar.week import span_of_days, timeline_of, week_of
from cron2aws.schedule.clock_changes import ResolveZone

_GUESSED = frozenset({"C131", "C147"})
"""What a host has among its findings where nobody said its zone, and nothing of its own tells."""


@dataclass(frozen=True, kw_only=True)
class CalendarParts:
    """Which parts a calendar is to have."""

    week: date | None = None
    """Seven days from this one on, by quarters."""

    listing: Span | None = None
    """Starts by time."""

    busiest: Span | None = None
    looks: Sequence[datetime] | None = None
    """Minutes to look at: times of the wall clock (naive), or moments (aware)."""


def shown_zone(found: Assessment) -> str:
    """The hosts' zone where they share one, else UTC."""
    with_jobs = {each.host.timezone for each in found.hosts if each.entries}
    zones = with_jobs or {each.host.timezone for each in found.hosts}
    return zones.pop() if len(zones) == 1 else "UTC"


def calendar_of(
    found: Assessment,
    resolve_zone: ResolveZone,
    *,
    timezone: str,
    parts: CalendarParts,
    zones_said: bool = False,
) -> Calendar:
    """What runs when; LookupError where `resolve_zone` does not know the zone to show it in.

    `zones_said`: the hosts' zone was given, so that none is guessed.
    """
    zone = resolve_zone(timezone)
    known: dict[Span, Minutes] = {}

    def due(span: Span) -> Minutes:
        if span not in known:
            known[span] = due_in(span, found, resolve_zone)
        return known[span]

    week = due(span_of_days(parts.week, zone)) if parts.week else None
    listed = due(parts.listing) if parts.listing else None
    crowds = due(parts.busiest) if parts.busiest else None
    looks = None if parts.looks is None else _looks(parts.looks, zone, due)
    told = next(iter(known.values()), None) or due(Span(start=datetime(1970, 1, 1, tzinfo=UTC),
                                                        minutes=0))  # fmt: skip
    return Calendar(
        timezone=timezone,
        hosts=tuple(_host(each.host, zones_said) for each in found.hosts),
        entries=found.entries,
        rates=tuple(told.rates),
        untimed=tuple(told.untimed),
        week=week_of(week, parts.week, zone) if week and parts.week else None,
        busiest=busiest_of(crowds, zone) if crowds else None,
        listing=listing_of(listed, listed.span, zone, often=OFTEN_IN_A_DAY) if listed else None,
        timeline=timeline_of(listed, zone) if listed else None,
        looks=looks,
    )


def _host(host: Host, zones_said: bool) -> HostZone:
    guessed = not zones_said and any(each.code in _GUESSED for each in host.findings)
    return HostZone(name=host.label, timezone=host.timezone, guessed=guessed)


def _looks(
    asked: Sequence[datetime], zone: tzinfo, due: Callable[[Span], Minutes]
) -> tuple[HourView, ...]:
    moments = [([each.astimezone(UTC)] if each.tzinfo else times_at(each, zone)) for each in asked]
    every = [moment.replace(second=0, microsecond=0) for found in moments for moment in found]
    if not every:
        return tuple(HourView(local=each) for each in asked)
    first, last = min(every), max(every) + HOUR * MINUTE
    minutes = due(Span.between(first, last))
    looks: list[HourView] = []
    for each, found in zip(asked, moments, strict=True):
        looks += [hour_view(minutes, moment, zone) for moment in found] or [HourView(local=each)]
    return tuple(looks)


def at_each_day(local_time: time, first: date, count: int = 7) -> tuple[datetime, ...]:
    """A time of the day (naive) on so many days from one on."""
    return tuple(datetime.combine(first + timedelta(days=n), local_time) for n in range(count))
