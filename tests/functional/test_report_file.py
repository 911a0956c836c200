"""`--report-file`: all or nothing, for its owner alone, never in the place of something else."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cron2aws.app.report_file import write_report
from cron2aws.errors import UsageError
from tests.functional.cli import cron2aws
from tests.surroundings import cannot

SYSTEM = ("--dialect", "debian", "--timezone", "UTC", "--format-of", "system")
OLD, NEW = "the old report\n", "the new\nreport\n"


def write(path: Path, *sources: Path) -> None:
    write_report(path, ["the new\n", "report\n"], sources=sources)


def refused(path: Path, *sources: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        write(path, *sources)
    assert caught.value.what == f"cannot write {path}"
    assert caught.value.why
    assert caught.value.fix
    return caught.value


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """On a disk: below /dev, where the others' may lie, a link and a device mean something else."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder).resolve()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report"
    path.write_text(OLD)
    path.chmod(0o644)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("mask", [0, 0o022, 0o777])
@pytest.mark.parametrize("there", [True, False])
def test_mode_0600_whatever_the_umask_is(report: Path, there: bool, mask: int) -> None:
    if not there:
        report.unlink()
    before = os.umask(mask)
    try:
        write(report)
    finally:
        os.umask(before)
    assert report.read_text() == NEW
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert names(report.parent) == ["report"]


def test_it_is_private_before_anything_is_in_it(tmp_path: Path) -> None:
    seen: list[int] = []

    def chunks() -> Iterator[str]:
        yield "x" * 100_000
        seen.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir())

    write_report(tmp_path / "report", chunks(), sources=())
    assert seen == [0o600]


@pytest.mark.parametrize("error", [KeyError, OSError, KeyboardInterrupt])
def test_the_old_file_is_whole_until_the_new_one_is(
    report: Path, error: type[BaseException]
) -> None:
    def chunks() -> Iterator[str]:
        yield "x" * 100_000
        assert report.read_text() == OLD
        raise error

    with pytest.raises(error):
        write_report(report, chunks(), sources=())
    assert report.read_text() == OLD
    assert stat.S_IMODE(report.stat().st_mode) == 0o644
    assert names(report.parent) == ["report"]


def test_bytes_that_are_no_utf_8_are_shown(report: Path) -> None:
    write_report(report, ["caf\udce9"], sources=())
    assert report.read_bytes() == rb"caf\udce9"


def node(tmp_path: Path, number: int) -> Path:
    """/dev/null or /dev/full of our own, where that can be made and opened."""
    path = tmp_path / "node"
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, number))
        os.close(os.open(path, os.O_WRONLY))
    except PermissionError:
        cannot("NOT CHECKED WITH A DEVICE: not root, or a file system without devices")
    path.chmod(0o666)
    return path


def test_a_device_is_written_to_and_left_as_it_is(tmp_path: Path) -> None:
    null = node(tmp_path, 3)
    before = null.stat()
    write(null)
    after = null.stat()
    assert (after.st_mode, after.st_ino, after.st_rdev) == (
        before.st_mode,
        before.st_ino,
        before.st_rdev,
    )


def test_the_machines_own_dev_null() -> None:
    before = Path("/dev/null").stat().st_mode
    write(Path("/dev/null"))
    assert Path("/dev/null").stat().st_mode == before


def test_a_full_device_is_told(tmp_path: Path) -> None:
    assert refused(Path("/dev/full")).why == "No space left on device"
    assert refused(node(tmp_path, 7)).why == "No space left on device"


def test_a_fifo_is_written_to_and_left_as_it_is(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo, 0o666)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_text()))
    reader.start()
    write(fifo)
    reader.join()
    assert read == [NEW]
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert stat.S_IMODE(fifo.stat().st_mode) == 0o666 & ~0o022
    assert names(tmp_path) == ["fifo"]


CHILD = """
import sys
from pathlib import Path
from cron2aws.app.report_file import write_report
print("before")
write_report(Path(sys.argv[1]), ["the new\\n", "report\\n"], sources=())
"""


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("mode", ["wb", "ab"])
def test_standard_output_goes_on_where_it_is(report: Path, name: str, mode: str) -> None:
    with report.open(mode) as out:
        subprocess.run([sys.executable, "-c", CHILD, name], stdout=out, check=True)
    assert report.read_text() == (OLD if mode == "ab" else "") + "before\n" + NEW
    assert stat.S_IMODE(report.stat().st_mode) == 0o644


def test_standard_output_that_is_a_pipe() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, "/dev/stdout"], capture_output=True, check=True, text=True
    )
    assert ran.stdout == "before\n" + NEW


def test_a_descriptor_that_is_not_open() -> None:
    assert refused(Path("/dev/fd/999")).why == "Bad file descriptor"


def test_a_link_is_not_followed(report: Path) -> None:
    for target in ("report", "nowhere", "/dev/null"):
        link = report.with_name("link")
        link.symlink_to(target)
        assert refused(link).why == f"it is a symbolic link to {target}"
        assert str(link.readlink()) == target
        link.unlink()
    assert names(report.parent) == ["report"]
    assert report.read_text() == OLD


def test_a_link_of_the_kernels_folders_leads_to_no_file(report: Path) -> None:
    """Everybody can make one in /dev/shm."""
    link = Path("/dev/shm") / f"cron2aws-test-{os.getpid()}"
    link.symlink_to(report)
    try:
        assert refused(link).why == f"it is a symbolic link to {report}"
    finally:
        link.unlink()
    assert report.read_text() == OLD


def test_a_source_is_never_written_to(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hard = report.with_name("hard")
    os.link(report, hard)
    (report.parent / "folder").symlink_to(report.parent)
    monkeypatch.chdir(report.parent)
    for path in (report, hard, report.parent / "folder" / "report", Path("report")):
        assert refused(path, Path("other"), report).why == f"it is the source {report} itself"
    assert report.read_text() == OLD
    assert names(report.parent) == ["folder", "hard", "report"]


@pytest.mark.parametrize(
    "name",
    ["etc/crontab", "etc/cron.d/report", "etc/cron.daily/report", "var/spool/cron/crontabs/x"],
)
def test_nothing_goes_where_a_cron_daemon_reads(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / "way").symlink_to((tmp_path / name).parent)
    for path in (tmp_path / name, tmp_path / "way" / Path(name).name):
        if path.parent.name == "way" and name == "etc/crontab":
            continue  # /etc itself is not the daemon's
        assert refused(path).why == "a cron daemon may run what lies there"
    assert names((tmp_path / name).parent) == []


def test_a_folder_and_a_missing_one(tmp_path: Path) -> None:
    assert refused(tmp_path).why == "it is a folder"
    missing = refused(tmp_path / "no" / "report")
    assert (missing.why, missing.fix) == (
        "No such file or directory",
        "make the folder first, or name another file",
    )
    (tmp_path / "file").touch()
    assert refused(tmp_path / "file" / "report").why == "Not a directory"


MOUNT = 'mount -t tmpfs -o size=64k,mode=755 tmpfs "$0" && cd "$0" && '
FULL = MOUNT + 'echo old >report && exec "$1" -c "$2"'
READ_ONLY = MOUNT + 'echo old >report && mount -o remount,ro "$0" && exec "$1" -c "$2"'
IN_A_FOLDER = """
import os
from pathlib import Path
from cron2aws.app.report_file import write_report
from cron2aws.errors import UsageError
try:
    write_report(Path("report"), ["x" * 1000] * 100, sources=())
except UsageError as error:
    print(error.why)
print(Path("report").read_text(), os.listdir())
"""


@pytest.mark.parametrize(
    ("script", "why"),
    [(FULL, "No space left on device"), (READ_ONLY, "Read-only file system")],
    ids=["full", "read-only"],
)
def test_a_disk_that_takes_no_more(tmp_path: Path, script: str, why: str) -> None:
    unshare = shutil.which("unshare")
    if os.geteuid() != 0 or unshare is None:
        cannot("NOT CHECKED WITH A FULL DISK: not root, or no unshare")
    command = [unshare, "--mount", "/bin/sh", "-c", script, tmp_path, sys.executable, IN_A_FOLDER]
    ran = subprocess.run(
        [str(word) for word in command], capture_output=True, check=False, text=True
    )
    assert (ran.stdout, ran.stderr) == (f"{why}\nold\n ['report']\n", "")


def test_a_folder_that_one_may_not_write_to(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("old\n")
    tmp_path.chmod(0o555)
    powerless = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
    command = [*powerless, sys.executable, "-c", IN_A_FOLDER]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True)
    tmp_path.chmod(0o755)
    assert (ran.stdout, ran.stderr) == ("Permission denied\nold\n ['report']\n", "")


def test_the_command_line_says_it(tmp_path: Path) -> None:
    tab = tmp_path / "crontab"
    tab.write_text("0 3 * * * root x\n")
    for name in (str(tab), str(tmp_path)):
        answer = cron2aws("scan", *SYSTEM, "--report-file", name, str(tab))
        assert (answer.code, answer.out) == (2, "")
        assert f"cannot write {name}" in answer.err
        assert "hint: name " in answer.err
    assert tab.read_text() == "0 3 * * * root x\n"
