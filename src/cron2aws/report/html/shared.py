"""Long texts that many entries share: each stands once in the page, at its end.

Where such a text belongs there is a link to it, in whose place the page's program puts the text
when somebody opens the entry. A script that each task has with a few lines of its own thus takes
the room of these lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Generic, TypeVar

from cron2aws.report.html.signs import cell, lines, signs, styled_html
from cron2aws.report.model import Card, Fact, StyledText

MANY = 20
"""Fewer keep their own copy: what is read without the program is then in its place."""
LONG = 60
"""Characters; of less, a link would take as much room."""

Item = TypeVar("Item", bound=Hashable)


class _Runs(Generic[Item]):
    """The runs of items that many sequences share, by their numbers."""

    def __init__(
        self, sequences: Sequence[Sequence[Item]], length: Callable[[Item], int], first: int
    ) -> None:
        counts = Counter(item for one in sequences for item in set(one))
        self._common = frozenset(item for item, count in counts.items() if count >= MANY)
        runs = Counter(run for one in sequences for run in self._cut(one))
        many = (run for run, count in runs.items() if count >= MANY)
        long = (run for run in many if sum(map(length, run)) >= LONG)
        self.numbers = {run: number for number, run in enumerate(long, start=first)}

    def of(self, items: Sequence[Item]) -> Iterator[tuple[tuple[Item, ...], int | None]]:
        """All the items, in runs; with a number those that stand elsewhere."""
        return ((run, self.numbers.get(run)) for run in self._cut(items))

    def _cut(self, items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
        """Cut where what many have meets what few have."""
        return (tuple(run) for _, run in groupby(items, key=self._common.__contains__))


class SharedTexts:
    """The long texts that cards of a page share, and links to them."""

    def __init__(self, cards: Iterable[Card]) -> None:
        cards = tuple(cards)
        sayings = [fact.texts for card in cards for fact in card.facts]
        folds = [fold.text.split("\n") for card in cards for fold in card.folds]
        self._sayings = _Runs(sayings, lambda one: len(one.text), 1)
        self._folds = _Runs(folds, len, 1 + len(self._sayings.numbers))

    def fact(self, fact: Fact) -> str:
        """A fact as HTML, with links in place of shared texts."""
        return f"<dt>{signs(fact.name)}" + ("".join(self._said(fact.texts)) or "<dd>")

    def _said(self, texts: tuple[StyledText, ...]) -> Iterator[str]:
        for run, number in self._sayings.of(texts):
            shown = map(styled_html, run) if number is None else [_link(number)]
            yield "".join(f"<dd>{one}" for one in shown)

    def fold(self, text: str) -> str:
        """A long text for a `pre`, or the link to it."""
        return "\n".join(
            lines("\n".join(run)) if number is None else _link(number)
            for run, number in self._folds.of(text.split("\n"))
        )

    def texts(self) -> Iterator[str]:
        """The shared texts themselves, for the end of the page."""
        if not self._sayings.numbers and not self._folds.numbers:
            return
        yield '<section class="texts"><h2>Texts that many entries share</h2><dl>'
        for run, number in self._sayings.numbers.items():
            yield f'<dt>text {number}<dd id="t-{number}">{cell(run)}'
        for block, number in self._folds.numbers.items():
            text = lines("\n".join(block))
            yield f'<dt>text {number}<dd class="pre" id="t-{number}">{text}'
        yield "</dl></section>\n"


def _link(number: int) -> str:
    return f'<a href="#t-{number}">text {number}</a>'
