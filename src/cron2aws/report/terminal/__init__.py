"""A report as text for a terminal, or for a pipe: no table is squeezed, no line too long.

Two kinds of lines may be longer than the terminal is wide, for they are copied: a word of a
command that is to be typed, and the lines of a script. A pipe has one line an entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from cron2aws.escapes import printable
from cron2aws.report.model import (
    Cards,
    Checklist,
    Diff,
    Facts,
    Grid,
    Heat,
    Paragraph,
    Part,
    Report,
    Tone,
)
from cron2aws.report.terminal.cards import card_lines
from cron2aws.report.terminal.facts import act_lines, diff_lines, fact_lines
from cron2aws.report.terminal.fold import GAP, hung
from cron2aws.report.terminal.grid import grid_lines
from cron2aws.report.terminal.groups import MOST, groups
from cron2aws.report.terminal.heat import heat_lines
from cron2aws.report.terminal.whole import whole_lines
from cron2aws.report.text import Style


def terminal_of(report: Report, style: Style, *, everything: bool = False) -> Iterator[str]:
    """The lines of a report, each with its newline.

    More than 200 entries are counted in a terminal, unless `everything` is asked for; a pipe has
    them all. Where all that there is is one entry (of one host or of several, as `show` has it)
    and `everything` is asked for, it is told whole.
    """
    begun = False
    if report.title:
        yield from _ended(_head(report.title, style))
        begun = True
    for part in _shown(report, style, everything=everything):
        if begun:
            yield "\n"
        begun = True
        if title := _title(part):
            yield from _ended(_head(title, style))
        yield from _ended(_lines(part, style, everything=everything))


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield f"{line.rstrip()}\n"


def _shown(report: Report, style: Style, *, everything: bool) -> Iterator[Part]:
    for part in filter(_says_something, report.parts):
        if isinstance(part, Cards) and len(part.cards) > MOST and not everything and style.folds:
            yield from groups(part)
        else:
            yield part


def _says_something(part: Part) -> bool:
    match part:
        case Facts():
            return bool(part.facts)
        case Paragraph():
            return bool(part.text.text)
        case Grid():
            return bool(part.rows)
        case Checklist():
            return bool(part.acts)
        case Diff():
            return bool(part.lines)
        case Cards():
            return bool(part.cards)
        case Heat():
            return bool(part.days)
        case _:
            assert_never(part)


def _title(part: Part) -> str:
    """What stands above it."""
    return "" if isinstance(part, Paragraph) else part.title


def _lines(part: Part, style: Style, *, everything: bool) -> Iterator[str]:
    match part:
        case Facts():
            return fact_lines(part.facts, style)
        case Paragraph():
            return hung(printable(part.text.text), part.text.tone, style, first="", rest="")
        case Grid():
            return grid_lines(part, style)
        case Checklist():
            return act_lines(part.acts, style)
        case Diff():
            return diff_lines(Diff("", part.lines), style)
        case Cards():
            if everything and len({card.full_id for card in part.cards}) == 1:
                return whole_lines(part.cards, style)
            return card_lines(part, style)
        case Heat():
            return heat_lines(part, style)
        case _:
            assert_never(part)


def _head(title: str, style: Style) -> Iterator[str]:
    return hung(printable(title), Tone.STRONG, style, first="", rest=GAP)
