"""The form of a row: a host, a task, a minute, and what the runner must say and note.

Moments are relative to S, the scheduled minute: seconds, but minutes in a history and `live`.
A test lays out `files`, gives each its ctime, writes `history` with `looked` as its mtime, tells
the runner what the stack says (the other fields), and starts it at S + `now`. A ctime cannot be
set, so `stat` and `date` are the test's own, first on PATH.

`outcome` is the word of the report's first line; `runs` means that the job is started.
`appended` are the lines that the history has afterwards behind those that it had. Its mtime is
then S + `now` less rule.SETTLE: the clock was read before the crontab.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.handover_model.rule import Known, Line, Outcome

ID = "0123456789abcdef"
PLACE = "111122223333/eu-west-1/cron2aws-web-backup-01234567"
TWIN = "fedcba9876543210"
TWINS_PLACE = "111122223333/eu-west-1/cron2aws-web-backup-fedcba98"
SCHEDULE = "*/5 * * * *"
COMMAND = b"/usr/local/bin/backup --all"
SYSTEM = "etc/crontab"
LONG_AGO = -86400

ACTIVE = SCHEDULE.encode() + b" root " + COMMAND
MARK = f" # cron2aws:{ID}@2026-11-30T12:00Z {PLACE} | ".encode() + ACTIVE
STOPPED = b"#" + ACTIVE

Lines = tuple[tuple[int, Known], ...]
"""`(minutes from S, state)`: `((-10, "cron"), (0, "task"))`."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """`refutes` names a wrong rule (wrong_times.py, wrong_lines.py) that says something else here.

    `changed` is the ctime of the task's file, of its folder where it is gone; `elsewhere` the
    ctimes of other files. A file without one was changed a day ago.
    """

    name: str
    refutes: str
    outcome: Outcome
    files: Mapping[str, bytes]
    changed: int = LONG_AGO
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    now: int = 5
    history: Lines = ((-1440, "cron"),)
    looked: int | None = LONG_AGO
    appended: Lines = ()
    source: str = SYSTEM
    user: str = "root"
    command: bytes = COMMAND
    schedule: str = SCHEDULE
    siblings: tuple[str, ...] = ()
    marker: bytes = b""
    live: int | None = None
    removal: bool = False
    tab: str = ""
    """The other file that has the line, as the report's `tab=` says it."""


def tab(*lines: bytes) -> dict[str, bytes]:
    """A system crontab with these lines, and its head and tail as hosts have them."""
    head = (b"SHELL=/bin/sh", b"# m h dom mon dow user command", b"17 * * * * root run-parts /x")
    return {SYSTEM: b"\n".join((*head, *lines, b"25 6 * * * root other", b""))}


def written(lines: Lines, *, due: int) -> tuple[Line, ...]:
    """The lines of a row as the rule has them."""
    return tuple(Line(due + minute * 60, state) for minute, state in lines)
