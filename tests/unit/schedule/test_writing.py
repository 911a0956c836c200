"""Sets as fields: documented forms only, the shortest that reads well."""

from __future__ import annotations

import pytest

from cron2aws.schedule.days import bits
from cron2aws.schedule.writing import (
    write_days_of_month,
    write_hours,
    write_minutes,
    write_months,
    write_weekdays,
)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (range(60), "*"),
        ([5], "5"),
        ([5, 6], "5,6"),
        ([5, 6, 7], "5-7"),
        ([0, 15, 30, 45], "0/15"),
        (range(3, 60, 5), "3/5"),
        ([0, 20, 40], "0/20"),
        ([0, 20], "0,20"),
        ([8, 10, 12], "8,10,12"),  # the step does not reach the end
        (range(8, 20, 2), "8-18/2"),
        ([1, 2, 3, 5], "1,2,3,5"),  # no list of ranges unless it must be
    ],
)
def test_minutes(values: list[int], text: str) -> None:
    assert write_minutes(bits(values)) == text


def test_short_lists_join_runs() -> None:
    values = bits([1, 2, 3, 5, 6, 8])
    assert write_minutes(values, short=True) == "1-3,5,6,8"
    assert write_hours(values, short=True) == "1-3,5,6,8"
    assert write_days_of_month(values, short=True) == "1-3,5,6,8"
    assert write_months(values, short=True) == "1-3,5,6,8"


def test_days_and_months_step_from_their_first() -> None:
    assert write_days_of_month(bits(range(1, 32, 2))) == "1/2"
    assert write_months(bits(range(1, 13, 3))) == "1/3"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([0], "SUN"),
        ([1, 2, 3, 4, 5], "MON-FRI"),
        ([0, 6], "SUN,SAT"),
        ([0, 2, 4, 6], "SUN,TUE,THU,SAT"),  # a step is not documented here
        ([5, 6], "FRI,SAT"),
        ([0, 5, 6], "SUN,FRI,SAT"),  # never FRI-SUN: it would run backwards
    ],
)
def test_weekdays_by_name(values: list[int], text: str) -> None:
    assert write_weekdays(bits(values)) == text
