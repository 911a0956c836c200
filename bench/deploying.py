"""What deploying 1,000 entries takes: calls of AWS, and seconds on the sandbox's clock.

`python bench/deploying.py [--stack-seconds S] [ENTRIES]...`: the real command against the sandbox
in this process, in which a stack is made for so many seconds (60 unless told: an assumption). One
stack is made at a time, as the sandbox's clock cannot tell waits side by side from waits one after
the other: `migrate` makes four at once, so the seconds are divided by four.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import io
import os
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.client

from cron2aws.app.opening import sandbox_context
from cron2aws.cli.main import call
from cron2aws.cli.terminal import Terminal
from cron2aws.sandbox.inside import Sandbox

AT_ONCE = 4
"""Stacks that `migrate` makes side by side."""
WORDS = ("--tag", "Name=web", "--yes", "--timezone", "UTC", "--dialect", "debian", "--parallel=1")


class Calls:
    """Every call of a boto3 client; a stack is made for as long as it is said here."""

    sandbox: Sandbox

    def __init__(self, stack_seconds: float) -> None:
        self.counted: collections.Counter[str] = collections.Counter()
        self._seconds = timedelta(seconds=stack_seconds)
        self._made: dict[str, datetime] = {}
        self._real = botocore.client.BaseClient._make_api_call

    def install(self) -> None:
        def count(client: object, operation: str, given: dict[str, Any]) -> dict[str, Any]:
            return self._count(client, operation, given)

        botocore.client.BaseClient._make_api_call = count

    def _count(self, client: object, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        self.counted[operation] += 1
        answer: dict[str, Any] = self._real(client, operation, given)
        now = self.sandbox.now
        if operation == "CreateStack":
            self._made[answer["StackId"]] = now
        for stack in answer.get("Stacks", ()):
            made = self._made.get(stack["StackId"])
            if made and now < made + self._seconds:
                stack["StackStatus"] = "CREATE_IN_PROGRESS"
                stack.pop("Outputs", None)
        return answer


def measure(entries: int, calls: Calls) -> None:
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        os.environ["CRON2AWS_STATE"] = str(Path(name, "state"))
        lines = [f"{n % 60} {n % 24} * * * root /opt/job-{n}\n" for n in range(entries)]
        Path("etc").mkdir()
        Path("etc/crontab").write_text("".join(lines))
        Path("etc/hostname").write_text("web-1\n")
        with Sandbox() as sandbox:
            calls.sandbox = sandbox
            context = sandbox_context(sandbox, Terminal())
            calls.counted.clear()
            begun, clock, printed = time.monotonic(), sandbox.now, io.StringIO()
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                code = call(["migrate", ".", *WORDS], context)
            here, waited = time.monotonic() - begun, (sandbox.now - clock).total_seconds()
            print(
                f"{entries:5} exit {code} {here:6.0f} s here {waited / AT_ONCE:6.0f} s waited for "
                f"{calls.counted.total():6} calls {dict(calls.counted.most_common())}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack-seconds", type=float, default=60)
    parser.add_argument("entries", type=int, nargs="*")
    given = parser.parse_args()
    calls = Calls(given.stack_seconds)
    calls.install()
    for number in given.entries or [1, 40, 1000]:
        measure(number, calls)


if __name__ == "__main__":
    main()
