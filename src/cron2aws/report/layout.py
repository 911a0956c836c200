"""Renderables of rich as text: the one place that lays out, by width and colours."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
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
        force_terminal=False,  # `style` alone says it: no $TERM, no $FORCE_COLOR
        color_system="standard" if style.color else None,
        highlight=False,
        emoji=False,
        markup=False,
    )
    for part in parts:
        if (
            isinstance(part, Table)
            and not style.color
            and (plain := plain_table(part, style.width))
        ):
            out.write("".join(f"{inert(line)}\n" for line in plain.split("\n")))
        else:
            console.print(Segments(_harmless(console.render(part))))
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def _harmless(pieces: Iterable[Segment]) -> Iterator[Segment]:
    """Pieces of a report in which nothing but rich's own colours moves a terminal.

    Cells are escaped where they are made, so that their width is right; this holds whatever may
    have been forgotten there.
    """
    for text, style, _ in pieces:
        yield Segment("\n".join(map(inert, text.split("\n"))), style)


def table(*columns: str, title: str | None = None) -> Table:
    """A plain table: readable without colours and in a pipe; `name!` is never wrapped.

    Where no column has a name there is no head.
    """
    made = Table(
        title=title,
        box=None,
        pad_edge=False,
        title_justify="left",
        show_header=any(columns),
    )
    for column in columns:
        made.add_column(
            column.removesuffix("!"),
            overflow="fold",
            no_wrap=column.endswith("!"),
        )
    return made
