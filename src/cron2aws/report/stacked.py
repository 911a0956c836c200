"""Rows that are a table where it fits, and one below the other where it does not.

No column is ever squeezed: each but the last is as wide as its widest cell. The last one is a
text, which is broken where it has to be, but never to less than TEXT columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from cron2aws.report.text import HEAD, PLAIN

TEXT = 28
_GAP = "  "
_INDENT = "    "


@dataclass(frozen=True, kw_only=True)
class Row:
    """Cells for all columns, the text last; each harmless for a terminal."""

    cells: tuple[str, ...]
    style: str = PLAIN


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A line between rows."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows with their columns' names, and headings between them."""

    columns: tuple[str, ...]
    rows: tuple[Row | Heading, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines, none wider than the console."""
        width = options.max_width
        widths = self._widths()
        left = width - sum(widths) - len(_GAP) * len(widths)
        longest = max((cell_len(each.cells[-1]) for each in self._plain_rows()), default=0)
        if left >= min(TEXT, max(longest, len(self.columns[-1]))):
            yield from self._table(console, widths, left)
        else:
            yield from self._stack(console, width)

    def _plain_rows(self) -> Iterator[Row]:
        return (each for each in self.rows if isinstance(each, Row))

    def _widths(self) -> list[int]:
        """Of all columns but the last."""
        cells = [self.columns, *(each.cells for each in self._plain_rows())]
        return [max(map(cell_len, column)) for column in list(zip(*cells, strict=True))[:-1]]

    def _table(self, console: Console, widths: Sequence[int], left: int) -> Iterator[Text]:
        indent = " " * (sum(widths) + len(_GAP) * len(widths))
        yield Text(_line(self.columns, widths), style=HEAD)
        for each in self.rows:
            if isinstance(each, Heading):
                yield from wrapped(console, each.text, console.width, HEAD)
                continue
            first, *further = wrapped(console, each.cells[-1], left, each.style)
            yield Text(_line((*each.cells[:-1], ""), widths), style=each.style).append_text(first)
            for line in further:
                yield Text(indent, style=each.style).append_text(line)

    def _stack(self, console: Console, width: int) -> Iterator[Text]:
        for each in self.rows:
            if isinstance(each, Heading):
                yield from wrapped(console, each.text, width, HEAD)
                continue
            *first, text = each.cells
            line = _GAP.join(filter(None, each.cells))
            if cell_len(line) <= width:
                yield Text(line, style=each.style)
                continue
            for line in flowing(filter(None, first), width):
                yield from wrapped(console, line, width, each.style)
            for broken in wrapped(console, text, width - len(_INDENT), each.style):
                yield Text(_INDENT, style=each.style).append_text(broken)


def flowing(pieces: Iterable[str], width: int, *, begin: str = "") -> Iterator[str]:
    """Pieces beside each other, none broken, the first line behind `begin`, the others indented."""
    line, is_empty = begin, True
    for piece in pieces:
        if not is_empty and cell_len(f"{line}{_GAP}{piece}") > width:
            yield line
            line = f"{_INDENT}{piece}"
        else:
            line = f"{line}{piece}" if is_empty else f"{line}{_GAP}{piece}"
        is_empty = False
    if not is_empty:
        yield line


def wrapped(console: Console, text: str, width: int, style: str = PLAIN) -> list[Text]:
    """A text in lines of a width, one at least; a word that is too long is broken."""
    return list(Text(text, style=style).wrap(console, max(width, 1), overflow="fold")) or [Text()]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=False)
    )
    return _GAP.join([*padded, cells[-1]])
