"""The few things that replacing a file asks of a disk, one method each.

Tests put another disk in its place that fails at any step.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import struct
import sys
from pathlib import Path

from cron2aws.hosts.private import make_private_folder

_FLAGS_SIZE = struct.calcsize("l")
_GET_FLAGS = 2 << 30 | _FLAGS_SIZE << 16 | ord("f") << 8 | 1  # FS_IOC_GETFLAGS
_ESCAPED = re.compile(rb"\\([0-7]{3})")
_MOUNT_POINT = 4  # proc_pid_mountinfo(5)


def mount_points(text: bytes) -> frozenset[bytes]:
    """The mount points in the text of /proc/self/mountinfo."""
    fields = (line.split(b" ") for line in text.splitlines())
    return frozenset(
        _ESCAPED.sub(lambda match: bytes([int(match[1], 8)]), each[_MOUNT_POINT])
        for each in fields
        if len(each) > _MOUNT_POINT
    )


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

    def room(self, path: Path) -> os.statvfs_result:
        """The file system of a folder: its free bytes and files, and whether it is read-only."""
        return os.statvfs(path)

    def flags(self, path: Path) -> int:
        """What chattr(1) has set (ioctl_iflags(2)); 0 where the disk has no such thing."""
        flags = bytearray(_FLAGS_SIZE)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return 0
        try:
            fcntl.ioctl(descriptor, _GET_FLAGS, flags)
        except OSError:
            return 0
        finally:
            os.close(descriptor)
        return int.from_bytes(flags[:4], sys.byteorder)

    def is_mounted(self, path: Path) -> bool:
        """Whether something is mounted at the path itself, a single file, too."""
        try:
            text = Path("/proc/self/mountinfo").read_bytes()
        except OSError:
            return False
        return os.fsencode(path.absolute()) in mount_points(text)

    def mount_point(self, path: Path) -> Path:
        """The folder at which the file system of a path is mounted."""
        here = path.absolute()
        return next((each for each in (here, *here.parents) if each.is_mount()), Path("/"))

    def changed_at(self, path: Path) -> float:
        """When a file was put where it is (its ctime), in seconds since 1970."""
        return path.lstat().st_ctime

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

    def set_time(self, path: Path, seconds: float) -> None:
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
