"""What a calendar's table says of many hosts, and of numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cron2aws.app.zones import resolve_zone
from cron2aws.assess.values import Assessment
from cron2aws.calendar.make import CalendarParts, calendar_of
from cron2aws.calendar.minutes import Span, first_minute
from cron2aws.calendar.values import Calendar
from cron2aws.report.compose.calendar import interval_in_words
from cron2aws.report.formats import Table
from cron2aws.report.text import Style
from tests.making import assessment_of_hosts, host_of

DAY = date(2027, 1, 4)


def calendar(found: Assessment, zone: str = "UTC") -> Calendar:
    start = first_minute(DAY, resolve_zone(zone))
    span = Span.between(start, start + timedelta(days=1))
    return calendar_of(
        found, resolve_zone, timezone=zone, parts=CalendarParts(listing=span, busiest=span)
    )


def shown(found: Calendar, width: int = 100) -> list[str]:
    return "".join(Table().write(found, Style(width=width))).split("\n")


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, "Asia/Tokyo  h0"),
        (5, "Asia/Tokyo  h0, h1, h2, h3, h4"),
        (7, "Asia/Tokyo  h0, h1, h2, h3, h4 and 2 more"),
    ],
)
def test_hosts_of_a_zone_are_one_line(count: int, told: str) -> None:
    hosts = [host_of("0 3 * * * root x\n", name=f"h{n}", zone="Asia/Tokyo") for n in range(count)]
    lines = shown(calendar(assessment_of_hosts(*hosts)))
    assert lines[:3] == ["What runs when, in UTC", "", told]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "minute"), (5, "5 min"), (60, "hour"), (90, "90 min"), (120, "2 h"), (1_440, "day"),
     (2_880, "2 days")],
)  # fmt: skip
def test_every(minutes: int, said: str) -> None:
    assert interval_in_words(minutes) == said


@pytest.mark.parametrize(
    ("schedule", "when"),
    [
        ("*/5 * * * *", "every 5 min, 288x"),
        ("3-59/5 * * * *", "every 5 min, 288x"),
        ("*/30 8-17 * * *", "every 30 min, 20x, 08:00-17:30"),
        ("0,10,30 8-17 * * *", "30x, 08:00-17:30"),
    ],
)
def test_how_often(schedule: str, when: str) -> None:
    lines = shown(calendar(assessment_of_hosts(host_of(f"{schedule} root x\n"))))
    at = lines.index("Often")
    assert lines[at + 2].startswith(f"{when}  AWS")


@pytest.mark.parametrize(("entries", "is_by_hour"), [(200, False), (201, True)])
def test_many_starts_are_told_by_the_hour(entries: int, is_by_hour: bool) -> None:
    text = "".join(f"{n % 60} 3 * * * root job-{n}\n" for n in range(entries))
    lines = shown(calendar(assessment_of_hosts(host_of(text))))
    told = f"Mon 2027-01-04 03:00 UTC  {entries} starts, most at 03:00: 4"
    assert (told in lines) is is_by_hour
    assert any("  job-7" in line for line in lines) is not is_by_hour
