"""`calendar`: what is read is shown by time, in the zone that is named."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.functional.cli import cron2aws
from tests.golden.hosts import host

DAY = ("--day", "2027-01-04")
SYSTEM = ("--dialect", "debian", "--format-of", "system")
BERLIN = ("--host-timezone", "Europe/Berlin")


@pytest.fixture
def tab(tmp_path: Path) -> str:
    path = tmp_path / "jobs"
    path.write_text("0 3 * * * root backup\n0 4 * * * app tidy\n*/5 * * * * app poll\n")
    return str(path)


def document(*arguments: str) -> dict[str, Any]:
    came = cron2aws("calendar", "-o", "json", *SYSTEM, *arguments)
    assert (came.code, came.err) == (0, "")
    return came.document


def times(found: dict[str, Any]) -> list[str]:
    return [each["at"] for each in found["listing"]["starts"]]


def test_times_are_in_the_hosts_zone(tab: str) -> None:
    found = document(tab, *DAY, *BERLIN)
    assert found["timezone"] == "Europe/Berlin"
    assert found["hosts"][0]["guessed"] is False
    assert times(found) == ["2027-01-04T03:00:00+01:00", "2027-01-04T04:00:00+01:00"]


def test_the_zone_that_is_shown_moves_no_job(tab: str) -> None:
    found = document(tab, *DAY, *BERLIN, "--timezone", "Asia/Tokyo")
    assert found["timezone"] == "Asia/Tokyo"
    assert times(found) == ["2027-01-04T11:00:00+09:00", "2027-01-04T12:00:00+09:00"]


def test_a_zone_that_nobody_said_is_told(tab: str) -> None:
    assert document(tab, *DAY)["hosts"][0]["guessed"] is True
    shown = cron2aws("calendar", *SYSTEM, *DAY, tab).out
    assert "a guess; say --host-timezone" in shown


def test_a_zone_that_is_not_known_is_shown_in_none(tmp_path: Path) -> None:
    tree = host(tmp_path, {"/etc/crontab": "0 3 * * * root lost\n"}, zone="Mars/Base")
    found = cron2aws("calendar", "-o", "json", *DAY, str(tree)).document
    assert found["timezone"] == "UTC"
    assert [each["why"] for each in found["untimed"]] == ["no-zone"]


def test_without_an_option_the_next_24_hours_are_shown(tab: str) -> None:
    found = document(tab, *BERLIN)
    assert len(times(found)) == 2
    assert [each["count"] for each in found["listing"]["often"]] == [288]
    assert found["busiest"]["crowds"][0]["entries"] == 2
    assert (found["week"], found["looks"]) == (None, None)


def test_from_is_where_it_begins(tab: str) -> None:
    found = document(tab, *BERLIN, "--from", "2027-03-28")
    assert found["listing"]["start"] == "2027-03-28T00:00:00+01:00"
    assert found["listing"]["end"] == "2027-03-29T01:00:00+02:00"
    week = document(tab, *BERLIN, "--from", "2027-03-28", "--week")["week"]
    assert [len(day["starts"]) for day in week] == [92, 96, 96, 96, 96, 96, 96]
    looks = document(tab, *BERLIN, "--from", "2027-03-28", "--at", "02:30")["looks"]
    assert [look["local"] for look in looks][::6] == ["2027-03-28T02:30", "2027-04-03T02:30"]
    assert [look["at"] is None for look in looks] == [True, *[False] * 6]


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2027-01-04T03:00", "2027-01-04T03:00:00+01:00"),
        ("2027-01-04 03:00:40", "2027-01-04T03:00:00+01:00"),
        ("2027-01-04T11:00+09:00", "2027-01-04T03:00:00+01:00"),
    ],
)
def test_a_minute(tab: str, at: str, moment: str) -> None:
    (look,) = document(tab, *BERLIN, "--at", at)["looks"]
    assert look["at"] == moment
    assert len(look["due"]) == 2
    assert [each["count"] for each in look["after"]["often"]] == [11]


def test_a_time_is_looked_at_on_seven_days(tab: str) -> None:
    looks = document(tab, *BERLIN, "--at", "3:00")["looks"]
    assert [len(look["due"]) for look in looks] == [2] * 7
    assert len({look["local"] for look in looks}) == 7


@pytest.mark.parametrize("at", ["25:00", "3", "2027-01-04", "03:00x", "2027-13-01T03:00"])
def test_what_is_no_time_is_refused(tab: str, at: str) -> None:
    came = cron2aws("calendar", tab, "--at", at)
    assert came.code == 2
    assert "is not a time such as 03:00, 2027-03-14T03:00" in came.err


def test_entries_are_chosen_as_for_scan(tab: str) -> None:
    found = document(tab, *DAY, *BERLIN, "--only", "backup")
    assert [each["command"] for each in found["entries"]] == ["backup"]
    assert len(times(found)) == 1
    assert cron2aws("calendar", tab, *SYSTEM, "--only", "nothing").code == 2


def test_strict_is_as_for_scan(tmp_path: Path) -> None:
    path = tmp_path / "jobs"
    path.write_text("0 3 * * * root PASSWORD=abcdef0123456789 backup\n")
    given = ("calendar", *SYSTEM, *BERLIN, *DAY, str(path))
    assert cron2aws(*given).code == 0
    strict = cron2aws(*given, "--strict")
    assert strict.code == 1
    assert "abcdef0123456789" not in strict.out
    assert "****" in strict.out


@pytest.mark.parametrize(
    "shown", [("--week", *DAY), ("--at", "03:00", "--week"), (*DAY, "--at", "03:00")]
)
def test_one_thing_is_shown_at_a_time(tab: str, shown: tuple[str, ...]) -> None:
    came = cron2aws("calendar", tab, *shown)
    assert came.code == 2
    assert "contradict each other" in came.err


def test_a_zone_that_is_none_is_refused(tab: str) -> None:
    assert cron2aws("calendar", tab, "--timezone", "Mars/Base").code == 2
    assert cron2aws("calendar", tab, "--host-timezone", "Mars/Base").code == 2


def rows(*arguments: str) -> list[list[str]]:
    """When, how often, where and what, as CSV has it."""
    came = cron2aws("calendar", "-o", "csv", *SYSTEM, *BERLIN, *arguments)
    assert (came.code, came.err) == (0, "")
    found = csv.DictReader(io.StringIO(came.out, newline=""))
    names = ("first", "last", "starts", "every minutes", "where", "command")
    return [[each[name] for name in names] for each in found]


def test_csv_has_each_start_with_its_date_and_offset(tab: str) -> None:
    three, four = "2027-01-04T03:00:00+01:00", "2027-01-04T04:00:00+01:00"
    assert rows(tab, *DAY) == [
        ["2027-01-04T00:00:00+01:00", "2027-01-04T23:55:00+01:00", "288", "5", "aws", "poll"],
        [three, three, "1", "", "aws", "backup"],
        [four, four, "1", "", "aws", "tidy"],
    ]


def test_csv_has_the_minute_that_is_looked_at_and_the_hour_after_it(tab: str) -> None:
    three, four = "2027-01-04T03:00:00+01:00", "2027-01-04T04:00:00+01:00"
    first, last = "2027-01-04T03:05:00+01:00", "2027-01-04T03:55:00+01:00"
    found = rows(tab, "--at", "2027-01-04T03:00")
    assert found[:2] == [
        [three, three, "1", "", "aws", "backup"],
        [three, three, "1", "", "aws", "poll"],
    ]
    assert found[2:] == [[first, last, "11", "5", "aws", "poll"]]
    assert rows(tab, "--at", "2027-01-04T04:00")[0] == [four, four, "1", "", "aws", "tidy"]
