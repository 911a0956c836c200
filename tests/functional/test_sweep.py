"""What a killed replacement leaves is removed at the next start, and nothing else ever is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cron2aws.hosts.sweep import sweep, temporary_name

OLD = b"0 3 * * * root x\n"
REPLACES = """
import hashlib, signal, sys
from pathlib import Path
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.replace import Replacement, look

def stop():
    print("here", flush=True)
    signal.pause()

class Stopping(Disk):
    def create(self, path, data):
        super().create(path, data)
        if sys.argv[2] == "create" and path.name.startswith("."):
            stop()
    def give_attributes(self, path, like, status):
        super().give_attributes(path, like, status)
        if sys.argv[2] == "give_attributes":
            stop()
    def rename(self, path, to):
        if sys.argv[2] == "rename":
            stop()
        super().rename(path, to)
    def sync_folder(self, path):
        if sys.argv[2] == "renamed" and path == tab.parent:
            stop()

tab = Path(sys.argv[1])
digest = hashlib.sha256(tab.read_bytes()).hexdigest()
disk = Stopping()
seen = look(tab, digest, disk)
new = Replacement(tab, b"# new\\n", seen=seen, backups=tab.parent / "b", disk=disk)
new.put()
new.sync()
"""


@pytest.fixture
def tab(tmp_path: Path) -> Path:
    folder = tmp_path / "cron.d"
    folder.mkdir()
    path = folder / "crontab"
    path.write_bytes(OLD)
    return path


def stopped(tab: Path, step: str) -> subprocess.Popen[bytes]:
    """A replacement that has come so far; its command line is that of a cron2aws."""
    child = subprocess.Popen(
        [sys.executable, "-c", REPLACES, tab, step, "cron2aws"], stdout=subprocess.PIPE
    )
    assert child.stdout
    assert child.stdout.readline() == b"here\n"
    return child


def kill(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert child.returncode == -signal.SIGKILL


def temporaries(tab: Path) -> list[str]:
    return sorted(path.name for path in tab.parent.iterdir() if path.name.startswith("."))


@pytest.mark.parametrize(
    ("step", "now"),
    [("create", OLD), ("give_attributes", OLD), ("rename", OLD), ("renamed", b"# new\n")],
)
@pytest.mark.parametrize("owner", [os.geteuid(), 12])
def test_killed_in_the_replacement(tab: Path, step: str, now: bytes, owner: int) -> None:
    if os.geteuid() == 0:
        os.chown(tab, owner, owner)
    child = stopped(tab, step)
    left = [f".crontab.cron2aws-{child.pid}"] * (step != "renamed")
    assert sweep([tab.parent]) == ()  # it still goes on
    assert temporaries(tab) == left
    kill(child)
    assert temporaries(tab) == left
    assert [path.name for path in sweep([tab.parent, tab.parent])] == left
    assert temporaries(tab) == []
    assert tab.read_bytes() == now


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen(["/bin/true"]) as child:
        pass
    return child.pid


@pytest.fixture
def other() -> Iterator[int]:
    """The number of a process that is no cron2aws."""
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE) as child:
        yield child.pid


def test_a_number_that_another_program_has_now(tab: Path, other: int) -> None:
    left = tab.with_name(f".crontab.cron2aws-{other}")
    left.touch()
    assert sweep([tab.parent]) == (left,)


def test_nothing_else_is_ever_removed(tab: Path, tmp_path: Path, dead: int) -> None:
    names = (
        "crontab.cron2aws-{}", ".crontab.cron2aws-{}.bak", ".crontab.cron2aws-{}~",
        ".crontab.cron2aws-0{}", ".crontab.cron2aws-", ".crontab.cron2aws-x{}",
        ".crontab.cron2aws", ".cron2aws-{}", "..cron2aws-{}", ".crontab-{}", ".crontab.CRON2AWS-{}",
    )  # fmt: skip
    for name in names:
        tab.with_name(name.format(dead)).touch()
    (tmp_path / "elsewhere").touch()
    tab.with_name(f".link.cron2aws-{dead}").symlink_to(tmp_path / "elsewhere")
    tab.with_name(f".folder.cron2aws-{dead}").mkdir()
    os.mkfifo(tab.with_name(f".fifo.cron2aws-{dead}"))
    os.link(tmp_path / "elsewhere", tab.with_name(f".hard.cron2aws-{dead}"))
    (tab.parent / "below").mkdir()
    (tab.parent / "below" / f".crontab.cron2aws-{dead}").touch()
    temporary_name(tab).touch()  # our own
    before = sorted(tab.parent.rglob("*"))
    assert sweep([tab.parent, tmp_path / "nowhere"]) == ()
    assert sorted(tab.parent.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_strangers_file_stays(tab: Path, dead: int) -> None:
    left = tab.with_name(f".crontab.cron2aws-{dead}")
    left.touch()
    os.chown(left, 12, 12)
    assert sweep([tab.parent]) == ()
    os.chown(tab, 12, 12)
    assert sweep([tab.parent]) == (left,)
