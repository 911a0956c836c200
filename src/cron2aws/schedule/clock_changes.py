"""What happens on the days when the clock is put forward or back.

The daemons (measured, and `cron.c` of Debian and cronie agree): a change of up to three hours is
caught up with. A wildcard job follows the wall clock, so its times in the gap are lost and its
times in the repeated hour come twice. A fixed job that falls into the gap starts right after it,
and runs once, in the first pass, where an hour is repeated. cronie's CRON_TZ entries, and every
job at a larger change, follow the wall clock like wildcard jobs.

EventBridge Scheduler does neither: see `fire_times`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from cron2aws.schedule import days
from cron2aws.schedule.cron import CronSchedule

ResolveZone = Callable[[str], tzinfo]
"""A zone by its IANA name; LookupError where there is none."""

YEARS = 5  # how far clock changes are looked at
_CAUGHT_UP = timedelta(hours=3)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ClockShift:
    """One change of a zone's clock: when (UTC), and what the clock was and is ahead of UTC."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def forward(self) -> bool:
        """Whether the clock goes forward and leaves times out; else it repeats some."""
        return self.after > self.before

    @property
    def caught_up(self) -> bool:
        """Whether the daemon catches up on fixed jobs: the change is three hours at most."""
        return abs(self.after - self.before) <= _CAUGHT_UP

    @property
    def odd_times(self) -> tuple[datetime, datetime]:
        """The local times (naive, from, to) that do not exist, or happen twice."""
        utc = self.at.replace(tzinfo=None)
        return utc + min(self.before, self.after), utc + max(self.before, self.after)

    @property
    def local_end(self) -> datetime:
        """The clock (naive) right after the change."""
        return self.at.replace(tzinfo=None) + self.after


@dataclass(frozen=True, kw_only=True)
class MissedStart:
    """A start that the daemon makes, and that a Scheduler trigger in the host's zone misses."""

    change: ClockShift
    local: datetime  # the job's time, naive
    at: datetime  # when the daemon starts it, UTC


def years_later(since: date, years: int) -> date:
    """The same day some years on; 28 February for a 29th where there is none, at most year 9998."""
    year = min(since.year + years, 9998)
    try:
        return since.replace(year=year)
    except ValueError:
        return since.replace(year=year, day=28)


@lru_cache(maxsize=256)
def changes(zone: tzinfo, since: date, years: int = YEARS) -> tuple[ClockShift, ...]:
    """The clock's changes from the start of a day (UTC) on, for so many years."""
    moment = datetime.combine(max(since, date(1900, 1, 1)), time(), UTC)
    end = datetime.combine(years_later(since, years), time(), UTC)
    found: list[ClockShift] = []
    offset = _offset(zone, moment)
    while moment < end:
        later = moment + timedelta(hours=12)  # no zone changes twice in half a day
        new = _offset(zone, later)
        if new != offset:
            found.append(ClockShift(at=_instant(zone, moment, later), before=offset, after=new))
        moment, offset = later, new
    return tuple(found)


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    """How far the zone is ahead of UTC, in whole minutes."""
    offset = moment.astimezone(zone).utcoffset()
    return (offset or timedelta(0)) // _MINUTE * _MINUTE


def _instant(zone: tzinfo, low: datetime, high: datetime) -> datetime:
    """The first minute with the new offset, between two moments."""
    new = _offset(zone, high)
    while high - low > _MINUTE:
        middle = low + (high - low) // 2 // _MINUTE * _MINUTE
        if _offset(zone, middle) == new:
            high = middle
        else:
            low = middle
    return high


def offsets(zone: tzinfo, since: date) -> set[timedelta]:
    """Every offset from UTC that the zone has in the years considered."""
    first = _offset(zone, datetime.combine(max(since, date(1900, 1, 1)), time(), UTC))
    return {first, *(change.after for change in changes(zone, since))}


def due_between(schedule: CronSchedule, first: datetime, last: datetime) -> Iterator[datetime]:
    """The schedule's wall times (naive) from `first` on, before `last`."""
    midnight = first.replace(hour=0, minute=0)
    while midnight < last:
        if schedule.days >> days.kind_of(midnight) & 1:
            start = max((first - midnight) // _MINUTE, 0)
            end = min((last - midnight) // _MINUTE, days.MINUTES_IN_DAY)
            window = schedule.times >> start & (1 << end - start) - 1
            for minute in days.members(window):
                yield midnight + timedelta(minutes=start + minute)
        midnight += timedelta(days=1)


def missed(
    schedule: CronSchedule, change: ClockShift, *, local_clock: bool
) -> Iterator[MissedStart]:
    """The starts around a change that the daemon makes and triggers in the host's zone do not."""
    follows_clock = schedule.wildcard or local_clock or not change.caught_up
    if change.forward is follows_clock:
        return
    for local in due_between(schedule, *change.odd_times):
        second_pass = (local - change.after).replace(tzinfo=UTC)
        yield MissedStart(
            change=change, local=local, at=change.at if change.forward else second_pass
        )


def starts_after(
    schedule: CronSchedule, zone: tzinfo, moment: datetime, count: int, *, local_clock: bool = False
) -> list[datetime]:
    """The next `count` starts that the daemon makes after `moment`, in the zone's time."""
    found: list[datetime] = []
    local = moment.astimezone(zone).replace(tzinfo=None) - _CAUGHT_UP - _CAUGHT_UP
    end = datetime.max  # noqa: DTZ901 (wall time)
    while (next_local := schedule.next_after(local)) is not None and next_local < end:
        local = next_local
        at = _starts(schedule, zone, local, local_clock=local_clock)
        found += [start for start in at if start > moment]
        if len(found) >= count:  # later wall times may start earlier, by a change at most
            end = min(end, local + _CAUGHT_UP + _CAUGHT_UP)
    return [start.astimezone(zone) for start in sorted(found)[:count]]


def _starts(
    schedule: CronSchedule, zone: tzinfo, local: datetime, *, local_clock: bool
) -> list[datetime]:
    """When (UTC) the daemon starts the job that is due at this wall time."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return [first]
    follows_clock = schedule.wildcard or local_clock or abs(first - second) > _CAUGHT_UP
    if first < second:  # the wall time happens twice
        return [first, second] if follows_clock else [first]
    # in the gap: read with the offset after it, the moment lies before the change
    return [] if follows_clock else [_instant(zone, second, first)]
