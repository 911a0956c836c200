"""Findings that are the same are one row, with the lines that they are about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cron2aws.assess.values import Assessment
from cron2aws.findings import Finding
from cron2aws.report.formats import DEFAULT, FORMATS, Table
from cron2aws.report.text import Style
from tests.documents import document
from tests.making import assessment_of, assessment_of_hosts, host_of

QUIET = 'MAILTO=""\n'


def table_of(found: Assessment, style: Style) -> str:
    return "".join(Table().write(document(found), style))


def rows(code: str, *texts: str) -> list[str]:
    shown = table_of(assessment_of(*texts), Style(width=500))
    return [line.split("  ")[0] for line in shown.split("\n") if f" {code} " in line]


def test_a_crowded_minute_is_one_row() -> None:
    text = QUIET + "0 3 * * * root rm a\n" * 6
    assert rows("C314", text, QUIET + "0 3 * * * root rm b\n") == [
        "/etc/crontab:2-7; /etc/cron.d/1:2"
    ]


def test_two_crowded_minutes_are_two_rows() -> None:
    text = QUIET + "0 3 * * * root rm a\n" * 6 + "0 4 * * * root rm a\n" * 6
    assert rows("C314", text) == ["/etc/crontab:2-7", "/etc/crontab:8-13"]


def test_of_many_entries_the_first_are_named() -> None:
    text = QUIET + "0 3 * * * root rm a\n" * 1_500
    assert rows("C314", text) == ["/etc/crontab:2-13 and 1,488 more"]


@pytest.mark.parametrize(
    ("count", "places"),
    [(12, "/etc/crontab:2-13"), (13, "/etc/crontab:2-13 and 1 more")],
)
def test_twelve_entries_are_named_and_how_many_more(count: int, places: str) -> None:
    assert rows("C314", QUIET + "0 3 * * * root rm a\n" * count) == [places]


def test_a_note_of_a_host_counts_once() -> None:
    anacron = Finding(code="C132", detail="/etc/anacrontab")
    found = assessment_of_hosts(replace(host_of(QUIET), findings=(anacron,)))
    assert "Jobs of anacron are not read (C132, 1x)" in table_of(found, Style(width=200))


def test_an_ignored_file_is_one_row() -> None:
    text = "0 3 * * * root rm a\n# why\n0 4 * * * root rm a\n61 * * * * root bad\n"
    assert rows("C401", text) == ["/etc/crontab:1,3"]


def test_a_tab_in_a_command_can_be_seen() -> None:
    shown = table_of(assessment_of("0 3 * * * root rm\ta\\tb\n"), Style(width=200))
    assert "rm\\x09a\\tb" in shown


@pytest.mark.parametrize(("length", "is_cut"), [(100, False), (101, True)])
def test_a_line_that_the_daemon_cannot_read_is_cut_where_it_is_long(
    length: int, is_cut: bool
) -> None:
    shown = table_of(assessment_of("x" * length + "\n"), Style(width=400))
    assert ("x" * 100 in shown, "..." in shown) == (True, is_cut)


def test_without_a_wish_a_report_is_a_table() -> None:
    assert FORMATS[DEFAULT].is_for_eyes
    assert not FORMATS["json"].is_for_eyes
