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
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cron2aws.errors import SafetyError, SourceError
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.host import SourceFile
from cron2aws.hosts.sweep import temporary_name

_AGAIN = "run the command again, so that it starts from the file as it is now"
_ELSEWHERE = "name another folder in CRON2AWS_STATE"
_DAEMONS_FOLDERS = re.compile(r"/(etc/cron[^/]*|var/spool/cron)/")


def lies_with_a_daemon(path: Path) -> bool:
    """Whether a cron daemon, of this host or of a tree, reads that path or runs what is there."""
    return bool(_DAEMONS_FOLDERS.search(f"{path}/"))


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """A file as it was when its digest was checked."""

    status: os.stat_result
    data: bytes


def replace_file(
    location: Path, data: bytes, *, expected_sha256: str, backups: Path, disk: Disk | None = None
) -> Path | None:
    """Put `data` in the place of a file whose digest is `expected_sha256`.

    Returns where the old bytes are kept; None where nothing was to change.  Raises SafetyError
    where the file has changed, is a link, or cannot be replaced; then it is as it was.
    """
    disk = disk or Disk()
    seen = _look(location, expected_sha256, disk)
    if seen.data == data:
        return None
    temporary = temporary_name(location)
    try:
        backup = _back_up(location, seen.data, expected_sha256, backups, disk)
        _prepare(temporary, location, data, seen, disk)
        _unchanged_since(seen, _look(location, expected_sha256, disk), location)
        disk.rename(temporary, location)
    except OSError as error:
        disk.remove(temporary)
        what = f"{location} cannot be replaced"
        why = error.strerror or str(error)
        fix = "nothing was changed; run cron2aws as root on a disk with space left"
        raise SafetyError(what, why=why, fix=fix) from error
    except BaseException:
        disk.remove(temporary)
        raise
    disk.sync_folder(location.parent)
    return backup


def _look(location: Path, expected_sha256: str, disk: Disk) -> _Seen:
    what = f"{location} cannot be replaced"
    try:
        status = disk.status(location)
        if not stat.S_ISREG(status.st_mode):
            fix = "name the file that the link leads to"
            raise SafetyError(what, why="it is a symbolic link, or no regular file", fix=fix)
        if status.st_nlink > 1:
            fix = "give the file one name"
            raise SafetyError(what, why=f"it has {status.st_nlink} names (hard links)", fix=fix)
        data = disk.read(location)
    except OSError as error:
        raise SafetyError(what, why=error.strerror or str(error), fix=_AGAIN) from error
    if hashlib.sha256(data).hexdigest() != expected_sha256:
        raise SafetyError(what, why="it has changed since it was read", fix=_AGAIN)
    return _Seen(status=status, data=data)


def _unchanged_since(seen: _Seen, now: _Seen, location: Path) -> None:
    was, new = seen.status, now.status
    if (was.st_ino, was.st_mode, was.st_uid, was.st_gid) != (
        new.st_ino,
        new.st_mode,
        new.st_uid,
        new.st_gid,
    ):
        what = f"{location} cannot be replaced"
        raise SafetyError(what, why="somebody else is changing it just now", fix=_AGAIN)


def _back_up(location: Path, data: bytes, digest: str, backups: Path, disk: Disk) -> Path:
    """Keep the old bytes, readable by their owner alone; the same bytes are kept once."""
    folder = backups.resolve()
    if lies_with_a_daemon(folder):
        what = f"{folder} cannot hold backups"
        raise SafetyError(what, why="a cron daemon may run what lies there", fix=_ELSEWHERE)
    disk.make_folder(folder)
    name = str(location).strip("/").replace("/", "_")
    backup = folder / f"{name}.{digest[:16]}"
    try:
        disk.create(backup, data)
    except FileExistsError:
        if disk.read(backup) != data:
            raise
    disk.sync_folder(folder)
    return backup


def _prepare(temporary: Path, location: Path, data: bytes, seen: _Seen, disk: Disk) -> None:
    disk.remove(temporary)
    disk.create(temporary, data)
    disk.give_attributes(temporary, location, seen.status)
    # the daemons compare whole seconds: a second edit within one would go unnoticed
    if int(disk.status(temporary).st_mtime) == int(seen.status.st_mtime):
        disk.set_time(temporary, int(seen.status.st_mtime) + 1)


class LocalCrontabs:
    """The crontabs that were read from this machine, by the paths that reports show."""

    def __init__(
        self, files: Iterable[SourceFile], *, backups: Path, disk: Disk | None = None
    ) -> None:
        self._locations = {file.path: file.location for file in files}
        self._backups = backups
        self._disk = disk or Disk()

    def read(self, path: str) -> bytes:
        """The bytes of a crontab now; SourceError where it cannot be read."""
        location = self._location(path)
        try:
            return location.read_bytes()
        except OSError as error:
            what = f"{path} cannot be read"
            raise SourceError(what, why=error.strerror or str(error)) from error

    def check(self, path: str, expected_sha256: str) -> None:
        """SafetyError where the file, as it is, could not be replaced; nothing is written."""
        _look(self._location(path), expected_sha256, self._disk)

    def replace(self, path: str, expected_sha256: str, data: bytes) -> None:
        """Put `data` in its place; SafetyError where the digest is another."""
        replace_file(
            self._location(path),
            data,
            expected_sha256=expected_sha256,
            backups=self._backups,
            disk=self._disk,
        )

    def _location(self, path: str) -> Path:
        location = self._locations.get(path)
        if location is None:
            what = f"{path} cannot be edited"
            raise SourceError(what, why="it is no file that was read", fix="name a crontab file")
        return location
