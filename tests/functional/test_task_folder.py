"""A task's folder on a host: the history and the kept line, private, whole, and never a link."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cron2aws.errors import SafetyError
from cron2aws.handover.history import Has, History, Kept, Since, TaskFolder, read_stamp, stamp

NAME = "cron2aws-web-report-8dc0222b8dc0222b"


def minute(number: int) -> datetime:
    return datetime(2026, 12, 1, 3, number, tzinfo=UTC)


LOOKED = minute(30)


def since(number: int, has: str) -> Since:
    return Since(minute=minute(number), has=Has(has))


def noted(task: TaskFolder, *lines: Since) -> None:
    task.note(*lines, looked=LOOKED)


def lines_of(task: TaskFolder) -> tuple[Since, ...]:
    return task.history().lines


@pytest.fixture(params=[0, 0o077, 0o777], autouse=True)
def mask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    root.mkdir(0o755)
    root.chmod(0o755)
    return root


@pytest.fixture
def task(root: Path) -> TaskFolder:
    return TaskFolder(NAME, root)


def test_lines_are_added_and_read_in_their_order(task: TaskFolder) -> None:
    assert task.history() == History()
    task.note(since(9, "task"), looked=minute(10))
    task.note(since(9, "cron"), since(10, "stopped"), looked=minute(11))
    task.note(since(11, "absent"), since(12, "unknown"), looked=minute(12))
    text = (task.path / "history").read_text()
    told = ("03:09Z task", "03:09Z cron", "03:10Z stopped", "03:11Z absent", "03:12Z unknown")
    assert text == "".join(f"from 2026-12-01T{each}\n" for each in told)
    assert task.history() == History(
        lines=(
            *(since(9, "task"), since(9, "cron"), since(10, "stopped")),
            *(since(11, "absent"), since(12, "unknown")),
        ),
        looked=minute(12),
    )
    task.note(looked=minute(13))
    assert (task.path / "history").read_text() == text
    assert task.history().looked == minute(13)


def test_everything_is_its_owners_alone(task: TaskFolder, root: Path) -> None:
    noted(task, since(1, "task"))
    task.keep(Kept(source="/etc/crontab", mark="# m | ", line=b"x"))
    assert {path.name for path in task.path.iterdir()} == {"history", "line"}
    for path in (task.path, *task.path.iterdir(), task.path.parent):
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path
    assert task.path == root / "var/lib/cron2aws" / NAME


def test_what_others_could_read_is_closed(task: TaskFolder) -> None:
    noted(task, since(1, "task"))
    task.path.chmod(0o755)
    (task.path / "history").chmod(0o644)
    noted(task, since(2, "cron"))
    assert stat.S_IMODE(task.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((task.path / "history").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("torn", "lines"),
    [
        ("from 2026-12-01T03:01Z task\nfrom 2026-12", [(1, "task")]),
        ("from 2026-12-01T03:01Z task", [(1, "task")]),
        ("from 2026-12-01T03:01Z task\r\nfrom 2026-12-01T03:61Z task\nfrom x cron\n \n", []),
        ("\0\0\0\0", []),
        ("from 2026-12-01T03:01Z tasks\n from 2026-12-01T03:01Z task\n", []),
    ],
)
def test_a_torn_line_spoils_no_other(
    task: TaskFolder, torn: str, lines: list[tuple[int, str]]
) -> None:
    noted(task)
    (task.path / "history").write_text(torn)
    noted(task, since(9, "cron"))
    assert lines_of(task) == (*(since(*each) for each in lines), since(9, "cron"))


def test_a_kept_line_comes_back_byte_by_byte(task: TaskFolder) -> None:
    assert task.kept() is None
    for line in (b"  0 3 * * *\troot x\xe4\r", b"", b"\0"):
        kept = Kept(source="/etc/caf\udce9", mark=" # cron2aws:8d | ", line=line)
        task.keep(kept)
        assert task.kept() == kept
    assert set(json.loads((task.path / "line").read_text())) == {"source", "mark", "line"}
    noted(task, since(1, "task"))
    task.forget()
    assert task.kept() is None
    assert lines_of(task) == (since(1, "task"),)
    task.forget()


def test_nothing_to_forget(task: TaskFolder) -> None:
    task.forget()
    assert not task.path.exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"source": 1, "mark": "", "line": ""}',
             '{"source": "", "mark": "", "line": "%"}']
)  # fmt: skip
def test_what_is_no_kept_line(task: TaskFolder, text: str) -> None:
    noted(task, since(1, "task"))
    (task.path / "line").write_text(text)
    assert task.kept() is None


def test_links_and_what_is_no_file_are_errors(task: TaskFolder, root: Path) -> None:
    noted(task, since(1, "task"))
    history = task.path / "history"
    real = root / "real"
    history.rename(real)
    before = real.read_bytes()
    makes: tuple[Callable[[], None], ...] = (
        lambda: history.symlink_to(real),
        lambda: history.hardlink_to(real),
        lambda: os.mkfifo(history),
        history.mkdir,
    )
    for make in makes:
        make()
        for call in (task.history, lambda: noted(task, since(2, "cron"))):
            with pytest.raises(OSError, match=r"regular file|symbolic|directory|address"):
                call()
        history.rmdir() if history.is_dir() else history.unlink()
    assert real.read_bytes() == before
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_a_folder_that_is_a_link_is_an_error(task: TaskFolder, root: Path) -> None:
    other = root / "other"
    other.mkdir(0o755)
    task.path.parent.mkdir(parents=True, mode=0o700)
    for above in (task.path.parent, *task.path.parent.parents):
        if above != root.parent and root in (above, *above.parents):
            above.chmod(0o700)
    task.path.symlink_to(other)
    with pytest.raises(NotADirectoryError):
        noted(task, since(1, "task"))
    with pytest.raises(NotADirectoryError):
        task.history()
    assert list(other.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_strangers_history_is_an_error(task: TaskFolder) -> None:
    noted(task, since(1, "task"))
    os.chown(task.path / "history", 12, 12)
    with pytest.raises(PermissionError, match="not a regular file of this user"):
        task.history()


@pytest.mark.parametrize(
    "name", ["", "..", "a/b", "a.b", "lock", "journal", "backups", "bugs", "x" * 61]
)
def test_a_name_that_no_task_has(name: str, root: Path) -> None:
    with pytest.raises(SafetyError, match="cannot be the name of a task's folder"):
        TaskFolder(name, root)


class TestCheck:
    """What `note` would refuse is told before, and nothing is written."""

    def test_it_writes_nothing(self, task: TaskFolder, root: Path) -> None:
        task.check()
        assert list(root.iterdir()) == []

    def test_a_link_is_told(self, task: TaskFolder) -> None:
        noted(task, since(1, "task"))
        (task.path / "history").rename(task.path / "other")
        (task.path / "history").symlink_to("other")
        with pytest.raises(OSError, match="symbolic"):
            task.check()

    def test_a_file_in_the_way_is_told(self, task: TaskFolder, root: Path) -> None:
        (root / "var").touch()
        (root / "var").chmod(0o644)
        with pytest.raises(OSError, match=r"Permission|directory"):
            task.check()


def test_it_is_on_the_disk_when_note_returns(
    task: TaskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the file, still under its other name; then both names."""
    noted(task, since(1, "task"))
    synced: list[int] = []
    files: list[tuple[bytes, float, bytes]] = []

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        if (new := task.path / "history.new").exists():
            status = new.stat()
            files.append((new.read_bytes(), status.st_mtime, (task.path / "history").read_bytes()))
            assert status.st_ino == synced[-1]

    monkeypatch.setattr(os, "fsync", fsync)
    task.note(since(2, "cron"), looked=minute(31))
    first, second = b"from 2026-12-01T03:01Z task\n", b"from 2026-12-01T03:02Z cron\n"
    assert files == [(first + second, minute(31).timestamp(), first)]
    paths = (task.path / "history", task.path, task.path.parent)
    assert synced == [path.stat().st_ino for path in paths]


def test_what_a_kill_left_does_not_matter(task: TaskFolder) -> None:
    noted(task, since(1, "task"))
    (task.path / "history.new").write_text("half a")
    noted(task, since(2, "cron"))
    assert lines_of(task) == (since(1, "task"), since(2, "cron"))
    assert [path.name for path in task.path.iterdir()] == ["history"]


def test_a_history_that_is_too_long_is_an_error_and_stays(task: TaskFolder) -> None:
    noted(task, since(1, "task"))
    (task.path / "history").write_bytes(b"#" * (1 << 20))
    with pytest.raises(OSError, match="more than 1048576 bytes"):
        noted(task, since(2, "cron"))
    assert (task.path / "history").stat().st_size == 1 << 20


class TestTheLock:
    """One looks at a time; `flock(1)` on the folder, as the runner does it."""

    @staticmethod
    def flock(task: TaskFolder) -> int:
        return subprocess.run(
            ["flock", "-n", task.path, "true"], check=False, timeout=60
        ).returncode  # fmt: skip

    def test_it_keeps_runners_out_and_goes_with_the_block(self, task: TaskFolder) -> None:
        with task.held(lambda: False):
            assert self.flock(task) == 1
            with pytest.raises(TimeoutError), task.held(lambda: False):
                pass
        assert self.flock(task) == 0

    def test_it_waits_as_long_as_it_is_told(self, task: TaskFolder) -> None:
        noted(task)
        descriptor = os.open(task.path, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        asked: list[int] = []

        def wait() -> bool:
            asked.append(1)
            if len(asked) == 3:
                os.close(descriptor)
            return True

        with task.held(wait):
            assert len(asked) == 3

    def test_a_file_in_the_way_is_an_error(self, task: TaskFolder) -> None:
        noted(task)
        task.path.rename(task.path.with_name("other"))
        task.path.touch()
        with pytest.raises(NotADirectoryError), task.held(lambda: False):
            pass


FILLS_UP = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from cron2aws.handover.history import Has, Kept, Since, TaskFolder
task = TaskFolder("t", Path(sys.argv[1]))
minute = datetime(2026, 12, 1, 3, 1, tzinfo=UTC)
line = Since(minute=minute, has=Has.TASK)
task.note(line, looked=minute)
task.keep(Kept(source="s", mark="m", line=b"x"))
# as on a disk that is nearly full: the kernel takes 5 bytes, and then no more
resource.setrlimit(resource.RLIMIT_FSIZE, ((task.path / "history").stat().st_size + 5,) * 2)
long = Kept(source="s" * 99, mark="", line=b"")
for call in (lambda: task.note(line, looked=minute), lambda: task.keep(long)):
    try:
        call()
    except OSError as error:
        print(error.strerror)
"""


def test_half_a_line_is_an_error_and_does_not_stay(root: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FILLS_UP, root], capture_output=True, check=True, text=True
    )
    assert ran.stdout == f"{os.strerror(errno.EFBIG)}\n" * 2
    task = TaskFolder("t", root)
    assert (task.path / "history").read_text() == "from 2026-12-01T03:01Z task\n"
    assert task.kept() == Kept(source="s", mark="m", line=b"x")
    assert {path.name for path in task.path.iterdir()} == {"history", "line"}


def test_a_stamp_is_a_full_minute_in_utc() -> None:
    assert stamp(minute(7)) == "2026-12-01T03:07Z"
    assert read_stamp("2026-12-01T03:07Z") == minute(7)
    for text in ("2026-12-01T03:07", "2026-13-01T03:07Z", "-", "2026-12-01T03:07:00Z", "x"):
        assert read_stamp(text) is None
