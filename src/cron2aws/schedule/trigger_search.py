"""The search for triggers: one or two cron() expressions, with guards, that say a set of times.

A schedule is a set of days times a set of minutes, in local time. In the triggers' zone some of
these times may fall on the day before or after (see `shifted_times`). A trigger takes on all or
some of them, with one set of days, narrowed by a guard on the local day of the month. Expressions
without a guard come first, then what is cheap: few guards, few runs that only a guard stops, a
short text. What is found here is proved elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from cron2aws.schedule import days, writing
from cron2aws.schedule.bounds import DAY_OF_MONTH, MONTH
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.eventbridge import MAX_LENGTH
from cron2aws.schedule.shifted_times import (
    ShiftedTimes,
    days_let_through,
    rectangle,
    shifted_days,
    times_in_trigger_zone,
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A trigger that is not proved yet; `guard` has bits 1-31, all of them for no guard."""

    expression: str
    guard: int
    cost: float  # what makes another form of the same thing better, in characters

    @property
    def guard_days(self) -> tuple[int, ...]:
        """The days of the month on which a run may go on; empty where there is no guard."""
        return tuple(days.members(self.guard)) if self.guard != DAY_OF_MONTH.every else ()


_GUARD_COST = 30  # a guard is read like so many characters
_EVERY_DAY_COST = 100  # the cost of a run on every day of the year that a guard stops


@dataclass(frozen=True)
class _Base:
    """The day fields of an expression, and the days they stand for; bits for a plain date."""

    date: str | int
    months: int
    weekday: str
    on: int

    def draft(self, times: tuple[int, int], guard: int) -> Draft:
        """The expression, with lists of ranges only where it would be too long."""
        text = self._text(times, short=False)
        if len(text) > MAX_LENGTH:
            # pairs of neighbours in all fields, the longest there is, make less than 256
            text = self._text(times, short=True)
        return Draft(expression=text, guard=guard, cost=len(text) + self._guard_cost(guard))

    def _text(self, times: tuple[int, int], *, short: bool) -> str:
        minutes = writing.write_minutes(times[0], short=short)
        hours = writing.write_hours(times[1], short=short)
        months = writing.write_months(self.months, short=short)
        date = self.date
        if isinstance(date, int):
            date = writing.write_days_of_month(date, short=short)
        return f"cron({minutes} {hours} {date} {months} {self.weekday} *)"

    def _guard_cost(self, guard: int) -> float:
        if guard == DAY_OF_MONTH.every:
            return 0
        stopped = (self.on & ~days.days_of_month(guard)).bit_count() / days.KINDS
        return _GUARD_COST + _EVERY_DAY_COST * stopped


_Demand = Mapping[ShiftedTimes, int]  # the days that each piece still asks for


@lru_cache(maxsize=4096)
def draft_triggers(schedule: CronSchedule, offset: int) -> tuple[Draft, ...] | None:
    """Triggers for a schedule whose local time is the triggers' plus `offset` minutes.

    None where two triggers cannot say it.
    """
    pieces = times_in_trigger_zone(schedule, offset)
    demand = {piece: shifted_days(schedule.days, piece.shift) for piece in pieces}
    one = _single(demand)
    if one is not None:
        return (one,)
    return _date_then_weekday(schedule) if offset == 0 else _pair(schedule, demand)


def _single(demand: _Demand) -> Draft | None:
    """One trigger for all that is asked for, or None."""
    times = rectangle(tuple(demand))
    if times is None:
        return None
    asked = 0
    for on in demand.values():
        asked |= on
    bases = _bases(asked)
    for base in bases:
        if all(base.on == on for on in demand.values()):
            return base.draft(times, DAY_OF_MONTH.every)
    guarded = (_guarded_draft(base, demand, times) for base in bases)
    return min((draft for draft in guarded if draft), key=lambda draft: draft.cost, default=None)


def _guarded_draft(base: _Base, demand: _Demand, times: tuple[int, int]) -> Draft | None:
    """The base with the guard that makes it what is asked for, if there is one."""
    if any(on & ~base.on for on in demand.values()):
        return None
    guard = _widest_guard(base, demand)
    whole = all(
        base.on & days_let_through(guard, piece.shift) == on for piece, on in demand.items()
    )
    return base.draft(times, guard) if whole else None


@lru_cache(maxsize=4096)
def _bases(asked: int) -> tuple[_Base, ...]:
    """Remembered: crontabs have many times and few sets of days."""
    return tuple(_covering(asked))


def _covering(asked: int) -> Iterator[_Base]:
    """Day fields that cover all of these days, the simplest first."""
    months = _present(days.IN_MONTH, asked)
    dates = _present(days.DAY, asked)
    weekdays = _present(days.WEEKDAY, asked)
    in_months = days.months(months)
    yield _Base("*", months, "?", in_months)
    by_date = in_months & days.days_of_month(dates)
    # one day of one month is told by its number: `31 12`, not `L 12`
    if asked & ~days.LAST_DAY == 0 and by_date != asked:
        yield _Base("L", months, "?", in_months & days.LAST_DAY)
    yield _Base(dates, months, "?", by_date)
    names = writing.write_weekdays(weekdays)
    by_weekday = in_months & days.weekdays(weekdays)
    yield _Base("?", months, names, by_weekday)
    if weekdays.bit_count() == 1:
        number = weekdays.bit_length()  # AWS counts from Sunday as 1
        for nth in range(1, 6):
            yield _Base("?", months, f"{names}#{nth}", by_weekday & days.WEEK[nth])
        yield _Base("?", months, f"{number}L", by_weekday & days.LAST_WEEK)


def _present(table: list[int], asked: int) -> int:
    """The members of the table that have a day among those asked for."""
    return days.bits([value for value, on in enumerate(table) if on & asked]) if asked else 0


def _widest_guard(base: _Base, demand: _Demand) -> int:
    """The local days of the month on which the base fires as asked and never otherwise."""
    good = wrong = 0
    for piece, on in demand.items():
        good |= _present(_by_date(piece.shift), base.on & on)
        wrong |= _present(_by_date(piece.shift), base.on & ~on)
    return good & ~wrong


@lru_cache(maxsize=3)
def _by_date(shift: int) -> list[int]:
    """The days of a piece by the local day of the month."""
    return [shifted_days(on, shift) for on in days.DAY]


def _date_then_weekday(schedule: CronSchedule) -> tuple[Draft, ...]:
    """The either-day rule: a trigger by date, and one by weekday guarded to all other dates."""
    piece = ShiftedTimes(schedule.minutes, schedule.hours, 0)
    by_date = schedule.days & days.days_of_month(schedule.days_of_month)
    found = (_single({piece: by_date}), _single({piece: schedule.days & ~by_date}))
    return tuple(draft for draft in found if draft)


def _pair(schedule: CronSchedule, demand: _Demand) -> tuple[Draft, ...] | None:
    """The best two triggers for pieces on different days, or None."""
    found: list[tuple[Draft, Draft]] = []
    for first, rest in _firsts(schedule, demand):
        second = _single(rest)
        if second is not None:
            found.append((first, second))
    return min(found, key=lambda pair: pair[0].cost + pair[1].cost, default=None)


def _firsts(schedule: CronSchedule, demand: _Demand) -> Iterator[tuple[Draft, _Demand]]:
    """Triggers that say a part of what is asked and nothing else, with what is then left."""
    for size in range(1, len(demand) + 1):
        for pieces in combinations(demand, size):
            times = rectangle(pieces)
            part = {piece: demand[piece] for piece in pieces}
            if times is None:
                continue
            for base, guard in _parts(schedule, part):
                yield base.draft(times, guard), _left(demand, pieces, base.on, guard)


def _parts(schedule: CronSchedule, part: _Demand) -> Iterator[tuple[_Base, int]]:
    seen: set[int] = set()
    for base in (base for asked in _components(schedule, part) for base in _bases(asked)):
        if base.on in seen:
            continue
        seen.add(base.on)
        if all(base.on & ~on == 0 for on in part.values()):
            yield base, DAY_OF_MONTH.every
        elif guard := _widest_guard(base, part):
            yield base, guard


def _components(schedule: CronSchedule, part: _Demand) -> list[int]:
    """Parts of what is asked that a trigger may take on: all, by date, by weekday, by month."""
    by_date = days.days_of_month(schedule.days_of_month)
    by_weekday = days.weekdays(schedule.days_of_week)
    found: list[int] = []
    for chosen in (days.ALL_DAYS, by_date, by_weekday):
        asked = 0
        for piece, on in part.items():
            asked |= on & shifted_days(chosen, piece.shift)
        found += [asked & months for months in _month_groups(schedule, asked)]
    return [asked for asked in dict.fromkeys(found) if asked]


def _month_groups(schedule: CronSchedule, asked: int) -> Iterator[int]:
    """All months; the schedule's own; those in which only an end is asked for."""
    own = days.months(schedule.months)
    whole = days.bits(
        month
        for month in MONTH.values
        if asked & days.IN_MONTH[month] & ~days.LAST_DAY & ~days.DAY[1]
    )
    yield days.ALL_DAYS
    yield own
    yield ~own & days.ALL_DAYS
    yield days.months(whole)
    yield days.ALL_DAYS & ~days.months(whole)
    yield days.LAST_DAY
    yield days.ALL_DAYS & ~days.LAST_DAY
    yield days.DAY[1]
    yield days.ALL_DAYS & ~days.DAY[1]
    for month in MONTH.values:
        if days.IN_MONTH[month] & asked:
            yield days.IN_MONTH[month]
            yield days.ALL_DAYS & ~days.IN_MONTH[month]


def _left(demand: _Demand, pieces: tuple[ShiftedTimes, ...], on: int, guard: int) -> _Demand:
    left = {
        piece: asked & ~(on & days_let_through(guard, piece.shift)) if piece in pieces else asked
        for piece, asked in demand.items()
    }
    return {piece: asked for piece, asked in left.items() if asked}
