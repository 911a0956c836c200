"""The days on which the clock changes, as the daemons behaved and as EventBridge documents it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cron2aws.schedule.clock_changes import changes, missed, starts_after, years_later
from cron2aws.schedule.conversion import Conversion, Differs, Exact
from cron2aws.schedule.convert import convert
from cron2aws.schedule.cron import CronSchedule, parse_expression
from cron2aws.schedule.eventbridge import EventBridgeCron, parse_aws
from cron2aws.schedule.fields import DEBIAN
from cron2aws.schedule.trigger import TriggerKind

DATA = json.loads((Path(__file__).parents[2] / "data" / "clock-changes.json").read_text("utf-8"))
SINCE = date(2027, 1, 1)


@cache
def zone(name: str) -> tzinfo:
    if name == "Etc/GMT-12":
        raise LookupError(name)  # as on a host whose zone data lacks it
    return ZoneInfo(name)


def schedule(text: str) -> CronSchedule:
    found = parse_expression(text, DEBIAN)
    assert isinstance(found, CronSchedule)
    return found


def converted(
    text: str, host: str, *, local_clock: bool = False, since: date = SINCE
) -> Conversion:
    return convert(
        schedule(text), zone=host, resolve_zone=zone, since=since, local_clock=local_clock
    )


def said(found: Conversion) -> list[str]:
    return [
        f"{trigger.expression} {trigger.timezone}"
        + (f" on {','.join(map(str, trigger.guard.days_of_month))}" if trigger.guard else "")
        for trigger in found.triggers
    ]


@pytest.mark.parametrize("row", DATA["days"], ids=lambda row: f"{row['timezone']}-{row['day']}")
def test_the_model_starts_what_the_daemons_started(row: dict[str, object]) -> None:
    """For 30 hours from local midnight on, twice in a minute counted twice."""
    clock = zone(str(row["timezone"]))
    day = date.fromisoformat(str(row["day"]))
    midnight = datetime.combine(day, time(), clock).astimezone(UTC)
    measured = row["starts"]
    assert isinstance(measured, dict)
    for text, stamps in measured.items():
        expected = [
            datetime.strptime(f"{day.year}-{stamp}", "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
            for stamp in str(stamps).split()
        ]
        moment = midnight - timedelta(seconds=1)
        count = len(expected)
        starts = starts_after(schedule(text), clock, moment, count)
        # across zones Python never finds a repeated hour equal: compare in UTC
        assert [start.astimezone(UTC) for start in starts] == expected, text


def aws_starts(found: Conversion, first: datetime, last: datetime) -> list[datetime]:
    """What EventBridge does: skips what does not exist, fires once, before the change."""
    moments: list[datetime] = []
    for trigger in found.triggers:
        value, clock = parse_aws(trigger.expression), zone(trigger.timezone)
        assert isinstance(value, EventBridgeCron)
        local = first.astimezone(clock).replace(tzinfo=None) - timedelta(hours=4)
        end = last.astimezone(clock).replace(tzinfo=None) + timedelta(hours=4)
        while (following := value.next_after(local)) and following < end:
            local = following
            moment = local.replace(tzinfo=clock).astimezone(UTC)
            exists = moment.astimezone(clock).replace(tzinfo=None) == local
            guard = trigger.guard
            passes = guard is None or (
                moment.astimezone(zone(guard.timezone)).day in guard.days_of_month
            )
            if exists and passes and first <= moment < last:
                moments.append(moment)
    return sorted(moments)


def cron_starts(
    job: CronSchedule, clock: tzinfo, first: datetime, last: datetime
) -> list[datetime]:
    """The daemon's starts from `first` on, before `last`."""
    hours = int((last - first) / timedelta(hours=1))
    count = job.minutes.bit_count() * min(job.hours.bit_count() * 2, hours) + 1
    starts = starts_after(job, clock, first - timedelta(seconds=1), count)
    return [start.astimezone(UTC) for start in starts if start.astimezone(UTC) < last]


ZONES = (
    "America/New_York", "Europe/London", "Australia/Sydney", "Australia/Lord_Howe",
    "America/Santiago", "Africa/Casablanca", "Asia/Jerusalem", "Africa/Cairo", "Pacific/Auckland",
    "America/St_Johns", "Antarctica/Troll", "America/Havana",
)  # fmt: skip


@pytest.mark.parametrize("host", ZONES)
def test_a_verdict_holds_on_every_day_of_a_change(host: str) -> None:
    """Exact: the daemon's starts and no others. Differs: the differing days and no others."""
    clock = zone(host)
    for text in [
        *DATA["expressions"],
        "30 0 * * *",
        "*/30 23 * * *",
        "*/20 0 * * 0",
        "59 2 1-7 * *",
    ]:
        found = converted(text, host)
        assert isinstance(found, Exact | Differs)
        told = {change.local[:10] for change in found.clock_changes}
        for change in changes(clock, SINCE)[:4]:
            first, last = change.at - timedelta(hours=12), change.at + timedelta(hours=12)
            cron = Counter(cron_starts(schedule(text), clock, first, last))
            differing = cron != Counter(aws_starts(found, first, last))
            days = {moment.date().isoformat() for moment in change.odd_times}
            assert differing is bool(told & days), (text, change)
        assert bool(told) is isinstance(found, Differs)


@pytest.mark.parametrize(
    ("host", "text", "triggers"),
    [
        (
            "America/New_York",
            "30 2 * * *",
            ["cron(30 2 * * ? *) America/New_York", "cron(0 3 ? 3 SUN#2 *) America/New_York"],
        ),
        (
            "America/New_York",
            "30 2 8-10 * *",  # the guard is the job's days
            [
                "cron(30 2 8-10 * ? *) America/New_York",
                "cron(0 3 ? 3 SUN *) America/New_York on 8,9,10",
            ],
        ),
        (
            "America/New_York",
            "*/30 1 * * *",  # the second pass, in UTC
            ["cron(0,30 1 * * ? *) America/New_York", "cron(0,30 6 ? 11 SUN#1 *) UTC"],
        ),
        ("America/New_York", "30 2 * * 1-5", ["cron(30 2 ? * MON-FRI *) America/New_York"]),
        ("America/New_York", "*/15 * * * *", ["cron(0/15 * * * ? *) UTC"]),
        (
            "America/New_York",
            "0 0-23 * * *",  # fixed: its 02:00 in the gap comes on top of its 03:00
            ["cron(0 * * * ? *) America/New_York"],
        ),
        ("America/St_Johns", "0 * * * *", ["cron(30 * * * ? *) UTC"]),
        ("Australia/Lord_Howe", "0 * * * *", ["cron(0 * * * ? *) Australia/Lord_Howe"]),
        # half an hour forth or back changes nothing for these
        ("Australia/Lord_Howe", "* * * * *", ["cron(* * * * ? *) UTC"]),
        ("Australia/Lord_Howe", "*/15 * * * *", ["cron(0/15 * * * ? *) UTC"]),
        ("Australia/Lord_Howe", "5,35 * * * *", ["cron(5,35 * * * ? *) UTC"]),
        (
            "Europe/London",
            "30 1 * * *",
            ["cron(30 1 * * ? *) Europe/London", "cron(0 2 ? 3 1L *) Europe/London"],
        ),
        (
            "Australia/Sydney",
            "*/30 2 * * *",  # no rule of UTC's weekdays says the day before a first Sunday
            ["cron(0,30 2 * * ? *) Australia/Sydney", "cron(0,30 2 ? 4 SUN#1 *) Etc/GMT-10"],
        ),
        ("Pacific/Auckland", "*/30 2 * * *", ["cron(0,30 2 * * ? *) Pacific/Auckland"]),
        (
            "America/Santiago",
            "30 0 * * *",  # the first Sunday from the 2nd on
            [
                "cron(30 0 * * ? *) America/Santiago",
                "cron(0 1 ? 9 SUN *) America/Santiago on 2,3,4,5,6,7,8",
            ],
        ),
        ("Africa/Casablanca", "30 2 * * *", ["cron(30 2 * * ? *) Africa/Casablanca"]),
        ("Asia/Tokyo", "*/15 * * * *", ["cron(0/15 * * * ? *) Asia/Tokyo"]),
    ],
)
def test_the_exact_form_is_looked_for(host: str, text: str, triggers: list[str]) -> None:
    assert said(converted(text, host)) == triggers


def test_each_differing_moment_is_told() -> None:
    found = converted("0 1-3 * * *", "America/New_York")
    assert [(c.local, c.cron, c.aws) for c in found.clock_changes][:2] == [
        ("2027-03-14T02:00", "runs at 03:00", "skipped"),
        ("2028-03-12T02:00", "runs at 03:00", "skipped"),
    ]
    assert len(found.clock_changes) == 5
    assert found.findings[-1].detail == (
        "5 in 5 years, first 2027-03-14T02:00 in America/New_York:"
        " cron runs at 03:00, EventBridge: skipped"
    )
    back = converted("*/30 2 * * *", "Africa/Casablanca").clock_changes[0]
    assert (back.local, back.cron, back.aws) == (
        "2027-02-07T02:00",
        "runs twice, at 01:00Z and 02:00Z",
        "runs once, before the change",
    )


def test_two_triggers_leave_no_room_for_a_third() -> None:
    found = converted("30 2 13 * 0", "America/New_York")
    assert isinstance(found, Differs)
    assert len(found.triggers) == 2


def test_cron_tz_jobs_follow_local_time_alone() -> None:
    fixed = converted("30 2 * * *", "America/New_York", local_clock=True)
    assert said(fixed) == ["cron(30 2 * * ? *) America/New_York"]  # lost in the gap, as AWS has it
    assert isinstance(fixed, Exact)
    twice = converted("30 1 * * *", "America/New_York", local_clock=True)
    assert said(twice)[1:] == ["cron(30 6 ? 11 SUN#1 *) UTC"]
    every = converted("0 0-23 * * *", "America/New_York", local_clock=True)
    assert said(every) == ["cron(0 * * * ? *) UTC"]


def test_a_change_by_a_day_is_not_caught_up_with() -> None:
    """Samoa left out 30 December 2011; a daemon takes such a jump as it comes."""
    apia = zone("Pacific/Apia")
    (change,) = [c for c in changes(apia, date(2011, 12, 1)) if c.at.year == 2011]
    assert change.after - change.before == timedelta(hours=24)
    assert not change.caught_up
    assert list(missed(schedule("0 12 * * *"), change, local_clock=False)) == []
    starts = starts_after(schedule("0 12 * * *"), apia, change.at - timedelta(hours=20), 2)
    assert [f"{start:%d %H:%M}" for start in starts] == ["29 12:00", "31 12:00"]


def test_a_rule_may_run_every_hour_where_the_clock_changes() -> None:
    found = convert(
        schedule("*/15 * * * *"),
        zone="Europe/London",
        resolve_zone=zone,
        since=SINCE,
        kind=TriggerKind.RULE,
    )
    assert said(found) == ["cron(0/15 * * * ? *) UTC"]


def test_changes_are_told_to_the_minute() -> None:
    first, second = changes(zone("America/New_York"), SINCE, 1)
    assert first.at == datetime(2027, 3, 14, 7, tzinfo=UTC)
    assert f"{first.local_end:%H:%M}" == "03:00"
    assert [f"{each:%H:%M}" for each in first.odd_times] == ["02:00", "03:00"]
    assert [f"{each:%H:%M}" for each in second.odd_times] == ["01:00", "02:00"]
    assert (first.forward, second.forward) == (True, False)


def test_years_end_where_the_calendar_does() -> None:
    assert years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert years_later(date(9999, 5, 1), 5) == date(9998, 5, 1)
    assert changes(zone("America/New_York"), date(9999, 5, 1)) == ()
    assert isinstance(converted("30 2 * * *", "America/New_York", since=date(9990, 1, 1)), Exact)
    assert converted("30 2 * * *", "America/New_York", since=date(1, 1, 1)).triggers


def test_the_last_starts_of_the_calendar() -> None:
    moment = datetime(9999, 12, 30, tzinfo=UTC)
    starts = starts_after(schedule("0 3 * * *"), UTC, moment, 5)
    assert [f"{start:%d}" for start in starts] == ["30", "31"]
