"""What a host keeps of a task: what its crontab had of the line, and the line that was marked.

    history = *( "from" SP minute SP word LF )
    word    = "cron" / "task" / "stopped" / "absent" / "unknown"
    minute  = a full minute in UTC, as 2026-12-01T03:00Z
    line    = JSON: "source", "mark", and the bytes behind the mark, as "line" in base64

Both lie in /var/lib/cron2aws/RULENAME, where the runner reads and adds to the history: a line that
comes later wins over an earlier one about the same minute, and the history's mtime is the moment
up to which it is complete.  Whoever looks at the crontab holds a lock (flock) on the folder.  Only
root may write there; a folder or a file that is a link, or another user's, is an error.
"""

from __future__ import annotations

import base64
import binascii
import errno
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from cron2aws.errors import SafetyError
from cron2aws.hosts.private import (
    OURS,
    make_private_folder,
    open_private,
    put_private,
    remove_from,
)

FOLDER = "var/lib/cron2aws"
"""Below the root of a host."""

_RULE_NAME = re.compile(r"[0-9A-Za-z_-]{1,60}")
_LINE = re.compile(r"from (\d{4}-\d\d-\d\dT\d\d:\d\dZ) (cron|task|stopped|absent|unknown)")
_MOST = 1 << 20  # bytes that a history is read to


class Has(StrEnum):
    """What a crontab has of the job's line."""

    CRON = "cron"
    """It is active: cron runs it."""
    TASK = "task"
    """It is behind the task's mark."""
    STOPPED = "stopped"
    """It is behind another comment."""
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Since:
    """What the crontab has from a full minute (UTC) on."""

    minute: datetime
    has: Has

    def __str__(self) -> str:
        """As it stands in the history."""
        return f"from {stamp(self.minute)} {self.has}"


@dataclass(frozen=True, kw_only=True)
class History:
    """The lines in their order, and up to when they are complete; None where nobody has looked."""

    lines: tuple[Since, ...] = ()
    looked: datetime | None = None


def stamp(minute: datetime) -> str:
    """A full minute as marks and histories have it: `2026-12-01T03:00Z`."""
    return f"{minute.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def read_stamp(text: str) -> datetime | None:
    """The minute of a stamp, None where it is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A line that was marked: `line` are the bytes behind the mark, without a line end."""

    source: str
    mark: str
    line: bytes


def read_since(data: bytes) -> tuple[Since, ...]:
    """The lines of a history's bytes; what is no such line is passed over."""
    found = (_LINE.fullmatch(line) for line in data.decode("utf-8", "replace").split("\n"))
    pairs = ((read_stamp(match[1]), Has(match[2])) for match in found if match)
    return tuple(Since(minute=minute, has=has) for minute, has in pairs if minute)


def was_never_there(lines: Sequence[Since]) -> bool:
    """Whether every look found no line; where nobody has looked, nobody knows."""
    return bool(lines) and all(each.has is Has.ABSENT for each in lines)


def read_kept(data: bytes) -> Kept | None:
    """The line that is kept in these bytes, None where nobody could read them as one."""
    try:
        fields = json.loads(data)
        line = base64.b64decode(fields["line"], validate=True)
        source, mark = fields["source"], fields["mark"]
    except (ValueError, KeyError, TypeError, binascii.Error):
        return None
    if not (isinstance(source, str) and isinstance(mark, str)):
        return None
    return Kept(source=source, mark=mark, line=line)


def all_kept(root: Path) -> dict[str, Kept]:
    """The lines that this host keeps, by the names of the tasks' folders."""
    found: dict[str, Kept] = {}
    try:
        names = sorted(path.name for path in (root / FOLDER).iterdir())
    except OSError:
        return found
    for name in names:
        try:
            kept = TaskFolder(name, root).kept()
        except (OSError, SafetyError):
            continue
        if kept is not None:
            found[name] = kept
    return found


class TaskFolder:
    """A task's folder on this host, or on a stand-in with `root`."""

    def __init__(self, rule_name: str, root: Path = Path("/")) -> None:
        """SafetyError for a name that no task has, or that is one of the state folder's own."""
        if not _RULE_NAME.fullmatch(rule_name) or rule_name in OURS:
            raise SafetyError(
                what=f"{rule_name!r} cannot be the name of a task's folder",
                why="1 to 60 letters, digits, hyphens and underscores are, but for "
                f"{', '.join(sorted(OURS))}",
                fix="deploy the task under another name",
            )
        self.path = root / FOLDER / rule_name

    @contextmanager
    def held(self, wait: Callable[[], bool]) -> Iterator[None]:
        """Hold the lock under which a runner looks; the folder is made if it is missing.

        `wait` waits a moment and says whether to try again. OSError where it is held still, or
        where there can be no such folder.
        """
        make_private_folder(self.path)
        folder = self._folder()
        try:
            while not _locked(folder):
                if not wait():
                    why = f"another process holds it: `fuser -v {self.path}` shows which"
                    raise TimeoutError(errno.ETIMEDOUT, why, str(self.path))
            yield
        finally:
            os.close(folder)

    def history(self) -> History:
        """What was noted; nothing where there is no history.

        What is no such line is passed over. OSError where it cannot be read.
        """
        data, looked = self._read("history")
        return History(lines=read_since(data), looked=looked)

    def note(self, *since: Since, looked: datetime) -> None:
        """Add lines; all is known up to `looked` (whole seconds).

        Both are on the disk when this returns, or, on an OSError, none is.
        """
        make_private_folder(self.path)
        data, _ = self._read("history")
        if len(data) >= _MOST:
            raise OSError(errno.EFBIG, f"it has more than {_MOST} bytes")
        torn = b"\n" if data and not data.endswith(b"\n") else b""  # power was lost
        text = "".join(f"{each}\n" for each in since)
        self._put("history", data + torn + text.encode(), int(looked.timestamp()))
        _sync_names(self.path)

    def keep(self, line: Kept) -> None:
        """Keep the line, in the place of one that is kept; whole or, on an OSError, not at all."""
        make_private_folder(self.path)
        fields = {
            "source": line.source,
            "mark": line.mark,
            "line": base64.b64encode(line.line).decode("ascii"),
        }
        self._put("line", f"{json.dumps(fields)}\n".encode())

    def kept(self) -> Kept | None:
        """The line that is kept, None where none is, or nobody could read it as one."""
        return read_kept(self._read("line")[0])

    def forget(self) -> None:
        """Keep the line no longer; the history stays, for deliveries that are late."""
        try:
            folder = self._folder()
        except FileNotFoundError:
            return
        try:
            remove_from(folder, "line")
            os.fsync(folder)
        finally:
            os.close(folder)

    def check(self) -> None:
        """OSError where nothing could be written here; nothing is."""
        place = next(each for each in (self.path, *self.path.parents) if each.exists())
        if os.statvfs(place).f_flag & os.ST_RDONLY:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(place))
        if not os.access(place, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))
        if place == self.path:
            os.close(self._folder())
            self.history()

    def _folder(self) -> int:
        return os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def _read(self, name: str) -> tuple[bytes, datetime | None]:
        """The bytes, and the mtime; None where there is no such file."""
        try:
            folder = self._folder()
        except FileNotFoundError:
            return b"", None
        try:
            descriptor = open_private(folder, name, os.O_RDONLY)
        except FileNotFoundError:
            return b"", None
        finally:
            os.close(folder)
        with os.fdopen(descriptor, "rb") as file:
            changed = datetime.fromtimestamp(int(os.fstat(descriptor).st_mtime), UTC)
            return file.read(_MOST), changed

    def _put(self, name: str, data: bytes, seconds: int | None = None) -> None:
        """The file with these bytes and this mtime: at once, or not at all."""
        folder = self._folder()
        try:
            put_private(folder, name, data, seconds)
        finally:
            os.close(folder)


def _locked(folder: int) -> bool:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_names(path: Path) -> None:
    """The folder's own name is on the disk, too: it may have been made just now."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
