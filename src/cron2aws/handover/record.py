"""What a host's histories are told of an edit: a look before it and a look after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from cron2aws.crontab.mark import read_mark
from cron2aws.crontab.text import decode_bytes, encode_text, lines
from cron2aws.errors import SafetyError
from cron2aws.handover.history import Has, Kept, TaskFolder
from cron2aws.handover.looking import SETTLE, edit_begins, looked
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.obstacles import check_writable, true_reason
from cron2aws.hosts.tick import Clock

_PATIENCE = timedelta(seconds=30)  # a runner holds a lock for milliseconds
_A_MOMENT = timedelta(milliseconds=50)
_ROOM = 64 * 1024  # bytes, for a history and a line


class Way(StrEnum):
    """Which way lines go."""

    OUT = "out"
    BACK = "back"


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


@dataclass(frozen=True, kw_only=True)
class Look:
    """A crontab as it was found; `at` is the time before it was read, `changed` its ctime."""

    at: datetime
    data: bytes
    changed: datetime


class Held:
    """The histories of one edit while nobody else looks."""

    def __init__(self, way: Way, before: bytes, after: bytes, path: str, *, again: bool) -> None:
        """`folders` are those whose lock is held, by ids; `notes` are to be told."""
        self._again = again
        self.folders: dict[str, TaskFolder] = {}
        self.notes: list[str] = []
        self._way = way
        self._before = before
        self._after = after
        self._path = path

    def begin(self, look: Look) -> None:
        """Note the look, and that an edit begins; the lines to be marked are kept.

        SafetyError, on the way out, where one cannot be written; then `look` is to be called.
        """
        if self._again:
            self.look(look)
            return
        kept = kept_lines(self._path, self._before, self._after) if self._way is Way.OUT else {}
        for name, folder in self.folders.items():
            with self.telling(folder):
                if name in kept:
                    folder.keep(kept[name])
                history, has = folder.history(), self._has(name, look.data)
                added = looked(history, has, look.changed, look.at)
                folder.note(*added, edit_begins(look.at), looked=look.at - SETTLE)

    def look(self, look: Look) -> None:
        """Note a look; where the file is neither as before nor as after the edit, nothing."""
        if look.data not in {self._before, self._after}:
            return
        for name, folder in self.folders.items():
            try:
                history, has = folder.history(), self._has(name, look.data)
                added = looked(history, has, look.changed, look.at)
                folder.note(*added, looked=look.at - SETTLE)
            except OSError as error:
                self.notes.append(_warning(folder, error))

    @contextmanager
    def telling(self, folder: TaskFolder) -> Iterator[None]:
        """An OSError stops the way out, with SafetyError; on the way back it is a note."""
        try:
            yield
        except OSError as error:
            if self._way is Way.OUT:
                raise _refused(folder, error) from error
            self.notes.append(_warning(folder, error))

    def _has(self, name: str, data: bytes) -> Has:
        if self._again:
            return Has.TASK if self._way is Way.OUT else Has.CRON
        marked = data == (self._after if self._way is Way.OUT else self._before)
        if not marked:
            return Has.CRON
        return Has.TASK if self._way is Way.OUT else of_a_mark(data, name)


class Record:
    """Writes the histories of edits that go one way.

    On the way out nothing is edited that cannot be written down; the way back never depends on it.
    """

    def __init__(self, way: Way, clock: Clock, disk: Disk) -> None:
        self._way = way
        self._clock = clock
        self._disk = disk

    def check(self, tasks: Mapping[str, TaskFolder]) -> None:
        """SafetyError where the way out would be refused; nothing is written."""
        for folder in tasks.values() if self._way is Way.OUT else ():
            try:
                folder.check()
            except OSError as error:
                raise _refused(folder, error) from error
            check_writable(folder.path, _ROOM, self._disk)

    @contextmanager
    def held(self, edit: FileEdit, before: bytes, after: bytes, *, again: bool) -> Iterator[Held]:
        """Hold the locks of all histories that an edit concerns.

        With `again` the lines have gone this way before: the edit changes nothing else.

        SafetyError, on the way out, where that cannot be; on the way back a history whose lock is
        another's stays as it is, which is told.
        """
        held = Held(self._way, before, after, edit.path, again=again)
        with ExitStack() as stack:
            for name, folder in sorted(edit.tasks.items(), key=lambda each: str(each[1].path)):
                with held.telling(folder):
                    stack.enter_context(folder.held(self._patiently()))
                    held.folders[name] = folder
            yield held

    def _patiently(self) -> Callable[[], bool]:
        until = self._clock.now() + _PATIENCE

        def wait() -> bool:
            now = self._clock.now()
            self._clock.sleep_until(now + _A_MOMENT)
            return now < until

        return wait


def kept_lines(path: str, before: bytes, after: bytes) -> dict[str, Kept]:
    """The lines that have a mark after the edit and had none before, by the ids of their marks."""
    old = {line.text for line in lines(decode_bytes(before))}
    new = (line.text for line in lines(decode_bytes(after)) if line.text not in old)
    found = ((text, read_mark(text)) for text in new)
    return {
        marked[0].id: Kept(source=path, mark=text[: marked[1]], line=encode_text(text[marked[1] :]))
        for text, marked in found
        if marked
    }


def of_a_mark(data: bytes, name: str) -> Has:
    """TASK where a mark of this id stands for the line, and no active line may be it as well."""
    texts = [line.text for line in lines(decode_bytes(data))]
    marks = ((text, read_mark(text)) for text in texts)
    ours = [text[found[1] :] for text, found in marks if found and found[0].id == name]
    # no run of a timed task is one of @reboot's
    active = {_job(text) for text in texts if not text.lstrip().startswith(("#", "@reboot"))}
    return Has.TASK if len(ours) == 1 and _job(ours[0]) not in active else Has.UNKNOWN


def _job(text: str) -> str:
    """What stands behind the schedule, with one blank for several."""
    words = text.split()
    return " ".join(words[1 if words and words[0].startswith("@") else 5 :])


def _refused(folder: TaskFolder, error: OSError) -> SafetyError:
    why, fix = true_reason(error)
    return SafetyError(what=f"the history in {folder.path} cannot be written", why=why, fix=fix)


def _warning(folder: TaskFolder, error: OSError) -> str:
    return (
        f"warning: the history in {folder.path} cannot be written ({error.strerror or error}): a "
        "run of these minutes that comes late may be told as not run"
    )
