"""Replace one crontab: all or nothing, only if nobody has changed it, with a backup first.

The new file gets a fresh modification time: Debian's daemon was measured not to notice a renamed
file that kept its time.  Its temporary name begins with a dot, which no daemon reads, and the
backup lies outside of the daemons' folders, as cronie would run a `crontab.bak` in them.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cron2aws.errors import SafetyError
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.obstacles import check_replaceable, true_reason
from cron2aws.hosts.sweep import temporary_name

_AGAIN = "run the command again, so that it starts from the file as it is now"
_ELSEWHERE = "name another folder in CRON2AWS_STATE"
_DAEMONS_FOLDERS = re.compile(r"/(etc/cron[^/]*|var/spool/cron)/")
_LONGEST = 200  # characters of a backup's name


def lies_with_a_daemon(path: Path) -> bool:
    """Whether the path is in a folder from which a cron daemon reads or runs files."""
    return bool(_DAEMONS_FOLDERS.search(f"{path}/"))


@dataclass(frozen=True, kw_only=True)
class CheckedFile:
    """A file whose digest was checked, as it was then."""

    status: os.stat_result
    data: bytes
    sha256: str


def look(location: Path, expected_sha256: str, disk: Disk) -> CheckedFile:
    """The file now; SafetyError where it cannot be replaced, or has another digest."""
    what = f"{location} cannot be replaced"
    try:
        status = disk.status(location)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            check_replaceable(location, 0, disk)
        data = disk.read(location)
    except OSError as error:
        raise SafetyError(what, why=error.strerror or str(error), fix=_AGAIN) from error
    if hashlib.sha256(data).hexdigest() != expected_sha256:
        raise SafetyError(what, why="it has changed since it was read", fix=_AGAIN)
    return CheckedFile(status=status, data=data, sha256=expected_sha256)


class Replacement:
    """New bytes for a crontab, written beside it with its owner, mode and attributes.

    Whoever makes one must `put` or `drop` it.
    """

    def __init__(
        self,
        location: Path,
        data: bytes,
        *,
        seen: CheckedFile,
        backups: Path,
        disk: Disk,
        needs_backup: bool = True,
    ) -> None:
        """Back the bytes up that were seen, and prepare the new ones.

        SafetyError where the disk refuses; then nothing is left beside the file. Where no backup
        is needed, one that cannot be made is told in `unkept` only.
        """
        self.location = location
        self.data = data
        self._disk = disk
        self._temporary = temporary_name(location)
        self._seen = seen
        self.unkept: str | None = None
        try:
            self._back_up(backups, needed=needs_backup)
            self._prepare()
        except OSError as error:
            self.drop()
            raise self._refused(error) from error
        except BaseException:
            self.drop()
            raise

    def _back_up(self, backups: Path, *, needed: bool) -> None:
        try:
            _back_up(self.location, self._seen, backups, self._disk)
        except (OSError, SafetyError) as refused:
            if needed:
                raise
            why = refused.why if isinstance(refused, SafetyError) else refused.strerror
            self.unkept = f"warning: {backups} cannot hold a backup of {self.location}: {why}"

    def look(self) -> CheckedFile:
        """The old file now; SafetyError where it has changed."""
        now = look(self.location, self._seen.sha256, self._disk)
        _unchanged_since(self._seen, now, self.location)
        return now

    def put(self, at: datetime | None = None) -> None:
        """Put it in the old file's place; SafetyError where that has changed: then it is dropped.

        `at`, which is now, becomes its mtime: a daemon passes over a file older than what it
        has read. None keeps the time at which it was prepared.
        """
        try:
            self.look()
            if at:
                self._disk.set_time(self._temporary, at.timestamp())
            self._disk.rename(self._temporary, self.location)
        except OSError as error:
            self.drop()
            raise self._refused(error) from error
        except BaseException:
            self.drop()
            raise

    def sync(self) -> None:
        """Wait until the new name is on the disk."""
        self._disk.sync_folder(self.location.parent)

    def drop(self) -> None:
        """Remove what was prepared; an error of the disk is left to whoever meets it next."""
        try:
            self._disk.remove(self._temporary)
        except OSError:
            return

    def _prepare(self) -> None:
        temporary, seen, disk = self._temporary, self._seen, self._disk
        disk.remove(temporary)
        disk.create(temporary, self.data)
        disk.give_attributes(temporary, self.location, seen.status)
        # the daemons compare whole seconds: a second edit within one would go unnoticed
        if int(disk.status(temporary).st_mtime) == int(seen.status.st_mtime):
            disk.set_time(temporary, int(seen.status.st_mtime) + 1)

    def _refused(self, error: OSError) -> SafetyError:
        why, fix = true_reason(error)
        return SafetyError(what=f"{self.location} cannot be replaced", why=why, fix=fix)


def _unchanged_since(seen: CheckedFile, now: CheckedFile, location: Path) -> None:
    was, new = seen.status, now.status
    if (was.st_ino, was.st_mode, was.st_uid, was.st_gid) != (
        new.st_ino,
        new.st_mode,
        new.st_uid,
        new.st_gid,
    ):
        what = f"{location} cannot be replaced"
        raise SafetyError(what, why="somebody else is changing it just now", fix=_AGAIN)


def _back_up(location: Path, seen: CheckedFile, backups: Path, disk: Disk) -> None:
    """Keep the old bytes, readable by their owner alone; the same bytes are kept once."""
    folder = backups.resolve()
    if lies_with_a_daemon(folder):
        what = f"{folder} cannot hold backups"
        raise SafetyError(what, why="a cron daemon may run what lies there", fix=_ELSEWHERE)
    disk.make_folder(folder)
    backup = folder / backup_name(location, seen.sha256)
    try:
        disk.create(backup, seen.data)
    except FileExistsError:
        if disk.read(backup) != seen.data:
            raise
    disk.sync_folder(folder)


def backup_name(location: Path, sha256: str) -> str:
    """What the backup of a file with these bytes is called."""
    name = str(location).strip("/").replace("/", "_")
    if len(os.fsencode(name)) > _LONGEST:
        name = f"{location.name[:50]}.{hashlib.sha256(os.fsencode(location)).hexdigest()[:16]}"
    return f"{name}.{sha256[:16]}"
