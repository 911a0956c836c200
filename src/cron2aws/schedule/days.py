"""Sets of days and of minutes as integers.

There are (365 + 366) x 7 = 5,117 kinds of day: leap year or not, day of the year, weekday. All of
them occur within the 400 years (146,097 days) after which the Gregorian calendar repeats, so two
rules that agree on every kind agree on every day there is. A set of days is an integer with a bit
for each kind, a set of minutes one with 1,440 bits, bit 0 being midnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

DAYS_IN_CYCLE = 146_097  # 400 years
MINUTES_IN_DAY = 1_440
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP_YEAR_STARTS = 365 * 7  # where the kinds of leap years begin
KINDS = (365 + 366) * 7
ALL_DAYS = (1 << KINDS) - 1
ALL_MINUTES = (1 << MINUTES_IN_DAY) - 1
_HOUR = (1 << 60) - 1


def bits(values: Iterable[int]) -> int:
    """The set with these members."""
    found = 0
    for value in values:
        found |= 1 << value
    return found


def members(found: int) -> Iterator[int]:
    """The members of a set, ascending."""
    while found:
        lowest = found & -found
        yield lowest.bit_length() - 1
        found ^= lowest


def _tables() -> tuple[list[int], list[int], int, int]:
    """By month, by day of the month, the months' last days, their last seven days."""
    by_month, by_day, last_day, last_week = [0] * 13, [0] * 32, 0, 0
    at = 0
    for leap in (False, True):
        for month, usual in enumerate(_LENGTHS, 1):
            length = usual + (leap and month == 2)
            for day in range(1, length + 1):
                seven = _ALL_WEEKDAYS << at
                by_month[month] |= seven
                by_day[day] |= seven
                last_week |= seven if length - day < 7 else 0
                last_day |= seven if length == day else 0
                at += 7
    return by_month, by_day, last_day, last_week


_ALL_WEEKDAYS = 0x7F
IN_MONTH, DAY, LAST_DAY, LAST_WEEK = _tables()
WEEKDAY = [ALL_DAYS // _ALL_WEEKDAYS << n for n in range(7)]  # Sunday is 0
WEEK = [0, *(sum(DAY[first : first + 7]) for first in range(1, 32, 7))]
"""The days 1-7, 8-14, ... of a month: the first, second, ... of each weekday."""


@lru_cache(maxsize=4096)
def months(chosen: int) -> int:
    """The days of these months (bits 1-12)."""
    return _union(IN_MONTH, chosen)


@lru_cache(maxsize=4096)
def days_of_month(chosen: int) -> int:
    """The days with these numbers (bits 1-31)."""
    return _union(DAY, chosen)


@lru_cache(maxsize=128)
def weekdays(chosen: int) -> int:
    """The days of the week with these numbers (bits 0-6, Sunday 0)."""
    return _union(WEEKDAY, chosen)


def _union(table: Sequence[int], chosen: int) -> int:
    found = 0
    for value in members(chosen):
        found |= table[value]
    return found


@lru_cache(maxsize=4096)
def minutes_of_day(minutes: int, hours: int) -> int:
    """The minutes of the day at which one of `hours` (bits 0-23) has one of `minutes` (0-59)."""
    found = 0
    for hour in members(hours):
        found |= minutes << hour * 60
    return found


def minutes_and_hours(at: int) -> tuple[int, int]:
    """The minutes of the hour and the hours that occur among these minutes of the day."""
    minutes = hours = 0
    for hour in range(24):
        in_hour = at >> hour * 60 & _HOUR
        minutes |= in_hour
        hours |= bool(in_hour) << hour
    return minutes, hours


def gaps(at: int, period: int = MINUTES_IN_DAY) -> list[int]:
    """The minutes from each of these minutes to the next; the first comes again a period later.

    There must be at least one.
    """
    found = list(members(at))
    following = [*found[1:], found[0] + period]
    return [later - earlier for earlier, later in zip(found, following, strict=True)]


def clock_time(minute: int) -> str:
    """A minute of the day as the clock shows it: `03:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def kind_of(day: date) -> int:
    """Which of the 5,117 kinds this day is."""
    leap = _year(day.year)[0]
    index = _MONTH_STARTS[leap][day.month] + day.day
    return (_LEAP_YEAR_STARTS if leap else 0) + index * 7 + day.isoweekday() % 7


def next_firing(on: int, at: int, local: datetime) -> datetime | None:
    """The first minute after `local` on one of the days `on` at one of the minutes `at`.

    None where the calendar ends (year 9999) first; neither set may be empty.
    """
    midnight = datetime(local.year, local.month, local.day)  # noqa: DTZ001 (wall time)
    later_today = at >> local.hour * 60 + local.minute + 1
    if later_today and on >> kind_of(midnight) & 1:
        return local.replace(second=0, microsecond=0) + timedelta(minutes=_lowest(later_today) + 1)
    year, index = local.year, _MONTH_STARTS[_year(local.year)[0]][local.month] + local.day + 1
    while year <= date.max.year:
        leap, first_weekday = _year(year)
        in_year = on >> (_LEAP_YEAR_STARTS if leap else 0) & _OF_YEAR[leap, first_weekday]
        left = in_year >> index * 7
        if left:
            day = datetime(year, 1, 1) + timedelta(days=index + _lowest(left) // 7)  # noqa: DTZ001
            return day + timedelta(minutes=_lowest(at))
        year, index = year + 1, 0
    return None


def _lowest(found: int) -> int:
    return (found & -found).bit_length() - 1


@lru_cache(maxsize=1024)
def _year(year: int) -> tuple[bool, int]:
    """Whether it is a leap year, and the weekday (Sunday 0) that it begins with."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return leap, date(year, 1, 1).isoweekday() % 7


_MONTH_STARTS = {
    leap: [sum(_LENGTHS[: month - 1]) + (leap and month > 2) - 1 for month in range(13)]
    for leap in (False, True)
}
"""What to add to a day of the month for the number of days before it in the year."""

_OF_YEAR = {
    (leap, first): bits(index * 7 + (first + index) % 7 for index in range(365 + leap))
    for leap in (False, True)
    for first in range(7)
}
"""The kinds of day that a year has, by leap year and first weekday, from its own start on."""


def day_before(chosen: int) -> int:
    """The days whose next day is chosen.

    Over New Year this asks the January of a year of the same kind; no rule of cron or EventBridge
    tells the Januaries of leap years from others, so the answer holds for every year.
    """
    return _shift(chosen, forward=False)


def day_after(chosen: int) -> int:
    """The days whose day before is chosen (see `day_before` on New Year)."""
    return _shift(chosen, forward=True)


@lru_cache(maxsize=4096)
def _shift(chosen: int, *, forward: bool) -> int:
    shifted = 0
    for length, offset in ((365, 0), (366, _LEAP_YEAR_STARTS)):
        size = length * 7
        year = chosen >> offset & (1 << size) - 1
        shifted |= (_forward(year, size) if forward else _back(year, size)) << offset
    return shifted


# A day on is 7 bits up, the ends of the year joined; then each weekday moves up one place within
# its week of bits, and back likewise.
def _forward(year: int, size: int) -> int:
    full = (1 << size) - 1
    moved = (year << 7 | year >> size - 7) & full
    sundays = full // _ALL_WEEKDAYS  # the lowest bit of each day
    return (moved & ~(sundays << 6)) << 1 | moved >> 6 & sundays


def _back(year: int, size: int) -> int:
    full = (1 << size) - 1
    moved = year >> 7 | (year & _ALL_WEEKDAYS) << size - 7
    sundays = full // _ALL_WEEKDAYS
    return (moved & ~sundays) >> 1 | (moved & sundays) << 6
