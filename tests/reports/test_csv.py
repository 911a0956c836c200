"""CSV has every entry, cell by cell, and nothing that a spreadsheet works out."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given

from cron2aws.escapes import printable
from cron2aws.report.csv_format import COLUMNS, csv_of
from cron2aws.report.model import Cards, Grid, Report, StyledText
from tests.reports import made, sample

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
ADDED = re.compile(f"(^|;)'(?=[ \"']*[{re.escape(SIGNS)}])")


def read(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))


def written(report: Report) -> str:
    return "".join(csv_of(report))


def one_cell(text: str) -> Report:
    return Report("", (Grid("", ("a", "b"), (((StyledText(text),), (StyledText("b"),)),)),))


def test_an_entry_is_a_row() -> None:
    head, first, second, third = read(written(sample.report(3, harmful=False)))
    assert tuple(head) == COLUMNS
    assert dict(zip(head, first, strict=True)) == {
        "host": "web-1",
        "source": "/etc/cron.d/jobs",
        "line": "1",
        "id": "0000000000000000",
        "user": "root",
        "schedule": "17 * * * *",
        "command": "true",
        "becomes": "cron(17 * * * ? *) Europe/Berlin",
        "verdict": "exact",
        "decision": "migrate",
        "why": "",
        "findings": "C314",
        "on hosts": "",
    }
    assert second[2] == "2"
    assert third[-6:-3] == ["", "refused", "keep"]
    assert third[-2:] == ["C211 C314", ""]


def test_lines_end_as_the_rfc_says() -> None:
    text = written(sample.report(20))
    assert text.count("\r\n") == text.count("\n") == text.count("\r") == 21


def test_a_report_without_entries_is_its_first_table() -> None:
    report = sample.report(2)
    rest = tuple(part for part in report.parts if not isinstance(part, Cards))
    assert read(written(Report("", rest))) == [
        ["what", "before", "after", "quota"],
        ["stacks", "0", "4", "2,000; of the account"],
    ]
    assert written(Report("", ())) == ""


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a,b", "a,b"),
        ('say "a"', 'say "a"'),
        ("=1+1", "'=1+1"),
        ("@daily", "'@daily"),
        ("-x", "'-x"),
        ("+x", "'+x"),
        ("\uff1d1", "'\uff1d1"),
        (" =1", "' =1"),
        ("'=1", "''=1"),
        ("a;=1", "a;'=1"),
        ('a; "=1', "a;' \"=1"),
        ("a=1;b", "a=1;b"),
        ("\t=1", "' =1"),
        ("a\n=1", "a\\x0a=1"),
        ("\r", "\\x0d"),
        ("-", ""),
        ("- ", "'- "),
        ("*/5 * * * *", "*/5 * * * *"),
    ],
)
def test_what_a_cell_holds(text: str, cell: str) -> None:
    assert read(written(one_cell(text)))[1] == [cell, "b"]


@given(made.reports)
def test_no_cell_is_worked_out_wherever_a_spreadsheet_begins_one(report: Report) -> None:
    text = written(report)
    for delimiter in (",", ";", "\t"):
        for cell in (cell for row in read(text, delimiter) for cell in row):
            assert cell.lstrip(' "')[:1] not in {*SIGNS, "\t", "\r", "\n"}


@given(made.texts.filter(lambda text: text != "-"))
def test_the_text_can_be_had_back(text: str) -> None:
    cell, _ = read(written(one_cell(text)))[1]
    assert ADDED.sub(r"\1", cell) == printable(text)
