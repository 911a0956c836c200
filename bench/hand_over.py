"""What a hand-over of 1, 40 and 400 entries takes: seconds here, seconds waited for, calls to AWS.

`python bench/hand_over.py [ENTRIES]...`: the real command against the sandbox in this process. Its
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
    "Invoke", "SendCommand", "ListCommands", "ListCommandInvocations", "GetCommandInvocation",
    "DescribeTags", "Publish",
)  # fmt: skip
"""Calls of the tasks' own functions and machines, which run in this process, too."""
ELSEWHERE = ("--timezone", "UTC", "--dialect", "debian")


def counted() -> None:
    """Each call of a boto3 client, by its operation."""
    real = botocore.client.BaseClient._make_api_call

    def count(self: object, operation: str, given: object) -> object:
        calls[operation] += 1
        return real(self, operation, given)

    botocore.client.BaseClient._make_api_call = count


def measure(entries: int) -> None:
    """One hand-over, and its way back."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        lines = [f"{n % 60} {n % 24} * * * root /opt/job-{n}\n" for n in range(entries)]
        Path("etc").mkdir()
        Path("etc/crontab").write_text("".join(lines))
        Path("etc/hostname").write_text("web-1\n")
        out = ["migrate", ".", "--tag", "Name=web", "--comment-out", "--yes", *ELSEWHERE]
        back = ["rollback", "--source", ".", "--yes", *ELSEWHERE]
        with Sandbox() as sandbox:
            context = sandbox_context(sandbox, Terminal())
            for words in (out, back):
                calls.clear()
                begun, clock = time.monotonic(), sandbox.now
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                    code = call(words, context)
                here, waited = time.monotonic() - begun, (sandbox.now - clock).total_seconds()
                ours = {each: n for each, n in calls.most_common() if each not in INSIDE}
                print(
                    f"{entries:4} {words[0]:8} exit {code} {here:6.1f} s here {waited:6.0f} s "
                    f"waited for {sum(ours.values()):5} calls {ours}"
                )


if __name__ == "__main__":
    counted()
    for number in [int(each) for each in sys.argv[1:]] or [1, 40, 400]:
        measure(number)
