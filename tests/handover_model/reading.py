"""What the lines of a crontab are, as the daemons read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line. A mark and a comment have the job that stands behind them, where there is one."""

    kind: Literal["job", "mark", "comment", "environment", "blank", "other"]
    schedule: str = ""
    user: str = ""
    command: bytes = b""
    id: str = ""
    place: str = ""
    text: bytes = b""


_ENVIRONMENT = re.compile(rb"""[ \t]*("[^"]*"|'[^']*'|[^ \t="'][^ \t=]*)[ \t]*=""")
# one blank in front since Debian's crontab throws leading comments away; the older form has none
_MARK = re.compile(
    rb"[ \t]*# ?cron2aws:(?P<id>[0-9a-f]{16}|[0-9a-f]{8})"
    rb"(@(\d{4}-\d\d-\d\dT\d\d:\d\dZ|-))? (?P<place>[^ |]+) \| (?P<line>.*)",
    re.DOTALL,
)
_NEARLY = re.compile(rb"cron2aws:[^ |]+ [^ |]+ \| *")
_BEFORE = re.compile(rb"^([# \t]|DISABLED#)*")
"""Salt disables a line by `#DISABLED#`."""
_BLANKS = b" \t"


def items(tab: bytes, *, owner: str | None) -> tuple[Item, ...]:
    """The lines of a file; `owner` is the user of a user's crontab, None in a system's."""
    return tuple(item(line, owner=owner) for line in tab.split(b"\n"))


def item(line: bytes, *, owner: str | None) -> Item:
    stripped = line.lstrip(_BLANKS)
    if not stripped:
        return Item(kind="blank")
    if stripped.startswith(b"#"):
        return _comment(line, owner)
    if _ENVIRONMENT.match(line):
        return Item(kind="environment")
    return job(stripped, owner=owner) or Item(kind="other")


def _comment(line: bytes, owner: str | None) -> Item:
    mark = _MARK.fullmatch(line)
    # what is no mark any more, as somebody has put a # before it, is a line that is stopped
    behind = mark["line"] if mark else re.sub(_NEARLY, b"", re.sub(_BEFORE, b"", line))
    inner = job(behind.lstrip(_BLANKS), owner=owner)
    return Item(
        kind="mark" if mark else "comment",
        schedule=inner.schedule if inner else "",
        user=inner.user if inner else "",
        command=inner.command if inner else b"",
        id=mark["id"].decode() if mark else "",
        place=mark["place"].decode("ascii", "replace") if mark else "",
        text=line.strip(b" \t\r"),
    )


def job(line: bytes, *, owner: str | None) -> Item | None:
    """A job line without its leading blanks, or None."""
    count = 1 if line.startswith(b"@") else 5
    words = re.match(rb"((?:[^ \t]+[ \t]+){%d})(.*)" % count, line.removeprefix(b"-"), re.DOTALL)
    if not words:
        return None
    schedule = b" ".join(words[1].split()).decode("latin-1")
    if not schedule.startswith("@") and not re.fullmatch(r"[-0-9*/,a-zA-Z~ ]+", schedule):
        return None
    command, user = words[2], owner
    if user is None:
        name = re.match(rb"([^ \t]+)[ \t]+", command)
        if not name:
            return None
        user, command = name[1].decode("latin-1"), command[name.end() :]
    return Item(kind="job", schedule=schedule, user=user, command=command.removeprefix(b"-n "))
