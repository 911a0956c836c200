"""`--report-file`: a file of mode 0600, all or nothing; a device or a pipe is written to as it is.

A report holds secrets verbatim, and root runs this: nothing that was there may change its mode,
and no link may lead the report into another file's place.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from cron2aws.errors import UsageError
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.replace import lies_with_a_daemon

_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/([0-9]+)")
_NAMED = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_KERNELS_FOLDERS = ("/dev/", "/proc/")
_FIXES = {
    errno.ENOENT: "make the folder first, or name another file",
    errno.ENOTDIR: "make the folder first, or name another file",
    errno.ENOSPC: "make room, or name a file on another disk",
    errno.EDQUOT: "make room, or name a file on another disk",
}
_OTHER_FIX = "name a file in a folder that you can write to"


def write_report(path: Path, chunks: Iterable[str], *, sources: Collection[Path]) -> None:
    """Write the chunks to `path`; the old file is whole until the new one is.

    UsageError where that cannot be done, or would hit a source, a cron daemon's file, a folder, a
    disk or what a link leads to; then nothing has changed.  BrokenPipeError where the reader of a
    pipe has gone.
    """
    descriptor = _descriptor(path)
    with _refusing(path):
        kind = _kind(path) if descriptor is None else None
    _refuse_sources(path, sources)
    if descriptor is not None:
        sys.stdout.flush()  # what was said before comes first
        with _refusing(path):
            opened = os.dup(descriptor)
        _write(path, opened, chunks)
    elif kind is None or stat.S_ISREG(kind):
        _beside(path, chunks)
    else:
        with _refusing(path):  # O_NOCTTY: no terminal becomes that of a process without one
            opened = os.open(path, os.O_WRONLY | os.O_NOCTTY)
        _write(path, opened, chunks)


def _descriptor(path: Path) -> int | None:
    """The number of the open descriptor that is meant: opened anew, a file would begin again."""
    name = os.path.normpath(path.absolute())
    found = _DESCRIPTOR.fullmatch(name)
    return int(found[1]) if found else _NAMED.get(name)


def _kind(path: Path) -> int | None:
    """The mode of what stands at `path`, None where nothing does; UsageError where it may not."""
    absolute = os.path.normpath(path.absolute())
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        kind = None
    if kind is not None and stat.S_ISLNK(kind):
        kind = path.stat().st_mode if absolute.startswith(_KERNELS_FOLDERS) else kind
        if stat.S_ISLNK(kind) or stat.S_ISREG(kind):
            where = path.readlink()
            raise _refused(path, f"it is a symbolic link to {where}", "name that file itself")
    if kind is not None and stat.S_ISDIR(kind):
        raise _refused(path, "it is a folder", "name a file in it")
    if kind is not None and stat.S_ISBLK(kind):
        raise _refused(path, "it is a disk", "name a file")
    if lies_with_a_daemon(path.parent.resolve() / path.name):
        raise _refused(path, "a cron daemon may run what lies there", "name another folder")
    return kind


def _refuse_sources(path: Path, sources: Collection[Path]) -> None:
    for source in sources:
        if source.resolve() == path.resolve() or _same(source, path):
            raise _refused(path, f"it is the source {source} itself", "name another file")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False


def _beside(path: Path, chunks: Iterable[str]) -> None:
    with _refusing(path):
        descriptor, name = tempfile.mkstemp(prefix=".cron2aws-report-", dir=path.parent)
    temporary = Path(name)
    try:
        _write(path, descriptor, chunks, private=True)
        with _refusing(path):
            temporary.rename(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    Disk().sync_folder(path.parent)


def _write(path: Path, descriptor: int, chunks: Iterable[str], *, private: bool = False) -> None:
    """Write everything and close the descriptor; what `chunks` itself raises stays what it is."""
    with _refusing(path):
        out = os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace")
    try:
        for chunk in chunks:
            with _refusing(path):
                out.write(chunk)
        with _refusing(path):
            out.flush()
            if private:
                os.fchmod(descriptor, 0o600)  # whatever the umask is
                os.fsync(descriptor)
    finally:
        with contextlib.suppress(OSError):  # told already: a close tries once more
            out.close()


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """What the disk says no to, as UsageError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        why = error.strerror or str(error)
        raise _refused(path, why, _FIXES.get(error.errno or 0, _OTHER_FIX)) from error


def _refused(path: Path, why: str, fix: str) -> UsageError:
    return UsageError(what=f"cannot write {path}", why=why, fix=fix)
