"""An export, the real aws CLI, and the sandbox as its AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Scripted, job_outcome, reported, stand_in
from cron2aws.sandbox.server import SandboxServer
from cron2aws.sandbox.time.clock import RealClock, VirtualClock
from tests.calling import command, opened
from tests.golden.hosts import fixture
from tests.golden.screen import environment

BIN = Path(sys.executable).parent


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A program that has ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A folder with a host's files and an export of them, and an AWS."""

    folder: Path
    source: Path
    tag: str
    sandbox: Sandbox
    environment: dict[str, str]

    @property
    def out(self) -> Path:
        """The export."""
        return self.folder / "out"

    @property
    def manifest(self) -> dict[str, Any]:
        """What is in it."""
        return dict(json.loads((self.out / "manifest.json").read_bytes()))

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """Its stacks of tasks."""
        return [each for each in self.manifest["stacks"] if each["kind"] == "task"]

    def run(self, *words: str | Path, **more: str) -> Ended:
        """A program of the environment that the tests run in."""
        done = subprocess.run(
            list(map(str, words)),
            cwd=self.folder,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(code=done.returncode, out=done.stdout, err=done.stderr)

    def cron2aws(self, *words: str | Path) -> Ended:
        """The command, as its users have it."""
        return self.run(sys.executable, "-m", "cron2aws", *words)

    def rollback(self) -> int:
        """Take all tasks back, in this process: what is waited for takes no time here."""
        names = ("CRON2AWS_STATE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        with environment(**{name: self.environment[name] for name in names}):
            return command(opened(self.sandbox), "rollback", "--source", str(self.source), "--yes")

    def export(self, *options: str) -> Ended:
        """Write the export."""
        return self.cron2aws("export", "out", self.source, "--tag", self.tag, *options)

    def deploy(self, *parts: str, shell: Sequence[str] = ("sh",), **more: str) -> Ended:
        """Run deploy.sh."""
        return self.run(*shell, "out/deploy.sh", *parts, **more)

    def patch(self, *options: str) -> None:
        """Apply every patch."""
        for each in self.manifest["patches"]:
            with (self.out / each["file"]).open("rb") as text:
                words = ["patch", "-p1", "-s", "--fuzz=0", "--no-backup-if-mismatch"]
                subprocess.run([*words, "-d", self.source, *options], stdin=text, check=True)

    def aws(self, *words: str) -> Any:
        """What the aws CLI answers."""
        done = self.run(BIN / "aws", *words, "--output", "json")
        assert done.code == 0, done.err
        return json.loads(done.out)

    def stacks(self) -> dict[str, dict[str, Any]]:
        """What is deployed, by name."""
        found = self.aws("cloudformation", "describe-stacks")["Stacks"]
        return {each["StackName"]: each for each in found}


@contextmanager
def pipeline(folder: Path, name: str, tag: str) -> Iterator[Pipeline]:
    """A copy of a fixture, with a host that has the tag."""
    if not (BIN / "aws").exists():
        pytest.fail("there is no aws CLI; `make pipeline` installs it", pytrace=False)
    key, _, value = tag.partition("=")
    # the one run of a job; from then on it is asked whose the line is, which is back in the crontab
    looked = reported(
        f"exit=- seconds=0 outcome=ready line=cron clock={RealClock().now().timestamp():.0f}"
    )
    behaviour = Scripted(outcomes=(job_outcome(), looked))
    with (
        Sandbox(clock=VirtualClock(RealClock().now())) as sandbox,
        SandboxServer(sandbox, 0) as server,
    ):
        sandbox.add_host(stand_in("host", tags={key: value}, behaviour=behaviour))
        environment = {
            **os.environ,
            "PATH": f"{BIN}:/usr/bin:/bin",
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": server.url,
            "CRON2AWS_STATE": str(folder / "state"),
            "TMPDIR": str(folder),
        }
        yield Pipeline(
            folder=folder,
            source=fixture(name, folder),
            tag=tag,
            sandbox=sandbox,
            environment=environment,
        )
