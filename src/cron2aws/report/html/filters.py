"""What the page filters by: the form, and the cards' properties as data for its program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from cron2aws.escapes import printable
from cron2aws.report.html.signs import signs
from cron2aws.report.model import Card

_NAMES = ("decision", "host", "user", "finding")


def form(cards: Sequence[Card]) -> str:
    """Shown by the page's program; without it everything is there to be read."""
    choices = "".join(
        _choice(name, Counter(value for card in cards for value in _values(card)[name]))
        for name in _NAMES
    )
    return (
        '<form id="the-filters" role="search" aria-label="Entries" autocomplete="off" hidden>'
        f'<div class="choices">{choices}'
        '<label>due at <input type="time" name="at"></label></div>'
        '<div class="bar"><label class="grow">search <input type="search" name="q"'
        ' aria-keyshortcuts="/" placeholder="/" spellcheck="false"></label>'
        '<output id="the-count" role="status"></output>'
        '<span class="buttons"><button type="button" id="the-open">open all shown</button>'
        '<button type="button" id="the-close">close all</button>'
        '<button type="reset">show all</button></span></div></form>\n'
    )


def _choice(name: str, counts: Counter[str]) -> str:
    if len(counts) < 2:
        return ""  # it would choose nothing
    options = "".join(
        f'<option value="{signs(value)}">{signs(value)} ({count:,})'
        for value, count in sorted(counts.items())
    )
    return f'<label>{name} <select name="{name}"><option value="">any{options}</select></label>'


def _values(card: Card) -> dict[str, tuple[str, ...]]:
    return {
        "decision": (card.decision.text,),
        "host": (card.host,),
        "user": (card.user,),
        "finding": tuple(dict.fromkeys(card.codes)),
    }


def data(cards: Iterable[Card]) -> str:
    """Each value once, and of each card, in the page's order, their numbers and its quarters."""
    values: dict[str, dict[str, int]] = {name: {} for name in _NAMES}
    quarters: dict[str, int] = {}
    rows = []
    for card in cards:
        row: list[list[int] | int] = [
            [values[name].setdefault(printable(value), len(values[name])) for value in of_card]
            for name, of_card in _values(card).items()
        ]
        due = "".join("1" if card.quarters >> quarter & 1 else "0" for quarter in range(96))
        rows.append([*row, quarters.setdefault(due, len(quarters))])
    texts = {name: list(of_name) for name, of_name in values.items()}
    whole = {"values": texts, "quarters": list(quarters), "cards": rows}
    inert = json.dumps(whole, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="the-data">{inert}</script>\n'
