"""Why a file could not be replaced, as far as that is seen before anything is changed.

Not even root can always write: a file system may be read-only, a file or its folder immutable
(chattr(1)), a file mounted over another one, and a disk full.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from cron2aws.errors import SafetyError
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.sweep import temporary_name

IMMUTABLE, APPEND_ONLY = 0x10, 0x20
"""Of FS_IOC_GETFLAGS (ioctl_iflags(2))."""
_SPARE = 64 * 1024  # bytes that a file system needs for itself
_LONGEST = 255


def check_replaceable(location: Path, size: int, disk: Disk) -> None:
    """SafetyError where a new file of `size` bytes could not take the place of this one."""
    found = _of_the_file(location, disk) or _of_the_folder(location, size, disk)
    if found:
        raise SafetyError(what=f"{location} cannot be replaced", why=found[0], fix=found[1])


def check_writable(folder: Path, size: int, disk: Disk) -> None:
    """SafetyError where no file of `size` bytes could be put into a folder, or into a new one."""
    place = next(each for each in (folder, *folder.parents) if each.exists())
    found = _of_a_place(place, size, disk)
    if found:
        raise SafetyError(what=f"nothing can be written to {folder}", why=found[0], fix=found[1])


def _of_the_file(location: Path, disk: Disk) -> tuple[str, str] | None:
    again = "run the command again, so that it starts from the file as it is now"
    try:
        status = disk.status(location)
    except OSError as error:
        return error.strerror or str(error), again
    if not stat.S_ISREG(status.st_mode):
        fix = "name the file that the link leads to"
        return "it is a symbolic link, or no regular file", fix
    if status.st_nlink > 1:
        return f"it has {status.st_nlink} names (hard links)", "give the file one name"
    if disk.is_mounted(location):
        fix = "edit the file that is mounted there where it lies, or unmount it first"
        return (
            "another file is mounted over it (a bind mount), so no new one can take its place",
            fix,
        )
    return _flags_of(location, "it", disk)


def _of_the_folder(location: Path, size: int, disk: Disk) -> tuple[str, str] | None:
    new = temporary_name(location)
    if len(os.fsencode(new.name)) > _LONGEST or len(os.fsencode(new)) >= os.pathconf(
        "/", "PC_PATH_MAX"
    ):
        fix = "give the file a shorter name, or move it up"
        return "its name is so long that none of the same kind can stand beside it", fix
    return _of_a_place(location.parent, size, disk)


def _of_a_place(folder: Path, size: int, disk: Disk) -> tuple[str, str] | None:
    if not folder.is_dir():
        return f"{folder} is not a folder", "move what lies there away"
    try:
        room = disk.room(folder)
    except OSError as error:
        return error.strerror or str(error), "look at the file system that it lies on"
    if room.f_flag & os.ST_RDONLY:
        fix = f"mount it for writing: `mount -o remount,rw {disk.mount_point(folder)}`"
        return f"{folder} is on a read-only file system", fix
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"this user may not write to {folder}", "run cron2aws as root"
    free = (room.f_bfree if os.geteuid() == 0 else room.f_bavail) * room.f_frsize
    if free < size + _SPARE:
        return f"the disk of {folder} is full: {free} bytes are free", "make room on it"
    if room.f_files and not room.f_ffree:
        return f"the disk of {folder} takes no more files (no inode is free)", "remove some files"
    return _flags_of(folder, str(folder), disk)


def _flags_of(path: Path, name: str, disk: Disk) -> tuple[str, str] | None:
    flags = disk.flags(path)
    if flags & IMMUTABLE:
        return f"{name} is immutable", f"`chattr -i {path}` first"
    if flags & APPEND_ONLY:
        return f"{name} is append-only", f"`chattr -a {path}` first"
    return None


def true_reason(error: OSError) -> tuple[str, str]:
    """Why, and what to do, for an error that came although nothing was seen beforehand."""
    why = error.strerror or str(error)
    fixes = {
        errno.ENOSPC: "make room on the disk",
        errno.EDQUOT: "make room: the quota of this user is used up",
        errno.EROFS: "mount the file system for writing",
        errno.EBUSY: "another file is mounted over it: unmount it first",
        errno.EACCES: "run cron2aws as root",
        errno.EPERM: "look at `lsattr` and at what SELinux or AppArmor says",
        errno.ETIMEDOUT: "run the command again when that has ended",
        errno.EIO: "the disk fails: look at the kernel's messages (`dmesg`)",
    }
    return why, f"nothing was changed; {fixes.get(error.errno or 0, 'look at the disk')}"
