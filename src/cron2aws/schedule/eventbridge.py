"""EventBridge's cron() and rate() as values: read, written, and asked when they fire.

    cron(minutes hours day-of-month month day-of-week year)

    field        = part *( "," part )
    part         = ( value | "*" | value "-" value ) [ "/" step ]
    day-of-month = field | "?" | "L" (the last day) | n "W" (the weekday nearest to day n)
    day-of-week  = field without steps | "?" | value "#" n (the nth) | value "L" (the last)

Exactly one of the two day fields is `?`. Days of the week count from Sunday as 1, months may have
names, names are upper case. Source: "Schedule types on EventBridge Scheduler", AWS; a range that
runs backwards is not in it (EventBridge wraps it, cron does not) and is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NoReturn

from cron2aws.schedule.bounds import DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, MONTH, Field
from cron2aws.schedule.days import (
    ALL_DAYS,
    DAY,
    LAST_DAY,
    LAST_WEEK,
    MINUTES_IN_DAY,
    WEEK,
    WEEKDAY,
    bits,
    day_before,
    days_of_month,
    kind_of,
    members,
    minutes_of_day,
    months,
    next_firing,
    weekdays,
)

MAX_LENGTH = 256
FIRST_YEAR, LAST_YEAR = 1970, 2199
TRIGGERS_PER_TASK = 2  # the slots of cfn/task.yaml
ALL_YEARS = bits(range(LAST_YEAR - FIRST_YEAR + 1))
_FRIDAY, _MONDAY = WEEKDAY[5], WEEKDAY[1]
_WORKDAYS = ALL_DAYS & ~(WEEKDAY[0] | WEEKDAY[6])
_UNITS = {"minute": 1, "hour": 60, "day": MINUTES_IN_DAY}


@dataclass(frozen=True, kw_only=True)
class _Bounds:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    steps: bool = True


def _as_in_cron(name: str, cron: Field) -> _Bounds:
    """The bounds of cron's field, which EventBridge shares for all but the day of the week."""
    names = tuple(name.upper() for name in cron.names)
    return _Bounds(name=name, low=cron.low, high=cron.high, names=names)


_MINUTES = _as_in_cron("minutes", MINUTE)
_HOURS = _as_in_cron("hours", HOUR)
_DAYS = _as_in_cron("day-of-month", DAY_OF_MONTH)
_MONTHS = _as_in_cron("month", MONTH)
_WEEKDAYS = replace(_as_in_cron("day-of-week", DAY_OF_WEEK), low=1, steps=False)  # Sunday is 1
_YEARS = _Bounds(name="year", low=FIRST_YEAR, high=LAST_YEAR)


@dataclass(frozen=True, kw_only=True)
class EventBridgeCron:
    """A cron() expression; fires in the wall time of its trigger's zone."""

    text: str = field(compare=False)
    on: int  # the kinds of day, whatever the year (see `days`)
    at: int  # the minutes of the day
    years: int = ALL_YEARS  # bit 0 is 1970

    def fires(self, local: datetime) -> bool:
        """Whether it fires in the minute of this wall time (naive), if there is such a time."""
        in_time = self.at >> local.hour * 60 + local.minute & 1
        return bool(in_time and self.fires_on(local))

    def fires_on(self, day: date) -> bool:
        """Whether it fires on this day, at any minute that it has."""
        in_year = self.years >> max(day.year - FIRST_YEAR, 0) & 1 and day.year >= FIRST_YEAR
        return bool(in_year and self.on >> kind_of(day) & 1)

    def next_after(self, local: datetime) -> datetime | None:
        """The first wall time (naive) after `local` at which it fires, or None."""
        if not (self.on and self.at):
            return None
        for year in self._years_from(local.year):
            start = max(local, datetime(year, 1, 1) - timedelta(minutes=1))  # noqa: DTZ001 (naive)
            found = next_firing(self.on, self.at, start)
            if found is not None and found.year == year:
                return found
        return None

    def _years_from(self, first: int) -> Iterator[int]:
        for year in members(self.years):
            if year + FIRST_YEAR >= first:
                yield year + FIRST_YEAR


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A rate() expression: every so many minutes from its creation on, whatever the clock says."""

    minutes: int

    def render(self) -> str:
        """The expression as AWS takes it: the largest unit, 1 in the singular."""
        unit = max((u for u in _UNITS if self.minutes % _UNITS[u] == 0), key=_UNITS.__getitem__)
        count = self.minutes // _UNITS[unit]
        return f"rate({count} {unit}{'' if count == 1 else 's'})"

    def fires(self, moment: datetime, *, created: datetime) -> bool:
        """Whether it fires at `moment` when it was created at `created`."""
        past = moment - created
        return past > timedelta(0) and past % timedelta(minutes=self.minutes) == timedelta(0)


@dataclass(frozen=True, kw_only=True)
class BadExpression:
    """AWS would refuse this expression, or its documentation does not cover it."""

    text: str
    why: str


class _RefusedError(Exception):
    """Why a part of an expression cannot be read."""


def _refuse(why: str) -> NoReturn:
    raise _RefusedError(why)


@lru_cache(maxsize=4096)
def parse_aws(text: str) -> EventBridgeCron | Rate | BadExpression:
    """The value of an expression, or why AWS would not take it."""
    try:
        if len(text) > MAX_LENGTH:
            _refuse(f"longer than {MAX_LENGTH} characters")
        if text.startswith("rate("):
            return _rate(text)
        return _cron(text)
    except _RefusedError as refused:
        return BadExpression(text=text, why=str(refused))


def _rate(text: str) -> Rate:
    match = re.fullmatch(r"rate\(([0-9]{1,9}) (minute|hour|day)(s?)\)", text)
    if match is None:
        _refuse("a rate is `rate(1 minute)`, `rate(5 minutes)`, hours or days")
    count = int(match[1])
    if count < 1:
        _refuse("a rate is at least 1")
    if (count == 1) is bool(match[3]):
        _refuse("1 takes the singular, other numbers the plural")
    return Rate(minutes=count * _UNITS[match[2]])


def _cron(text: str) -> EventBridgeCron:
    match = re.fullmatch(r"cron\(([^()]*)\)", text)
    if match is None:
        _refuse("not `cron(...)` or `rate(...)`")
    fields = match[1].split(" ")
    if len(fields) != 6 or not all(fields):
        _refuse("cron() has six fields: minutes hours day-of-month month day-of-week year")
    minutes, hours, day, month, weekday, year = fields
    if (day == "?") is (weekday == "?"):
        _refuse("exactly one of day-of-month and day-of-week is `?`")
    on = _by_date(day) if weekday == "?" else _by_weekday(weekday)
    return EventBridgeCron(
        text=text,
        on=on & months(_values(month, _MONTHS)),
        at=minutes_of_day(_values(minutes, _MINUTES), _values(hours, _HOURS)),
        years=_values(year, _YEARS) >> FIRST_YEAR,
    )


def _by_date(text: str) -> int:
    if text == "L":
        return LAST_DAY
    if match := re.fullmatch(r"([0-9]{1,2})W", text):
        return _nearest_weekday(_value(match[1], _DAYS))
    return days_of_month(_values(text, _DAYS))


def _nearest_weekday(day: int) -> int:
    """The weekday nearest to `day` in its month, which it never leaves."""
    found = DAY[day] & _WORKDAYS
    if day == 1:
        found |= DAY[3] & _MONDAY
    else:
        found |= DAY[day - 1] & _FRIDAY & ~LAST_DAY
    if day < 31:
        found |= DAY[day + 1] & _MONDAY
    if day > 2:  # a month's last day on a Sunday goes back to Friday
        sunday = DAY[day] & WEEKDAY[0] & LAST_DAY
        found |= day_before(day_before(sunday))
    return found


def _by_weekday(text: str) -> int:
    if match := re.fullmatch(r"([0-9A-Z]+)#([1-5])", text):
        return WEEKDAY[_value(match[1], _WEEKDAYS) - 1] & WEEK[int(match[2])]
    if match := re.fullmatch(r"([0-9A-Z]+)L", text):
        return WEEKDAY[_value(match[1], _WEEKDAYS) - 1] & LAST_WEEK
    return weekdays(_values(text, _WEEKDAYS) >> 1)


@lru_cache(maxsize=4096)
def _values(text: str, bounds: _Bounds) -> int:
    found = 0
    for part in text.split(","):
        found |= _part(part, bounds)
    return found


def _part(text: str, bounds: _Bounds) -> int:
    base, slash, step_text = text.partition("/")
    step = _step(step_text, bounds) if slash else 1
    first_text, dash, last_text = base.partition("-")
    if base == "*":
        first, last = bounds.low, bounds.high
    elif dash:
        first, last = _value(first_text, bounds), _value(last_text, bounds)
        if first > last:
            _refuse(f"the {bounds.name} range {base} runs backwards: not documented")
    else:
        first = _value(base, bounds)
        last = bounds.high if slash else first
    return bits(range(first, last + 1, step))


def _step(text: str, bounds: _Bounds) -> int:
    if not bounds.steps:
        _refuse(f"a step in {bounds.name} is not documented")
    # AWS refuses a step larger than the field (`*/60`)
    largest = bounds.high - bounds.low if bounds is _YEARS else bounds.high
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= largest:
        _refuse(f"{text!r} is not a step of 1-{largest} in {bounds.name}")
    return int(text)


def _value(text: str, bounds: _Bounds) -> int:
    if text in bounds.names:
        return bounds.names.index(text) + bounds.low
    if re.fullmatch(r"[0-9]{1,4}", text) and bounds.low <= int(text) <= bounds.high:
        return int(text)
    _refuse(f"{text!r} is not {bounds.low}-{bounds.high} in {bounds.name}")
