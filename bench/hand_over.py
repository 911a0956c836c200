"""What a hand-over of 1, 40 and 400 entries takes: seconds here, seconds waited for, calls to AWS.

`python bench/hand_over.py [ENTRIES]...`: the real command against the sandbox in this process, whose
clock jumps where somebody waits, so the seconds that were waited for are counted apart.
"""

from __future__ import annotations

import collections
import contextlib
import io
import sys
import tempfile
import time
from pathlib import Path

import botocore.client

from cron2aws.app.opening import sandbox_context
from cron2aws.cli.main import call
from cron2aws.cli.terminal import Terminal
from cron2aws.sandbox.inside import Sandbox

calls: collections.Counter[str] = collections.Counter()
INSIDE = (
    "Invoke",
    "SendCommand",
    "ListCommands",
    "ListCommandInvocations",
    "GetCommandInvocation",
    "DescribeTags",
    "Publish",
)


def counted() -> None:
    """Each call of a boto3 client, by its operation."""
    real = botocore.client.BaseClient._make_api_call

    def count(self: object, operation: str, given: object) -> object:
        calls[operation] += 1
        return real(self, operation, given)

    botocore.client.BaseClient._make_api_call = count


def measure(entries: int, *back: str) -> None:
    """One hand-over, and its way back."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        tab = Path("etc/crontab")
        tab.parent.mkdir()
        tab.write_text(
            "".join(f"{n % 60} {n % 24} * * * root /opt/job-{n}\n" for n in range(entries))
        )
        Path("etc/hostname").write_text("web-1\n")
        with Sandbox() as sandbox:
            context = sandbox_context(sandbox, Terminal())
            for words in (
                [
                    "migrate",
                    ".",
                    "--tag",
                    "Name=web",
                    "--comment-out",
                    "--yes",
                    "--timezone",
                    "UTC",
                    "--dialect",
                    "debian",
                ],
                [
                    "rollback",
                    "--source",
                    ".",
                    "--yes",
                    "--timezone",
                    "UTC",
                    "--dialect",
                    "debian",
                    *back,
                ],
            ):
                calls.clear()
                begun, clock = time.monotonic(), sandbox.now
                with (
                    contextlib.redirect_stdout(io.StringIO()),
                    contextlib.redirect_stderr(io.StringIO()),
                ):
                    code = call(words, context)
                waited = (sandbox.now - clock).total_seconds()
                ours = sum(number for name, number in calls.items() if name not in INSIDE)
                print(
                    f"{entries:4} entries, {words[0]:8}: exit {code}, {time.monotonic() - begun:6.1f} s here, "
                    f"{waited:7.0f} s waited for, {ours:5} calls: {dict(calls.most_common(8))}"
                )


if __name__ == "__main__":
    counted()
    for number in [int(each) for each in sys.argv[1:]] or [1, 40, 400]:
        measure(number)
