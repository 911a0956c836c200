"""One entry: its line and what becomes of it, and the rest behind a fold.

The rest is in a `noscript`: without the page's program it is there to be read, and with it a
browser keeps it as one text, and makes elements of it when the entry is opened. Of thousands of
entries that takes half the time.
"""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.report.html.shared import SharedTexts
from cron2aws.report.html.signs import Anchors, diff, signs, styled_html
from cron2aws.report.model import Card, Cards


def cards(part: Cards, anchors: Anchors, shared: SharedTexts) -> Iterator[str]:
    """Piece by piece: there may be thousands."""
    for card in part.cards:
        yield _card(card, anchors.of(card.id), shared, told=part.hosts > 1)


def _card(card: Card, anchor: str, shared: SharedTexts, *, told: bool) -> str:
    place = signs(card.place)
    host = f' <span class="aside">{signs(card.host)}</span>' if told else ""
    codes = f' <span class="finding">{signs(" ".join(card.codes))}</span>' if card.codes else ""
    return (
        f'<article id="{anchor}"><header><h3>{place}{host}</h3> '
        f"{styled_html(card.decision, chip=True)} {styled_html(card.verdict, chip=True)}{codes}"
        f' <a class="id" href="#{anchor}">{signs(card.id)}</a></header>\n'
        f"<pre>{signs(card.text)}</pre>\n<dl>{''.join(_short(card))}</dl>\n"
        "<details><summary>Details</summary>"
        f"<noscript>{''.join(_details(card, shared))}</noscript></details></article>\n"
    )


def _short(card: Card) -> Iterator[str]:
    yield f"<dt>user<dd>{signs(card.user)}"
    yield f"<dt>schedule<dd><code>{signs(card.schedule)}</code>"
    if card.becomes:
        yield "<dt>becomes" + "".join(f"<dd><code>{signs(one)}</code>" for one in card.becomes)
    if card.why:
        yield f"<dt>why<dd>{signs(card.why)}"


def _details(card: Card, shared: SharedTexts) -> Iterator[str]:
    if card.facts:
        yield f"<dl>{''.join(map(shared.fact, card.facts))}</dl>"
    for one in card.diffs:
        yield f"<figure><figcaption>{signs(one.title)}</figcaption>{diff(one.lines)}</figure>"
    for fold in card.folds:
        yield f"<details><summary>{signs(fold.title)}</summary>"
        yield f"<pre>{shared.fold(fold.text)}</pre></details>"
