"""What a host keeps of a task: who runs it from which minute on, and the line that was marked.

    history = *( "from" SP minute SP ( "cron" / "task" / "nobody" ) LF )
    minute  = a full minute in UTC, as 2026-12-01T03:00Z
    line    = JSON: "source", "mark", and the bytes behind the mark, as "line" in base64

Both lie in /var/lib/cron2aws/RULENAME, where the runner reads and adds to the history: a line that
comes later wins over an earlier one about the same minute.  Only root may write there; a folder or
a file that is a link, or another user's, is an error.
"""

from __future__ import annotations

import base64
import binascii
import errno
import json
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from cron2aws.errors import SafetyError
from cron2aws.hosts.private import OURS, make_private_folder, write_all

FOLDER = "var/lib/cron2aws"
"""Below the root of a host."""

_RULE_NAME = re.compile(r"[0-9A-Za-z_-]{1,60}")
_LINE = re.compile(r"from (\d{4}-\d\d-\d\dT\d\d:\d\dZ) (cron|task|nobody)")
_MOST = 1 << 20  # bytes that a history is read to


class Who(StrEnum):
    """Who runs a job's scheduled minutes on a host."""

    CRON = "cron"
    TASK = "task"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Since:
    """Who runs the job from a full minute (UTC) on."""

    minute: datetime
    who: Who

    def __str__(self) -> str:
        """As it stands in the history."""
        return f"from {stamp(self.minute)} {self.who}"


def stamp(minute: datetime) -> str:
    """A full minute as marks and histories have it: `2026-12-01T03:00Z`."""
    return f"{minute.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def read_stamp(text: str) -> datetime | None:
    """The minute of a stamp, None where it is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def who_runs(lines: tuple[Since, ...], minute: datetime) -> Who | None:
    """Of the lines that concern a minute the last one decides; None where none does."""
    return next((each.who for each in reversed(lines) if each.minute <= minute), None)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A line that was marked: `line` are the bytes behind the mark, without a line end."""

    source: str
    mark: str
    line: bytes


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

    def history(self) -> tuple[Since, ...]:
        """The lines, in the order in which they were written; none where there is no history.

        What is no such line is passed over. OSError where it cannot be read.
        """
        found = (_LINE.fullmatch(line) for line in self._read("history").split("\n"))
        pairs = ((read_stamp(match[1]), Who(match[2])) for match in found if match)
        return tuple(Since(minute=minute, who=who) for minute, who in pairs if minute)

    def append(self, *since: Since) -> None:
        """Add lines, which are on the disk when this returns; none of them stays on an OSError."""
        make_private_folder(self.path)
        folder = self._folder()
        try:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
            descriptor = _open(folder, "history", flags)
            try:
                os.fchmod(descriptor, 0o600)
                text = "".join(f"{each}\n" for each in since)
                write_all(descriptor, (_line_end(descriptor) + text).encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.fsync(folder)
        finally:
            os.close(folder)
        _sync_names(self.path)

    def keep(self, line: Kept) -> None:
        """Keep the line, in the place of one that is kept; whole or, on an OSError, not at all."""
        make_private_folder(self.path)
        fields = {
            "source": line.source,
            "mark": line.mark,
            "line": base64.b64encode(line.line).decode("ascii"),
        }
        folder, new = self._folder(), "line.new"  # what a kill leaves, the next one removes
        try:
            _remove(folder, new)
            descriptor = _open(folder, new, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            try:
                os.fchmod(descriptor, 0o600)
                write_all(descriptor, f"{json.dumps(fields)}\n".encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.rename(new, "line", src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
        except BaseException:
            _remove(folder, new)
            raise
        finally:
            os.close(folder)

    def kept(self) -> Kept | None:
        """The line that is kept, None where none is, or nobody could read it as one."""
        try:
            fields = json.loads(self._read("line"))
            line = base64.b64decode(fields["line"], validate=True)
            source, mark = fields["source"], fields["mark"]
        except (ValueError, KeyError, TypeError, binascii.Error):
            return None
        if not (isinstance(source, str) and isinstance(mark, str)):
            return None
        return Kept(source=source, mark=mark, line=line)

    def forget(self) -> None:
        """Keep the line no longer; the history stays, for deliveries that are late."""
        try:
            folder = self._folder()
        except FileNotFoundError:
            return
        try:
            _remove(folder, "line")
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

    def _read(self, name: str) -> str:
        try:
            folder = self._folder()
        except FileNotFoundError:
            return ""
        try:
            descriptor = _open(folder, name, os.O_RDONLY)
        except FileNotFoundError:
            return ""
        finally:
            os.close(folder)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(_MOST).decode("utf-8", "replace")


def _open(folder: int, name: str, flags: int) -> int:
    """A regular file of ours with one name; OSError for any other."""
    # O_NONBLOCK: whoever puts a pipe here must not make us wait
    flags |= os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_uid == os.geteuid():
        return descriptor
    os.close(descriptor)
    raise PermissionError(errno.EPERM, f"`{name}` is no regular file of ours with one name")


def _line_end(descriptor: int) -> str:
    """What ends a line that was cut short: power was lost while it was written."""
    size = os.fstat(descriptor).st_size
    return "\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else ""


def _remove(folder: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return


def _sync_names(path: Path) -> None:
    """The folder's own name is on the disk, too: it may have been made just now."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
