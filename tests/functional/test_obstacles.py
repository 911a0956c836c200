"""What would keep a file from being replaced is told beforehand; the real thing where it can be."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cron2aws.errors import SafetyError
from cron2aws.hosts.disk import Disk, mount_points
from cron2aws.hosts.obstacles import check_replaceable, check_writable
from tests.oracle.real_cron import need_real_cron

MOUNTS = """
import subprocess, sys
from pathlib import Path
from cron2aws.errors import SafetyError
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.obstacles import check_replaceable, check_writable
folder = Path(sys.argv[1])
tab, how = folder / "a b" / "crontab", sys.argv[2]
def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)
mount("--make-rprivate", "/")
if how == "file":
    (folder / "other").write_bytes(b"x")
    mount("--bind", folder / "other", tab)
if how in ("folder", "read-only"):
    mount("--bind", tab.parent, tab.parent)
if how == "read-only":
    mount("-o", "remount,bind,ro", tab.parent)
if how == "full":
    mount("-t", "tmpfs", "-o", "size=8k", "tmpfs", tab.parent)
    tab.touch()
if how == "many":
    mount("-t", "tmpfs", "-o", "nr_inodes=2", "tmpfs", tab.parent)
    tab.touch()
try:
    check_replaceable(tab, 100, Disk())
    try:
        new = tab.with_name("new")
        new.write_bytes(b"x" * 20_000)
        new.rename(tab)
        print("replaced")
    except OSError as error:
        print("untold", error)
except SafetyError as told:
    print(told.why)
"""


BOUND = "another file is mounted over it (a bind mount), so no new one can take its place"


@pytest.fixture
def tab(tmp_path: Path) -> Path:
    path = tmp_path / "a b" / "crontab"
    path.parent.mkdir()
    path.touch()
    return path


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("nothing", "replaced"),
        ("folder", "replaced"),
        ("file", BOUND),
        ("read-only", "{} is on a read-only file system"),
        ("full", "the disk of {} is full: 8192 bytes are free"),
        ("many", "the disk of {} takes no more files (no inode is free)"),
    ],
)  # fmt: skip
def test_real_mounts(tab: Path, how: str, told: str) -> None:
    need_real_cron()  # what it needs this needs, too: root, and a namespace of its own
    ran = subprocess.run(
        ["unshare", "--mount", sys.executable, "-c", MOUNTS, tab.parents[1], how],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == told.format(tab.parent)


class Flagged(Disk):
    def __init__(self, path: Path, flags: int) -> None:
        self._flagged = {path: flags}

    def flags(self, path: Path) -> int:
        return self._flagged.get(path, super().flags(path))


@pytest.mark.parametrize(
    ("which", "flags", "told"),
    [
        ("crontab", 0x10, "it is immutable"),
        ("crontab", 0x20, "it is append-only"),
        ("", 0x10, "a b is immutable"),
        ("", 0x20, "a b is append-only"),
        ("", 0x10 | 0x80000, "immutable"),
    ],
)
def test_flags(tab: Path, which: str, flags: int, told: str) -> None:
    path = tab.parent / which
    with pytest.raises(SafetyError, match=told) as refused:
        check_replaceable(tab, 1, Flagged(path, flags))
    assert f"{path}` first" in (refused.value.fix or "")


def test_flags_that_are_no_obstacle(tab: Path) -> None:
    """Extents, and what lsattr shows else."""
    check_replaceable(tab, 1, Flagged(tab, 0x80000 | 0x8 | 0x40))
    assert Disk().flags(tab) & 0x30 == 0
    assert Disk().flags(tab.with_name("nowhere")) == 0
    assert Disk().flags(Path("/dev/null")) == 0


def test_a_real_flag(tab: Path) -> None:
    """Where the file system takes it: not in every container."""
    if subprocess.run(["chattr", "+i", tab], capture_output=True, check=False).returncode:
        assert Disk().flags(tab) & 0x10 == 0
        return
    try:
        with pytest.raises(SafetyError, match="it is immutable"):
            check_replaceable(tab, 1, Disk())
    finally:
        subprocess.run(["chattr", "-i", tab], check=True)


@pytest.mark.parametrize("name", ["x" * 250, "\u00e9" * 125])
def test_a_name_beside_which_none_fits(tab: Path, name: str) -> None:
    path = tab.rename(tab.with_name(name))
    with pytest.raises(SafetyError, match="name is so long"):
        check_replaceable(path, 1, Disk())
    check_replaceable(path.rename(tab.with_name("x" * 220)), 1, Disk())


def test_folders_that_are_not_there_yet(tmp_path: Path) -> None:
    check_writable(tmp_path / "a/b/c", 1, Disk())
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a").touch()
    with pytest.raises(SafetyError, match="a is not a folder"):
        check_writable(tmp_path / "a/b/c", 1, Disk())


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone may become another user")
def test_a_folder_of_roots() -> None:
    with tempfile.TemporaryDirectory() as name:
        tab = Path(name) / "crontab"
        tab.touch()
        tab.parent.chmod(0o755)
        child = os.fork()
        if child == 0:
            os.setuid(12)
            try:
                check_replaceable(tab, 1, Disk())
            except SafetyError as refused:
                os._exit(0 if "this user may not" in str(refused) else 2)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_mount_points_are_unescaped() -> None:
    text = rb"""22 28 0:21 / /sys rw,nosuid - sysfs sysfs rw
30 28 8:1 /x /a\040b/c\134d rw shared:1 - ext4 /dev/sda1 rw
short
"""
    assert mount_points(text) == {b"/sys", rb"/a b/c\d"}
