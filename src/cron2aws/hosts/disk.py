"""The few things that replacing a file asks of a disk, one method each.

Tests put another disk in its place that fails at any step.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from cron2aws.hosts.private import make_private_folder


class Disk:
    """The machine's own."""

    def status(self, path: Path) -> os.stat_result:
        """What stands at a path itself, links not followed."""
        return path.lstat()

    def read(self, path: Path) -> bytes:
        """The bytes of a regular file; a symbolic link is an error."""
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    def make_folder(self, path: Path) -> None:
        """A folder that only its owner can enter."""
        make_private_folder(path)

    def create(self, path: Path, data: bytes) -> None:
        """A new file with mode 0600, on the disk when this returns."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            os.fchmod(file.fileno(), 0o600)  # whatever the umask is
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def give_attributes(self, path: Path, like: Path, status: os.stat_result) -> None:
        """Owner, group, mode and extended attributes (SELinux, ACL) of another file."""
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fchown(descriptor, status.st_uid, status.st_gid)
            for name in _attributes(like):
                os.setxattr(descriptor, name, os.getxattr(like, name, follow_symlinks=False))
            os.fchmod(descriptor, status.st_mode & 0o7777)  # last: chown takes bits away
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def set_time(self, path: Path, seconds: int) -> None:
        """The modification time, in seconds since 1970."""
        os.utime(path, (seconds, seconds), follow_symlinks=False)

    def rename(self, path: Path, to: Path) -> None:
        """Put a file in another's place, all or nothing."""
        path.rename(to)

    def remove(self, path: Path) -> None:
        """Remove a file if it is there."""
        path.unlink(missing_ok=True)

    def sync_folder(self, path: Path) -> None:
        """Names in a folder are on the disk when this returns, where the disk can do that."""
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _attributes(path: Path) -> list[str]:
    try:
        return os.listxattr(path, follow_symlinks=False)
    except OSError:
        return []  # a disk without extended attributes
