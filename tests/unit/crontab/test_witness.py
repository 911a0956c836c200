"""python-crontab beside us: its readings are told where they differ; it may fail as it likes."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Entry
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.witness import second_reading


def entry(line: str, dialect: str = "debian", *, system: bool = False) -> Entry:
    (found,) = read_crontab(
        line.encode("utf-8", "surrogateescape") + b"\n",
        DIALECTS[dialect],
        system=system,
        user="root",
    ).entries
    return found


@pytest.mark.parametrize(
    "line",
    [
        "* * * * * x",
        "*/5 1-4,7 1 jan,FEB mon-fri x --y > z 2>&1",
        "0 0 * * 7 x",
        "0  0\t*  * sun  x ",
        "0 0 31-31 * * x",
        "@reboot x",
        "@daily x",
        "@hourly x",
        "@weekly x",
        "0 0 * * * date +\\%F",
        "0 0 * * * cat%a%b",
        "0 0 * * * cat%",
        "0 0 * * * echo '#'x",
    ],
)
def test_agreement_is_silent(line: str) -> None:
    assert second_reading(entry(line)) is None


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("0 0 * * 1-7/3 x", "day-of-week: the daemon has 0-1,4, python-crontab"),
        ("*/60 * * * * x", "python-crontab refuses the schedule; the daemon has minute 0, hour"),
        ("0 0 * * fri-mon x", "refuses the schedule; the daemon has minute 0, hour 0, day"),
        ("5:30 * * * * x", "refuses the schedule; the daemon has minute 5,"),
        ("0 0 * * * x # y", "the daemon runs `x # y`, python-crontab has `x`"),
        ("0 0 * * * x\r", "the daemon runs `x\r`, python-crontab has `x`"),
        (r"0 0 * * * a\\b", "python-crontab has `a\\\\b`"),
        ("0 0 * * * cat%a ", "standard input: the daemon gives 'a ', python-crontab has 'a'"),
        ("0 0 * * *", "python-crontab refuses the line; the daemon runs ``"),
        ("@daily x # y", "the daemon runs `x # y`"),
    ],
)
def test_a_disagreement_shows_both_readings(line: str, detail: str) -> None:
    found = second_reading(entry(line))
    assert found is not None
    assert found.code == "C190"
    assert detail in found.detail


def test_both_parts_of_a_line_may_differ() -> None:
    found = second_reading(entry("0 0 * * 1-7/3 x # y"))
    assert found is not None
    assert "day-of-week" in found.detail
    assert "the daemon runs" in found.detail


def test_the_user_of_a_system_tab_is_no_part_of_it() -> None:
    assert second_reading(entry("0 0 * * * root x", system=True)) is None


def test_dice_are_not_compared() -> None:
    assert second_reading(entry("0~59 * * * * x", "cronie-1.7")) is None


def test_it_does_not_speak(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert second_reading(entry("*/61 * * * * x")) is not None
    assert caplog.records == []


@given(st.binary(), st.sampled_from(sorted(DIALECTS)), st.booleans())
def test_it_never_raises(command: bytes, dialect: str, system: bool) -> None:
    data = b"5 4 * * 1-7/2 root " + command + b"\n@reboot root " + command + b"\n"
    for found in read_crontab(data, DIALECTS[dialect], system=system, user="root").entries:
        second_reading(found)
