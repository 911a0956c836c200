"""What a host is told of an edit before it is made, and what is true of it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from cron2aws.crontab.mark import read_mark
from cron2aws.crontab.text import decode_bytes, encode_text, lines
from cron2aws.errors import SafetyError
from cron2aws.handover.history import Kept, Since, TaskFolder, Who, who_runs
from cron2aws.hosts.obstacles import true_reason


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
    tasks: Mapping[str, TaskFolder] = field(default_factory=lambda: MappingProxyType({}))


class Record:
    """Writes the histories of edits that go one way.

    On the way out nothing is edited that cannot be written down; the way back never depends on it.
    """

    def __init__(self, way: Way) -> None:
        self._way = way
        self._before: dict[Path, Who] = {}

    def check(self, tasks: Mapping[str, TaskFolder]) -> None:
        """SafetyError where the way out would be refused; nothing is written."""
        for folder in tasks.values() if self._way is Way.OUT else ():
            try:
                folder.check()
            except OSError as error:
                raise _refused(folder, error) from error

    def announce(self, edit: FileEdit, before: bytes, after: bytes, minute: datetime) -> list[str]:
        """Write that the edit counts from this minute on; warnings, on the way back.

        SafetyError, on the way out, where it cannot be written; then no history tells of it.
        """
        kept = _kept(edit.path, before, after) if self._way is Way.OUT else {}
        warnings = []
        for name, folder in edit.tasks.items():
            try:
                self._before[folder.path] = who_runs(folder.history(), minute) or self._way.before
                if name in kept:
                    folder.keep(kept[name])
                folder.append(Since(minute=minute, who=self._way.after))
            except OSError as error:
                if self._way is Way.OUT:
                    self.take_back(edit, minute)
                    raise _refused(folder, error) from error
                warnings.append(_warning(folder, error))
        return warnings

    def take_back(self, edit: FileEdit, minute: datetime) -> None:
        """Write that the edit was not made: who ran the jobs before runs them from then on, too.

        Where that cannot be written the next look of the runner at the file mends it.
        """
        for folder in edit.tasks.values():
            if who := self._before.get(folder.path):
                with suppress(OSError):
                    folder.append(Since(minute=minute, who=who))

    def correct(
        self,
        edit: FileEdit,
        before: bytes,
        after: bytes,
        *,
        planned: datetime,
        minute: datetime,
    ) -> list[str]:
        """Write that the edit, which was made, counts from another minute on; warnings."""
        kept = _kept(edit.path, before, after) if self._way is Way.OUT else {}
        warnings = []
        for name, folder in edit.tasks.items():
            earlier = self._before.get(folder.path, self._way.before)
            try:
                folder.append(
                    Since(minute=planned, who=earlier), Since(minute=minute, who=self._way.after)
                )
                if name in kept:
                    folder.keep(kept[name])
            except OSError as error:
                warnings.append(_warning(folder, error))
        return warnings


def _kept(path: str, before: bytes, after: bytes) -> dict[str, Kept]:
    """The lines that have a mark after the edit and had none before, by the ids of their marks."""
    old = {line.text for line in lines(decode_bytes(before))}
    new = (line.text for line in lines(decode_bytes(after)) if line.text not in old)
    found = ((text, read_mark(text)) for text in new)
    return {
        marked[0].id: Kept(source=path, mark=text[: marked[1]], line=encode_text(text[marked[1] :]))
        for text, marked in found
        if marked
    }


def _refused(folder: TaskFolder, error: OSError) -> SafetyError:
    why, fix = true_reason(error)
    return SafetyError(what=f"the history in {folder.path} cannot be written", why=why, fix=fix)


def _warning(folder: TaskFolder, error: OSError) -> str:
    return (
        f"warning: the history in {folder.path} cannot be written ({error.strerror or error}): a "
        "run of these minutes that comes late may be told as not run"
    )
