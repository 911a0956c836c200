"""Very many entries, counted: by where they are, and by what becomes of them and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from cron2aws.report.model import Card, Cards, Grid, Paragraph, Part, StyledText
from cron2aws.report.text import quantity

MOST = 200
"""Entries that are listed, and groups; of more the largest groups."""

Key = TypeVar("Key")


def groups(cards: Cards) -> Iterator[Part]:
    """In place of the entries."""
    said = f"{quantity(len(cards.cards), 'entry', 'entries')}: `--all` shows each, "
    yield Paragraph(StyledText(f"{said}`cron2aws show ID` one of them whole."))
    yield _by_place(cards)
    yield _by_decision(cards.cards)


def _by_place(cards: Cards) -> Grid:
    """By source; of very many sources by host."""
    several = cards.hosts > 1
    sources = {(card.host, card.source) for card in cards.cards}

    def source(card: Card) -> str:
        return f"{card.host}: {card.source}" if several else card.source

    if several and len(sources) > MOST:
        return _places("By host", "host", cards.cards, lambda card: card.host)
    return _places("By source", "source", cards.cards, source)


def _places(title: str, name: str, cards: Sequence[Card], key: Callable[[Card], str]) -> Grid:
    decisions: dict[str, Counter[StyledText]] = {}
    for card in cards:
        decisions.setdefault(key(card), Counter())[card.decision] += 1
    counts = Counter({place: found.total() for place, found in decisions.items()})
    shown, rest = _largest(counts)
    rows = [
        (
            (StyledText(place),),
            (StyledText(f"{counts[place]:,}"),),
            tuple(
                StyledText(f"{count:,} {each.text}", each.tone)
                for each, count in decisions[place].most_common()
            ),
        )
        for place in shown
    ]
    if rest:
        left = len(counts) - len(shown)
        rows.append(((StyledText(f"and {left:,} more"),), (StyledText(f"{rest:,}"),), ()))
    return Grid(title, (name, "entries", "decisions"), tuple(rows))


def _by_decision(cards: Sequence[Card]) -> Grid:
    counts = Counter((card.decision, card.verdict.text, card.why) for card in cards)
    first = {(card.decision, card.verdict.text, card.why): card.id for card in reversed(cards)}
    shown, rest = _largest(counts)
    rows: list[tuple[tuple[StyledText, ...], ...]] = [
        (
            (key[0],),
            (StyledText(f"{counts[key]:,}"),),
            (StyledText(key[1]),),
            (StyledText(first[key]),),
            (StyledText(key[2]),),
        )
        for key in sorted(shown, key=lambda key: -counts[key])
    ]
    if rest:
        left = len(counts) - len(shown)
        rows.append(
            ((StyledText(f"{left:,} other reasons"),), (StyledText(f"{rest:,}"),), (), (), ())
        )
    columns = ("decision", "entries", "verdict", "one of them", "why")
    return Grid("By decision", columns, tuple(rows))


def _largest(counts: Counter[Key]) -> tuple[list[Key], int]:
    """The groups to show, in the order of the report, and how many entries the others have."""
    if len(counts) <= MOST:
        return list(counts), 0
    largest = dict(counts.most_common(MOST))
    return [key for key in counts if key in largest], counts.total() - sum(largest.values())
