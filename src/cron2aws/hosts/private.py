"""Folders and files for their owner alone, whatever the umask is: backups, bugs, histories.

They hold commands with their secrets, and root writes them: a folder that another user could
change would decide where root writes.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

OURS = frozenset({"journal", "backups", "bugs", "lock", "locks"})
"""What stands in a state folder: one with anything else in it is somebody's working folder.

Earlier releases kept a journal, which stays where they did.
"""


def make_private_folder(path: Path) -> None:
    """Make a folder of mode 0700, and those above it that are missing; one that is there gets it.

    OSError where that cannot be done, or where the folder is a link or another user's.
    """
    if not path.parent.exists():
        make_private_folder(path.parent)
    try:
        path.mkdir(mode=0o700)
        path.chmod(0o700)  # a umask can take from its owner, too
    except FileExistsError:
        pass  # judged below
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "it belongs to another user", str(path))
        if stat.S_IMODE(status.st_mode) != 0o700:
            os.fchmod(descriptor, 0o700)
    finally:
        os.close(descriptor)


def keep_private(path: Path) -> None:
    """Give a state folder mode 0700, if it is there and ours: our user's, with nothing else in it.

    A folder that somebody works in, /tmp for one, stays as it is; what we put in it is private.
    """
    try:
        names = {entry.name for entry in path.iterdir()}
        if names <= OURS and path.lstat().st_uid == os.geteuid():
            make_private_folder(path)
    except OSError:
        return  # not there, or not ours to look into: whoever writes to it will be told


def open_private(folder: int, name: str, flags: int) -> int:
    """A regular file of ours with one name in an open folder; OSError for any other."""
    # O_NONBLOCK: whoever puts a pipe here must not make us wait
    flags |= os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_uid == os.geteuid():
        return descriptor
    os.close(descriptor)
    raise PermissionError(errno.EPERM, f"`{name}` is not a regular file of this user with one name")


def put_private(folder: int, name: str, data: bytes, seconds: int | None = None) -> None:
    """Put a file of mode 0600 with this mtime into an open folder, on the disk, or nothing at all.

    OSError where the disk refuses.
    """
    new = f"{name}.new"  # what a kill leaves, the next one removes
    try:
        remove_from(folder, new)
        descriptor = open_private(folder, new, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            os.fchmod(descriptor, 0o600)
            write_all(descriptor, data)
            if seconds is not None:
                os.utime(descriptor, (seconds, seconds))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(new, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    except BaseException:
        remove_from(folder, new)
        raise


def remove_from(folder: int, name: str) -> None:
    """Remove a file from an open folder, if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte; OSError where the disk takes no more, and then none of them stays.

    For files that are added to: os.write may take a part only, and half a line must not stand.
    """
    before = os.fstat(descriptor).st_size
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
    except BaseException:
        os.ftruncate(descriptor, before)
        raise
