"""Renderables of rich as text: the one place that knows widths and colours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

from cron2aws.escapes import inert, printable
from cron2aws.findings import Level
from cron2aws.report.plain import plain_table
from cron2aws.schedule.outcome import Verdict
from cron2aws.schedule.ranges import ranges


def level_style(level: Level) -> str:
    """How a finding of this level is shown."""
    match level:
        case Level.ERROR:
            return "bold red"
        case Level.WARNING:
            return "yellow"
        case Level.INFO:
            return "dim"
        case _:
            assert_never(level)


def verdict_style(verdict: Verdict) -> str:
    """How a verdict is shown."""
    match verdict:
        case Verdict.EXACT:
            return "green"
        case Verdict.DIFFERS:
            return "yellow"
        case Verdict.NEVER:
            return "dim"
        case Verdict.REFUSED | Verdict.INVALID:
            return "red"
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
