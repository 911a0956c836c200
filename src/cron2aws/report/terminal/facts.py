"""Names and what is said of each; what is to be done; what changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cron2aws.escapes import printable
from cron2aws.report.model import Act, Diff, Fact, StyledText, Tone
from cron2aws.report.terminal.fold import GAP, columns, command_lines, hung, padded
from cron2aws.report.text import Style

LONGEST_NAME = 20
LEAST_TEXT = 36
"""Columns that are left for texts beside their names; in narrower ones they go below."""

OWN = "cron2aws "
"""How a command begins that a person copies."""

_CHANGES = {"-": Tone.BAD, "+": Tone.GOOD}


def fact_lines(facts: Sequence[Fact], style: Style, indent: str = "") -> Iterator[str]:
    """Names in a column, texts beside them; below them in a narrow terminal."""
    names = [columns(printable(fact.name)) for fact in facts]
    width = max((name for name in names if name <= LONGEST_NAME), default=0)
    if style.width - len(indent) - width - len(GAP) < LEAST_TEXT:
        width = 0
    for fact, name in zip(facts, names, strict=True):
        if width and name <= width:
            yield from _beside(fact.name, fact.texts, width, style, indent)
        else:
            inside = indent + " " * (width + len(GAP) if width else len(GAP))
            if fact.name:
                yield from hung(
                    printable(fact.name), Tone.PLAIN, style, first=indent, rest=indent + GAP
                )
            for said in fact.texts:
                yield from _said(said, style, first=inside, rest=inside + _hang(fact.texts))


def _beside(
    name: str, texts: Sequence[StyledText], width: int, style: Style, indent: str
) -> Iterator[str]:
    """A name, and each text on a line of its own, one below the other."""
    rest = indent + " " * (width + len(GAP))
    first = indent + padded(printable(name), width) + GAP
    if not texts:
        yield first
    for said in texts:
        yield from _said(said, style, first=first, rest=rest + _hang(texts))
        first = rest


def _hang(texts: Sequence[StyledText]) -> str:
    """How much deeper the folded lines stand: of several texts each begins as none of them."""
    return GAP if len(texts) > 1 else ""


def _said(said: StyledText, style: Style, *, first: str, rest: str) -> Iterator[str]:
    text = printable(said.text)
    if said.code and text.startswith(OWN):
        indent = " " * columns(first)
        head, *others = command_lines(text, style, indent)
        yield first + head.removeprefix(indent)
        yield from others
    else:
        yield from hung(text, said.tone, style, first=first, rest=rest)


def act_lines(acts: Sequence[Act], style: Style) -> Iterator[str]:
    """Numbered lines; a command has its own line, so that it can be copied."""
    digits = len(str(len(acts)))
    for number, act in enumerate(acts, start=1):
        rest = " " * (digits + 2)
        text = printable(act.what) + (f": {printable(act.why)}" if act.why else "")
        first = f"{number:>{digits}}. "
        yield from hung(text, Tone.PLAIN, style, first=first, rest=rest)
        for place in act.places:
            yield from hung(printable(place), Tone.PLAIN, style, first=rest + "- ", rest=rest + GAP)
        if act.command:
            yield from command_lines(printable(act.command), style, rest)


def diff_lines(diff: Diff, style: Style, indent: str = "") -> Iterator[str]:
    """Each line with its sign; its folded rest is indented, to look like no new line."""
    if diff.title:
        yield from hung(printable(diff.title), Tone.PLAIN, style, first=indent, rest=indent + GAP)
    inside = indent + GAP
    for line in diff.lines:
        tone = _CHANGES.get(line[:1], Tone.PLAIN)
        yield from hung(printable(line), tone, style, first=inside, rest=inside + GAP * 2)
