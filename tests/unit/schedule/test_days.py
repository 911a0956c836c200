"""The integers stand for the days that the real calendar has."""
# ruff: noqa: DTZ001 (wall times are naive)

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.schedule import days

CYCLE = [date(2001, 1, 1) + timedelta(days=n) for n in range(days.DAYS_IN_CYCLE)]
anyday = st.dates(date(1800, 1, 1), date(2500, 1, 1))
sets = st.integers(0, days.ALL_DAYS)


def test_the_cycle_holds_every_kind_of_day_and_no_other() -> None:
    assert CYCLE[-1] == date(2400, 12, 31)
    assert {days.kind_of(day) for day in CYCLE} == set(range(days.KINDS))


@given(anyday)
def test_a_day_is_in_the_sets_it_belongs_to_and_in_no_other(day: date) -> None:
    kind = days.kind_of(day)
    left = monthrange(day.year, day.month)[1] - day.day

    def holding(table: list[int]) -> list[int]:
        return [place for place, on in enumerate(table) if on >> kind & 1]

    assert holding(days.IN_MONTH) == [day.month]
    assert holding(days.DAY) == [day.day]
    assert holding(days.WEEKDAY) == [day.isoweekday() % 7]
    assert holding(days.WEEK) == [(day.day + 6) // 7]
    assert bool(days.LAST_DAY >> kind & 1) is (left == 0)
    assert bool(days.LAST_WEEK >> kind & 1) is (left < 7)


def said_by_rule(month: int, date_: int, weekday: int) -> int:
    return days.IN_MONTH[month] & days.DAY[date_] & days.WEEKDAY[weekday]


@given(anyday, st.sampled_from([-1, 1]))
def test_moved_sets_follow_the_calendar(day: date, way: int) -> None:
    """Also over New Year, the end of February, and the turn of the week."""
    on = said_by_rule(day.month, day.day, day.isoweekday() % 7)
    moved = days.day_after(on) if way > 0 else days.day_before(on)
    assert moved >> days.kind_of(day + timedelta(days=way)) & 1
    assert not moved >> days.kind_of(day) & 1


@given(sets)
def test_moving_there_and_back_changes_nothing(on: int) -> None:
    assert days.day_after(days.day_before(on)) == on
    assert days.day_before(days.day_after(on)) == on


def test_members_and_bits_are_inverse() -> None:
    assert list(days.members(days.bits([5, 0, 31]))) == [0, 5, 31]
    assert days.bits([]) == 0


def test_minutes_of_day_is_the_product() -> None:
    found = days.minutes_of_day(days.bits([0, 30]), days.bits([3, 23]))
    assert list(days.members(found)) == [180, 210, 1380, 1410]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_next_firing_on_a_rare_day(moment: datetime) -> None:
    leap_days = days.IN_MONTH[2] & days.DAY[29]
    found = days.next_firing(leap_days, 1 << 61, moment)
    assert found is not None
    assert (found.month, found.day, found.hour, found.minute) == (2, 29, 1, 1)
    assert found > moment
    assert found.year - moment.year <= 4


@pytest.mark.parametrize(
    ("minutes", "hours", "gaps"),
    [
        ([0], [3], [1440]),
        ([0, 50], range(24), [50, 10] * 24),
        ([0], [22, 23], [60, 1380]),
        ([58], [0, 23], [1380, 60]),  # over midnight
    ],
)
def test_gaps_go_on_over_midnight(
    minutes: list[int], hours: Iterable[int], gaps: list[int]
) -> None:
    at = days.minutes_of_day(days.bits(minutes), days.bits(hours))
    assert days.gaps(at) == gaps
    assert days.gaps(at, 7 * 1440)[-1] == gaps[-1] + 6 * 1440


def test_minutes_of_the_day_are_told_as_minutes_and_hours() -> None:
    at = days.bits([3 * 60 + 5, 3 * 60 + 10, 23 * 60 + 5])
    assert days.minutes_and_hours(at) == (days.bits([5, 10]), days.bits([3, 23]))
    assert [days.clock_time(minute) for minute in days.members(at)] == ["03:05", "03:10", "23:05"]
