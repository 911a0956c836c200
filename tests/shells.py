"""Hosts for the runner: a folder each, and one of the shells that a host's `sh` may be.

What becomes another user or asks for one (`runuser`, `getent`) is a stand-in, so that this runs as
anybody; the real ones are tests/oracle's. All else is the machine's.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.task.command import Job, habits_of, render
from cron2aws.task.whole import whole

SHELLS = {
    "dash": "/bin/dash",
    "bash": "/bin/bash",
    "busybox": "/bin/busybox sh",
}
"""The shells that a host's `/bin/sh` may be: these and no others, wherever the tests run."""

STAND_INS = ("runuser", "getent", "sh", "sleep", "fallocate")


def why_not(shell: str, names: Iterable[str] = STAND_INS) -> str | None:
    """Why the runner cannot be tested with a shell here; `names` are programs that stand in."""
    program = SHELLS[shell].split()
    if not Path(program[0]).exists():
        return f"NOT CHECKED WITH {shell}: there is no {program[0]}"
    for name in names:
        if _own(shell, name):
            return (
                f"NOT CHECKED WITH {shell}: this build prefers its own {name} to that of the tests"
            )
    return None


@cache  # asked by each test, and the same for all
def _own(shell: str, name: str) -> bool:
    """Whether a shell has a program in itself."""
    asked = [*SHELLS[shell].split(), "-c", f"command -v {name}"]
    found = subprocess.run(asked, capture_output=True, check=False)
    return found.stdout.decode() == f"{name}\n"


AGENT = {"AWS_SSM_INSTANCE_ID": "i-0abc", "A_LEAK": "yes", "HOME": "/agent"}
MACHINES_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

RUNUSER = """\
#!/bin/sh
# runuser -u USER -- PROGRAM...
[ "$1 $3" = "-u --" ] || exit 125
shift 3
"$@" # as a child, as the real one has it
exit $?
"""
GETENT = """\
#!/bin/sh
# getent passwd|shadow USER
while read -r line; do
    case $line in "$2":*) printf '%s\\n' "$line"; exit ;; esac
done <{folder}/etc/$1
exit 2
"""
RECORDER = """\
#!{python} -IS
import json, os, sys
def words(name):
    with open(f"/proc/self/{{name}}", "rb") as file:
        return [word.decode("latin-1") for word in file.read().split(b"\\0")[:-1]]
record = {{"argv": words("cmdline")[2:], "environment": words("environ"), "directory": os.getcwd(),
    "umask": os.umask(0), "stdin": sys.stdin.buffer.read().decode("latin-1")}}
with open(os.path.dirname(sys.argv[0]) + "/record", "w") as file:
    json.dump(record, file)
"""
JOB = Job(user="alice", command="true", stdin=None, environment=())


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What the agent saw of a run."""

    code: int
    stdout: bytes
    stderr: bytes
    first: str = field(init=False)
    """The first line, without its newline."""

    said: dict[str, str] = field(init=False)
    """What the first line says, by its keys."""

    def __post_init__(self) -> None:
        first = self.stdout.partition(b"\n")[0].decode()
        before, _, reason = first.partition(" reason=")
        pairs = [each.partition("=") for each in before.split()[1:]]
        said = {key: value for key, _, value in pairs} | ({"reason": reason} if reason else {})
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "said", said)

    @property
    def output(self) -> bytes:
        """What stands behind the first line."""
        return self.stdout.partition(b"\n")[2]


@dataclass(frozen=True, kw_only=True)
class Host:
    """A folder, which is all that the runner knows of the machine's own, and a shell."""

    shell: str
    folder: Path

    @property
    def recorder(self) -> str:
        return str(self.folder / "recorder")

    def lay_out(self) -> None:
        for name in ("bin", "home", "etc/default", "var/lib", "dev/shm", "run"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if self.shell == "bash":  # which by the name of sh is another
            self.stand_in("sh", f'#!/bin/sh\nexec {SHELLS[self.shell]} "$@"\n')
        else:
            self.links("sh", SHELLS[self.shell].split()[0])
        self.stand_in("runuser", RUNUSER)
        self.stand_in("getent", GETENT.format(folder=self.folder))
        executable(self.folder / "recorder", RECORDER.format(python=sys.executable))
        users = ("alice", "root")
        rest = f"x:{os.getuid()}:{os.getgid()}::{self.folder / 'home'}:/bin/sh\n"
        (self.folder / "etc/passwd").write_text("".join(f"{user}:{rest}" for user in users))
        days = "*:19000:0:99999:7:::\n"
        (self.folder / "etc/shadow").write_text("".join(f"{user}:{days}" for user in users))

    def stand_in(self, name: str, text: str) -> None:
        """A program that is found before the machine's."""
        executable(self.folder / "bin" / name, text)

    def links(self, name: str, program: str) -> None:
        """The same, by another program's own file: no shell starts it."""
        (self.folder / "bin" / name).unlink(missing_ok=True)
        (self.folder / "bin" / name).symlink_to(program)

    def text(self, command: str, **facts: str) -> str:
        """The whole text for this host."""
        return whole(command, {"task": "test", "limit": "600", "root": str(self.folder), **facts})

    def start(self, text: str, **environment: str) -> subprocess.Popen[bytes]:
        """As the agent does: a file, run as root by `sh`."""
        path = self.folder / "script"
        path.write_text(text, encoding="utf-8")
        return subprocess.Popen(
            [*SHELLS[self.shell].split(), str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**AGENT, "PATH": f"{self.folder}/bin:{MACHINES_PATH}", **environment},
            cwd="/usr/bin",
        )

    def run(self, job: Job | str, dialect: str = "debian", **facts: str) -> Ended:
        """Run a job, or a command that somebody wrote by hand."""
        command = job if isinstance(job, str) else command_of(job, dialect)
        return ended(self.start(self.text(command, **facts)))


def command_of(job: Job, dialect: str = "debian") -> str:
    return render(job, habits_of(DIALECTS[dialect]), title="cron2aws 3f9c01ab: /x")


def ended(process: subprocess.Popen[bytes]) -> Ended:
    stdout, stderr = process.communicate()
    return Ended(code=process.returncode, stdout=stdout, stderr=stderr)


def executable(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)  # a link leads to a program of the machine's
    path.write_text(text)
    path.chmod(0o755)


def all_hosts(folder: Path) -> list[Host]:
    """One for each shell that this machine has."""
    made = [Host(shell=shell, folder=folder / shell) for shell in SHELLS if not why_not(shell)]
    for host in made:
        host.lay_out()
    assert made
    return made


def run_on(
    hosts: Iterable[Host], job: Job | str, dialect: str = "debian", **facts: str
) -> list[Ended]:
    """The same on all of them, at the same time."""
    command = job if isinstance(job, str) else command_of(job, dialect)
    return [ended(each) for each in [host.start(host.text(command, **facts)) for host in hosts]]


FIRST_LINE = re.compile(
    r"\[cron2aws\] exit=(\d+|-) seconds=\d+ outcome=[a-z-]+"
    r"( out=\d+ err=\d+ dropped=\d+\+? started=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}"
    r" way=(session|systemd)( ended=limit limit=\d+)?( ledger=none)?( lost=1)?( guard=1)?)?"
    r"( reason=.+)?"
)
"""docs/reference/stack-behaviour.md says what each means."""
