"""What an edit of this host's crontabs is refused for: file, disk, daemon, history, clock."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

from cron2aws.aws.skew import Ahead
from cron2aws.crontab.mark import Mark
from cron2aws.handover.edit import Editor, digest
from cron2aws.handover.history import Kept, TaskFolder
from cron2aws.handover.lock import one_at_a_time
from cron2aws.handover.patch import patch_of
from cron2aws.handover.preflight import check_clock
from cron2aws.handover.record import FileEdit, Way
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.obstacles import APPEND_ONLY, IMMUTABLE, check_replaceable, check_writable
from cron2aws.hosts.private import make_private_folder
from cron2aws.hosts.tick import CronDaemon
from cron2aws.task.documents import with_values
from tests.golden.hosts import NOW
from tests.played_host import PlayedHost, each_minute

NOISE = b"".join(hashlib.sha256(bytes([n, m])).digest() for n in range(50) for m in range(40))
"""Bytes that no compression makes less of."""
MARK = Mark(id="ea68b89a", account="123456789012", region="eu-central-1", stack="cron2aws-web-x")
GOOD = b"0 3 * * * root backup\n"


class TellingDisk(Disk):
    """A disk that tells of what chattr, mount and df would show."""

    def __init__(self, *, flags: int = 0, on: str = "", mounted: bool = False, **room: int) -> None:
        self._flags = flags
        self._on = on
        self._mounted = mounted
        self._room = room

    def flags(self, path: Path) -> int:
        return self._flags if path.name == self._on else 0

    def is_mounted(self, path: Path) -> bool:
        return self._mounted and path.name == "jobs"

    def mount_point(self, path: Path) -> Path:
        return path

    def room(self, path: Path) -> os.statvfs_result:
        del path
        values = {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": 9999, "f_bfree": 999}
        values |= {"f_bavail": 999, "f_files": 99, "f_ffree": 9, "f_favail": 9}
        values |= {"f_flag": 0, "f_namemax": 255} | self._room
        return os.statvfs_result(values.values())


def _tab(folder: Path, name: str = "jobs") -> Path:
    (folder / name).write_bytes(GOOD)
    return folder / name


def _obstacle(**disk: object) -> Callable[[Path], object]:
    def check(folder: Path) -> None:
        (folder / "cron.d").mkdir()
        telling = TellingDisk(**disk)  # type: ignore[arg-type]
        check_replaceable(_tab(folder / "cron.d"), len(GOOD), telling)

    return check


def _long_name(folder: Path) -> None:
    check_replaceable(_tab(folder, "x" * 250), 1, Disk())


def _host(folder: Path, **changes: str) -> PlayedHost:
    played = PlayedHost(folder, 20, each_minute())
    for name, value in changes.items():
        setattr(played, name, value)
    played.play()
    return played


def _looked(**changes: str) -> Callable[[Path], object]:
    def look(folder: Path) -> object:
        played = _host(folder, **changes)
        return CronDaemon(played, played.root).wait()

    return look


def _does_not_tick(folder: Path) -> object:
    played = PlayedHost(folder, 20, lambda _: 0)
    return CronDaemon(played, played.root).wait()


def _does_not_rest(folder: Path) -> object:
    played = _host(folder)
    played.acts[60] = partial(setattr, played, "state", "D")
    return CronDaemon(played, played.root).wait()


def _always_new(folder: Path) -> object:
    played = _host(folder)
    for second in (61, 121, 181):
        played.acts[second] = partial(setattr, played, "began", str(second))
    return CronDaemon(played, played.root).wait()


class SlowFolder(TaskFolder):
    """Its disk takes 50 seconds for a line."""

    host: PlayedHost

    def keep(self, line: Kept) -> None:
        self.host.time += timedelta(seconds=50)
        super().keep(line)


def _edit(folder: Path, task: TaskFolder) -> None:
    tab = _tab(folder)
    played = PlayedHost(folder, 20, each_minute())
    SlowFolder.host = played
    editor = Editor(Way.OUT, played, daemon=CronDaemon(played, folder), backups=folder / "backups")
    edit = FileEdit(
        path="/etc/cron.d/jobs",
        location=tab,
        sha256=digest(GOOD),
        ids=frozenset({MARK.id}),
        make=lambda before, _: MARK.format().encode() + before,
        tasks={MARK.id: task},
    )
    (done,) = editor.carry_out([edit])
    if done.error:
        raise done.error


def _no_history(folder: Path) -> None:
    (folder / "var").write_bytes(b"")
    _edit(folder, TaskFolder("cron2aws-web-job", folder))


def _a_runner_looks(folder: Path) -> None:
    task = TaskFolder("cron2aws-web-job", folder)
    make_private_folder(task.path)
    looks = os.open(task.path, os.O_RDONLY)
    fcntl.flock(looks, fcntl.LOCK_EX)
    try:
        _edit(folder, task)
    finally:
        os.close(looks)


def _held(folder: Path) -> None:
    facts = {"pid": 4711, "command": "migrate", "since": "2026-11-23T10:07:05Z"}
    (folder / "lock").write_text(json.dumps(facts))
    with (folder / "lock").open() as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with one_at_a_time(folder, "rollback", NOW):
            pass


def _no_lock(folder: Path) -> None:
    (folder / "state").write_bytes(b"")
    with one_at_a_time(folder / "state", "migrate", NOW):
        pass


def _patch(after: bytes) -> Callable[[Path], object]:
    """The patch of an edit that leaves this."""

    def make(_: Path) -> object:
        edit = FileEdit(
            path="/etc/cron.d/jobs",
            location=Path("/etc/cron.d/jobs"),
            sha256=digest(GOOD),
            ids=frozenset({MARK.id}),
            make=lambda *_: after,
        )
        return patch_of([(edit, GOOD)], Way.OUT)

    return make


OF_EDITS: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        "an immutable crontab": _obstacle(flags=IMMUTABLE, on="jobs"),
        "an immutable folder": _obstacle(flags=IMMUTABLE, on="cron.d"),
        "an append-only crontab": _obstacle(flags=APPEND_ONLY, on="jobs"),
        "a bind-mounted crontab": _obstacle(mounted=True),
        "a read-only file system": _obstacle(f_flag=os.ST_RDONLY),
        "a full disk": _obstacle(f_bfree=9, f_bavail=9),
        "a disk without inodes": _obstacle(f_ffree=0, f_favail=0),
        "a name that is too long": _long_name,
        "backups on a full disk": lambda folder: check_writable(
            folder / "state/backups", 1, TellingDisk(f_bfree=9, f_bavail=9)
        ),
        "no cron daemon": _looked(name="crown"),
        "a stopped cron daemon": _looked(state="T (stopped)"),
        "a cron daemon that does not wake": _does_not_tick,
        "a cron daemon that does not come to rest": _does_not_rest,
        "a cron daemon that is always new": _always_new,
        "a disk that is too slow": lambda folder: _edit(folder, SlowFolder("t", folder)),
        "a history that cannot be written": _no_history,
        "a runner that hangs": _a_runner_looks,
        "a folder that no task has": lambda _: TaskFolder("../x"),
        "another command is at it": _held,
        "the lock cannot be made": _no_lock,
        "an edit elsewhere is too long": _patch(GOOD + NOISE),
        "a bug: an edit elsewhere that rewrites a line": _patch(GOOD.upper()),
        "a bug: an edit elsewhere that puts a word in front": _patch(b"true " + GOOD),
        "a bug: a script without a parameter": lambda _: with_values("act=x\n", {"patch": ""}),
        "this host's clock is ahead": lambda _: check_clock(Ahead(least=119.2, most=120.4)),
    }
)
