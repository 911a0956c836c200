"""What cron2aws writes into a crontab, and what users write for it.

    mark   = [SP] "# cron2aws:" id ["@" minute] SP account "/" region "/" stack " | " line
    id     = 16hexdigit / 8hexdigit ; 8 in tasks of the versions before, which wrote no minute
    minute = date "T" time "Z" / "-"
    note   = "#" *blank "cron2aws:" 1*blank word *( blanks or commas, word )
    word   = "ignore" / "guard" / "name=" name / setting "=" value

A mark stands in front of the untouched text of a line that runs in AWS now, from its minute on.
Whoever owns a crontab can write one, so it proves nothing: the stack's own tags must say the same.

The blank in front is there because Debian's `crontab -e` and `crontab -l` throw away the first
lines of a file that begin with `#`, three at most; editors and libraries may drop it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cron2aws.errors import Bug
from cron2aws.spans import seconds_of

_MARK = re.compile(
    r" ?# cron2aws:(?:(?P<old>[0-9a-f]{8})|(?P<id>[0-9a-f]{16}|[0-9a-f]{8})@(?P<minute>-|"
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z))"
    r" (?P<account>[0-9]{12})/(?P<region>[a-z0-9-]+)/(?P<stack>[A-Za-z][A-Za-z0-9-]{0,127}) \| ",
    re.ASCII,
)
_NOTE = re.compile(r"[ \t]*#[ \t]*cron2aws:[ \t]+(?P<words>.*?)\s*", re.DOTALL)
_WORD = re.compile(r"[ \t,]+")
_BEGINNINGS = (" # cron2aws:", "# cron2aws:")
_FLAGS = frozenset(("ignore", "guard"))
_SETTINGS = {
    "catch-up": re.compile("none|once"),
    "overlap": re.compile("allow|skip"),
    "run-on": re.compile("all|one|marked"),
    "timeout": re.compile("[0-9a-z]{1,20}"),
}
"""What a note may set for the task of its line, and its values; of a time-out a length of time."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The stack that a commented-out line became: `id` is the entry's, 16 or 8 hex digits.

    `minute` is the first that is the task's, as `2026-12-01T03:00Z`; None where it is not known
    beforehand when the line goes into the place of the old one.
    """

    id: str
    account: str
    region: str
    stack: str
    minute: str | None = None

    def format(self) -> str:
        """The mark as it stands in front of the line, ending with a blank.

        Raises Bug where reading it back would give something else.
        """
        place = f"{self.account}/{self.region}/{self.stack}"
        text = f" # cron2aws:{self.id}@{self.minute or '-'} {place} | "
        if read_mark(text) != (self, len(text)):
            what = f"no mark can hold {self!r}"
            raise Bug(what)
        return text


def read_mark(line: str) -> tuple[Mark, int] | None:
    """The mark that a line begins with, and the offset of the untouched text behind it."""
    match = _MARK.match(line) if line.startswith(_BEGINNINGS) else None
    if match is None:
        return None
    minute = match["minute"]
    return (
        Mark(
            id=match["old"] or match["id"],
            account=match["account"],
            region=match["region"],
            stack=match["stack"],
            minute=None if minute == "-" else minute,
        ),
        match.end(),
    )


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a user says about the entry on the next line; `unknown` words are not understood."""

    name: str | None = None
    ignored: bool = False
    guard: bool = False
    """Where its command ends with 1 and prints nothing, there was nothing to do."""

    settings: tuple[tuple[str, str], ...] = ()
    """By name: `catch-up`, `overlap`, `run-on`, `timeout`, each with a value that it may have."""

    unknown: tuple[str, ...] = ()

    def merge(self, later: Note) -> Note:
        """This note and the one below it, for the same entry."""
        return Note(
            name=later.name or self.name,
            ignored=later.ignored or self.ignored,
            guard=later.guard or self.guard,
            settings=tuple(sorted({**dict(self.settings), **dict(later.settings)}.items())),
            unknown=self.unknown + later.unknown,
        )


def read_note(comment: str) -> Note | None:
    """The note that a comment line is, or None."""
    match = _NOTE.fullmatch(comment) if "cron2aws:" in comment else None
    if match is None:
        return None
    words = [word for word in _WORD.split(match["words"]) if word]
    names = [word.removeprefix("name=") for word in words if word.startswith("name=")]
    others = [word for word in words if word not in _FLAGS and not word.startswith("name=")]
    settings = [word for word in others if _is_setting(word)]
    return Note(
        name=next((name for name in reversed(names) if name), None),
        ignored="ignore" in words,
        guard="guard" in words,
        settings=tuple(sorted(dict(_parted(word) for word in settings).items())),
        unknown=tuple(word for word in others if word not in settings),
    )


def _parted(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name, value


def _is_setting(word: str) -> bool:
    name, value = _parted(word)
    if name not in _SETTINGS or _SETTINGS[name].fullmatch(value) is None:
        return False
    return name != "timeout" or _is_length(value)


def _is_length(value: str) -> bool:
    """Whether it is a length of time; how long it may be the task's template says."""
    try:
        seconds_of(value)
    except ValueError:
        return False
    return True
