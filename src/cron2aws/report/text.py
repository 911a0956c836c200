"""Renderables of rich as text: the one place that knows widths and colours."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
from rich.table import Table

from cron2aws.escapes import inert, printable
from cron2aws.findings import Level
from cron2aws.report.plain import plain_table
from cron2aws.schedule.outcome import Verdict
from cron2aws.schedule.ranges import ranges

# names of rich's styles; nothing is told by a colour alone
HEAD, ASIDE, PLAIN = "bold", "dim", ""
GOOD, DOUBTFUL, BAD, BROKEN = "green", "yellow", "red", "bold red"


def level_style(level: Level) -> str:
    """How a finding of this level is shown."""
    match level:
        case Level.ERROR:
            return BROKEN
        case Level.WARNING:
            return DOUBTFUL
        case Level.INFO:
            return ASIDE
        case _:
            assert_never(level)


def verdict_style(verdict: Verdict) -> str:
    """How a verdict is shown."""
    match verdict:
        case Verdict.EXACT:
            return GOOD
        case Verdict.DIFFERS:
            return DOUBTFUL
        case Verdict.NEVER:
            return ASIDE
        case Verdict.REFUSED | Verdict.INVALID:
            return BAD
        case _:
            assert_never(verdict)


@dataclass(frozen=True, kw_only=True)
class Style:
    """Where a report is going: `width` in columns."""

    width: int = 120
    color: bool = False


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


def where(source: str, line: int | None, host: str | None = None) -> str:
    """`/etc/crontab:17`, with its host in front where one is given; harmless for a terminal."""
    place = source if line is None else f"{source}:{line}"
    return printable(f"{host}: {place}" if host else place)


def sentence(count: int, noun: str, plural: str | None = None) -> str:
    """`1 entry`, `2 entries`."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"


def compact_days(days: str | tuple[int, ...]) -> str:
    """`1-12,14-31` for days of the month: runs of three or more as ranges."""
    if isinstance(days, str):
        days = tuple(int(day) for day in days.split(","))
    return ",".join(ranges(sorted(days)))
