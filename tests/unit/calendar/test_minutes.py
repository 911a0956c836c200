"""The minutes of schedules in a span, beside a walk from minute to minute and beside croniter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cron2aws.calendar.minutes import MINUTE, Span, cron_minutes, first_minute, wall_clock_of
from cron2aws.schedule import days
from cron2aws.schedule.clock_changes import starts_after
from cron2aws.schedule.cron import CronSchedule, parse_expression
from cron2aws.schedule.days import members
from cron2aws.schedule.eventbridge import EventBridgeCron, parse_aws
from cron2aws.schedule.fields import DEBIAN

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Asia/Tokyo", "America/Havana", "Pacific/Chatham", "Antarctica/Troll", "Africa/Casablanca",
)  # fmt: skip
CHANGES = (
    date(2027, 3, 28), date(2027, 10, 31), date(2027, 3, 14), date(2027, 11, 7), date(2027, 4, 4),
    date(2027, 10, 3), date(2027, 9, 26), date(2027, 2, 7), date(2028, 2, 28),
)  # fmt: skip
"""Days around which the clocks of ZONES change, and a leap day."""

spans = st.builds(
    lambda day, hours, minutes: Span(
        start=datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(minutes=hours),
        minutes=minutes,
    ),
    st.sampled_from(CHANGES),
    st.integers(-2_000, 3_000),
    st.integers(0, 4_000),
)
fields = st.sampled_from(
    ["0 3 * * ? *", "*/15 2 * * ? *", "30 1 ? * SUN *", "* * 28 * ? *", "7 0-5 L * ? *",
     "30 2 1W * ? *", "15 1,2,3 ? * SUN#1 2027", "0/20 2 ? 3,10,11 SUN-SAT *",
     "59 23 31 10 ? 2027-2028", "30 2 * * ? 2028"],
)  # fmt: skip
crons = st.sampled_from(
    ["* * * * *", "0 3 * * *", "30 2 * * *", "*/20 1-3 * * 0", "15 0 * * *", "45 1 28 3 *",
     "10,40 * * * *", "30 2 31 * 0", "*/7 2 */2 * *", "0 0 * * *", "59 23 * * 6", "5 2,3 7 * 0"],
)  # fmt: skip


def cron_of(text: str) -> CronSchedule:
    found = parse_expression(text, DEBIAN)
    assert isinstance(found, CronSchedule)
    return found


def moments(span: Span, minutes: int) -> list[datetime]:
    return [span.time_of(each) for each in members(minutes)]


def fired_minute_by_minute(value: EventBridgeCron, zone: ZoneInfo, span: Span) -> list[datetime]:
    """As AWS documents it: each minute's own time on the wall, the first of two that are alike."""
    found = []
    for number in range(span.minutes):
        local = span.time_of(number).astimezone(zone)
        first = local.fold == 0
        if first and value.fires(local.replace(tzinfo=None)):
            found.append(span.time_of(number))
    return found


@settings(max_examples=150, deadline=None)
@given(fields, st.sampled_from(ZONES), spans)
@example(
    "*/15 2 * * ? *", "Europe/Berlin", Span(start=datetime(2027, 10, 31, tzinfo=UTC), minutes=180)
)
@example(
    "*/15 1 * * ? *",
    "Australia/Lord_Howe",
    Span(start=datetime(2027, 4, 3, 13, tzinfo=UTC), minutes=240),
)
def test_firings_are_those_of_a_walk_from_minute_to_minute(
    text: str, name: str, span: Span
) -> None:
    value, zone = parse_aws(f"cron({text})"), ZoneInfo(name)
    assert isinstance(value, EventBridgeCron)
    expected = fired_minute_by_minute(value, zone, span)
    assert moments(span, wall_clock_of(zone, span).firings(value)) == expected


@settings(max_examples=150, deadline=None)
@given(crons, st.sampled_from(ZONES), spans, st.booleans())
@example(
    "30 2 * * *", "Europe/Berlin", Span(start=datetime(2027, 3, 28, tzinfo=UTC), minutes=180), False
)
@example(
    "* * * * *",
    "America/New_York",
    Span(start=datetime(2027, 11, 7, 4, tzinfo=UTC), minutes=240),
    True,
)
def test_cron_starts_what_the_model_of_the_daemons_says(
    text: str, name: str, span: Span, local_clock: bool
) -> None:
    schedule, zone = cron_of(text), ZoneInfo(name)
    starts = starts_after(
        schedule, zone, span.start - timedelta(seconds=1), span.minutes + 1, local_clock=local_clock
    )
    expected = {start.astimezone(UTC) for start in starts}
    found = cron_minutes(schedule, zone, span, local_clock=local_clock)
    assert set(moments(span, found)) == {each for each in expected if each < span.end}


@settings(max_examples=60, deadline=None)
@given(crons, st.sampled_from(("UTC", "Asia/Tokyo", "Asia/Kathmandu", "Asia/Kolkata")), spans)
def test_croniter_says_the_same_where_no_clock_changes(text: str, name: str, span: Span) -> None:
    zone = ZoneInfo(name)
    offset = span.start.astimezone(zone).utcoffset()
    assert offset is not None
    # the wall as if it were UTC: croniter has nothing to say on zones here
    walk = croniter(text, span.start + offset - MINUTE, implement_cron_bug=True)
    expected = []
    while (at := walk.get_next(datetime) - offset) < span.end:
        expected.append(at)
    assert moments(span, cron_minutes(cron_of(text), zone, span, local_clock=False)) == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2**31 - 1), st.sampled_from(ZONES), spans)
def test_the_minutes_of_days_are_those_with_their_date(dates: int, name: str, span: Span) -> None:
    zone = ZoneInfo(name)
    found = wall_clock_of(zone, span).minutes_of(days.days_of_month(dates << 1))
    expected = [
        span.time_of(number)
        for number in range(span.minutes)
        if dates << 1 >> span.time_of(number).astimezone(zone).day & 1
    ]
    assert moments(span, found) == expected


def test_a_span_begins_with_a_whole_minute() -> None:
    start = datetime(2027, 1, 1, 12, 0, 20, tzinfo=UTC)
    found = Span.between(start, start + timedelta(days=1))
    assert (found.start, found.minutes) == (datetime(2027, 1, 1, 12, 1, tzinfo=UTC), 1_440)
    assert Span.between(found.start, found.end) == Span(start=found.start, minutes=1_440)
    assert Span.between(start, start).minutes == 0


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Berlin", date(2027, 3, 28), "2027-03-27T23:00"),
        ("Africa/Cairo", date(2027, 4, 30), "2027-04-29T22:00"),  # midnight is left out
        ("America/Havana", date(2027, 11, 7), "2027-11-07T04:00"),  # midnight comes twice
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30"),  # 23:30 became 00:30
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00"),  # a day that was left out
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00"),
    ],
)
def test_a_day_begins_with_its_first_minute(zone: str, day: date, begins: str) -> None:
    assert first_minute(day, ZoneInfo(zone)) == datetime.fromisoformat(f"{begins}+00:00")
