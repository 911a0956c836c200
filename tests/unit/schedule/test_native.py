"""One expression of EventBridge's for days that cron needs a guard for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.schedule import days
from cron2aws.schedule.eventbridge import EventBridgeCron, parse_aws
from cron2aws.schedule.native import native

AT = days.minutes_of_day(1 << 30, 1 << 3)


@pytest.mark.parametrize(
    ("on", "expression"),
    [
        (days.LAST_DAY, "cron(30 3 L * ? *)"),
        (days.LAST_DAY & days.IN_MONTH[2], "cron(30 3 L 2 ? *)"),
        (days.WEEKDAY[2] & days.WEEK[2], "cron(30 3 ? * TUE#2 *)"),
        (days.WEEKDAY[5] & days.LAST_WEEK, "cron(30 3 ? * 6L *)"),
        (days.WEEKDAY[1], "cron(30 3 ? * MON *)"),
        (days.DAY[1] | days.DAY[15], "cron(30 3 1,15 * ? *)"),
        (days.DAY[31] & days.IN_MONTH[12], "cron(30 3 31 12 ? *)"),
        (days.DAY[1] & days.WEEKDAY[1], None),  # no form says both
        (days.LAST_DAY & ~days.WEEKDAY[0], None),
        (days.WEEKDAY[2] & (days.WEEK[1] | days.WEEK[3]), None),
        (0, None),
    ],
)
def test_the_form_for_days(on: int, expression: str | None) -> None:
    assert native(on, AT) == expression


def test_the_weekday_nearest_to_a_date() -> None:
    value = parse_aws("cron(30 3 15W * ? *)")
    assert isinstance(value, EventBridgeCron)
    assert native(value.on, AT) == "cron(30 3 15W * ? *)"


def test_minutes_that_no_two_fields_say() -> None:
    assert native(days.LAST_DAY, 1 << 10 | 1 << 75) is None


@given(st.integers(1, days.ALL_DAYS))
def test_what_is_offered_fires_on_these_days(on: int) -> None:
    expression = native(on, AT)
    value = parse_aws(expression) if expression else None
    assert value is None or (isinstance(value, EventBridgeCron) and value.on == on)


def test_the_last_day_is_the_one_before_a_first() -> None:
    """Asked day by day over 28 years, beside what the bit sets say."""
    value = parse_aws(native(days.LAST_DAY, AT) or "")
    assert isinstance(value, EventBridgeCron)
    day = date(2024, 1, 1)
    while day.year < 2052:
        assert bool(value.on >> days.kind_of(day) & 1) is ((day + timedelta(days=1)).day == 1)
        day += timedelta(days=1)
