"""Conversions: the triggers that come out, proved again by a reading that shares no code."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.findings import Level
from cron2aws.schedule.conversion import Conversion, Exact, Never, Refused
from cron2aws.schedule.convert import convert, judged
from cron2aws.schedule.cron import BadSchedule, CronSchedule, Timing, parse_expression
from cron2aws.schedule.fields import CRONIE_1_7, DEBIAN
from cron2aws.schedule.trigger import Trigger, TriggerKind

CASES = json.loads((Path(__file__).parents[2] / "data" / "expressions.json").read_text("utf-8"))
SINCE = date(2026, 11, 23)
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12))


@cache
def zone(name: str) -> tzinfo:
    return ZoneInfo(name)


def timing(text: str) -> Timing:
    found = parse_expression(text, CRONIE_1_7 if "~" in text else DEBIAN)
    assert not isinstance(found, BadSchedule), found
    return found


def converted(
    text: str | Timing, *, host: str = "UTC", rule: bool = False, rate: bool = False
) -> Conversion:
    return convert(
        timing(text) if isinstance(text, str) else text,
        zone=host,
        resolve_zone=zone,
        since=SINCE,
        kind=TriggerKind.RULE if rule else TriggerKind.SCHEDULER,
        prefer_rate=rate,
    )


def said(found: Conversion) -> list[str]:
    """`expression`, with the zone where it isn't UTC and the guard's days where there is one."""
    return [
        trigger.expression
        + ("" if trigger.timezone == "UTC" else f" {trigger.timezone}")
        + (f" on {','.join(map(str, trigger.guard.days_of_month))}" if trigger.guard else "")
        for trigger in found.triggers
    ]


NOT_13 = ",".join(str(n) for n in range(1, 32) if n != 13)


@pytest.mark.parametrize(
    ("text", "triggers"),
    [
        ("* * * * *", ["cron(* * * * ? *)"]),
        ("*/15 * * * *", ["cron(0/15 * * * ? *)"]),
        ("0 9-17 * * 1-5", ["cron(0 9-17 ? * MON-FRI *)"]),
        ("0 0 * * 7", ["cron(0 0 ? * SUN *)"]),
        ("0 0 * * 0-6", ["cron(0 0 * * ? *)"]),
        ("0 3 13 * 5", ["cron(0 3 13 * ? *)", f"cron(0 3 ? * FRI *) on {NOT_13}"]),
        ("0 0 13 * 0-6", ["cron(0 0 * * ? *)"]),  # either day: every day
        ("0 16 */2 * sat", ["cron(0 16 ? * SAT *) on 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31"]),
        ("0 9 1-7 * */7", ["cron(0 9 ? * SUN#1 *)"]),
        ("0 9 25-31 1 */7", ["cron(0 9 ? 1 1L *)"]),
        ("0 9 29-31 * */7", ["cron(0 9 ? * SUN#5 *)"]),
        ("0 0 30 2 1", ["cron(0 0 ? 2 MON *)"]),  # 30 February adds nothing
        ("0 0 30-31 2,4,5 *", ["cron(0 0 30,31 4,5 ? *)"]),
        ("0 0 29 2 *", ["cron(0 0 29 2 ? *)"]),
        ("0 0 31 12 *", ["cron(0 0 31 12 ? *)"]),
        ("0 0 1 */3 *", ["cron(0 0 1 1/3 ? *)"]),
        ("@hourly", ["cron(0 * * * ? *)"]),
    ],
)
def test_triggers_in_utc(text: str, triggers: list[str]) -> None:
    found = converted(text)
    assert isinstance(found, Exact)
    assert said(found) == triggers
    assert found.proof.croniter == "agrees"
    assert (found.proof.method, found.proof.days_checked) == ("calendar", 146_097)
    assert found.clock_changes == ()


@pytest.mark.parametrize(
    ("text", "triggers"),
    [
        ("0 9 * * 1-5", ["cron(0 0 ? * MON-FRI *)"]),
        ("0 8 * * 1-5", ["cron(0 23 ? * SUN-THU *)"]),  # the day before
        ("0 1 1 * *", ["cron(0 16 L * ? *)"]),  # the last of the month before
        ("0 1 1 3 *", ["cron(0 16 L 2 ? *)"]),  # 28 or 29 February
        ("0 1 1 1 *", ["cron(0 16 31 12 ? *)"]),
        ("0 1 29 2 *", ["cron(0 16 28 2 ? *) on 29"]),  # in leap years alone
        ("0 0,12 * * 1", ["cron(0 15 ? * SUN *)", "cron(0 3 ? * MON *)"]),
        ("0 0 */2 * *", ["cron(0 15 * * ? *) on 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31"]),
        ("*/10 * * * *", ["cron(0/10 * * * ? *)"]),
        (
            "0 0 1,15 * 5",
            [
                "cron(0 15 14,28,29,30,31 * ? *) on 1,15",
                "cron(0 15 ? * THU *) on " + ",".join(str(n) for n in range(2, 32) if n != 15),
            ],
        ),
    ],
)
def test_a_rule_in_utc_for_tokyo(text: str, triggers: list[str]) -> None:
    found = converted(text, host="Asia/Tokyo", rule=True)
    assert isinstance(found, Exact)
    assert said(found) == triggers
    assert all(t.guard is None or t.guard.timezone == "Asia/Tokyo" for t in found.triggers)


@pytest.mark.parametrize(
    ("host", "text", "triggers"),
    [
        ("Asia/Kolkata", "15 5,6 * * 1", ["cron(45 23 ? * SUN *)", "cron(45 0 ? * MON *)"]),
        ("Asia/Kolkata", "15,45 5 * * 1", ["cron(45 23 ? * SUN *)", "cron(15 0 ? * MON *)"]),
        ("Asia/Kathmandu", "0 6 * * *", ["cron(15 0 * * ? *)"]),
        ("America/Phoenix", "0 20 * * 5", ["cron(0 3 ? * SAT *)"]),
        ("America/Phoenix", "0 20 31 * *", ["cron(0 3 1 1,2,4,6,8,9,11 ? *)"]),
        ("America/Phoenix", "0 20 31 12 *", ["cron(0 3 1 1 ? *)"]),
    ],
)
def test_a_rule_in_utc_for_other_offsets(host: str, text: str, triggers: list[str]) -> None:
    found = converted(text, host=host, rule=True)
    assert isinstance(found, Exact)
    assert sorted(said(found)) == sorted(triggers)


@pytest.mark.parametrize(
    ("text", "verdict", "expression", "codes"),
    [
        ("* * * * *", "exact", "rate(1 minute)", ["C208"]),
        ("*/5 * * * *", "differs", "rate(5 minutes)", ["C207"]),
        ("0 * * * *", "differs", "rate(1 hour)", ["C207"]),
        ("0 */6 * * *", "differs", "rate(6 hours)", ["C207"]),
        ("30 3 * * *", "differs", "rate(1 day)", ["C207"]),
        ("30 3 * * 1", "differs", "rate(7 days)", ["C207"]),
        ("*/7 * * * *", "exact", "cron(0/7 * * * ? *)", []),  # starts again every hour
        ("0 */5 * * *", "exact", "cron(0 0/5 * * ? *)", []),
        ("30 3 1 * *", "exact", "cron(30 3 1 * ? *)", []),
    ],
)
def test_rates_where_only_the_phase_differs(
    text: str, verdict: str, expression: str, codes: list[str]
) -> None:
    found = converted(text, rate=True)
    assert found.verdict == verdict
    assert [trigger.expression for trigger in found.triggers] == [expression]
    assert [finding.code for finding in found.findings] == codes


def test_no_rate_for_a_time_of_day_where_the_clock_changes() -> None:
    found = converted("0 4 * * *", host="Europe/Berlin", rate=True)
    assert said(found) == ["cron(0 4 * * ? *) Europe/Berlin"]
    assert said(converted("*/5 * * * *", host="Europe/Berlin", rate=True)) == ["rate(5 minutes)"]


@pytest.mark.parametrize(
    ("text", "host", "rule", "kind", "code", "part"),
    [
        ("@reboot", "UTC", False, Refused, "C201", "`@reboot` has no time"),
        ("0~59 * * * *", "UTC", False, Refused, "C202", "`0~59 * * * *` is drawn anew"),
        ("0 0 30 2 *", "UTC", False, Never, "C203", "`0 0 30 2 *` is due at no time"),
        ("0 22-2 * * *", "UTC", True, Never, "C203", "`0 22-2 * * *`"),
        ("0 3 * * *", "Europe/Berlin", True, Refused, "C206", "the clock changes in Europe/Berlin"),
        (
            "0 */2 * 3 *",
            "Asia/Tokyo",
            True,
            Refused,
            "C206",
            "9:00 ahead of UTC, where its times fall on the day before and the same",
        ),
        (
            "0 */2 1 * 1",
            "America/Phoenix",
            True,
            Refused,
            "C206",
            "7:00 behind UTC, where its times fall on the same day and the day after",
        ),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_reason(  # noqa: PLR0917 (a row of the table)
    text: str, host: str, rule: bool, kind: type, code: str, part: str
) -> None:
    found = converted(text, host=host, rule=rule)
    assert isinstance(found, kind)
    assert [finding.code for finding in found.findings] == [code]
    assert part in found.findings[0].detail
    assert (found.triggers, found.proof, found.clock_changes) == ((), None, ())


def test_an_unknown_zone_is_the_callers_to_handle() -> None:
    with pytest.raises(LookupError):
        converted("0 3 * * *", host="Asia/Nowhere")


def listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def test_a_long_list_becomes_ranges_only_where_it_must() -> None:
    hours = listed(n for n in range(24) if n != 7)
    dates = listed(n for n in range(1, 32) if n != 9)
    minutes = listed(n for n in range(60) if n != 31)
    assert said(converted(f"0 {hours} * * *")) == [f"cron(0 {hours} * * ? *)"]
    assert said(converted(f"{minutes} {hours} {dates} * *")) == [
        "cron(0-30,32-59 0-6,8-23 1-8,10-31 * ? *)"
    ]


PAIRS = (  # 10,11,13,14,16,17: nothing shorter than each value says these
    listed(n for n in range(60) if n % 3 != 2),
    listed(n for n in range(24) if n % 3),
    listed(n for n in range(1, 32) if n % 3 != 2),
    listed(n for n in range(1, 13) if n % 3),
)


def test_the_longest_schedule_there_is_fits() -> None:
    found = converted(f"{' '.join(PAIRS)} *")
    assert isinstance(found, Exact)
    assert 220 < len(found.triggers[0].expression) <= 256


FIELD_VALUES = [st.sets(st.integers(a, b), min_size=1) for a, b in BOUNDS]


@given(st.tuples(*FIELD_VALUES), st.sampled_from(["*", "1,3,4", "0-2"]))
def test_any_sets_at_all_have_an_exact_form(sets: tuple[set[int], ...], weekday: str) -> None:
    text = f"{' '.join(listed(sorted(each)) for each in sets)} {weekday}"
    assert isinstance(converted(text), Exact | Never)


def test_a_search_that_errs_is_not_believed() -> None:
    schedule = timing("0 3 * * 1")
    assert isinstance(schedule, CronSchedule)
    wrong = Trigger(expression="cron(0 3 ? * 1 *)", timezone="UTC", guard=None)  # Sunday
    found = judged(schedule, "0 3 * * 1", (wrong,), 0)
    assert isinstance(found, Refused)
    assert [finding.code for finding in found.findings] == ["C205"]


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("5-5 * * * *", "C211", "known reading: takes a range from a value to itself"),
        ("5:30 * * * *", "C211", "known reading: rejects what the daemon skips"),
    ],
)
def test_croniters_known_readings_are_told(text: str, code: str, part: str) -> None:
    found = converted(text)
    assert isinstance(found, Exact)
    assert [finding.code for finding in found.findings] == [code]
    assert part in found.findings[0].detail


def test_a_witness_that_disagrees_for_no_known_reason_is_an_error() -> None:
    schedule = timing("0 3 * * 1")
    assert isinstance(schedule, CronSchedule)
    right = Trigger(expression="cron(0 3 ? * MON *)", timezone="UTC", guard=None)
    found = judged(schedule, "0 3 * * 2", (right,), 0)  # the text that croniter is asked
    assert [finding.code for finding in found.findings] == ["C210"]
    assert found.findings[0].level is Level.ERROR


# --- the independent reading -------------------------------------------------------------------

WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def values(text: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", part)
        assert match, f"undocumented: {part}"
        assert match[1] != "*" or not match[4], f"undocumented: {part}"
        first = int(match[2] or low)
        last = int(match[3] or (first if match[2] and not match[4] else high))
        assert low <= first <= last <= high, f"out of bounds: {part}"
        found |= set(range(first, last + 1, int(match[4] or 1)))
    return found


def on_day(date_text: str, weekday_text: str, day: datetime) -> bool:
    last = monthrange(day.year, day.month)[1]
    weekday = day.isoweekday() % 7
    if weekday_text == "?":
        return day.day == last if date_text == "L" else day.day in values(date_text, 1, 31)
    assert date_text == "?"
    if match := re.fullmatch(r"([A-Z]{3})#([1-5])", weekday_text):
        return WEEKDAYS.index(match[1]) == weekday and (day.day - 1) // 7 + 1 == int(match[2])
    if match := re.fullmatch(r"([1-7])L", weekday_text):
        return int(match[1]) - 1 == weekday and day.day + 7 > last
    if match := re.fullmatch(r"([A-Z]{3})-([A-Z]{3})", weekday_text):
        first, last_ = WEEKDAYS.index(match[1]), WEEKDAYS.index(match[2])
        assert first < last_
        return first <= weekday <= last_
    return WEEKDAYS[weekday] in [WEEKDAYS[WEEKDAYS.index(name)] for name in weekday_text.split(",")]


@dataclass(frozen=True, kw_only=True)
class Fired:
    """A trigger read by the test: when it fires, told in local minutes of a host."""

    times: list[timedelta]
    date: str
    months: set[int]
    weekday: str
    guard: set[int]
    offset: timedelta  # how far the host is ahead of the trigger's zone

    def on(self, day: datetime) -> Iterator[datetime]:
        if day.month in self.months and on_day(self.date, self.weekday, day):
            for at in self.times:
                local = day + at + self.offset
                if local.day in self.guard:
                    yield local


def read_trigger(trigger: Trigger, offset: timedelta) -> Fired:
    assert len(trigger.expression) <= 256
    match = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)", trigger.expression)
    assert match, trigger.expression
    hours, minutes = values(match[2], 0, 23), values(match[1], 0, 59)
    return Fired(
        times=[timedelta(hours=h, minutes=m) for h in hours for m in minutes],
        date=match[3],
        months=values(match[4], 1, 12),
        weekday=match[5],
        guard=set(trigger.guard.days_of_month if trigger.guard else range(1, 32)),
        offset=offset if trigger.timezone == "UTC" else timedelta(0),
    )


def due(schedule: CronSchedule, day: datetime) -> list[datetime]:
    if not schedule.due_on(day):
        return []
    return [day + timedelta(minutes=n) for n in range(1440) if schedule.times >> n & 1]


TELLING_DAYS = [
    datetime.combine(date(*each), time())
    for each in (
        (2026, 12, 31), (2027, 1, 1), (2027, 2, 28), (2027, 3, 1), (2027, 3, 31), (2027, 4, 30),
        (2027, 8, 13), (2028, 2, 28), (2028, 2, 29), (2028, 3, 1), (2028, 5, 7), (2028, 10, 31),
        (2028, 11, 1),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("host", "rule", "hours"),
    [
        ("UTC", False, 0),
        ("Asia/Tokyo", False, 0),
        ("Asia/Tokyo", True, 9),
        ("America/Phoenix", True, -7),
    ],
)
def test_every_measured_schedule_fires_as_it_should(host: str, rule: bool, hours: int) -> None:
    refused = []
    for case in CASES:
        text = str(case["expression"])
        schedule = parse_expression(text, DEBIAN)
        if not isinstance(schedule, CronSchedule) or schedule.times.bit_count() > 100:
            continue
        found = converted(schedule, host=host, rule=rule)
        if isinstance(found, Refused):
            refused.append(text)
            continue
        triggers = [read_trigger(each, timedelta(hours=hours)) for each in found.triggers]
        for day in TELLING_DAYS:
            around = [day + timedelta(days=way) for way in (-1, 0, 1)]
            local = [at for each in triggers for there in around for at in each.on(there)]
            on_day_ = sorted(at for at in local if at.date() == day.date())
            assert on_day_ == due(schedule, day), (text, day)
    assert refused == (TOKYO_REFUSES if rule and host == "Asia/Tokyo" else [])


TOKYO_REFUSES = ["0 0 29-31 2 0", "0 0 29 2 1", "0 0 12 1 1 ? 2027"]
"""In UTC each is the end of one month, some days of the next, and weekdays in both: three."""
