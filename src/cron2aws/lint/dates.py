"""What `date` prints, day by day: for guards that ask it, without running anything.

    date = "date" *( "+" format / ( "-d" / "--date" "=" ) day )
    day  = "today" / "tomorrow" / "yesterday" / "next day"
         / [sign] number ( "day" / "week" ) ["ago"]

What is not known here (another zone, a clock time, a month ahead) is no answer, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from cron2aws.lint.words import name_of
from cron2aws.schedule import days

_FORMAT = re.compile(r"%([-_0]?)([A-Za-z%])|([^%])")
_MOST = 31  # days ahead or back: beyond, another year's length would count
_NAMED_DAYS = {"": 0, "today": 0, "now": 0, "tomorrow": 1, "next day": 1, "yesterday": -1}
_OFFSET = re.compile(r"([+-]?) ?(\d{0,3}) ?(day|week)s?( ago)?")
_OF_THE_YEAR = frozenset("jUW")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_CONVERSIONS: dict[str, Callable[[date], str]] = {
    "d": lambda day: f"{day.day:02}",
    "e": lambda day: f"{day.day:2}",
    "m": lambda day: f"{day.month:02}",
    "u": lambda day: str(day.isoweekday()),
    "w": lambda day: str(day.isoweekday() % 7),
    "a": lambda day: _WEEKDAYS[day.weekday()][:3],
    "A": lambda day: _WEEKDAYS[day.weekday()],
    "b": lambda day: _MONTHS[day.month - 1][:3],
    "h": lambda day: _MONTHS[day.month - 1][:3],
    "B": lambda day: _MONTHS[day.month - 1],
    "j": lambda day: f"{day.timetuple().tm_yday:03}",
    "U": lambda day: f"{(day.timetuple().tm_yday + 6 - day.isoweekday() % 7) // 7:02}",
    "W": lambda day: f"{(day.timetuple().tm_yday + 6 - day.weekday()) // 7:02}",
    "%": lambda _: "%",
}
"""Those that the kind of day decides (see `schedule.days`), with English names."""


def printed_by(substitution: str) -> tuple[str, ...] | None:
    """What the `date` in `$(...)` or backquotes prints on each kind of day, or None."""
    inner = re.fullmatch(r"\$\((.*)\)|`(.*)`", substitution, re.DOTALL)
    words = re.sub(r"[\"']", "", (inner[1] or inner[2] or "") if inner else "").split()
    if not words or name_of(words[0]) != "date":
        return None
    formats = [word[1:] for word in words[1:] if word.startswith("+%")]
    offset = _offset(" ".join(word for word in words[1:] if not word.startswith("+%")))
    return _printed(formats[0], offset) if len(formats) == 1 and offset is not None else None


def _offset(options: str) -> int | None:
    """How many days ahead `-d DAY` is; None where that is not known."""
    if not options:
        return 0
    option = re.fullmatch(r"(?:-d ?|--date[= ])(.*)", options)
    if option is None:
        bsd = re.fullmatch(r"-v ?([+-]\d{1,2})d", options)
        return int(bsd[1]) if bsd else None
    text = option[1].lower().strip()
    if text in _NAMED_DAYS:
        return _NAMED_DAYS[text]
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    number = int(found[2] or 1) * (7 if found[3] == "week" else 1)
    back = (found[1] == "-") is not bool(found[4])
    return -number if back else number


@lru_cache(maxsize=256)
def _printed(template: str, offset: int) -> tuple[str, ...] | None:
    parts = list(_FORMAT.finditer(template))
    letters = {part[2] for part in parts if part[2]}
    if "".join(part[0] for part in parts) != template or not letters <= _CONVERSIONS.keys():
        return None
    if abs(offset) > _MOST or (offset and letters & _OF_THE_YEAR):
        return None
    moved = timedelta(days=offset)
    return tuple(
        "".join(_converted(part, day + moved) for part in parts) for day in _days_of_every_kind()
    )


def _converted(part: re.Match[str], day: date) -> str:
    if part[3]:
        return part[3]
    text = _CONVERSIONS[part[2]](day)
    match part[1]:
        case "-":
            return text.lstrip("0 ") or "0" if text[0] in "0 " else text
        case "_":
            return text.lstrip("0").rjust(len(text))
        case "0":
            return text.replace(" ", "0")
        case _:
            return text


@lru_cache(maxsize=1)
def _days_of_every_kind() -> tuple[date, ...]:
    """For each kind of day one that is of it."""
    found: dict[int, date] = {}
    for day in _days():
        found.setdefault(days.kind_of(day), day)
        if len(found) == days.KINDS:
            break
    return tuple(found[kind] for kind in range(days.KINDS))


def _days() -> Iterator[date]:
    day = date(2000, 1, 1)
    while True:
        yield day
        day += timedelta(days=1)
