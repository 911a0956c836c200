"""Rows are a table where there is room, and stacked where there is not: never squeezed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cron2aws.report.layout import text_of
from cron2aws.report.stacked import TEXT, Heading, Row, Rows, flowing
from cron2aws.report.text import Style

ROWS = Rows(
    columns=("time", "id", "command"),
    rows=(
        Row(cells=("03:00", "1a2b3c4d", "backup --all --to /srv/backups/daily and again")),
        Heading(text="Tuesday"),
        Row(cells=("04:00", "", "tidy")),
    ),
)
NEEDED = len("03:00  1a2b3c4d  ") + TEXT


def lines(width: int, rows: Rows = ROWS) -> list[str]:
    return text_of(rows, style=Style(width=width)).rstrip("\n").split("\n")


def test_a_table_breaks_its_last_column_only() -> None:
    assert lines(NEEDED) == [
        "time   id        command",
        "03:00  1a2b3c4d  backup --all --to",
        "                 /srv/backups/daily and again",
        "Tuesday",
        "04:00            tidy",
    ]


def test_below_that_each_row_is_stacked() -> None:
    assert lines(NEEDED - 1) == [
        "03:00  1a2b3c4d",
        "    backup --all --to /srv/backups/daily and",
        "    again",
        "Tuesday",
        "04:00  tidy",
    ]


def test_short_texts_need_no_more_room_than_they_have() -> None:
    rows = Rows(columns=("time", "command"), rows=(Row(cells=("03:00", "tidy up")),))
    assert lines(len("03:00  tidy up"), rows)[1] == "03:00  tidy up"
    assert lines(len("03:00  tidy up") - 1, rows) == ["03:00", "    tidy up"]


def test_no_rows_are_their_head() -> None:
    assert lines(80, Rows(columns=("a", "b"), rows=())) == ["a  b"]


cells = st.text("ab 東/-", max_size=60)


@given(st.lists(st.tuples(cells, cells, cells), max_size=4), st.integers(12, 130))
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(
    texts: list[tuple[str, str, str]], width: int
) -> None:
    rows = Rows(columns=("a", "b", "c"), rows=tuple(Row(cells=each) for each in texts))
    shown = lines(width, rows)
    assert all(cell_len(line) <= width for line in shown)
    told = "".join("".join(shown).split())
    assert sum(map(told.count, "b東/")) >= sum(
        sum(map("".join(each).count, "b東/")) for each in texts
    )


@pytest.mark.parametrize(("width", "shown"), [(9, ["aa  bb", "    cc"]), (10, ["aa  bb  cc"])])
def test_pieces_are_never_broken(width: int, shown: list[str]) -> None:
    assert list(flowing(("aa", "bb", "cc"), width)) == shown
    assert list(flowing((), width)) == []
    assert list(flowing(("aa", "bbb"), 8, begin="  ")) == ["  aa", "    bbb"]
