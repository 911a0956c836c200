"""Texts as HTML: everything from a report goes through here, once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from cron2aws.escapes import printable
from cron2aws.report.model import StyledText, Tone

_STRANGE_IN_ID = re.compile(r"[^0-9A-Za-z]")


def signs(text: str) -> str:
    """A text on one line, for an element's content or a quoted attribute."""
    return escape(printable(text))


def lines(text: str) -> str:
    """A text of many lines for a `pre`: its line ends and tabs stay."""
    return "\n".join("\t".join(map(signs, line.split("\t"))) for line in text.split("\n"))


def styled_html(one: StyledText, *, chip: bool = False) -> str:
    """A text in its tone; with `chip` in a frame."""
    if one.code:
        element = "code"
    elif one.tone is Tone.STRONG:
        element = "strong"
    elif one.tone is Tone.PLAIN and not chip:
        return signs(one.text)
    else:
        element = "span"
    classes = " ".join([*(["chip"] if chip else []), *_class_of(one.tone)])
    named = f' class="{classes}"' if classes else ""
    return f"<{element}{named}>{signs(one.text)}</{element}>"


def _class_of(tone: Tone) -> list[str]:
    return [] if tone in {Tone.PLAIN, Tone.STRONG} else [tone.value]


def cell(texts: Iterable[StyledText]) -> str:
    """Texts one below the other."""
    return "<br>".join(map(styled_html, texts))


def diff(changed: Iterable[str]) -> str:
    """What is gone and what is new, told by their first sign as well."""
    return f'<pre class="diff">{"".join(map(_changed, changed))}</pre>'


def _changed(line: str) -> str:
    element = {"-": "del", "+": "ins"}.get(line[:1], "span")
    return f"<{element}>{signs(line)}</{element}>\n"


class Anchors:
    """Names of places in the page, no two alike; those of the page itself have a `-`."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def of(self, id_: str) -> str:
        """`id_` itself where it is letters and digits, and the first of its kind."""
        plain = _STRANGE_IN_ID.sub(lambda found: f"_{ord(found[0]):x}_", id_) or "_"
        name, number = plain, 1
        while name in self._used:
            number += 1
            name = f"{plain}.{number}"
        self._used.add(name)
        return name
