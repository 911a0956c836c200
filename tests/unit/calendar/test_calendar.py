"""Calendars of crontabs, beside AWS's firings and the daemons' starts asked one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cron2aws.app.zones import resolve_zone
from cron2aws.assess.values import AssessedEntry, Assessment, Decision, TriggerChoice
from cron2aws.calendar.due import on_aws
from cron2aws.calendar.make import CalendarParts, at_each_day, calendar_of, shown_zone
from cron2aws.calendar.minutes import MINUTE, Span
from cron2aws.calendar.values import BUSIEST, Calendar, HourView, StartedBy, UntimedReason
from cron2aws.calendar.week import span_of_days
from cron2aws.findings import Finding
from cron2aws.schedule.clock_changes import starts_after
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.eventbridge import EventBridgeCron, parse_aws
from cron2aws.schedule.fire_times import firings_between
from cron2aws.schedule.trigger import TriggerKind
from tests import making

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"


def found_on(*lines: str, zone: str = BERLIN, name: str = "web-1") -> Assessment:
    host = making.host_of("".join(f"{each}\n" for each in lines), zone=zone, name=name)
    return making.assessment_of_hosts(host)


def shown(found: Assessment, zone: str = BERLIN, **parts: object) -> Calendar:
    return calendar_of(found, resolve_zone, timezone=zone, parts=CalendarParts(**parts))  # type: ignore[arg-type]


def a_day(day: date, zone: str = BERLIN) -> Span:
    return span_of_days(day, ZoneInfo(zone), 1)


def listed(calendar: Calendar) -> list[tuple[str, str, StartedBy]]:
    """Time, command, who."""
    assert calendar.listing
    return [
        (f"{each.at:%d %H:%M%z}", each.entry.entry.command, each.where)
        for each in calendar.listing.starts
    ]


# --- every start, asked one by one


def starts_of(entry: AssessedEntry, span: Span) -> Iterator[datetime]:
    """By other code than a calendar's: expressions one by one, and the model of the daemons."""
    timing, zone = entry.entry.timing, ZoneInfo(entry.timezone)
    assert isinstance(timing, CronSchedule)
    before = span.start - timedelta(seconds=1)
    if not on_aws(entry):
        for start in starts_after(timing, zone, before, span.minutes):
            if start.astimezone(UTC) < span.end:
                yield start.astimezone(UTC)
        return
    for trigger in entry.conversion.triggers:
        value = parse_aws(trigger.expression)
        if not isinstance(value, EventBridgeCron):
            continue
        for at in firings_between(value, ZoneInfo(trigger.timezone), before, span.end - MINUTE):
            guard = trigger.guard
            if guard is None or at.astimezone(ZoneInfo(guard.timezone)).day in guard.days_of_month:
                yield at


LINES = (
    "* * * * * root often", "*/5 8-18 * * 1-5 app tidy", "0 3 * * * root backup",
    "0 3 13 * 5 root both", "30 2 * * * app gap", "30 2 */2 * 0 app star", "15 1 * * 0 root howe",
    "# cron2aws: ignore\n0 3 * * * root kept", "@daily root midnight", "0 3 1-7 * 1 root first",
    "0 1,2 * * * root twice", "*/20 2 28 3,10 * root quarter", "@reboot root boot",
    "0 0 30 2 * root never",
)  # fmt: skip
crontabs = st.lists(st.sampled_from(LINES), min_size=1, max_size=6)
weeks = st.sampled_from(
    [date(2027, 3, 25), date(2027, 10, 26), date(2027, 3, 12), date(2027, 11, 3),
     date(2027, 4, 1), date(2027, 9, 30), date(2027, 1, 30), date(2028, 2, 24)]
)  # fmt: skip
zones = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, "Asia/Kathmandu", "UTC"])


@settings(max_examples=40, deadline=None)
@given(crontabs, zones, zones, weeks, st.sampled_from([None, *TriggerKind]))
def test_a_week_is_what_is_counted_start_by_start(
    lines: list[str], host: str, zone: str, first: date, kind: TriggerKind | None
) -> None:
    wanted = TriggerChoice(kind=kind) if kind else TriggerChoice()
    text = "".join(f"{each}\n" for each in lines)
    found = making.assessment_of_hosts(making.host_of(text, zone=host), how=making.settings(wanted))
    clock = ZoneInfo(zone)
    span = span_of_days(first, clock)
    calendar = shown(found, zone, week=first, busiest=span)
    timed = [each for each in found.entries if isinstance(each.entry.timing, CronSchedule)]
    every = [(each, at) for each in timed for at in starts_of(each, span)]

    assert calendar.week
    assert calendar.busiest
    by_quarter = Counter((at - span.start) // (15 * MINUTE) for _, at in every)
    staying = Counter((at - span.start) // (15 * MINUTE) for each, at in every if not on_aws(each))
    quarters = [begin for day in calendar.week.days for begin in day.quarters]
    assert [begin.astimezone(UTC) for begin in quarters] == [
        span.start + n * 15 * MINUTE for n in range(len(quarters))
    ]
    assert [(begin.hour * 60 + begin.minute) % 15 for begin in quarters] == [0] * len(quarters)
    assert all(begin.date() == day.day for day in calendar.week.days for begin in day.quarters)
    counts = [count for day in calendar.week.days for count in day.starts]
    assert counts == [by_quarter[n] for n in range(len(quarters))]
    on_host = [count for day in calendar.week.days for count in day.on_host]
    assert on_host == [staying[n] for n in range(len(quarters))]
    assert calendar.week.busiest == max(by_quarter.values(), default=0)

    by_minute: dict[datetime, list[str]] = {}
    for each, at in every:
        by_minute.setdefault(at, []).append(each.id)
    order = {each.id: number for number, each in enumerate(found.entries)}
    crowds = {tuple(sorted(ids, key=order.__getitem__)) for ids in by_minute.values()}
    told = [tuple(one.entry.id for one in each.due) for each in calendar.busiest.crowds]
    assert set(told) <= crowds
    assert len(told) == min(len(crowds), BUSIEST)
    assert sorted(map(len, told), reverse=True) == sorted(map(len, crowds), reverse=True)[:BUSIEST]
    assert list(map(len, told)) == sorted(map(len, told), reverse=True)
    for crowd, ids in zip(calendar.busiest.crowds, told, strict=True):
        same = [at for at, due in sorted(by_minute.items()) if set(due) == set(ids)]
        assert crowd.minutes == len(same)
        assert [at.astimezone(UTC) for at in crowd.moments] == same[:24]


@settings(max_examples=40, deadline=None)
@given(crontabs, zones, zones, weeks, st.integers(0, 7))
def test_a_day_lists_every_start(
    lines: list[str], host: str, zone: str, first: date, days: int
) -> None:
    text = "".join(f"{each}\n" for each in lines)
    found = making.assessment_of_hosts(making.host_of(text, zone=host))
    span = a_day(first + timedelta(days=days), zone)
    listing = shown(found, zone, listing=span).listing
    assert listing
    once = Counter(each.entry.id for each in listing.starts if each.where.is_start)
    often = Counter({each.entry.id: each.count for each in listing.often if each.where.is_start})
    told = {(each.entry.id, each.at.astimezone(UTC)) for each in listing.starts
            if each.where.is_start}  # fmt: skip
    for each in found.entries:
        if not isinstance(each.entry.timing, CronSchedule):
            continue
        starts = list(starts_of(each, span))
        assert once[each.id] + often[each.id] == len(starts)
        if not often[each.id]:
            assert {at for entry, at in told if entry == each.id} == set(starts)
    assert list(listing.starts) == sorted(listing.starts, key=lambda each: each.at.astimezone(UTC))


# --- days with a change of the clock


@pytest.mark.parametrize(
    ("zone", "day", "quarters"),
    [
        (BERLIN, date(2027, 3, 28), 92),
        (BERLIN, date(2027, 10, 31), 100),
        (NEW_YORK, date(2027, 3, 14), 92),
        (NEW_YORK, date(2027, 11, 7), 100),
        (LORD_HOWE, date(2027, 4, 4), 98),
        (LORD_HOWE, date(2027, 10, 3), 94),
        ("Asia/Kathmandu", date(2027, 3, 28), 96),
    ],
)
def test_a_day_has_as_many_quarters_as_its_clock_shows(zone: str, day: date, quarters: int) -> None:
    week = shown(found_on("* * * * * root x", zone=zone), zone, week=day).week
    assert week
    assert [len(each.starts) for each in week.days] == [quarters, *[96] * 6]
    assert {count for each in week.days for count in each.starts} == {15}


def test_what_cron_catches_up_with_and_aws_skips_is_marked() -> None:
    found = found_on("30 2 28 * 0 root gap", "0 3 * * * root three", "*/30 2 * * * root wild")
    assert listed(shown(found, listing=a_day(date(2027, 3, 28)))) == [
        ("28 03:00+0200", "gap", StartedBy.CRON_ONLY),
        ("28 03:00+0200", "three", StartedBy.AWS),
    ]


def test_what_cron_runs_twice_and_aws_once_is_marked() -> None:
    found = found_on("30 2 * * * root once", "*/30 2 31 * 0 root wild")
    assert listed(shown(found, listing=a_day(date(2027, 10, 31)))) == [
        ("31 02:00+0200", "wild", StartedBy.AWS),
        ("31 02:30+0200", "once", StartedBy.AWS),
        ("31 02:30+0200", "wild", StartedBy.AWS),
        ("31 02:00+0100", "wild", StartedBy.CRON_ONLY),
        ("31 02:30+0100", "wild", StartedBy.CRON_ONLY),
    ]


def test_a_further_trigger_starts_what_cron_starts() -> None:
    found = found_on("30 2 * * * root gap", "*/30 2 * * * root wild")
    assert listed(shown(found, listing=a_day(date(2027, 3, 28)))) == [
        ("28 03:00+0200", "gap", StartedBy.AWS)
    ]
    back = listed(shown(found, listing=a_day(date(2027, 10, 31))))
    assert [each for each in back if each[1] == "wild"] == [
        ("31 02:00+0200", "wild", StartedBy.AWS),
        ("31 02:30+0200", "wild", StartedBy.AWS),
        ("31 02:00+0100", "wild", StartedBy.AWS),
        ("31 02:30+0100", "wild", StartedBy.AWS),
    ]


def test_what_aws_alone_would_start_is_marked() -> None:
    """The trigger for a change of the clock fires in a year without one, too."""
    found = found_on("30 2 * * * root gap")
    calendar = shown(found, listing=a_day(date(1975, 3, 30)), week=date(1975, 3, 30))
    assert listed(calendar) == [
        ("30 02:30+0100", "gap", StartedBy.AWS),
        ("30 03:00+0100", "gap", StartedBy.AWS_ONLY),
    ]
    assert calendar.week
    assert sum(calendar.week.days[0].starts) == 2


def test_what_stays_is_cron_with_its_clock_changes() -> None:
    found = found_on("# cron2aws: ignore", "*/30 2 * * * root wild", "# cron2aws: ignore",
                     "30 2 * * * root once")  # fmt: skip
    back = shown(found, listing=a_day(date(2027, 10, 31)))
    assert [(at, who) for at, who, _ in listed(back)] == [
        ("31 02:00+0200", "wild"), ("31 02:30+0200", "wild"), ("31 02:30+0200", "once"),
        ("31 02:00+0100", "wild"), ("31 02:30+0100", "wild"),
    ]  # fmt: skip
    assert {where for *_, where in listed(back)} == {StartedBy.HOST}
    forward = shown(found, listing=a_day(date(2027, 3, 28)))
    assert listed(forward) == [("28 03:00+0200", "once", StartedBy.HOST)]


def test_what_cron_alone_would_start_is_no_start() -> None:
    found = found_on("30 2 28 3 0 root gap")
    day = date(2027, 3, 28)
    calendar = shown(found, week=day, busiest=a_day(day))
    assert calendar.week
    assert [sum(each.starts) for each in calendar.week.days] == [0] * 7
    assert calendar.busiest
    assert not calendar.busiest.crowds


# --- what triggers look like


def test_a_guard_lets_only_its_days_pass() -> None:
    found = found_on("0 3 13 * 5 root both")
    (entry,) = found.entries
    assert any(each.guard for each in entry.conversion.triggers)
    assert len(entry.conversion.triggers) == 2
    # Friday the 13th is one start, not two
    assert listed(shown(found, listing=a_day(date(2026, 11, 13)))) == [
        ("13 03:00+0100", "both", StartedBy.AWS)
    ]
    week = shown(found, week=date(2027, 1, 11)).week
    assert week
    assert [(each.day.day, sum(each.starts)) for each in week.days] == [
        (11, 0), (12, 0), (13, 1), (14, 0), (15, 1), (16, 0), (17, 0),
    ]  # fmt: skip


def test_a_rate_has_no_minutes() -> None:
    text = "*/5 * * * * root tidy\n0 3 * * * root backup\n"
    how = making.settings(TriggerChoice(prefer_rate=True))
    found = making.assessment_of_hosts(making.host_of(text), how=how)
    calendar = shown(found, "UTC", listing=a_day(date(2027, 1, 1), "UTC"), week=date(2027, 1, 1))
    rates = [(each.entry.entry.command, each.minutes) for each in calendar.rates]
    assert ("tidy", 5) in rates
    others = {"tidy", "backup"} - {command for command, _ in rates}
    assert {command for _, command, _ in listed(calendar)} == others
    assert calendar.listing
    assert not calendar.listing.often


def test_entries_without_a_time_stand_apart() -> None:
    found = found_on("@reboot root boot", "0 0 30 2 * root never", "0 3 * * * root backup")
    calendar = shown(found, listing=a_day(date(2027, 1, 1)))
    assert [(each.entry.entry.command, each.why) for each in calendar.untimed] == [
        ("boot", UntimedReason.REBOOT), ("never", UntimedReason.NEVER),
    ]  # fmt: skip
    assert len(calendar.entries) == 3
    nothing = shown(found, looks=(datetime(2027, 3, 28, 2, 30),))  # noqa: DTZ001 (wall time)
    assert nothing.untimed == calendar.untimed


def test_a_random_time_an_unknown_zone_and_an_ignored_file_have_none() -> None:
    crons = making.host_of("~ 3 * * * root drawn\n", dialect="cronie-1.7", zone=BERLIN)
    lost = making.host_of("0 3 * * * root lost\n", zone="Mars/Base", name="mars")
    # Debian's cron ignores a whole file with a bad line
    ignored = making.host_of("0 3 * * * root good\n61 3 * * * root bad\n", name="old")
    found = making.assessment_of_hosts(crons, lost, ignored)
    whys = {each.entry.host: each.why for each in shown(found, "UTC").untimed}
    assert whys["mars"] is UntimedReason.NO_ZONE
    assert whys["web-1"] is UntimedReason.RANDOM
    assert whys["old"] is UntimedReason.NOT_LOADED


def test_what_is_migrated_is_awss_whatever_was_decided() -> None:
    mark = "# cron2aws:0123abcd 123456789012/eu-west-1/cron2aws-web | 0 3 * * * root moved"
    found = found_on(mark)
    assert listed(shown(found, listing=a_day(date(2027, 1, 1)))) == [
        ("01 03:00+0100", "moved", StartedBy.AWS)
    ]


MARK = "# cron2aws:0123abcd 123456789012/eu-west-1/cron2aws-web | "


@pytest.mark.parametrize(
    "lines",
    [
        [f"{MARK}0 3 * * * root curl -H 'Authorization: Bearer abcdef0123456789' x"],
        ["# cron2aws: ignore", f"{MARK}0 3 * * * root moved"],
        [f"{MARK}0 3 * * * root moved", "61 3 * * * root spoils the file"],
    ],
)
def test_what_is_migrated_is_no_line_of_cron_s(lines: list[str]) -> None:
    found = found_on(*lines)
    assert found.entries[0].decision is not Decision.MIGRATE
    calendar = shown(found, listing=a_day(date(2027, 1, 1)))
    assert [where for *_, where in listed(calendar)] == [StartedBy.AWS]
    assert not calendar.untimed


def test_what_must_be_decided_is_cron_s_until_then() -> None:
    found = found_on("0 3 * * * root curl -H 'Authorization: Bearer abcdef0123456789' x")
    assert found.entries[0].decision is Decision.REVIEW
    ((_, _, where),) = listed(shown(found, listing=a_day(date(2027, 1, 1))))
    assert where is StartedBy.HOST


def test_a_crontab_s_own_zone_moves_it() -> None:
    text = "CRON_TZ=Asia/Tokyo\n0 3 * * * root there\n"
    found = making.assessment_of_hosts(making.host_of(text, dialect="cronie", zone=BERLIN))
    assert [at for at, *_ in listed(shown(found, listing=a_day(date(2027, 1, 1))))] == [
        "01 19:00+0100"
    ]


def test_with_a_zone_of_its_own_cron_catches_up_with_nothing() -> None:
    kept = "# cron2aws: ignore\n30 2 * * * root x\n"
    for text, count in ((kept, 1), (f"CRON_TZ={BERLIN}\n{kept}", 0)):
        host = making.host_of(text, dialect="cronie", zone=BERLIN)
        calendar = shown(making.assessment_of_hosts(host), listing=a_day(date(2027, 3, 28)))
        assert len(listed(calendar)) == count


# --- hosts, looks


def test_the_hosts_zone_is_shown_where_they_share_one() -> None:
    berlin = making.host_of("0 3 * * * root a\n", zone=BERLIN)
    same = making.host_of("0 4 * * * root a\n", zone=BERLIN, name="b")
    tokyo = making.host_of("0 4 * * * root a\n", zone="Asia/Tokyo", name="c")
    empty = making.host_of("", zone="Asia/Tokyo", name="d")
    assert shown_zone(making.assessment_of_hosts(berlin, same, empty)) == BERLIN
    assert shown_zone(making.assessment_of_hosts(berlin, tokyo)) == "UTC"
    assert shown_zone(making.assessment_of_hosts(empty)) == "Asia/Tokyo"


def test_workers_are_each_host_s_own() -> None:
    six = "".join(f"0 3 * * * root job{n}\n" for n in range(6))
    four = "".join(f"0 3 * * * root job{n}\n" for n in range(4))
    kept = "# cron2aws: ignore\n0 3 * * * root kept\n" * 2
    found = making.assessment_of_hosts(
        making.host_of(four + kept, name="a"), making.host_of(six + kept, name="b")
    )
    busiest = shown(found, "UTC", busiest=a_day(date(2027, 1, 1), "UTC")).busiest
    assert busiest
    told = [(e.host, len(e.due), e.by_agent, e.waiting, e.minutes) for e in busiest.crowds]
    assert told == [("b", 8, 6, 1, 1), ("a", 6, 4, 0, 1)]


def local(*when: int) -> datetime:
    return datetime(*when)  # type: ignore[arg-type]  # noqa: DTZ001 (wall time)


def test_a_look_has_the_minute_and_the_hour_after() -> None:
    found = found_on("0 3 * * * root at", "59 3 * * * root last", "0 4 * * * root later",
                     "*/5 * * * * root often", "59 2 * * * root before")  # fmt: skip
    calendar = shown(found, looks=(local(2027, 1, 1, 3, 0),))
    assert calendar.looks
    (look,) = calendar.looks
    assert [each.entry.entry.command for each in look.due] == ["at", "often"]
    assert look.after
    assert [(each.entry.entry.command, f"{each.at:%H:%M}") for each in look.after.starts] == [
        ("last", "03:59")
    ]
    (often,) = look.after.often
    assert (often.entry.entry.command, often.count, often.every) == ("often", 11, 5)
    assert (f"{often.first:%H:%M}", f"{often.last:%H:%M}") == ("03:05", "03:55")


def test_the_hour_after_ends_before_the_same_minute() -> None:
    found = found_on("0 3 * * * root at", "59 3 * * * root last", "0 4 * * * root later")
    looks = shown(found, looks=at_each_day(time(3, 0), date(2027, 1, 1))).looks
    assert looks
    for look in looks:
        assert look.after
        assert [each.entry.entry.command for each in look.after.starts] == ["last"]


def test_a_day_that_the_calendar_left_out_has_no_minute() -> None:
    apia, day = "Pacific/Apia", date(2011, 12, 30)
    found = found_on("* * * * * root x", zone=apia)
    calendar = shown(found, apia, listing=a_day(day, apia), busiest=a_day(day, apia), week=day)
    assert calendar.listing
    assert calendar.busiest
    assert calendar.week
    assert (calendar.listing.often, calendar.busiest.crowds) == ((), ())
    assert [len(each.starts) for each in calendar.week.days] == [0, *[96] * 6]


def test_a_time_that_the_clock_leaves_out_or_shows_twice() -> None:
    found = found_on("30 2 * * * root x")
    times = at_each_day(time(2, 30), date(2027, 3, 27), 3)
    looks = shown(found, looks=times).looks
    assert looks
    assert [each.at is None for each in looks] == [False, True, False]
    assert looks[1] == HourView(local=times[1])
    again = shown(found, looks=at_each_day(time(2, 30), date(2027, 10, 31), 1)).looks
    assert again
    assert [f"{each.at:%H:%M%z}" for each in again if each.at] == ["02:30+0200", "02:30+0100"]
    assert [len(each.due) for each in again] == [1, 0]
    assert [each.local for each in again] == [local(2027, 10, 31, 2, 30)] * 2


def test_a_moment_is_looked_at_in_the_zone_that_is_shown() -> None:
    found = found_on("0 3 * * * root x")
    looks = shown(found, "Asia/Tokyo", looks=(datetime(2027, 1, 1, 2, 0, 40, tzinfo=UTC),)).looks
    assert looks
    assert f"{looks[0].at:%H:%M%z}" == "11:00+0900"
    assert [each.entry.entry.command for each in looks[0].due] == ["x"]


@pytest.mark.parametrize(("starts", "rows", "often"), [(12, 12, 0), (13, 0, 1)])
def test_what_starts_often_is_one_row(starts: int, rows: int, often: int) -> None:
    found = found_on(f"0 1-{starts} * * * root x")
    listing = shown(found, listing=a_day(date(2027, 1, 1))).listing
    assert listing
    assert (len(listing.starts), len(listing.often)) == (rows, often)


def test_gaps_that_differ_are_none() -> None:
    listing = shown(found_on("0,10,30 * * * * root x"), listing=a_day(date(2027, 1, 1))).listing
    assert listing
    assert [each.every for each in listing.often] == [None]


def test_a_guessed_zone_is_told_until_it_is_said() -> None:
    found = found_on("0 3 * * * root x")
    host = found.hosts[0]
    guessed = replace(host.host, findings=(Finding(code="C131", detail=""),))
    unsure = Assessment(hosts=(replace(host, host=guessed),))
    for zones_said in (False, True):
        calendar = calendar_of(
            unsure, resolve_zone, timezone="UTC", parts=CalendarParts(), zones_said=zones_said
        )
        assert calendar.hosts[0].guessed is not zones_said
    assert not shown(found).hosts[0].guessed
