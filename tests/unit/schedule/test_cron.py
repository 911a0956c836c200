"""The schedule as a value, and where in a line it stands."""
# ruff: noqa: DTZ001 (wall times are naive)

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.schedule.cron import (
    BadSchedule,
    CronSchedule,
    RandomTime,
    Reboot,
    parse_expression,
    read_timing,
    words_behind,
)
from cron2aws.schedule.fields import CRONIE_1_5, CRONIE_1_7, DEBIAN

FRIDAY_13 = datetime(2026, 11, 13, 3, 0)
FRIDAY_27 = datetime(2026, 11, 27, 3, 0)
SUNDAY_13 = datetime(2026, 12, 13, 3, 0)
THURSDAY_12 = datetime(2026, 11, 12, 3, 0)


def schedule(text: str) -> CronSchedule:
    found = parse_expression(text, DEBIAN)
    assert isinstance(found, CronSchedule)
    return found


@pytest.mark.parametrize(
    ("text", "moment", "fires"),
    [
        ("0 3 13 * 5", FRIDAY_13, True),
        ("0 3 13 * 5", FRIDAY_27, True),  # fails where both days must match
        ("0 3 13 * 5", SUNDAY_13, True),
        ("0 3 13 * 5", THURSDAY_12, False),
        ("0 3 */13 * 5", FRIDAY_27, True),
        ("0 3 */13 * 5", FRIDAY_13, False),  # fails where either day is enough
        ("0 3 13 * */5", FRIDAY_13, True),
        ("0 3 13 * */5", SUNDAY_13, True),
        ("0 3 13 * */5", FRIDAY_27, False),
        ("0 3 10,* * 5", THURSDAY_12, True),  # no star: the first character is not one
        ("0 3 *,10 * 5", THURSDAY_12, False),
        ("0 3 * 12 *", SUNDAY_13, True),
        ("0 3 * 12 *", FRIDAY_13, False),
        ("1 3 * * *", FRIDAY_13, False),
        ("0 4 * * *", FRIDAY_13, False),
    ],
)
def test_fires(text: str, moment: datetime, fires: bool) -> None:
    assert schedule(text).fires(moment) is fires


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        ("0 3 * * *", FRIDAY_13, FRIDAY_13 + timedelta(days=1)),  # after, not at
        ("0 3 * * *", FRIDAY_13 - timedelta(seconds=1), FRIDAY_13),
        ("*/20 3 * * *", FRIDAY_13, FRIDAY_13 + timedelta(minutes=20)),
        ("59 23 31 12 *", FRIDAY_13, datetime(2026, 12, 31, 23, 59)),
        ("0 0 1 1 *", datetime(2026, 12, 31, 23, 59, 59), datetime(2027, 1, 1)),
        ("0 0 29 2 *", FRIDAY_13, datetime(2028, 2, 29)),
        ("0 0 29 2 */7", FRIDAY_13, datetime(2032, 2, 29)),
        ("0 0 29 2 *", datetime(2096, 3, 1), datetime(2104, 2, 29)),  # 2100 is no leap year
        ("0 0 30 2 *", FRIDAY_13, None),
        ("0 22-2 * * *", FRIDAY_13, None),
        ("0 0 29 2 *", datetime(9996, 3, 1), None),  # the calendar ends
    ],
)
def test_next_after(text: str, moment: datetime, expected: datetime | None) -> None:
    assert schedule(text).next_after(moment) == expected


@given(
    st.sampled_from(["*/7 3 * * 1", "0 */5 13 * 5", "5 1 */2 2 *", "0 0 31 * *", "* * 1-7 * */7"]),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
)
def test_nothing_fires_between_a_moment_and_the_next(text: str, moment: datetime) -> None:
    found = schedule(text)
    following = found.next_after(moment)
    assert following is not None
    assert following > moment
    assert found.fires(following)
    steps = min(int((following - moment) / timedelta(minutes=1)), 500)
    between = (moment.replace(second=0) + timedelta(minutes=n) for n in range(1, steps))
    assert not any(found.fires(each) for each in between if moment < each < following)


def test_equality_is_that_of_sets_not_of_words() -> None:
    assert schedule("*/30 3 * * *") != schedule("0,30 3 * * *")  # a wildcard and a fixed job
    assert schedule("0,30 3 * * sun") == schedule("30,0 3 * * 7")
    assert schedule("0 0 1-31 * 0-6") == schedule("@daily")


@pytest.mark.parametrize(
    ("line", "start", "dash", "end", "text"),
    [
        ("0 3 * * 1 root run", 0, False, 9, "0 3 * * 1"),
        ("  0  3\t* * 1\troot", 2, False, 12, "0  3\t* * 1"),
        ("@daily run", 0, False, 6, "@daily"),
        ("-0 3 * * 1 run", 0, True, 10, "0 3 * * 1"),
        ("-@daily", 0, True, 7, "@daily"),
        ("# 0 3 * * 1 run", 2, False, 11, "0 3 * * 1"),
    ],
)
def test_the_schedule_ends_behind_its_last_field(
    line: str, start: int, dash: bool, end: int, text: str
) -> None:
    found = read_timing(line, start, CRONIE_1_5, dash=dash)
    assert isinstance(found, tuple)
    timing, at = found
    assert (timing.text, at) == (text, end)


@pytest.mark.parametrize(
    ("line", "field", "value", "start", "end"),
    [
        ("61 3 * * 1 run", "minute", "61", 0, 2),
        ("0 3 * 13 1 run", "month", "13", 6, 8),
        ("0 3 * * 1x run", "day-of-week", "1x", 8, 10),
        ("0 3 *", "month", "", 5, 5),
        ("", "minute", "", 0, 0),
        ("@noon run", "time specifier", "@noon", 0, 5),
        ("-0 3 * * 1 run", "minute", "-0", 0, 2),
    ],
)
def test_a_bad_field_is_named_with_its_place(
    line: str, field: str, value: str, start: int, end: int
) -> None:
    found = read_timing(line, 0, DEBIAN, dash=True)
    assert isinstance(found, BadSchedule)
    assert (found.field, found.value, found.start, found.end) == (field, value, start, end)


def test_a_line_ends_at_its_newline() -> None:
    found = read_timing("0 3 * *\n1 run", 0, DEBIAN, dash=False)
    assert isinstance(found, BadSchedule)
    assert found.field == "day-of-week"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("@reboot", Reboot),
        ("0~9 * * * *", RandomTime),
        ("0 3 * * * run", CronSchedule),
        ("0 3 * * * *", BadSchedule),  # a sixth star is a command that cannot be
        ("A = b", BadSchedule),
        ("0 3 * *\n*", BadSchedule),
        ("@Reboot", BadSchedule),
        ("", BadSchedule),
        ("   ", BadSchedule),
        ("# 0 3 * * *", BadSchedule),
    ],
)
def test_expressions(text: str, kind: type) -> None:
    assert isinstance(parse_expression(text, CRONIE_1_7), kind)


@pytest.mark.parametrize(
    ("text", "words"),
    [("0 3 * * *", ""), ("0 3 * * 1  a b ", "a b"), ("@daily\tx", "x"), ("x", "")],
)
def test_words_behind(text: str, words: str) -> None:
    assert words_behind(text, DEBIAN) == words


@given(st.text(), st.sampled_from(sorted(DIALECTS)))
def test_any_text_is_read_or_rejected(text: str, grammar: str) -> None:
    found = parse_expression(text, DIALECTS[grammar].grammar)
    assert isinstance(found, CronSchedule | Reboot | RandomTime | BadSchedule)


FIELD_TEXT = st.text("0123456789*,-/~ @:asunmoJAN\t\r=", min_size=1, max_size=6)


@given(st.lists(FIELD_TEXT, min_size=4, max_size=7), st.sampled_from(sorted(DIALECTS)))
def test_almost_schedules_are_read_or_rejected(words: list[str], grammar: str) -> None:
    text = " ".join(words)
    found = parse_expression(text, DIALECTS[grammar].grammar)
    if isinstance(found, BadSchedule):
        assert found.why
        assert text[found.start : found.end] == found.value


def test_schedules_of_the_same_times_are_one_key() -> None:
    said = ["0 3 * * 0", "00 03 * jan-dec sun"]
    assert len({schedule(text) for text in said}) == 1
    assert len({schedule(text) for text in [*said, "0 3 * * 1", "0 3 1-31 * 0"]}) == 3
