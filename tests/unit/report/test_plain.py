"""Tables that are laid out without rich look as rich would have laid them out."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cron2aws.report.layout import table, text_of
from cron2aws.report.plain import plain_table
from cron2aws.report.text import Style

CELLS = st.text("ab 東é·\n", max_size=8)


def by_rich(made: Table, width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False, markup=False).print(made)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def made(rows: list[tuple[str, str, str]], title: str | None = None) -> Table:
    found = table("one", "two!", "three", title=title)
    for row in rows:
        found.add_row(*map(Text, row))
    return found


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=4), st.sampled_from([None, "Title"]))
def test_it_looks_as_richs_does(rows: list[tuple[str, str, str]], title: str | None) -> None:
    found = made(rows, title)
    assert plain_table(found, 100) is not None
    assert text_of(found, style=Style(width=100)) == by_rich(found, 100)


@pytest.mark.parametrize(("width", "fits"), [(20, True), (19, False)])
def test_what_must_be_wrapped_is_left_to_rich(width: int, fits: bool) -> None:
    found = made([("aaaaa", "bbbbb", "cccccc")])
    assert (plain_table(found, width) is not None) is fits
    assert text_of(found, style=Style(width=width)) == by_rich(found, width)


def test_no_row_is_left_out_where_a_column_is_shorter() -> None:
    found = table("one", "two")
    found.add_row("a", "b")
    found.add_column("three")
    with pytest.raises(ValueError, match="shorter"):
        plain_table(found, 100)


def test_colours_are_richs() -> None:
    found = table("what")
    found.add_row(Text("x", style="red"))
    assert "\x1b[31mx" in text_of(found, style=Style(width=20, color=True))
