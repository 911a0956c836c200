"""MiniStack as the AWS of real commands: nothing of the project's sandbox is in between."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from boto3.session import Session

from tests.golden.hosts import fixture

PROGRAM = Path(__file__).parents[2] / ".venv-engine" / "bin" / "ministack"
READY = "Running on http://127.0.0.1:"
REGION = "us-east-1"
SECRET = "engine"  # noqa: S105 (any will do)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """All that it printed, its lines unwrapped, as the command says what came from AWS."""
        assert "Traceback" not in self.err
        return " ".join(f"{self.out} {self.err}".split()).replace('\\"', '"')

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as JSON."""
        return dict(json.loads(self.out))


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account of its own in the engine, and a copy of a host's files."""

    url: str
    number: str
    folder: Path
    source: Path

    @property
    def environment(self) -> dict[str, str]:
        """MiniStack takes a key of twelve digits as the account."""
        return {
            **os.environ,
            "AWS_ACCESS_KEY_ID": self.number,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "CRON2AWS_STATE": str(self.folder / "state"),
        }

    def cron2aws(self, *words: str) -> Ended:
        """The command, as its users have it; SOURCE among the words means the host's files."""
        named = [str(self.source) if word == "SOURCE" else word for word in words]
        done = subprocess.run(
            [sys.executable, "-m", "cron2aws", "--endpoint-url", self.url, *named],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(code=done.returncode, out=done.stdout, err=done.stderr)

    def done(self, *words: str) -> Ended:
        """The same, where it must end with 0."""
        ended = self.cron2aws(*words)
        assert ended.code == 0, ended.told
        return ended

    def client(self, service: str) -> Any:
        """The SDK's, to look at what the command has made."""
        session = Session(
            aws_access_key_id=self.number, aws_secret_access_key=SECRET, region_name=REGION
        )
        return session.client(service, endpoint_url=self.url)  # type: ignore[call-overload]

    def add_instance(self, name: str) -> None:
        """An instance with the tag Name; there is nothing behind it."""
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        self.client("ec2").run_instances(
            ImageId="ami-12345678", MinCount=1, MaxCount=1, TagSpecifications=tags
        )


def account(url: str, number: int, folder: Path) -> Account:
    """Account `number`, with the files of the fixture tokyo-reports."""
    folder.mkdir(exist_ok=True)
    source = fixture("tokyo-reports", folder)
    return Account(url=url, number=f"{number:012}", folder=folder, source=source)


@contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """The engine in a process of its own, on 127.0.0.1; where it answers."""
    if not PROGRAM.exists():
        pytest.fail("there is no MiniStack; `make engine` installs it", pytrace=False)
    port = _free_port()
    running = subprocess.Popen(
        [PROGRAM],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
        },
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # the functions' processes end with it
    )
    assert running.stdout
    told: list[str] = []
    rest = Thread(target=told.extend, args=(running.stdout,), daemon=True)  # a full pipe blocks it
    try:
        for line in running.stdout:
            told.append(line)
            if READY in line:
                break
        else:
            pytest.fail("".join(told), pytrace=False)
        rest.start()
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        if rest.ident:
            rest.join()
        running.stdout.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
