"""A table where the terminal is as wide as its cells; else its rows, one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, zip_longest
from typing import TypeAlias

from cron2aws.escapes import printable
from cron2aws.report.model import Grid, StyledText, Tone
from cron2aws.report.terminal.fold import GAP, Piece, columns, flow, hung, painted
from cron2aws.report.text import Style

Cell: TypeAlias = tuple[Piece, ...]
"""The lines of a cell."""

ALIGNED = 60
"""In a pipe no column is padded to more: one long cell would make ten thousand rows as long."""

LEAST_COLUMNS = 3
"""A table has so many, and half of them all; what has fewer is easier to read stacked."""

NOTHING = ("", "-")
"""Cells that a stacked row leaves out."""


def grid_lines(grid: Grid, style: Style) -> Iterator[str]:
    """A table; or one of the first columns, with the others below each row; or stacked rows."""
    head = tuple(map(printable, grid.columns))
    rows = [tuple(map(cell, row)) for row in grid.rows]
    if not style.folds:
        rows = [tuple(map(joined, row)) for row in rows]
    widths = natural_widths(head, rows)
    shown = _columns_that_fit(widths, style)
    if shown < max(LEAST_COLUMNS, len(head) / 2) and shown < len(head):
        for row in rows:
            yield from _stacked(head, row, style)
        return
    if any(head):
        names = tuple(((name, Tone.ASIDE),) for name in head[:shown])
        yield from table_row(names, widths[:shown], style)
    for row in rows:
        yield from table_row(row[:shown], widths[:shown], style)
        yield from _below(head[shown:], row[shown:], style)


def _columns_that_fit(widths: Sequence[int], style: Style) -> int:
    """In a pipe all."""
    if not style.folds:
        return len(widths)
    ends = accumulate(width + len(GAP) for width in widths)
    return sum(end - len(GAP) <= style.width for end in ends)


def cell(said: Sequence[StyledText]) -> Cell:
    """The lines of a cell, made harmless."""
    return tuple((printable(each.text), each.tone) for each in said)


def joined(cell: Cell) -> Cell:
    """On one line."""
    if len(cell) < 2:
        return cell
    return (("; ".join(text for text, _ in cell), cell[0][1]),)


def natural_widths(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The width of the longest line in each column."""
    widths = [columns(name) for name in head]
    for row in rows:
        for number, lines in enumerate(row):
            for text, _ in lines:
                if (width := columns(text)) > widths[number]:
                    widths[number] = width
    return widths


def table_row(
    row: Sequence[Cell], widths: Sequence[int], style: Style, indent: str = ""
) -> list[str]:
    """The lines of a row."""
    return [indent + _table_line(pieces, widths, style) for pieces in zip_longest(*row)] or [""]


def _table_line(pieces: Sequence[Piece | None], widths: Sequence[int], style: Style) -> str:
    """Ended by its last text: reports have no trailing blanks."""
    line, blanks = "", 0
    for piece, width in zip(pieces, widths, strict=True):
        text, tone = piece or ("", Tone.PLAIN)
        if text:
            line += " " * blanks + painted(text, tone, style)
            blanks = 0
        room = width if style.folds else min(width, ALIGNED)
        blanks += max(0, room - columns(text)) + len(GAP)
    return line


def _stacked(head: Sequence[str], row: Sequence[Cell], style: Style) -> Iterator[str]:
    """The first cell as a head; the others below."""
    (first, *others) = row
    for text, tone in first:
        told = Tone.STRONG if tone is Tone.PLAIN else tone
        yield from hung(text, told, style, first="", rest=GAP)
    yield from _below(head[1:], others, style)


def _below(head: Sequence[str], cells: Sequence[Cell], style: Style) -> Iterator[str]:
    """Cells behind their names, several in a line; what is empty is left out."""
    short: list[Piece] = []
    for name, lines in zip(head, cells, strict=True):
        if len(lines) == 1:
            text, tone = lines[0]
            if text not in NOTHING:
                short.append((f"{name}: {text}" if name else text, tone))
            continue
        yield from flow(short, style, first=GAP, rest=GAP, hang=GAP * 2)
        short = []
        if lines:
            yield from hung(f"{name}:", Tone.PLAIN, style, first=GAP, rest=GAP * 2)
        for text, tone in lines:
            yield from hung(text, tone, style, first=GAP * 2, rest=GAP * 3)
    yield from flow(short, style, first=GAP, rest=GAP, hang=GAP * 2)
