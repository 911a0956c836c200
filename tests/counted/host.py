"""A host in namespaces of its own: crontabs, users, state, cron daemon, network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cron2aws.sandbox.run_command.hosts import stand_in
from tests.counted.kind import Kind
from tests.counted.tabs import USERS, Tabs

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
UNSHARE = (
    *("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"),
    *("--net", "--uts", "--ipc"),
)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Host:
    """`code` has the `src` and `cfn` that are counted."""

    def __init__(
        self, folder: Path, name: str, tabs: Tabs, *, code: Path, kind: Kind | None = None
    ) -> None:
        self.kind = kind or Kind()
        self.folder = folder
        self.code = code
        self.name = name
        self.tabs = tabs.under(self.kind.spool)
        self.id = stand_in(name).instance_id
        self.url = ""
        self._make_files()
        self._unshare = subprocess.Popen(
            [*UNSHARE, "sh", HERE / "init.sh", folder, name, ROOT, code]
        )
        until((folder / "mnt/ready").exists)
        (self.init,) = children(self._unshare.pid)

    def begin(self, url: str) -> None:
        """Its daemon begins, and its AWS is there."""
        self.url = url
        (self.folder / "mnt/begin").touch()
        until(lambda: bool(self.daemon))

    def _make_files(self) -> None:
        for place in ("home", "var/lib", self.kind.spool.lstrip("/"), "mnt/scripts"):
            (self.folder / place).mkdir(parents=True)
        shutil.copytree("/etc", self.folder / "etc", symlinks=True)
        shutil.rmtree(self.folder / "etc/cron.d")
        (self.folder / "etc/cron.d").mkdir()
        for number, user in enumerate(USERS):
            (self.folder / "home" / user).mkdir()
            for name, line in (
                ("passwd", f"{user}:x:{5000 + number}:100::/home/{user}:/bin/sh\n"),
                ("shadow", f"{user}:*:19000:0:99999:7:::\n"),
            ):
                with (self.folder / "etc" / name).open("a") as file:
                    file.write(line)
        (self.folder / "mnt/ran").touch()
        (self.folder / "mnt/ran").chmod(0o666)
        for name in ("job.sh", "agent.sh"):
            shutil.copy(HERE / name, self.folder / "mnt" / name)
            (self.folder / "mnt" / name).chmod(0o755)
        self.kind.put(self.folder)
        spool = self.folder / self.kind.spool.lstrip("/")
        spool.chmod(0o1730)
        shutil.chown(spool, 0, "crontab")
        for path, data in self.tabs.files.items():
            tab = self.folder / path.lstrip("/")
            tab.write_bytes(data)
            is_user = path.startswith("/var")
            tab.chmod(0o600 if is_user else 0o644)
            if is_user:
                shutil.chown(tab, 5000 + USERS.index(tab.name), "crontab")

    def start(self, arguments: Sequence[str], log: Path) -> Command:
        """Start a command as root inside the host; its output goes to the log."""
        return Command(self, arguments, log)

    def cron2aws(self, *arguments: str, log: Path) -> Command:
        command = [sys.executable, "-m", "cron2aws", "--endpoint-url", self.url, *arguments]
        return self.start(command, log)

    @property
    def daemon(self) -> int | None:
        """The process number of its cron, from outside."""
        for pid in children(self.init):
            if _comm(pid) in {"cron", "crond"}:
                return pid
        return None

    def runners(self) -> list[int]:
        """The processes that run what was sent, from outside."""
        mine = Path(f"/proc/{self.init}/ns/pid").readlink()
        return [pid for pid in _processes() if _is_in(pid, mine) and _runs_script(pid)]

    def bytes_now(self) -> dict[str, bytes]:
        """What its crontabs hold now."""
        return {path: (self.folder / path.lstrip("/")).read_bytes() for path in self.tabs.files}

    def end(self) -> None:
        self._unshare.kill()  # and with it process 1, and all of the host's
        self._unshare.wait()


class Command:
    """A command inside a host, which signals can be sent to."""

    def __init__(self, host: Host, arguments: Sequence[str], log: Path) -> None:
        environment = {
            "PATH": PATH,
            "HOME": "/mnt",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(host.code / "src"),
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self.log = log
        log.write_bytes(b"")
        self._file = log.open("ab")
        inside = ("nsenter", "--target", str(host.init), "--all", "--")
        self.began = time.monotonic()
        self._nsenter = subprocess.Popen(
            [*inside, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self._file,
            stderr=self._file,
            env=environment,
        )

    def signal(self, number: signal.Signals) -> bool:
        """Send it to the command itself; False where it has ended."""
        inner = children(self._nsenter.pid)
        for pid in inner:
            os.kill(pid, number)
        if number == signal.SIGCONT:  # nsenter stops with what it waits for
            self._nsenter.send_signal(number)
        return bool(inner)

    def wait(self, seconds: float | None = None) -> int | None:
        """Its exit code, negative for the signal that ended it; None after so many seconds."""
        try:
            return self._nsenter.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    @property
    def words(self) -> str:
        """What it has said."""
        return self.log.read_text(errors="replace")


def children(pid: int) -> list[int]:
    """The processes that it has started, which live."""
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def parent(pid: int) -> int:
    """The process that has started it; itself where that cannot be told."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) or pid
    except OSError:
        return pid


def _comm(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _processes() -> Iterator[int]:
    return (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit())


def _is_in(pid: int, namespace: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/ns/pid").readlink() == namespace
    except OSError:
        return False


def _runs_script(pid: int) -> bool:
    try:
        return b"\0/mnt/scripts/" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def until(holds: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    assert callable(holds)
    while not holds():
        assert time.monotonic() < end, "a host did not start"
        time.sleep(0.05)  # noqa: TID251
