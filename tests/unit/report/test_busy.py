"""A week's picture by the clock: on the days that the clock changes, too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cron2aws.calendar.values import DayCounts, Week
from cron2aws.report.compose.busy import week_heat

BERLIN = ZoneInfo("Europe/Berlin")


def day_of(day: date) -> DayCounts:
    """A start in each quarter of an hour that there is."""
    begin = datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(UTC)
    quarters = []
    while (local := begin.astimezone(BERLIN)).date() == day:
        quarters.append(local)
        begin += timedelta(minutes=15)
    ones = (1,) * len(quarters)
    return DayCounts(day=day, quarters=tuple(quarters), starts=ones, on_host=ones)


@pytest.mark.parametrize(
    ("day", "name", "at_two", "at_three"),
    [
        (date(2027, 3, 27), "Sat 2027-03-27", 4, 4),
        (date(2027, 3, 28), "Sun 2027-03-28 (23 hours)", 0, 4),
        (date(2027, 10, 31), "Sun 2027-10-31 (25 hours)", 8, 4),
    ],
)
def test_starts_stand_at_their_hour(day: date, name: str, at_two: int, at_three: int) -> None:
    ((told, counts),) = week_heat(Week(days=(day_of(day),)), "Europe/Berlin").days
    assert told == name
    assert len(counts) == 96
    assert (sum(counts[8:12]), sum(counts[12:16])) == (at_two, at_three)
