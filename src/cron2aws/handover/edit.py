"""One edit of this host's crontabs, either way, and the minute from which on it counts.

The new bytes are prepared beside each file; then, in the quiet part of a minute in which the daemon
was seen to wake, the histories are written and the files renamed, one after the other, so that cron
goes by them from the next full minute on.  What the clock says afterwards is what is recorded.
A killed edit leaves each file as before or after, whole.

Copies of a host's files have no daemon that could be seen and no history: they are only renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from cron2aws.errors import Cron2AwsError
from cron2aws.handover.history import TaskFolder, Who
from cron2aws.handover.interfaces import Clock
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.tick import Quiet


class Way(StrEnum):
    """Which way lines go."""

    OUT = "out"
    BACK = "back"

    @property
    def before(self) -> Who:
        """Who runs them until then."""
        return Who.CRON if self is Way.OUT else Who.TASK

    @property
    def after(self) -> Who:
        """Who runs them from then on."""
        return Who.TASK if self is Way.OUT else Who.CRON


@dataclass(frozen=True, kw_only=True)
class FileEdit:
    """What becomes of one crontab.

    `make` is given the bytes that were read and the minute from which on the edit counts (UTC, None
    for a copy), and gives the new bytes; SafetyError where it cannot.  `tasks` are the folders of
    the entries, by id: where their histories are written; none for a copy.
    """

    path: str
    location: Path
    sha256: str
    ids: frozenset[str]
    make: Callable[[bytes, datetime | None], bytes]
    tasks: tuple[tuple[str, TaskFolder], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Edited:
    """What became of a crontab: `minute` is the first that counts by the new bytes.

    With an `error` the file is as it was. `notes` are to be told.
    """

    edit: FileEdit
    minute: datetime | None = None
    sha256: str = ""
    error: Cron2AwsError | None = None
    notes: tuple[str, ...] = ()


class Ticking(Protocol):
    """The daemon of this host (hosts/tick.py)."""

    def expected(self) -> datetime: ...  # noqa: D102
    def wait(self) -> Quiet: ...  # noqa: D102


class Editor:
    """Edits crontabs one way."""

    def __init__(
        self,
        way: Way,
        clock: Clock,
        *,
        daemon: Ticking | None,
        backups: Path,
        held: Callable[[], AbstractContextManager[object]],
        disk: Disk | None = None,
    ) -> None:
        """`daemon` is None for copies. A signal waits until what runs under `held` is done."""

    def check(self, edit: FileEdit) -> None:
        """SafetyError, with the true reason, where the file could not be edited; nothing is."""

    def carry_out(self, edits: Sequence[FileEdit]) -> tuple[Edited, ...]:
        """Edit the files, in this minute's quiet part as many as fit, the rest in the next one's.

        One that cannot be edited does not stop the others. It takes up to two minutes and a half.
        """
        raise NotImplementedError
