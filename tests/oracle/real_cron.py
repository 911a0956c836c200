"""Debian's own cron, for tests that show it the files that we read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.surroundings import cannot

SHELL = """#!/bin/sh
# stands in for a job's shell, and keeps what it was given
out=$(/usr/bin/mktemp -d {out}/XXXXXXXXXX)
/bin/cat /proc/$$/environ > "$out/environ"
/bin/cat /proc/$$/cmdline > "$out/cmdline"
/bin/cat > "$out/stdin"
"""


@cache
def why_not() -> str | None:
    """Why the real daemon cannot be asked here."""
    if os.geteuid() != 0:
        return "not root"
    for program in ("/usr/sbin/cron", "/usr/bin/crontab", "/etc/debian_version"):
        if not Path(program).exists():
            return f"there is no {program}"
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "--mount", "true"], check=False).returncode:
        return "unshare --mount does not work"
    return None


def need_real_cron() -> None:
    """Skip, and say so loudly, where the daemon cannot be asked; in CI that is a failure."""
    if reason := why_not():
        cannot(f"NOT CHECKED AGAINST THE REAL CRON DAEMON: {reason}")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One job as its shell was started."""

    command: str
    stdin: str
    environment: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the daemon did with a folder of crontabs."""

    log: list[str]
    runs: list[Run]

    def error_of(self, path: str) -> str | None:
        """Its first complaint about a crontab, by the words it uses for it."""
        said = [line for line in self.log if line.endswith(f"; while reading {path}")]
        return said[0].removeprefix("Error: ").split(";")[0] if said else None


class RealCron:
    """A folder of crontabs, and one start of the daemon over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("cron.d", "crontabs", "out"):
            (folder / name).mkdir()
        (folder / "crontabs").chmod(0o1730)
        (folder / "out").chmod(0o1777)
        self.shell = folder / "shell"
        self.shell.write_text(SHELL.format(out=folder / "out"))
        self.shell.chmod(0o755)
        shutil.copy("/etc/passwd", folder / "passwd")

    def users(self, passwd: str) -> None:
        """Have these users instead of the machine's."""
        (self.folder / "passwd").write_text(passwd)

    def system(self, name: str, data: bytes, mode: int = 0o644) -> Path:
        """Put a file into cron.d."""
        return self._write(self.folder / "cron.d" / name, data, mode)

    def user(self, name: str, data: bytes, mode: int = 0o600) -> Path:
        """Put a user's crontab into the spool."""
        return self._write(self.folder / "crontabs" / name, data, mode)

    def _write(self, path: Path, data: bytes, mode: int) -> Path:
        path.write_bytes(data)
        path.chmod(mode)
        return path

    def start(self, *, run_reboot_jobs: bool) -> Seen:
        """Start the daemon, wait until it is quiet, stop it."""
        if not run_reboot_jobs:
            (self.folder / "quiet").touch()
        program = Path(__file__).with_name("cron_namespace.py")
        ran = subprocess.run(
            ["unshare", "--mount", sys.executable, program, self.folder],
            capture_output=True,
            text=True,
            check=True,
        )
        runs = [_run(out) for out in sorted((self.folder / "out").iterdir())]
        return Seen(log=json.loads(ran.stdout), runs=runs)


def _run(out: Path) -> Run:
    environ, cmdline, stdin = (
        (out / name).read_bytes().decode("utf-8", "surrogateescape")
        for name in ("environ", "cmdline", "stdin")
    )
    pairs = (pair.split("=", 1) for pair in environ.split("\0") if pair)
    # the kernel starts a script as: interpreter script -c COMMAND
    return Run(command=cmdline.split("\0")[3], stdin=stdin, environment=dict(pairs))


def dry_run(data: bytes, folder: Path) -> str | None:
    """Debian's `crontab -n`: its first complaint about a user's crontab, None where it takes it."""
    file = folder / "crontab-to-check"
    file.write_bytes(data)
    ran = subprocess.run(["/usr/bin/crontab", "-n", file], capture_output=True, check=False)
    if ran.returncode == 0:
        return None
    first = ran.stderr.decode("latin-1").splitlines()[0]
    return first.rsplit(": ", 1)[-1]
