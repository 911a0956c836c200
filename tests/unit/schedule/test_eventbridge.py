"""EventBridge's expressions: what is documented is read, the rest is refused with a reason."""
# ruff: noqa: DTZ001 (wall times are naive)

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.schedule.days import kind_of
from cron2aws.schedule.eventbridge import BadExpression, EventBridgeCron, Rate, parse_aws

SIX = "cron() has six fields: minutes hours day-of-month month day-of-week year"


def cron(text: str) -> EventBridgeCron:
    found = parse_aws(text)
    assert isinstance(found, EventBridgeCron), found
    return found


@pytest.mark.parametrize(
    "text",
    [
        "cron(0 12 * * ? *)",
        "cron(15 10 ? * 6L 2022-2023)",
        "cron(0 2 ? * SAT#3 *)",
        "cron(0/5 8-17 ? * MON-FRI *)",
        "cron(*/15 * * * ? *)",  # accepted by AWS, though the pages write 0/15
        "cron(1-31/30 1-1 ? * 1,7 *)",
        "cron(0-59/10 0-23/2 ? * * *)",
        "cron(0 8 L * ? *)",
        "cron(0 8 3W 1/3 ? 1970-2199/10)",
    ],
)
def test_good_expressions_are_kept_as_they_are(text: str) -> None:
    assert cron(text).text == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("cron(0 1 * * * *)", "exactly one of day-of-month and day-of-week is `?`"),
        ("cron(0 1 ? * ? *)", "exactly one of day-of-month and day-of-week is `?`"),
        ("cron(0 1 * * ?)", SIX),
        (
            "cron( 0 1 * * ?)",
            SIX,
        ),
        ("cron(71 8 1 * ? *)", "'71' is not 0-59 in minutes"),
        ("cron(7 20 * * NOT *)", "exactly one of day-of-month and day-of-week is `?`"),
        ("cron(7 20 ? * NOT *)", "'NOT' is not 1-7 in day-of-week"),
        ("cron(7 20 ? * mon *)", "'mon' is not 1-7 in day-of-week"),
        ("cron(7 20 ? * 0 *)", "'0' is not 1-7 in day-of-week"),
        ("cron(7 20 ? * 2/2 *)", "a step in day-of-week is not documented"),
        ("cron(7 22-2 * * ? *)", "the hours range 22-2 runs backwards: not documented"),
        ("cron(*/60 * * * ? *)", "'60' is not a step of 1-59 in minutes"),
        ("cron(0/0 * * * ? *)", "'0' is not a step of 1-59 in minutes"),
        ("cron(0 0 0W * ? *)", "'0' is not 1-31 in day-of-month"),
        ("cron(0 0 1,L * ? *)", "'L' is not 1-31 in day-of-month"),
        ("cron(0 0 1 * ? 1969)", "'1969' is not 1970-2199 in year"),
        ("at(2027-01-01T00:00:00)", "not `cron(...)` or `rate(...)`"),
        ("0 3 * * 1", "not `cron(...)` or `rate(...)`"),
        (f"cron({','.join(['0'] * 130)} * * * ? *)", "longer than 256 characters"),
        ("rate(1 minutes)", "1 takes the singular, other numbers the plural"),
        ("rate(10 minute)", "1 takes the singular, other numbers the plural"),
        ("rate(0 minutes)", "a rate is at least 1"),
        ("rate( 10 minutes )", "a rate is `rate(1 minute)`, `rate(5 minutes)`, hours or days"),
        ("rate(10 seconds)", "a rate is `rate(1 minute)`, `rate(5 minutes)`, hours or days"),
        (" rate(10 minutes)", "not `cron(...)` or `rate(...)`"),
    ],
)
def test_others_are_refused_with_a_reason(text: str, why: str) -> None:
    found = parse_aws(text)
    assert isinstance(found, BadExpression)
    assert (found.text, found.why) == (text, why)


@pytest.mark.parametrize(
    ("text", "moment", "fires"),
    [
        ("cron(0 3 ? * FRI *)", datetime(2026, 11, 27, 3), True),
        ("cron(0 3 ? * 6 *)", datetime(2026, 11, 27, 3), True),  # 6 is Friday, not Saturday
        ("cron(0 3 ? * 5 *)", datetime(2026, 11, 27, 3), False),
        ("cron(0 3 ? * FRI#4 *)", datetime(2026, 11, 27, 3), True),
        ("cron(0 3 ? * FRI#3 *)", datetime(2026, 11, 27, 3), False),
        ("cron(0 3 ? * 6L *)", datetime(2026, 11, 27, 3), True),
        ("cron(0 3 ? * 6L *)", datetime(2026, 11, 20, 3), False),
        ("cron(0 3 L * ? *)", datetime(2028, 2, 29, 3), True),
        ("cron(0 3 L * ? *)", datetime(2028, 2, 28, 3), False),
        ("cron(0 3 * * ? 2027)", datetime(2026, 11, 27, 3), False),
        ("cron(0 3 * * ? *)", datetime(1969, 11, 27, 3), False),
        ("cron(0 3 * * ? *)", datetime(2200, 1, 1, 3), False),
        ("cron(0 3 * * ? *)", datetime(2026, 11, 27, 4), False),
    ],
)
def test_fires(text: str, moment: datetime, fires: bool) -> None:
    assert cron(text).fires(moment) is fires


def nearest(year: int, month: int, day: int) -> int | None:
    """The weekday nearest to a day, looked for one day after the other."""
    last = monthrange(year, month)[1]
    if day > last:
        return None
    for way in (0, -1, 1, -2, 2):
        if 1 <= day + way <= last and datetime(year, month, day + way).weekday() < 5:
            return day + way
    return None


@given(st.integers(1, 31), st.dates(date(2000, 1, 1), date(2400, 1, 1)))
def test_the_nearest_weekday_stays_in_its_month(day: int, month: date) -> None:
    value = cron(f"cron(0 0 {day}W * ? *)")
    last = monthrange(month.year, month.month)[1]
    kinds = {n: kind_of(month.replace(day=n)) for n in range(1, last + 1)}
    fired = [n for n, kind in kinds.items() if value.on >> kind & 1]
    expected = nearest(month.year, month.month, day)
    assert fired == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        ("cron(0 3 * * ? *)", datetime(2026, 11, 27, 3), datetime(2026, 11, 28, 3)),
        ("cron(0 3 1 1 ? 2030,2032)", datetime(2026, 11, 27), datetime(2030, 1, 1, 3)),
        ("cron(0 3 1 1 ? 2030,2032)", datetime(2030, 6, 1), datetime(2032, 1, 1, 3)),
        ("cron(0 3 1 1 ? 2030,2032)", datetime(2032, 6, 1), None),
        ("cron(0 0 1 1 ? 2030)", datetime(2026, 11, 27), datetime(2030, 1, 1)),
        ("cron(0 0 30 2 ? *)", datetime(2026, 11, 27), None),
        ("cron(0 0 29 2 ? 2027)", datetime(2026, 11, 27), None),
    ],
)
def test_next_after(text: str, moment: datetime, expected: datetime | None) -> None:
    assert cron(text).next_after(moment) == expected


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (1, "rate(1 minute)"),
        (5, "rate(5 minutes)"),
        (60, "rate(1 hour)"),
        (90, "rate(90 minutes)"),
        (120, "rate(2 hours)"),
        (1440, "rate(1 day)"),
        (10080, "rate(7 days)"),
    ],
)
def test_rates_take_the_largest_unit_and_come_back(minutes: int, text: str) -> None:
    assert Rate(minutes=minutes).render() == text
    assert parse_aws(text) == Rate(minutes=minutes)


def test_a_rate_counts_from_its_creation() -> None:
    created = datetime(2026, 11, 27, 3, 2)
    rate = Rate(minutes=5)
    assert rate.fires(created + timedelta(minutes=10), created=created)
    assert not rate.fires(created, created=created)
    assert not rate.fires(created - timedelta(minutes=5), created=created)
    assert not rate.fires(created + timedelta(minutes=8), created=created)


@given(st.text("cron(rate) 0123456789*?/,-LW#MONFRI", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for each in (text, f"cron({text})", f"rate({text})"):
        assert isinstance(parse_aws(each), EventBridgeCron | Rate | BadExpression)
