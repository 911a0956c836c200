"""Lines that are not wider than a terminal: measured in its columns, broken at blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from rich.cells import cell_len

from cron2aws.escapes import inert
from cron2aws.report.model import StyledText, Tone
from cron2aws.report.text import Style

Piece: TypeAlias = tuple[str, Tone]
"""A text that was made `printable`, and how it is meant."""

GAP = "  "
LEAST = 8
"""Columns that a text has at least, however narrow the terminal is."""

_COLORS = {
    Tone.PLAIN: "",
    Tone.STRONG: "1",
    Tone.ASIDE: "2",
    Tone.GOOD: "32",
    Tone.DOUBTFUL: "33",
    Tone.BAD: "31",
}
# a word of a shell, in which blanks may be quoted; whatever quote is open at the end stays open
_SHELL_WORD = re.compile(r"""(?:[^\s"'\\]|\\.?|"(?:[^"\\]|\\.?)*(?:"|\Z)|'[^']*(?:'|\Z))+""")


def columns(text: str) -> int:
    """How wide a text is: East Asian letters take two columns, combining ones none."""
    return len(text) if text.isascii() else cell_len(text)


def padded(text: str, width: int) -> str:
    """With blanks up to a width."""
    return text + " " * (width - columns(text))


def painted(text: str, tone: Tone, style: Style) -> str:
    """In its colour, where there are colours; no other sign moves the terminal."""
    color = _COLORS[tone] if style.color and text else ""
    return f"\x1b[{color}m{inert(text)}\x1b[0m" if color else inert(text)


def fold(text: str, width: int, first: int | None = None) -> list[str]:
    """A text in lines; a word that is longer than a line is broken anywhere.

    `first` is how wide the first line may be, where it is not as wide as the others.
    """
    lines = []
    room = width if first is None else first
    while columns(text) > room:
        most = _fitting(text, room)
        blank = text.rfind(" ", 0, most + 1)
        end = blank if text[: max(blank, 0)].strip() else most
        lines.append(text[:end].rstrip(" "))
        text = text[end:].lstrip(" ")
        room = width
    return [*lines, text] if text or not lines else lines


def shortened(text: str, width: int) -> str:
    """With an ellipsis where it is cut."""
    if columns(text) <= width:
        return text
    return text[: _fitting(text, width - 1)].rstrip(" ") + "…"


def _fitting(text: str, width: int) -> int:
    """How many signs of a text fit, one at least; none is torn from what combines with it."""
    if text.isascii():
        return max(1, width)
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if cell_len(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def hung(text: str, tone: Tone, style: Style, *, first: str, rest: str) -> Iterator[str]:
    """A text after `first`; its further lines come after `rest`."""
    if not style.folds:
        yield first + painted(text, tone, style)
        return
    for number, line in enumerate(_folded(text, style, first, rest)):
        yield (rest if number else first) + painted(line, tone, style)


def _folded(text: str, style: Style, first: str, rest: str) -> list[str]:
    rooms = (max(LEAST, style.width - columns(indent)) for indent in (rest, first))
    return fold(text, *rooms)


def flow(
    pieces: Iterable[Piece], style: Style, *, first: str, rest: str, hang: str | None = None
) -> Iterator[str]:
    """Pieces side by side, as many as fit in a line; one is broken only where it fits in none.

    Lines begin with `rest`, the first one with `first`, the lines of a broken piece with `hang`.
    """
    inside = rest if hang is None else hang
    line, used = "", 0
    for text, tone in pieces:
        width = columns(text)
        if used and not (style.folds and used + len(GAP) + width > style.width):
            line, used = line + GAP + painted(text, tone, style), used + len(GAP) + width
            continue
        if used:
            yield line
            first = rest
        *full, line = hung(text, tone, style, first=first, rest=inside)
        yield from full
        if full:
            last = _folded(text, style, first, inside)[-1]
            used = columns(inside) + columns(last)
        else:
            used = columns(first) + width
    if used:
        yield line


def command_lines(command: str, style: Style, indent: str) -> Iterator[str]:
    r"""A command that is copied: broken only between its words, by a `\` that a shell takes away.

    A word is never broken, so that a line may be longer than the terminal is wide.
    """
    room = style.width - len(indent)
    if not style.folds or columns(command) <= room:
        yield indent + inert(command)
        return
    line = ""
    for word in re.finditer(r"\s*" + _SHELL_WORD.pattern, command):
        text = word[0] if line else word[0].lstrip()
        if line and columns(line + text) + len(" \\") > room:
            yield f"{indent}{inert(line)} \\"
            line, text = "  ", text.lstrip()
        line += text
    yield indent + inert(line)


def one_line(said: Iterable[StyledText]) -> str:
    """What is said, for a cell of a pipe."""
    return "; ".join(each.text for each in said)
