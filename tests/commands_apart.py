"""Real commands in processes of their own; their AWS is a sandbox in this one, behind a gate."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cron2aws.plan.values import Deployed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import StandInHost, stand_in
from cron2aws.sandbox.server import SandboxServer
from tests.calling import HOST, command, opened
from tests.gate import Gate, gate_before

TAB = b"17 3 * * * root /opt/backup --all\n*/5 * * * * root /opt/poll\n"
TAG = "Name=web"
PATCHED = """
import sys
from pathlib import Path
from cron2aws.hosts.disk import Disk
from cron2aws.cli.main import main

rename = Disk.rename

def slowly(disk, path, to):
    if to.name == "crontab":
        print("in the edit", flush=True)
        sys.stdin.readline()
    rename(disk, path, to)

Disk.rename = slowly
main(sys.argv[1:])
"""
"""The command, which stops right before it renames a crontab, until it is sent a line."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """Standard error, its lines unwrapped."""
        assert "Traceback" not in self.err
        return " ".join(self.err.split())


@dataclass(kw_only=True)
class Apart:
    """One crontab, one state folder, and the commands that work on them."""

    sandbox: Sandbox
    gate: Gate
    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def tab(self) -> Path:
        return self.folder / "crontab"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def marks(self) -> int:
        return self.tab.read_bytes().count(b"# cron2aws:")

    @property
    def is_whole(self) -> bool:
        """Every line is there, marked or not, and nothing lies beside the file."""
        bare = re.sub(rb"(?m)^ # cron2aws:\S+ \S+ \| ", b"", self.tab.read_bytes())
        beside = {path.name for path in self.folder.iterdir()} - {"crontab", "state", "home"}
        return (bare, beside) == (TAB, set())

    @property
    def stacks(self) -> tuple[Deployed, ...]:
        return opened(self.sandbox).stacks.deployed()

    def migrate(self, *more: str) -> Sequence[str]:
        return ("migrate", str(self.tab), "--tag", TAG, "--comment-out", "--yes", *HOST, *more)

    def rollback(self, *more: str) -> Sequence[str]:
        return ("rollback", "--source", str(self.tab), "--yes", *HOST, *more)

    def status(self) -> Sequence[str]:
        return ("status", str(self.tab), *HOST)

    def here(self, arguments: Sequence[str]) -> int:
        """In this process and by the sandbox's clock, so that no minute need be waited for."""
        return command(opened(self.sandbox), *arguments)

    def start(
        self,
        arguments: Sequence[str],
        *,
        program: Sequence[str] = (sys.executable, "-m", "cron2aws"),
        environment: Mapping[str, str] | None = None,
        **how: object,
    ) -> subprocess.Popen[str]:
        (self.folder / "home").mkdir(exist_ok=True)
        given: dict[str, object] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            **how,
        }
        running: subprocess.Popen[str] = subprocess.Popen(  # type: ignore[call-overload]
            [*program, "--endpoint-url", self.gate.url, *arguments],
            text=True,
            # under nohup it would be ignored, as a command of ours then does
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # noqa: PLW1509
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder / "home"),
                "CRON2AWS_STATE": str(self.state),
                "AWS_DEFAULT_REGION": self.sandbox.region,
                "AWS_ACCESS_KEY_ID": "sandbox",
                "AWS_SECRET_ACCESS_KEY": "sandbox",
                "AWS_EC2_METADATA_DISABLED": "true",
                "COLUMNS": "200",
                **(environment or {}),
            },
            **given,
        )
        self.started.append(running)
        return running

    def run(self, arguments: Sequence[str], **how: object) -> Answer:
        """To its end."""
        return ended(self.start(arguments, **how))  # type: ignore[arg-type]

    def in_the_edit(self, arguments: Sequence[str]) -> subprocess.Popen[str]:
        """It is about to rename the crontab, and waits for a line."""
        program = (sys.executable, "-c", PATCHED)
        running = self.start(arguments, program=program, stdin=subprocess.PIPE)
        assert running.stdout
        for line in running.stdout:
            if line == "in the edit\n":
                return running
        raise AssertionError(running.communicate())


def ended(running: subprocess.Popen[str], line: str | None = None) -> Answer:
    out, err = running.communicate(line, timeout=120)
    return Answer(code=running.returncode, out=out or "", err=err or "")


def answered(running: subprocess.Popen[str], number: signal.Signals) -> str:
    """Send the signal, and read on to the line that answers it."""
    running.send_signal(number)
    assert running.stderr
    for line in running.stderr:
        if line.startswith("cron2aws: "):
            return line.strip()
    raise AssertionError(number)


@contextmanager
def aws_apart() -> Iterator[tuple[Sandbox, Gate]]:
    """A sandbox with one host that has the tag, and a gate before it."""
    with (
        Sandbox([stand_in("web")]) as sandbox,
        SandboxServer(sandbox, 0) as server,
        gate_before(server.url) as gate,
    ):
        yield sandbox, gate


@contextmanager
def apart(aws: tuple[Sandbox, Gate], folder: Path) -> Iterator[Apart]:
    """Commands on a crontab of its own; they and their stacks are gone afterwards."""
    sandbox, gate = aws
    made = Apart(sandbox=sandbox, gate=gate, folder=folder)
    made.tab.write_bytes(TAB)
    try:
        yield made
    finally:
        gate.open()
        for each in made.started:
            each.kill()
            each.communicate()
        for stack in made.stacks:
            opened(sandbox).stacks.delete(stack)


def offline(host: StandInHost) -> StandInHost:
    """The same host, whose agent is not heard of."""
    return StandInHost(instance_id=host.instance_id, name=host.name, tags=host.tags, online=False)
