"""Long texts that many entries share: each stands once in the page, at its end.

Where such a text belongs there is a link to it, in whose place the page's program puts the text
when somebody opens the entry. A script that each task has with a few lines of its own thus takes
the room of these lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, groupby

from cron2aws.report.html.signs import lines, said
from cron2aws.report.model import Card, Fact, Said

MANY = 20
"""Fewer keep their own copy: what is read without the program is then in its place."""
LONG = 60
"""Characters; of less, a link would take as much room."""


class Shared:
    """The texts that the cards of a page share."""

    def __init__(self, cards: Iterable[Card]) -> None:
        cards = tuple(cards)
        texts = [fold.text for card in cards for fold in card.folds]
        of_lines = Counter(line for text in texts for line in set(text.split("\n")))
        self._lines = frozenset(line for line, count in of_lines.items() if count >= MANY)
        blocks = Counter(block for text in texts for block in self._blocks(text))
        facts = (fact for card in cards for fact in card.facts)
        of_facts = Counter(one for fact in facts for one in fact.said if len(one.text) >= LONG)
        self._numbers: dict[str | Said, int] = {}
        counts: Iterable[tuple[str | Said, int]] = chain(blocks.items(), of_facts.items())
        for text, count in counts:
            long = not isinstance(text, str) or len(text) >= LONG
            if long and count >= MANY:
                self._numbers[text] = len(self._numbers) + 1

    def fact(self, fact: Fact) -> str:
        """A name, and what is said of it or where it stands."""
        texts = [self._link(one) if one in self._numbers else said(one) for one in fact.said]
        return f"<dt>{said(Said(fact.name))}" + "".join(f"<dd>{one}" for one in texts or [""])

    def fold(self, text: str) -> str:
        """The text for a `pre`."""
        return "\n".join(
            self._link(block) if block in self._numbers else lines(block)
            for block in self._blocks(text)
        )

    def texts(self) -> Iterator[str]:
        """What the links lead to."""
        if not self._numbers:
            return
        yield '<section class="texts"><h2 id="p-texts">Texts that many entries share</h2><dl>\n'
        for text, number in self._numbers.items():
            shown = said(text) if isinstance(text, Said) else lines(text)
            of_fold = "" if isinstance(text, Said) else ' class="pre"'
            yield f'<dt>text {number}<dd id="t-{number}"{of_fold}>{shown}\n'
        yield "</dl></section>\n"

    def _blocks(self, text: str) -> Iterator[str]:
        """The text cut where lines that many have meet others."""
        for _, block in groupby(text.split("\n"), key=self._lines.__contains__):
            yield "\n".join(block)

    def _link(self, text: str | Said) -> str:
        number = self._numbers[text]
        return f'<a href="#t-{number}">text {number}</a>'
