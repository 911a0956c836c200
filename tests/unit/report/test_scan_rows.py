"""Findings that are the same are one row, with the lines that they are about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cron2aws.assess.values import Assessment
from cron2aws.findings import Finding
from cron2aws.report.compose.summary import CASES_SHOWN
from cron2aws.report.formats import DEFAULT, FORMATS
from cron2aws.report.model import Grid
from cron2aws.report.reports import report_of
from cron2aws.report.text import Style
from tests.documents import document
from tests.making import assessment_of, assessment_of_hosts, host_of

QUIET = 'MAILTO=""\n'


def table_of(found: Assessment, style: Style) -> str:
    return "".join(FORMATS["table"].write(document(found), style))


def cases(code: str, *texts: str) -> list[str]:
    """The places of each case of a finding, which has one row."""
    shown = document(assessment_of(*texts))
    grids = [part for part in report_of(shown).parts if isinstance(part, Grid)]
    rows = [row for grid in grids if grid.title == "Findings" for row in grid.rows]
    (row,) = [row for row in rows if row[0][0].text.startswith(f"{code} ")]
    return [said.text.split(": ")[0] for said in row[1]]


def test_a_crowded_minute_is_one_row() -> None:
    text = QUIET + "0 3 * * * root rm a\n" * 6
    assert cases("C314", text, QUIET + "0 3 * * * root rm b\n") == [
        "/etc/crontab:2-7; /etc/cron.d/1:2"
    ]


def test_two_crowded_minutes_are_two_rows() -> None:
    text = QUIET + "0 3 * * * root rm a\n" * 6 + "0 4 * * * root rm a\n" * 6
    assert cases("C314", text) == ["/etc/crontab:2-7", "/etc/crontab:8-13"]


def test_of_many_entries_the_first_are_named() -> None:
    text = QUIET + "0 3 * * * root rm a\n" * 1_500
    assert cases("C314", text) == ["/etc/crontab:2-13 and 1,488 more"]


@pytest.mark.parametrize(
    ("count", "places"),
    [(12, "/etc/crontab:2-13"), (13, "/etc/crontab:2-13 and 1 more")],
)
def test_twelve_entries_are_named_and_how_many_more(count: int, places: str) -> None:
    assert cases("C314", QUIET + "0 3 * * * root rm a\n" * count) == [places]


def test_a_note_of_a_host_counts_once() -> None:
    anacron = Finding(code="C132", detail="/etc/anacrontab")
    found = assessment_of_hosts(replace(host_of(QUIET), findings=(anacron,)))
    assert "C132 Jobs of anacron are not read (1)" in table_of(found, Style(width=200))


def test_of_many_cases_the_first_are_told() -> None:
    minutes = range(0, 45, 5)
    text = QUIET + "".join(f"{minute} 3 * * * root rm a\n" * 6 for minute in minutes)
    assert len(cases("C314", text)) == CASES_SHOWN + 1
    assert cases("C314", text)[-1] == "and 1 more; `-o json` has them all"


def test_an_ignored_file_is_one_row() -> None:
    text = "0 3 * * * root rm a\n# why\n0 4 * * * root rm a\n61 * * * * root bad\n"
    assert cases("C401", text) == ["/etc/crontab:1,3"]


def test_a_tab_in_a_command_is_a_blank() -> None:
    shown = table_of(assessment_of("0 3 * * * root rm\ta\\tb\n"), Style(width=200))
    assert "rm a\\tb" in shown


@pytest.mark.parametrize(("length", "is_cut"), [(100, False), (101, True)])
def test_a_line_that_the_daemon_cannot_read_is_cut_where_it_is_long(
    length: int, is_cut: bool
) -> None:
    shown = table_of(assessment_of("x" * length + "\n"), Style(width=400))
    assert f": {'x' * 100}" in shown
    assert (f": {'x' * 100}..." in shown) is is_cut


def test_without_a_wish_a_report_is_a_table() -> None:
    assert FORMATS[DEFAULT].is_for_eyes
    assert not FORMATS["json"].is_for_eyes
