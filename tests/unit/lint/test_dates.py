"""What `date` prints on each kind of day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.lint.dates import printed_by
from cron2aws.schedule import days

DAYS = st.dates(date(2000, 1, 1), date(2399, 12, 31))


@given(DAYS, st.sampled_from([*"demuwaAbBhjUW"]))
def test_formats_are_those_of_strftime(day: date, letter: str) -> None:
    printed = printed_by(f"$(date +%{letter})")
    assert printed is not None
    assert printed[days.kind_of(day)] == day.strftime(f"%{letter}")


@pytest.mark.parametrize(
    ("command", "offset"),
    [
        ("$(date +%d -d tomorrow)", 1),
        ("$(date -d tomorrow +%d)", 1),
        ("`/bin/date --date=tomorrow +%d`", 1),
        ("$(date -d '+1 day' +%d)", 1),
        ('$(date --date="1 day" +%d)', 1),
        ("$(date -d 'next day' +%d)", 1),
        ("$(date -d yesterday +%d)", -1),
        ("$(date -d '1 day ago' +%d)", -1),
        ("$(date -d '-1 day' +%d)", -1),
        ("$(date -d '7 days' +%d)", 7),
        ("$(date -d '+1 week' +%d)", 7),
        ("$(date -v+1d +%d)", 1),
        ("$(date -d today +%d)", 0),
    ],
)
@given(day=DAYS)
def test_the_day_that_is_asked_for(command: str, offset: int, day: date) -> None:
    printed = printed_by(command)
    assert printed is not None
    assert printed[days.kind_of(day)] == f"{(day + timedelta(days=offset)).day:02}"


@pytest.mark.parametrize(
    ("template", "ninth", "twentieth"),
    [("%-d", "9", "20"), ("%_d", " 9", "20"), ("%e", " 9", "20"), ("%0e", "09", "20"),
     ("%m%d", "0309", "0320"), ("%d.%m", "09.03", "20.03"), ("%d%%", "09%", "20%")],
)  # fmt: skip
def test_how_numbers_are_padded(template: str, ninth: str, twentieth: str) -> None:
    """As GNU date 9.1 printed them."""
    printed = printed_by(f"$(date +{template})")
    assert printed is not None
    assert printed[days.kind_of(date(2026, 3, 9))] == ninth
    assert printed[days.kind_of(date(2026, 3, 20))] == twentieth


@pytest.mark.parametrize(
    "command",
    [
        "$(date)",
        "$(date +%F)",  # the year is no part of a kind of day
        "$(date +%V)",
        "$(date +%H)",
        "$(date -u +%d)",
        "$(TZ=UTC date +%d)",
        "$(date -d '+1 month' +%d)",
        "$(date -d '+60 days' +%d)",
        "$(date -d yesterday +%j)",
        "$(date -d 'last friday' +%d)",
        "$(hostname)",
        "$(date +%d +%m)",
        "date +%d",
        "$()",
    ],
)
def test_what_is_not_known_is_no_answer(command: str) -> None:
    assert printed_by(command) is None
