"""One more trigger, for the day of the clock change, where it makes a conversion exact.

It must fire at exactly the starts that the triggers in the host's zone leave out (see
`clock_changes.missed`): on the 2nd Sunday of March at 03:00, for instance. Zones have such a rule
in most years; whether it holds in the years considered is looked up, not taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from cron2aws.schedule import days, writing
from cron2aws.schedule.clock_changes import (
    YEARS,
    MissedStart,
    ResolveZone,
    changes,
    missed,
    years_later,
)
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.trigger import DayGuard, Trigger

_CYCLE = 28  # in so many years each date falls on each weekday


@dataclass(frozen=True, kw_only=True)
class _Host:
    zone: str
    clock: tzinfo
    since: date


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """A zone in which the trigger can be written."""

    zone: str
    clock: tzinfo

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.clock).replace(tzinfo=None)

    def moment(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.clock).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    trigger: Trigger
    misses: int  # days in the 28 years on which it would not do what it should

    @property
    def rank(self) -> tuple[int, bool, int]:
        """What makes a candidate better."""
        return self.misses, self.trigger.guard is not None, len(self.trigger.expression)


def extra_trigger(
    schedule: CronSchedule,
    zone: str,
    resolve_zone: ResolveZone,
    since: date,
    *,
    local_clock: bool,
) -> Trigger | None:
    """A trigger for exactly what the others miss in the years considered, or None."""
    host = _Host(zone=zone, clock=resolve_zone(zone), since=since)
    starts = [
        start
        for change in changes(host.clock, since)
        for start in missed(schedule, change, local_clock=local_clock)
    ]
    later = [
        start
        for change in changes(host.clock, since, _CYCLE)
        if (start := next(missed(schedule, change, local_clock=local_clock), None))
    ]
    forward = {start.change.forward for start in starts}
    if len(forward) != 1 or len({start.at for start in starts}) != len(starts):
        return None
    if any(schedule.fires(start.change.local_end) for start in starts if start.change.forward):
        return None  # the daemon starts it twice in that minute
    found = [
        candidate
        for frame in _frames(host, starts, resolve_zone)
        for candidate in _candidates(host, frame, starts, later)
    ]
    best = min(found, key=lambda candidate: candidate.rank, default=None)
    return best.trigger if best else None


def _frames(
    host: _Host, starts: Sequence[MissedStart], resolve_zone: ResolveZone
) -> Iterator[_Frame]:
    """The host's zone for times that exist once there; else UTC, or the offset after the change."""
    if starts[0].change.forward:
        yield _Frame(zone=host.zone, clock=host.clock)
        return
    yield _Frame(zone="UTC", clock=UTC)
    offsets = {start.change.after for start in starts}
    hours, rest = divmod(min(offsets), timedelta(hours=1))
    if len(offsets) == 1 and not rest and hours:
        # the sign is POSIX's: Etc/GMT-10 is ten hours ahead of UTC
        name = f"Etc/GMT{'-' if hours > 0 else '+'}{abs(hours)}"
        try:
            yield _Frame(zone=name, clock=resolve_zone(name))
        except LookupError:
            return


def _candidates(
    host: _Host, frame: _Frame, starts: Sequence[MissedStart], later: Sequence[MissedStart]
) -> Iterator[_Candidate]:
    """Triggers in a frame that make all of `starts`; `later` tells how regular the rule is."""
    times_on: dict[date, int] = {}
    for local in (frame.local(start.at) for start in starts):
        minute = 1 << local.hour * 60 + local.minute
        times_on[local.date()] = times_on.get(local.date(), 0) | minute
    months = {day.month for day in times_on}
    weekdays = {day.isoweekday() % 7 for day in times_on}
    times = set(times_on.values())
    if len(months) != 1 or len(weekdays) != 1 or len(times) != 1:
        return
    (month,), (weekday,), (at,) = months, weekdays, times
    fields = _rectangle(at)
    if fields is None:
        return
    wanted = {frame.local(start.at).date() for start in later}
    known = _weekdays(host, frame, month, weekday, (at & -at).bit_length() - 1)
    for name, on in _days(weekday):
        there = [day for day in known if on >> day.kind & 1]
        for guarded in (False, True):
            allowed = {day.host_day for day in there if day.date in wanted or not guarded}
            fired = {day.date for day in there if day.host_day in allowed}
            odd = fired ^ wanted
            if any(_considered(host, day) for day in odd):
                continue
            guard = DayGuard(days_of_month=tuple(sorted(allowed)), timezone=host.zone)
            yield _Candidate(
                trigger=Trigger(
                    expression=f"cron({fields} ? {month} {name} *)",
                    timezone=frame.zone,
                    guard=guard if guarded else None,
                ),
                misses=len(odd),
            )


def _considered(host: _Host, day: date) -> bool:
    """Whether a day lies in the years for which the conversion must be exact, or at their ends."""
    end = years_later(host.since, YEARS)
    return host.since - timedelta(days=1) <= day <= end + timedelta(days=1)


def _days(weekday: int) -> Iterator[tuple[str, int]]:
    """The day-of-week fields that could name the change's day, and their days."""
    name = writing.write_weekdays(1 << weekday)
    on = days.WEEKDAY[weekday]
    for nth in range(1, 6):
        yield f"{name}#{nth}", on & days.WEEK[nth]
    yield f"{weekday + 1}L", on & days.LAST_WEEK
    yield name, on


@dataclass(frozen=True, kw_only=True)
class _Day:
    """A day in a frame, its kind, and the host's day of the month at the time of the trigger."""

    date: date
    kind: int
    host_day: int


@lru_cache(maxsize=256)
def _weekdays(
    host: _Host, frame: _Frame, month: int, weekday: int, minute: int
) -> tuple[_Day, ...]:
    """The days of that weekday in that month, over the 28 years."""
    end = years_later(host.since, _CYCLE)
    found = []
    for year in range(host.since.year, end.year + 1):
        for date_ in range(1, 32):
            try:
                local = datetime(year, month, date_) + timedelta(minutes=minute)  # noqa: DTZ001
            except ValueError:
                break
            if local.isoweekday() % 7 == weekday and host.since <= local.date() <= end:
                host_day = frame.moment(local).astimezone(host.clock).day
                found.append(_Day(date=local.date(), kind=days.kind_of(local), host_day=host_day))
    return tuple(found)


def _rectangle(at: int) -> str | None:
    """The fields of these minutes of the day, if minutes times hours say them."""
    minutes, hours = days.minutes_and_hours(at)
    if not at or days.minutes_of_day(minutes, hours) != at:
        return None
    return f"{writing.write_minutes(minutes)} {writing.write_hours(hours)}"
