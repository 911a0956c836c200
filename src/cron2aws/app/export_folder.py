"""The folder of an export: it holds nothing else, and is written all or nothing."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cron2aws.errors import SafetyError, UsageError
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.replace import lies_with_a_daemon
from cron2aws.report.export.manifest import MANIFEST, SCHEMA

_ANOTHER = "name a folder that is empty, or not there yet"


@dataclass(frozen=True, kw_only=True)
class Swapped:
    """How a folder was changed."""

    changed: bool
    """Whether any byte of it is another now."""

    gone: tuple[str, ...] = ()
    """The files of the export before that are no more in it."""

    gone_stacks: tuple[str, ...] = ()
    """The stacks of which that is so."""


@dataclass(frozen=True, kw_only=True)
class _Before:
    """The export that a folder has."""

    files: frozenset[str] = frozenset()
    stacks: tuple[str, ...] = ()


def check_folder(folder: Path) -> None:
    """Refuse, before anything else, a folder that no export may be written to.

    UsageError where it is not a folder, SafetyError where it holds something that no export wrote.
    """
    with _refusing(folder):
        _before(folder)


def put(folder: Path, files: Mapping[str, bytes], programs: Collection[str]) -> Swapped:
    """Write these files, by their paths, so that the folder holds them and no others.

    They are written beside it and take its place by renaming. Raises as `check_folder` does; what
    was there is whole then.
    """
    with _refusing(folder):
        before = _before(folder)
        stacks = {each["name"] for each in json.loads(files[MANIFEST])["stacks"]}
        swapped = Swapped(
            changed=before.files != files.keys() or not _has(folder, files),
            gone=tuple(sorted(before.files - files.keys())),
            gone_stacks=tuple(each for each in before.stacks if each not in stacks),
        )
        if swapped.changed:
            _swap(folder, files, programs)
    return swapped


def _before(folder: Path) -> _Before:
    if lies_with_a_daemon(folder.parent.resolve() / folder.name):
        raise _refused(folder, "a cron daemon may run what lies there", "name another folder")
    try:
        kind = folder.lstat().st_mode
    except FileNotFoundError:
        return _Before()
    if not stat.S_ISDIR(kind):
        raise _refused(folder, "it is not a folder", "name another one")
    if Path.cwd().is_relative_to(folder.resolve()):
        why = "it is the folder that you are in, and another takes its place"
        raise _refused(folder, why, "name a folder below it, or call it from beside it")
    found = {str(each.relative_to(folder)) for each in folder.rglob("*") if not _is_folder(each)}
    if not found and not any(folder.iterdir()):
        return _Before()
    manifest = _manifest(folder)
    if manifest is None:
        raise SafetyError(
            what=f"{folder} is not empty and not an export",
            why=f"it has no {MANIFEST} of {SCHEMA}",
            fix=_ANOTHER,
        )
    ours = frozenset(map(str, manifest["files"]))
    if others := sorted(found - ours):
        raise SafetyError(
            what=f"{folder} has files that no export wrote",
            why=", ".join(others[:3]) + (f" and {len(others) - 3} more" if others[3:] else ""),
            fix="move them elsewhere: the whole folder is written anew",
        )
    return _Before(files=ours, stacks=tuple(each["name"] for each in manifest["stacks"]))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _manifest(folder: Path) -> dict[str, list[dict[str, str]]] | None:
    """The manifest of an export of ours; None where there is none."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
        if found["schema"] != SCHEMA:
            return None
        _ = [each["name"] for each in found["stacks"]], list(found["files"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    return dict(found)


def _has(folder: Path, files: Mapping[str, bytes]) -> bool:
    try:
        return all((folder / name).read_bytes() == data for name, data in files.items())
    except FileNotFoundError:
        return False


def _swap(folder: Path, files: Mapping[str, bytes], programs: Collection[str]) -> None:
    disk, parent = Disk(), folder.parent
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
    try:
        new = beside / "new"
        _write(new, files, programs)
        old = beside / "old"
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except BaseException:  # ^C as well
            if old.exists():
                old.rename(folder)
            raise
        disk.sync_folder(parent)
    finally:
        # what could not be put back is left where it is
        if folder.exists() or not (beside / "old").exists():
            with contextlib.suppress(OSError):
                shutil.rmtree(beside)


def _write(new: Path, files: Mapping[str, bytes], programs: Collection[str]) -> None:
    new.mkdir()
    for name, data in files.items():
        path = new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        if name in programs:
            path.chmod(path.stat().st_mode | (path.stat().st_mode & 0o444) >> 2)


@contextlib.contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    """What the disk says no to, as UsageError."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise _refused(folder, why, "name a folder that you can write to") from error


def _refused(folder: Path, why: str, fix: str) -> UsageError:
    return UsageError(what=f"cannot write {folder}", why=why, fix=fix)
