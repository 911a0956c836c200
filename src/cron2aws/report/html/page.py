"""The whole page: one file with its style, its program and a policy that allows no more."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import chain

from cron2aws.report.html import filters
from cron2aws.report.html.cards import cards
from cron2aws.report.html.heat import heat
from cron2aws.report.html.parts import plain
from cron2aws.report.html.shared import SharedTexts
from cron2aws.report.html.signs import Anchors, signs
from cron2aws.report.model import Cards, Heat, Paragraph, Part, Report


def html_of(report: Report) -> Iterator[str]:
    """The page in pieces: of thousands of entries it is never in memory as a whole."""
    of_cards = [at for at, part in enumerate(report.parts) if isinstance(part, Cards)]
    entries = tuple(
        chain.from_iterable(part.cards for part in report.parts if isinstance(part, Cards))
    )
    anchors, shared = Anchors(), SharedTexts(entries)
    yield from _head(report)
    yield "<main>\n"
    for at, part in enumerate(report.parts):
        if of_cards and at == of_cards[0]:
            yield '<div id="the-entries">\n'  # as far as this the filters stay in sight
            yield filters.form(entries) if entries else ""
        yield from _part(part, at, anchors, shared)
        if of_cards and at == of_cards[-1]:
            yield "</div>\n"
    yield from shared.texts()
    yield "</main>\n"
    yield filters.data(entries) if entries else ""
    yield f"<script>{_program()}</script>\n</body>\n</html>\n"


def _head(report: Report) -> Iterator[str]:
    title = signs(report.title)
    policy = (
        f"default-src 'none'; style-src {_hash(_style())}; script-src {_hash(_program())}; "
        "base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{_style()}</style>\n</head>\n<body>\n"
        f"<header><h1>{title}</h1>\n"
    )
    links = "".join(
        f'<li><a href="#p-{at}">{signs(heading)}</a>'
        for at, part in enumerate(report.parts)
        if (heading := _heading(part))
    )
    yield f'<nav aria-label="Parts"><ul>{links}</ul></nav>' if links else ""
    yield "</header>\n"


def _part(part: Part, at: int, anchors: Anchors, shared: SharedTexts) -> Iterator[str]:
    heading = _heading(part)
    yield "<section>"
    yield f'<h2 id="p-{at}">{signs(heading)}</h2>\n' if heading else ""
    match part:
        case Cards():
            yield from cards(part, anchors, shared)
        case Heat():
            yield from heat(part)
        case _:
            yield from plain(part)
    yield "</section>\n"


def _heading(part: Part) -> str:
    if isinstance(part, Paragraph):
        return ""
    # the headings of entries stand below one
    return part.title or ("Entries" if isinstance(part, Cards) else "")


@cache
def _style() -> str:
    return files(__package__).joinpath("page.css").read_text("utf-8")


@cache
def _program() -> str:
    return files(__package__).joinpath("page.js").read_text("utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
