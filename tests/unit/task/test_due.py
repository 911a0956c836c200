"""Which runs were due, and which of them were not had."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cron2aws.sandbox.time.triggers import Trigger, minutes_between
from cron2aws.schedule.eventbridge import EventBridgeCron, parse_aws
from cron2aws.schedule.fire_times import firings_between
from cron2aws.task.due import Missing, missing, span_of

DAY = timedelta(days=1)
FORWARD, BACK = datetime(2027, 3, 28, 5, 15, tzinfo=UTC), datetime(2027, 10, 31, 5, 15, tzinfo=UTC)


@pytest.mark.parametrize("until", [FORWARD, BACK, datetime(2027, 4, 4, 5, 15, tzinfo=UTC)])
@pytest.mark.parametrize(
    ("expression", "zone"),
    [
        ("cron(* * * * ? *)", "UTC"),
        ("cron(* * * * ? *)", "Europe/Berlin"),
        ("cron(30 2 * * ? *)", "Europe/Berlin"),
        ("cron(0/20 1-3 ? * SUN *)", "Europe/Berlin"),
        ("cron(0 3 L * ? *)", "America/St_Johns"),
        ("cron(45 1-2 * * ? *)", "Australia/Lord_Howe"),
        ("cron(59 23 * * ? 2027)", "Pacific/Kiritimati"),
        ("cron(59 23 * * ? 2026)", "Pacific/Kiritimati"),
        ("cron(15 0 15W * ? *)", "Asia/Kolkata"),
    ],
)
def test_what_is_due_is_what_fires_minute_by_minute(
    expression: str, zone: str, until: datetime
) -> None:
    """As the sandbox fires it, which asks every minute."""
    trigger = Trigger(
        name="x", expression=expression, timezone=zone, enabled=True, created=until,
        target="x", given=str, of_scheduler=True,
    )  # fmt: skip
    value = parse_aws(expression)
    assert isinstance(value, EventBridgeCron)
    after = until - DAY
    found = sorted(firings_between(value, ZoneInfo(zone), after, until))
    assert found == [each for each in minutes_between(after, until) if trigger.fires_at(each)]


AFTER = datetime(2027, 6, 1, 5, 15, tzinfo=UTC)


def at(*times: str) -> list[datetime]:
    return [datetime.fromisoformat(f"2027-06-{each}+00:00") for each in times]


def not_had(expression: str, starts: Iterable[datetime], **more: str) -> Missing:
    parameters = {"ScheduleExpression": expression, **more}
    return missing(parameters, list(starts), AFTER, AFTER + DAY)


def minutes(found: Missing) -> list[str]:
    assert found.count == len(found.minutes)
    return [f"{each:%d %H:%M}" for each in found.minutes]


EVERY = [AFTER + timedelta(minutes=each) for each in range(-5, 1448)]


def test_of_a_run_every_minute_the_one_that_is_missing_is_named() -> None:
    gone = datetime(2027, 6, 1, 10, 0, tzinfo=UTC)
    starts = [each + timedelta(seconds=2) for each in EVERY if each != gone]
    assert minutes(not_had("cron(* * * * ? *)", starts)) == ["01 10:00"]
    assert minutes(not_had("cron(* * * * ? *)", [*starts, gone + timedelta(minutes=4)])) == []


def test_of_a_run_every_minute_none_is_missing_where_all_come_late() -> None:
    starts = [each + timedelta(seconds=130) for each in EVERY]
    assert minutes(not_had("cron(* * * * ? *)", starts)) == []


@pytest.mark.parametrize(
    ("starts", "left"),
    [
        (("01T06:00:00", "01T18:00:01"), []),
        (("01T06:05:59", "01T18:00:01"), []),
        (("01T06:06:00", "01T18:00:01"), ["01 06:00"]),
        (("01T05:59:59", "01T18:00:01"), ["01 06:00"]),
        (("01T18:00:01", "01T18:00:02"), ["01 06:00"]),
        ((), ["01 06:00", "01 18:00"]),
    ],
)
def test_a_start_belongs_to_its_minute_for_six_minutes(
    starts: tuple[str, ...], left: list[str]
) -> None:
    assert minutes(not_had("cron(0 6,18 * * ? *)", at(*starts))) == left


def test_the_edges_of_a_day_are_due_once() -> None:
    assert minutes(not_had("cron(15 5 * * ? *)", [])) == ["02 05:15"]
    assert minutes(not_had("cron(15 5 * * ? *)", at("02T05:20:00"))) == []


def test_late_starts_of_the_day_before_do_not_stand_for_this_days() -> None:
    found = not_had("cron(13,16 5 * * ? *)", at("01T05:17:30", "02T05:13:01"))
    assert minutes(found) == ["01 05:16"]


def test_both_schedules_are_due_each_in_its_zone() -> None:
    second = {
        "SecondScheduleExpression": "cron(0 8 * * ? *)",
        "SecondScheduleTimezone": "Europe/Berlin",
    }
    found = not_had("cron(0 6 * * ? *)", at("01T06:00:01"), **second)
    assert minutes(found) == ["01 06:00"]  # the same minute twice: two starts


@pytest.mark.parametrize(
    ("expression", "starts", "count"),
    [
        ("rate(2 hours)", 12, 0),
        ("rate(2 hours)", 13, 0),
        ("rate(2 hours)", 9, 3),
        ("rate(7 hours)", 3, 0),
        ("rate(7 hours)", 2, 1),
        ("rate(1 day)", 0, 1),
        ("rate(7 days)", 0, 0),
    ],
)
def test_of_a_rate_the_number_is_known(expression: str, starts: int, count: int) -> None:
    had = [AFTER + timedelta(minutes=7) + timedelta(hours=1) * each for each in range(starts)]
    assert not_had(expression, had) == Missing(count=count, minutes=())


def test_a_rate_of_days_is_looked_at_in_its_whole_length() -> None:
    parameters = {"ScheduleExpression": "rate(7 days)"}
    assert span_of(parameters) == timedelta(days=7)
    assert missing(parameters, [], AFTER - 7 * DAY, AFTER).count == 1
    assert missing(parameters, at("01T01:00:00"), AFTER - 7 * DAY, AFTER).count == 0
    assert span_of({"ScheduleExpression": "rate(5 minutes)"}) == DAY


def test_where_the_span_has_not_begun_nothing_is_due() -> None:
    for expression in ("cron(* * * * ? *)", "rate(1 minute)"):
        found = missing({"ScheduleExpression": expression}, [], AFTER, AFTER - timedelta(hours=1))
        assert found.count == 0


def test_an_expression_that_is_not_eventbridges_is_said() -> None:
    with pytest.raises(ValueError, match=r"cron\(0 3 \* \* \* \*\): exactly one of"):
        not_had("cron(0 3 * * * *)", [])
