"""What cron2aws writes into a crontab, and what users write for it.

    mark = "# cron2aws:" id SP account "/" region "/" stack " | " line
    note = "#" *blank "cron2aws:" 1*blank word *( blanks or commas, word )
    word = "ignore" / "guard" / "name=" name

A mark stands in front of the untouched text of a line that runs in AWS now.  Whoever owns a
crontab can write one, so it proves nothing: the stack's own tags must say the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cron2aws.errors import Bug

_MARK = re.compile(
    r"# cron2aws:(?P<id>[0-9a-f]{8}) (?P<account>[0-9]{12})/(?P<region>[a-z0-9-]+)"
    r"/(?P<stack>[A-Za-z][A-Za-z0-9-]{0,127}) \| "
)
_NOTE = re.compile(r"[ \t]*#[ \t]*cron2aws:[ \t]+(?P<words>.*?)\s*", re.DOTALL)
_WORD = re.compile(r"[ \t,]+")
_FLAGS = frozenset(("ignore", "guard"))


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The stack that a commented-out line became: `id` is the entry's, 8 hex digits."""

    id: str
    account: str
    region: str
    stack: str

    def format(self) -> str:
        """The mark as it stands in front of the line, ending with a blank.

        Raises Bug where reading it back would give something else.
        """
        text = f"# cron2aws:{self.id} {self.account}/{self.region}/{self.stack} | "
        if read_mark(text) != (self, len(text)):
            what = f"no mark can hold {self!r}"
            raise Bug(what)
        return text


def read_mark(line: str) -> tuple[Mark, int] | None:
    """The mark that a line begins with, and the offset of the untouched text behind it."""
    match = _MARK.match(line) if line.startswith("# cron2aws:") else None
    if match is None:
        return None
    return Mark(**match.groupdict()), match.end()


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a user says about the entry on the next line; `unknown` words are not understood."""

    name: str | None = None
    ignored: bool = False
    guard: bool = False
    """Where its command ends with 1 and prints nothing, there was nothing to do."""

    unknown: tuple[str, ...] = ()

    def merge(self, later: Note) -> Note:
        """This note and the one below it, for the same entry."""
        return Note(
            name=later.name or self.name,
            ignored=later.ignored or self.ignored,
            guard=later.guard or self.guard,
            unknown=self.unknown + later.unknown,
        )


def read_note(comment: str) -> Note | None:
    """The note that a comment line is, or None."""
    match = _NOTE.fullmatch(comment) if "cron2aws:" in comment else None
    if match is None:
        return None
    words = [word for word in _WORD.split(match["words"]) if word]
    names = [word.removeprefix("name=") for word in words if word.startswith("name=")]
    return Note(
        name=next((name for name in reversed(names) if name), None),
        ignored="ignore" in words,
        guard="guard" in words,
        unknown=tuple(
            word for word in words if word not in _FLAGS and not word.startswith("name=")
        ),
    )
