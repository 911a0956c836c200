"""Removes what a killed replacement left beside a crontab, at the next start.

A temporary file is named `.NAME.cron2aws-PID`: the dot keeps the daemons from reading it, the rest
says which file it was to replace, and which process was at it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

_LEFTOVER = re.compile(r"\.(?P<name>.+)\.cron2aws-(?P<pid>[1-9][0-9]*)")
_PROC = Path("/proc")


def temporary_name(location: Path) -> Path:
    """The path at which this process prepares the new bytes of a file."""
    return location.with_name(f".{location.name}.cron2aws-{os.getpid()}")


def sweep(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Remove the temporary files of dead processes from these folders, and return those removed.

    What cannot be read or removed stays: nothing depends on it.
    """
    gone = []
    for path in (path for folder in sorted(set(folders)) for path in _leftovers(folder)):
        try:
            path.unlink()
        except OSError:
            continue
        gone.append(path)
    return tuple(gone)


def _leftovers(folder: Path) -> Iterator[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        named = _LEFTOVER.fullmatch(path.name)
        if named and _is_ours(path, path.with_name(named["name"])) and _is_dead(int(named["pid"])):
            yield path


def _is_ours(path: Path, replaced: Path) -> bool:
    """Whether it is a regular file of our user's, or of the owner of the crontab beside it.

    Root gives the new file to the crontab's owner before the renaming.
    """
    try:
        status = path.lstat()
    except OSError:
        return False
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        return False
    return status.st_uid == os.geteuid() or status.st_uid == _owner(replaced)


def _owner(path: Path) -> int | None:
    try:
        return path.lstat().st_uid
    except OSError:
        return None


def _is_dead(pid: int) -> bool:
    """Whether no cron2aws has that number now; one that cannot be asked counts as alive."""
    if pid == os.getpid():
        return False
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes()
    except FileNotFoundError:
        return _PROC.joinpath("self").exists()  # without /proc nobody can be asked
    except OSError:
        return False
    return b"cron2aws" not in words
