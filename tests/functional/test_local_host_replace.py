"""Replacing a crontab: all or nothing, only if unchanged, with a backup; any step may fail."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cron2aws.errors import SafetyError
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.replace import Replacement, look

OLD, NEW = b"1 * * * * x\r\n2 * * * * \xe4", b"# 1 * * * * x\r\n2 * * * * \xe4"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def tab(tmp_path: Path) -> Path:
    path = tmp_path / "spool" / "me"
    path.parent.mkdir()
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


def replace_tab(
    tab: Path, *, sha256: str = "", backups: Path | None = None, disk: Disk | None = None
) -> None:
    disk = disk or Disk()
    seen = look(tab, sha256 or digest(OLD), disk)
    backups = backups or tab.parents[1] / "backups"
    new = Replacement(tab, NEW, seen=seen, backups=backups, disk=disk)
    new.put()
    new.sync()


def backup_of(tab: Path) -> Path:
    (backup,) = (tab.parents[1] / "backups").iterdir()
    return backup


def test_the_bytes_are_new_and_the_old_ones_are_kept(tab: Path) -> None:
    replace_tab(tab)
    backup = backup_of(tab)
    assert tab.read_bytes() == NEW
    assert backup.read_bytes() == OLD
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700
    assert [path.name for path in tab.parent.iterdir()] == ["me"]


def test_mode_owner_and_group_are_kept(tab: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tab, 12, 34)
        tab.chmod(0o4604)
    before = tab.stat()
    replace_tab(tab)
    after = tab.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    assert after.st_ino != before.st_ino


def test_extended_attributes_are_kept(tab: Path) -> None:
    try:
        os.setxattr(tab, "user.note", b"kept")
    except OSError:  # a disk without them has none to lose
        assert os.listxattr(tab) == []
    before = {name: os.getxattr(tab, name) for name in os.listxattr(tab)}
    replace_tab(tab)
    assert {name: os.getxattr(tab, name) for name in os.listxattr(tab)} == before


@pytest.mark.parametrize("age", [0, 1, -1, 86_400, -86_400])
def test_the_modification_time_is_another_second(tab: Path, age: int) -> None:
    """Daemons compare whole seconds, and pass over a file whose time is the old one."""
    now = int(tab.stat().st_mtime)
    os.utime(tab, (now - age, now - age))
    replace_tab(tab)
    assert int(tab.stat().st_mtime) != now - age
    assert abs(tab.stat().st_mtime - now) < 600


def test_the_modification_time_is_the_one_of_the_renaming(tab: Path) -> None:
    """It was prepared long before: a daemon passes over a file older than what it has read."""
    disk = Disk()
    seen = look(tab, digest(OLD), disk)
    new = Replacement(tab, NEW, seen=seen, backups=tab.parents[1] / "backups", disk=disk)
    now = datetime(2026, 11, 23, 9, 0, 5, 250_000, UTC)
    new.put(now)
    assert tab.stat().st_mtime == now.timestamp()


def test_the_same_bytes_are_backed_up_once(tab: Path) -> None:
    replace_tab(tab)
    first = backup_of(tab)
    tab.write_bytes(OLD)
    replace_tab(tab)
    assert backup_of(tab) == first


def test_a_backup_is_never_overwritten_with_other_bytes(tab: Path) -> None:
    replace_tab(tab)
    backup_of(tab).write_bytes(b"something else")
    tab.write_bytes(OLD)
    with pytest.raises(SafetyError, match="File exists"):
        replace_tab(tab)
    assert tab.read_bytes() == OLD


def test_a_changed_file_is_refused(tab: Path) -> None:
    with pytest.raises(SafetyError, match="has changed since it was read"):
        replace_tab(tab, sha256=digest(b"other"))
    assert tab.read_bytes() == OLD


def test_links_are_refused(tab: Path) -> None:
    link = tab.with_name("link")
    link.symlink_to(tab)
    with pytest.raises(SafetyError, match="symbolic link"):
        replace_tab(link)
    hard = tab.with_name("hard")
    hard.hardlink_to(tab)
    with pytest.raises(SafetyError, match="2 names"):
        replace_tab(tab)
    assert tab.read_bytes() == OLD


def test_a_missing_file_is_refused(tab: Path) -> None:
    tab.unlink()
    with pytest.raises(SafetyError, match="No such file"):
        replace_tab(tab)


@pytest.mark.parametrize("folder", ["etc/cron.d", "var/spool/cron/old", "etc/cron.daily/x"])
def test_backups_stay_out_of_the_daemons_folders(tab: Path, folder: str) -> None:
    with pytest.raises(SafetyError, match="cannot hold backups"):
        replace_tab(tab, backups=tab.parents[1] / folder)
    assert tab.read_bytes() == OLD


def test_a_left_over_temporary_file_does_not_matter(tab: Path) -> None:
    left_over = tab.with_name(f".me.cron2aws-{os.getpid()}")
    left_over.write_bytes(b"half a")
    replace_tab(tab)
    assert tab.read_bytes() == NEW
    assert not left_over.exists()


class FailingDisk(Disk):
    """The machine's disk, which fails at the n-th step, or does something there."""

    def __init__(self, at: int, act: Callable[[], None]) -> None:
        self.steps: list[str] = []
        self._at = at
        self._act = act

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or name in {"steps", "remove"} or not callable(found):
            return found

        def step(*arguments: Any) -> Any:
            self.steps.append(name)
            if len(self.steps) == self._at:
                self._act()
            return found(*arguments)

        return step


def full_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def interrupted() -> None:
    raise KeyboardInterrupt


def test_the_steps_are_known(tab: Path) -> None:
    disk = FailingDisk(0, full_disk)
    replace_tab(tab, disk=disk)
    assert [step for step in disk.steps if step != "set_time"] == [
        "status",
        "read",
        "make_folder",
        "create",
        "sync_folder",
        "create",
        "give_attributes",
        "status",
        "status",
        "read",
        "rename",
        "sync_folder",
    ]


@pytest.mark.parametrize("at", range(1, 12))
@pytest.mark.parametrize("failure", [full_disk, interrupted])
def test_a_failure_at_any_step_before_the_end_changes_nothing(
    tab: Path, at: int, failure: Callable[[], None]
) -> None:
    os.utime(tab, (1, 1))
    before = tab.stat()
    error = SafetyError if failure is full_disk else KeyboardInterrupt
    with pytest.raises(error):
        replace_tab(tab, disk=FailingDisk(at, failure))
    assert tab.read_bytes() == OLD
    assert tab.stat().st_mtime == before.st_mtime
    assert [path.name for path in tab.parent.iterdir()] == ["me"]


@pytest.mark.parametrize("at", range(3, 11))
def test_a_change_meanwhile_is_found(tab: Path, at: int) -> None:
    """Up to the last look, right before the rename."""

    def change() -> None:
        tab.write_bytes(b"by somebody else\n")

    disk = FailingDisk(at, change)
    with pytest.raises(SafetyError, match=r"changed|changing"):
        replace_tab(tab, disk=disk)
    assert tab.read_bytes() == b"by somebody else\n"
    assert [path.name for path in tab.parent.iterdir()] == ["me"]


def test_another_file_with_the_same_bytes_is_a_change(tab: Path) -> None:
    def swap() -> None:
        other = tab.with_name("other")
        other.write_bytes(OLD)
        other.chmod(0o600)
        other.rename(tab)

    with pytest.raises(SafetyError, match="somebody else is changing it"):
        replace_tab(tab, disk=FailingDisk(7, swap))
    assert stat.S_IMODE(tab.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_synced_is_no_failure(tab: Path) -> None:
    Disk().sync_folder(tab.with_name("none"))
