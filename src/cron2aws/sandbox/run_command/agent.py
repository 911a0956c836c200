"""The SSM agent's habits, and a real `sh` for the hosts that are told to run what they get."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import tempfile
import threading
from time import monotonic
from typing import TYPE_CHECKING

from cron2aws.sandbox.run_command.hosts import Outcome, StatusDetails

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STDOUT_LIMIT, STDERR_LIMIT = 24_000, 8_000
"""Characters of GetCommandInvocation."""
LISTED_LIMIT = 2_500
"""Characters of both together in ListCommandInvocations."""

TIMED_OUT, FORCED_SUCCESS, REBOOT = 137, 168, 194
FROM_INPUT = """\
script=$(mktemp) && cat >"$script" && sh "$script" </dev/null
code=$?
rm -f "$script"
exit $code
"""
"""What a shell elsewhere does with a script on its standard input: the script's own is empty."""


def status_of_exit(exit_code: int) -> StatusDetails:
    """What the agent makes of an exit code; some it acts on (docs of AWS-RunShellScript)."""
    if exit_code in (0, FORCED_SUCCESS):
        return StatusDetails.SUCCESS
    if exit_code == TIMED_OUT:
        return StatusDetails.EXECUTION_TIMED_OUT
    return StatusDetails.FAILED


def limit_of(text: str) -> int:
    """Seconds of an executionTimeout: the agent takes 3600 where it doesn't like the value."""
    seconds = int(text) if text.isdigit() else 0
    return seconds if 5 <= seconds <= 172_800 else 3600


def execute(
    script: str, *, timeout: float, root: Path | None, through: Sequence[str] = ()
) -> Outcome:
    """Run it with `sh` as the agent does: an empty standard input, a bare environment, no terminal.

    It runs as the current user, in the host's tree where there is one, which has the runner's own
    files, too; and all that it started is ended with it at the time-out. With `through` it runs
    where that command leads.
    """
    if root:
        place = f"root={shlex.quote(str(root))}"
        script = re.sub(r"^root=''$", lambda _: place, script, count=1, flags=re.MULTILINE)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    with tempfile.TemporaryDirectory(prefix="cron2aws-sandbox-") as folder:
        path = os.path.join(folder, "_script.sh")  # noqa: PTH118 (bytes-safe, no Path needed)
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
            file.write(script)
        began = monotonic()
        with open(path if through else os.devnull, "rb") as given:  # noqa: PTH123
            process = subprocess.Popen(  # noqa: S603 (this is what --run-commands asked for)
                [*through, "/bin/sh", "-c", FROM_INPUT] if through else ["/bin/sh", path],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=root or folder,
                env=environment,
                start_new_session=True,
            )
        stopped = threading.Event()
        timer = threading.Timer(timeout, _stop, (process, stopped))
        timer.start()
        stdout, stderr = process.communicate()
        timer.cancel()
    return Outcome(
        exit_code=TIMED_OUT if stopped.is_set() else process.returncode % 256,
        stdout=stdout.decode("utf-8", "replace"),
        stderr="" if process.returncode == FORCED_SUCCESS else stderr.decode("utf-8", "replace"),
        seconds=monotonic() - began,
        details=StatusDetails.EXECUTION_TIMED_OUT if stopped.is_set() else None,
    )


def _stop(process: subprocess.Popen[bytes], stopped: threading.Event) -> None:
    stopped.set()
    os.killpg(process.pid, signal.SIGKILL)
