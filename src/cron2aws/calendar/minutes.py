"""Minutes of a span of time as one integer: bit n stands for the nth minute from its start.

A week of a schedule is then a few shifts of its minutes of the day, whatever it fires at, and two
schedules are compared, counted and cut by a few operations on integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from cron2aws.schedule import days
from cron2aws.schedule.clock_changes import changes, missed
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.eventbridge import FIRST_YEAR, EventBridgeCron

MINUTE = timedelta(minutes=1)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A number of minutes from a whole minute (UTC) on."""

    start: datetime
    minutes: int

    @classmethod
    def between(cls, start: datetime, end: datetime) -> Span:
        """From the first whole minute that is not before `start`, up to `end`."""
        start = start.astimezone(UTC)
        whole = start.replace(second=0, microsecond=0)
        first = whole if whole == start else whole + MINUTE
        return cls(start=first, minutes=max(0, -((first - end) // MINUTE)))

    @property
    def end(self) -> datetime:
        """The minute behind the last."""
        return self.time_of(self.minutes)

    def time_of(self, minute: int) -> datetime:
        """The time (UTC) of a minute of the span."""
        return self.start + minute * MINUTE

    def minute_of(self, moment: datetime) -> int:
        """The number of the minute that a time lies in."""
        return (moment - self.start) // MINUTE


class _Placed(NamedTuple):
    """A local day, or the part of one that has one offset from UTC."""

    kind: int  # see `days.kind_of`
    year: int
    shift: int  # where in the span the day's midnight is, or would be
    minutes: int  # those of the span that lie in it
    firsts: int  # the same without times of the day that were there already


@dataclass(frozen=True)
class WallClock:
    """The local clock of a zone over a span, by which schedules are placed in it."""

    span: Span
    days: tuple[_Placed, ...]

    def firings(self, value: EventBridgeCron) -> int:
        """The minutes at which Scheduler fires the expression.

        A time that does not exist is skipped, one that happens twice is used once, before the
        change.
        """
        return self._at(value.on, value.at, value.years)

    def wall_minutes(self, on: int, at: int) -> int:
        """The minutes `at` of the days `on`, each once (see `firings`)."""
        return self._at(on, at, None)

    def minutes_of(self, on: int) -> int:
        """Every minute of the days `on`."""
        found = 0
        for day in self.days:
            if on >> day.kind & 1:
                found |= day.minutes
        return found

    def _at(self, on: int, at: int, years: int | None) -> int:
        found = 0
        for kind, year, shift, _, firsts in self.days:
            if on >> kind & 1 and (years is None or years >> year & 1):
                found |= (at << shift if shift >= 0 else at >> -shift) & firsts
        return found


@lru_cache(maxsize=1024)
def wall_clock_of(zone: tzinfo, span: Span) -> WallClock:
    """The zone's clock over the span."""
    first, last = span.start - 2 * _A_DAY, span.end + 2 * _A_DAY
    changed = [each for each in changes(zone, first.date(), 1) if each.at < last]
    before = changed[0].before if changed else _offset(zone, first)
    starts = [(first, before, timedelta(0))]
    starts += [(each.at, each.after, max(each.before - each.after, timedelta(0)))
               for each in changed]  # fmt: skip
    found: list[_Placed] = []
    for (start, offset, again), end in zip(
        starts, [*(start for start, _, _ in starts[1:]), last], strict=True
    ):
        found += _days_of(span, start, end, offset, again)
    return WallClock(span, tuple(found))


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return (moment.astimezone(zone).utcoffset() or timedelta(0)) // MINUTE * MINUTE


def _days_of(
    span: Span, start: datetime, end: datetime, offset: timedelta, again: timedelta
) -> list[_Placed]:
    """The days between two moments, which have one offset; the first times come `again`."""
    whole = _bits_between(span, start, end)
    firsts = _bits_between(span, start + again, end)
    day = datetime.combine((start + offset).date(), datetime.min.time(), UTC)
    found: list[_Placed] = []
    while day - offset < end:
        of_day = _bits_between(span, day - offset, day - offset + _A_DAY)
        if of_day & whole:
            found.append(
                _Placed(
                    kind=days.kind_of(day),
                    year=max(day.year - FIRST_YEAR, 0),
                    shift=span.minute_of(day - offset),
                    minutes=of_day & whole,
                    firsts=of_day & firsts,
                )
            )
        day += _A_DAY
    return found


def _bits_between(span: Span, start: datetime, end: datetime) -> int:
    """The span's minutes from one moment on, before another."""
    first = min(max(span.minute_of(start), 0), span.minutes)
    last = min(max(span.minute_of(end), first), span.minutes)
    return (1 << last) - (1 << first)


def cron_minutes(schedule: CronSchedule, zone: tzinfo, span: Span, *, local_clock: bool) -> int:
    """The minutes at which the daemon starts the job, clock changes and all."""
    found = wall_clock_of(zone, span).wall_minutes(schedule.days, schedule.times)
    for change in changes(zone, (span.start - _A_DAY).date(), 1):
        if change.at > span.end + _A_DAY:
            break
        for start in missed(schedule, change, local_clock=local_clock):
            minute = span.minute_of(start.at)
            if 0 <= minute < span.minutes:
                found |= 1 << minute
    return found


def first_minute(day: date, zone: tzinfo) -> datetime:
    """When (UTC) a day begins in a zone: at the change where the clock leaves its midnight out."""
    midnight = datetime.combine(day, datetime.min.time(), zone)
    moment, last = sorted(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    while moment < last and moment.astimezone(zone).date() < day:
        moment += MINUTE
    return moment
