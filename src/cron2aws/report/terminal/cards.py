"""Entries: rows of a table where it fits, else a few lines each; below the name of their source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from cron2aws.escapes import printable
from cron2aws.report.model import Card, Cards, Tone
from cron2aws.report.terminal.facts import diff_lines
from cron2aws.report.terminal.fold import GAP, columns, flow, hung, padded, painted, shortened
from cron2aws.report.terminal.grid import (
    ALIGNED,
    Cell,
    natural_widths,
    table_row,
)
from cron2aws.report.text import Style

Row: TypeAlias = tuple[Cell, ...]

COLUMNS = ("id", "line", "user", "schedule", "becomes", "verdict", "decision", "why", "command")
HEAD: Row = tuple(((name, Tone.ASIDE),) for name in COLUMNS)

DECISION = COLUMNS.index("decision") - len(COLUMNS)

MEANINGS = frozenset({"due", "runs"})
"""The facts of a card that say its schedule in words."""

COMMAND = 40
"""Columns that a table leaves for commands at least; what is longer is cut: `show` has it."""

INSIDE = GAP * 2


def card_lines(cards: Cards, style: Style) -> Iterator[str]:
    """The lines of all entries."""
    several = cards.hosts > 1
    if not style.folds:
        yield from _in_a_pipe(cards.cards, style, several=several)
        return
    groups: dict[tuple[str, str], list[tuple[Card, Row]]] = defaultdict(list)
    rows = [_row(card) for card in cards.cards]
    for card, row in zip(cards.cards, rows, strict=True):
        groups[card.host, card.source].append((card, row))
    widths = _widths(natural_widths(COLUMNS, rows), style)
    if widths:
        yield from table_row(_table_cells(HEAD, widths), widths, style, GAP)
    for (host, source), members in groups.items():
        said = printable(f"{host}: {source}" if several else source)
        yield from hung(said, Tone.STRONG, style, first="", rest=GAP)
        for card, row in members:
            if widths:
                yield from table_row(_table_cells(row, widths), widths, style, GAP)
                if card.why and len(widths) < len(COLUMNS):
                    yield from _why(card, style)
            else:
                yield from _stacked(card, style)
            yield from _diffs(card, style)


def _row(card: Card) -> Row:
    return (
        _plain(card.id),
        _plain(str(card.line)),
        *_middle(card),
        _plain(card.why),
        _plain(card.command),
    )


def _middle(card: Card) -> Row:
    return (
        _plain(card.user),
        _plain(card.schedule),
        tuple((printable(each), Tone.PLAIN) for each in card.becomes) or _plain("-"),
        _plain(card.verdict.text),
        ((printable(card.decision.text), card.decision.tone),),
    )


def _plain(text: str) -> Cell:
    return ((printable(text), Tone.PLAIN),)


def _widths(natural: Sequence[int], style: Style) -> list[int] | None:
    """Of a table's columns, the commands' as wide as there is room; None where there is none.

    Reasons are a column of it, or stand below their rows.
    """
    *others, why, command = natural
    room = style.width - len(GAP)  # rows stand below their source
    for before in ([*others, why], others):
        left = room - sum(before) - len(GAP) * len(before)
        if left >= min(command, COMMAND):
            return [*before, min(command, left)]
    return None


def _table_cells(row: Row, widths: Sequence[int]) -> Row:
    """The row with as many columns, its command cut."""
    *others, why, ((command, tone),) = row
    reason = (why,) if len(widths) == len(row) else ()
    return (*others, *reason, ((shortened(command, widths[-1]), tone),))


def _why(card: Card, style: Style) -> Iterator[str]:
    return hung(printable(card.why), card.decision.tone, style, first=INSIDE, rest=INSIDE + GAP)


def _diffs(card: Card, style: Style) -> Iterator[str]:
    for diff in card.diffs:
        yield from diff_lines(diff, style, INSIDE)


def _stacked(card: Card, style: Style) -> Iterator[str]:
    """Who and what becomes of it; when; what; and as what."""
    decided = card.decision
    verdict = f"{decided.text}, {card.verdict.text}" if card.verdict.text else decided.text
    pieces = [
        (printable(card.id), Tone.STRONG),
        (f"line {card.line}", Tone.PLAIN),
        (printable(card.user), Tone.PLAIN),
        (printable(verdict), decided.tone),
    ]
    yield from flow(pieces, style, first=GAP, rest=INSIDE)
    when = [printable(each) for each in (card.schedule, meaning_of(card)) if each]
    becomes = list(map(printable, card.becomes))
    if columns(GAP.join([INSIDE, *when, *becomes])) <= style.width:
        when, becomes = [*when, *becomes], []
    told = [(each, Tone.PLAIN) for each in when]
    yield from flow(told, style, first=INSIDE, rest=INSIDE + GAP)
    for text in (printable(card.command), *becomes):
        yield from hung(text, Tone.PLAIN, style, first=INSIDE, rest=INSIDE + GAP)
    if card.why:
        yield from _why(card, style)


def meaning_of(card: Card) -> str:
    """The schedule of an entry in words, if one of its facts has them."""
    for fact in card.facts:
        if fact.name in MEANINGS and fact.texts:
            return fact.texts[0].text
    return ""


def _in_a_pipe(cards: Sequence[Card], style: Style, *, several: bool) -> Iterator[str]:
    """A line each, with its host and its source: for grep."""
    head = ("host", *COLUMNS) if several else COLUMNS
    rows = [_texts(card, several=several) for card in cards]
    widths = [
        min(ALIGNED, max(map(columns, texts))) + len(GAP) for texts in zip(head, *rows, strict=True)
    ]
    yield "".join(map(padded, head, widths))
    for card, row in zip(cards, rows, strict=True):
        # a cell that is too long to be aligned has its gap all the same
        parts = [
            padded(text, max(width, columns(text) + len(GAP)))
            for text, width in zip(row, widths, strict=True)
        ]
        if style.color:
            parts[DECISION] = painted(parts[DECISION], card.decision.tone, style)
        yield "".join(parts)
        yield from _diffs(card, style)


def _texts(card: Card, *, several: bool) -> tuple[str, ...]:
    texts = (
        card.id,
        card.place,
        card.user,
        card.schedule,
        "; ".join(card.becomes) or "-",
        card.verdict.text,
        card.decision.text,
        card.why,
        card.command,
    )
    return tuple(map(printable, (card.host, *texts) if several else texts))
