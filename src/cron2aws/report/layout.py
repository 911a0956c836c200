"""Renderables of rich as text: the one place that lays out, by width and colours."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

from cron2aws.escapes import inert
from cron2aws.report.plain import plain_table
from cron2aws.report.text import Style


def text_of(*parts: RenderableType, style: Style) -> str:
    """The parts one below the other, each line without trailing blanks."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=style.width,
        force_terminal=style.color,
        color_system="standard" if style.color else None,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
    )
    for part in parts:
        plain = isinstance(part, Table) and not style.color and plain_table(part, style.width)
        if plain:
            out.write("".join(f"{inert(line)}\n" for line in plain.split("\n")))
        else:
            console.print(_Harmless(part))
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


class _Harmless:
    """A part of a report in which nothing but rich's own colours moves a terminal.

    Cells are escaped where they are made, so that their width is right; this holds whatever may
    have been forgotten there.
    """

    def __init__(self, part: RenderableType) -> None:
        self._part = part

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """The part's pieces of text, escaped."""
        for text, style, control in console.render(self._part, options):
            yield Segment("\n".join(map(inert, text.split("\n"))), style, control)


def table(*columns: str, title: str | None = None) -> Table:
    """A plain table: readable without colours and in a pipe; `name!` is never wrapped."""
    made = Table(title=title, box=None, pad_edge=False, title_justify="left", header_style="bold")
    for column in columns:
        made.add_column(column.rstrip("!"), overflow="fold", no_wrap=column.endswith("!"))
    return made
