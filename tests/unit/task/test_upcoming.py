"""The next run of a deployed task, from its parameters alone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cron2aws.task.upcoming import next_run

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday


def parameters(
    expression: str, zone: str = "UTC", days: str = "", second: str = ""
) -> dict[str, str]:
    return {
        "ScheduleExpression": expression,
        "ScheduleTimezone": zone,
        "OnlyOnDaysOfMonth": days,
        "SecondScheduleExpression": second,
        "SecondScheduleTimezone": zone,
        "SecondOnlyOnDaysOfMonth": "",
        "GuardTimezone": zone,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (parameters("cron(0 3 * * ? *)"), "2026-11-24T03:00:00+00:00"),
        (parameters("cron(0 3 * * ? *)", "Asia/Tokyo"), "2026-11-24T03:00:00+09:00"),
        (parameters("cron(0 12 * * ? *)"), "2026-11-23T12:00:00+00:00"),
        # the guard lets only the 26th pass, a Thursday
        (parameters("cron(0 3 * * ? *)", days="26"), "2026-11-26T03:00:00+00:00"),
        # the earlier of two triggers
        (
            parameters("cron(0 3 13 * ? *)", second="cron(0 3 ? * FRI *)"),
            "2026-11-27T03:00:00+00:00",
        ),
        # 2:30 does not exist in New York on 14 March 2027, so the guard's day passes unused
        (
            parameters("cron(30 2 14 3 ? *)", "America/New_York"),
            "2028-03-14T02:30:00-04:00",
        ),
    ],
)
def test_the_next_run(given: dict[str, str], expected: str) -> None:
    found = next_run(given, NOW, ZoneInfo)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "given",
    [
        parameters("rate(5 minutes)"),
        parameters("cron(0 3 30 2 ? *)"),
        parameters("cron(0 3 1 * ? *)", days="2"),
    ],
)
def test_no_next_run_can_be_told(given: dict[str, str]) -> None:
    assert next_run(given, NOW, ZoneInfo) is None


def test_a_time_of_the_repeated_hour_is_past_in_its_second_pass() -> None:
    second_pass = datetime(2026, 11, 1, 6, 15, tzinfo=UTC)  # 01:15, half an hour after 01:45
    found = next_run(parameters("cron(45 1 * * ? *)", "America/New_York"), second_pass, ZoneInfo)
    assert found is not None
    assert found.isoformat() == "2026-11-02T01:45:00-05:00"
