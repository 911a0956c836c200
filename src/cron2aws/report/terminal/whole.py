"""One entry, whole: what `cron2aws show ID` tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cron2aws.escapes import printable
from cron2aws.report.model import Card, Fact, StyledText, Tone
from cron2aws.report.terminal.facts import diff_lines, fact_lines
from cron2aws.report.terminal.fold import GAP, flow, hung
from cron2aws.report.text import Style


def whole_lines(cards: Sequence[Card], style: Style) -> Iterator[str]:
    """An entry, or the same of several hosts."""
    for number, card in enumerate(cards):
        if number:
            yield ""
        yield from _whole(card, style)


def _whole(card: Card, style: Style) -> Iterator[str]:
    """Every fact, what changes, and its long texts as they are."""
    decided = card.decision
    verdict = f"{decided.text}, {card.verdict.text}" if card.verdict.text else decided.text
    head = [
        (printable(card.full_id), Tone.STRONG),
        (printable(card.host), Tone.PLAIN),
        (printable(card.place), Tone.PLAIN),
        (printable(card.user), Tone.PLAIN),
        (printable(verdict), decided.tone),
    ]
    yield from flow([piece for piece in head if piece[0]], style, first="", rest=GAP)
    yield from fact_lines((*_untold(card), *card.facts), style, GAP)
    for diff in card.diffs:
        yield from diff_lines(diff, style, GAP)
    for fold in card.folds:
        yield from hung(printable(fold.title), Tone.PLAIN, style, first=GAP, rest=GAP * 2)
        for line in fold.text.removesuffix("\n").split("\n"):
            # as long as it is: a script is copied
            yield f"{GAP * 2}{printable(line)}".rstrip()


def _untold(card: Card) -> Iterator[Fact]:
    """What its facts do not say."""
    told = "\n".join(said.text for fact in card.facts for said in fact.texts)
    texts = (
        ("line", (card.text,)),
        ("schedule", (card.schedule,)),
        ("command", (card.command,)),
        ("becomes", card.becomes),
    )
    for name, said in texts:
        if left := [each for each in said if each and each not in told]:
            yield Fact(name, tuple(map(StyledText, left)))
            told += "\n" + "\n".join(left)
    if card.why and card.why not in told:
        yield Fact("why", (StyledText(card.why, card.decision.tone),))
