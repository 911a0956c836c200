"""Hosts, their crontabs and daemons, our command, other programs, and deliveries, step by step.

Time is the host's clock in seconds; things happen in second 0, 10 or 40 of a minute, in any
order within one of them. The daemon's own reading is one of these things: it may come first or
last in second 0, or later.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from tests.handover_model.rule import History, Outcome

PAUSES = {0: 10, 10: 30, 40: 20}
LONG_AGO = -7200


class Text(NamedTuple):
    """A line: `origin` is the entry whose line it was first, which no rule can see."""

    kind: Literal["job", "mark", "comment"]
    origin: int
    schedule: str
    command: str = "run"


Content = tuple[Text, ...]


class Host(NamedTuple):
    """A host: its file, what its daemon has read of it, and each task's history."""

    content: Content
    histories: tuple[History, ...]
    ctime: int = LONG_AGO
    mtime: int = LONG_AGO
    read: Content = ()
    read_mtime: int = LONG_AGO
    ticked: int = 0
    """The daemon has handled the minutes before this second."""


class Due(NamedTuple):
    """A scheduled minute of a task, until all is known of it."""

    minute: int
    entry: int
    wanted: bool | None
    """By what the file held when the minute began: it is to run. None: it may, once."""
    cron: int | None = None
    """How often the daemon ran it."""
    late: bool = False
    """The daemon read the file after another program had changed it, since the minute began."""
    outcome: Outcome | None = None
    again: int = 0
    """Runs by a second delivery."""


class Change(NamedTuple):
    """Another program's edit, for telling what a trace is an instance of."""

    second: int
    host: int
    kind: str
    old_mtime: bool


class Command(NamedTuple):
    """Our command: the operations that are left, and how far the first of them is."""

    left: tuple[str, ...]
    step: Literal["", "looked", "renamed"] = ""
    looked: int = 0
    """The second of the look before the edit."""
    before: Content = ()
    """What it saw, and is to replace."""
    plan: Content = ()


class Left(NamedTuple):
    """How often each misfortune may still happen."""

    foreign: int = 0
    kills: int = 0
    stops: int = 0
    late: int = 0
    twice: int = 0


class World(NamedTuple):
    now: int
    hosts: tuple[Host, ...]
    command: Command
    left: Left
    dues: tuple[Due, ...] = ()
    changes: tuple[Change, ...] = ()
    renames: tuple[int, ...] = ()
    """The seconds of our own edits."""
    live: int | None = None
    overwritten: bool = False
    """Our rename has undone another program's edit, made since the check."""


def edited(content: Content, kind: str, entry: int) -> Content | None:
    """What another program, or our command, makes of the file; None: there is nothing to do."""
    new: list[Text] = []
    for text in content:
        if text.origin != entry:
            new.append(text)
            continue
        changed = _line(text, kind)
        if changed is not None:
            new.append(changed)
    if kind == "add" and not any(text.kind == "job" and text.origin == entry for text in new):
        at = [text for text in content if text.origin == entry]
        new.append(Text("job", entry, at[0].schedule if at else "AB"[entry]))
    after = tuple(new)
    if kind in ("unrelated", "touch"):
        return after
    return after if after != content else None


def _line(text: Text, kind: str) -> Text | None:
    match kind, text.kind:
        case ("mark", "job" | "comment"):
            return text._replace(kind="mark")
        case ("start", "mark" | "comment"):
            return text._replace(kind="job")
        case ("stop", "job" | "mark"):
            return text._replace(kind="comment")
        case ("delete", _):
            return None
        case ("schedule", "job"):
            return text._replace(schedule="C")
        case ("command", "job"):
            return text._replace(command="other")
        case _:
            return text


def next_position(now: int) -> int:
    return now + PAUSES[now % 60]
