"""Lengths of time: as people write them (`90s`, `1h30m`), and as cron2aws shows them."""

from __future__ import annotations

import re
from datetime import timedelta

FORMS = "90s, 15m, 1h30m or 2d; a bare number is seconds"
"""How one is written, for hints."""

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}  # the largest first
_WORDS = {
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("h", "hour", "hours"), "h"),
    **dict.fromkeys(("m", "min", "minute", "minutes"), "m"),
    **dict.fromkeys(("s", "sec", "second", "seconds"), "s"),
}
_PART = re.compile(r"\s*([0-9]+)\s*([a-z]*)\s*", re.IGNORECASE)
_FRACTION = "there are no fractions"
_DIGITS = 9  # thirty years of seconds


def span(time: timedelta) -> str:
    """`1 h 2 min 5 s`, in whole seconds."""
    whole = max(0, round(time.total_seconds()))
    parts = ((whole // 3600, "h"), (whole // 60 % 60, "min"), (whole % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def seconds_of(text: str) -> int:
    """The seconds of a length of time, a bare number among them; ValueError says why it is none."""
    total, at, last = 0, 0, ""
    while at < len(text) or not at:
        part = _PART.match(text, at)
        why = _why_none(part, text, at, last)
        if why or part is None:
            raise ValueError(why)
        unit = _WORDS.get(part[2].lower(), "s")
        total += int(part[1]) * _UNITS[unit]
        at, last = part.end(), unit
    return total


def _why_none(part: re.Match[str] | None, text: str, at: int, last: str) -> str:
    """Why this is no further part, behind one in the unit `last`; empty where it is."""
    if part is None:
        return _why_no_number(text[at:].strip())
    number, word, rest = part[1], part[2], text[part.end() :].strip()
    if word and word.lower() not in _WORDS:
        return f"{word!r} is not a unit of time"
    if rest.startswith((".", ",")):
        return _FRACTION
    if not word and (last or rest):
        return f"{number!r} has no unit of its own"
    if last and _UNITS[_WORDS[word.lower()]] >= _UNITS[last]:
        return "the larger unit comes first, each one once"
    return f"{number} is too large" if len(number) > _DIGITS else ""


def _why_no_number(text: str) -> str:
    if text.startswith("-"):
        return "it is negative"
    return f"{text!r} is not a number" if text else "it is empty"
