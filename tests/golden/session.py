"""Commands typed at a terminal, in a folder of their own, on a sandbox with virtual time.

What is typed is really run: `cron2aws` in this process, anything else by `sh`.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cron2aws.app.context import Context
from cron2aws.app.opening import sandbox_context
from cron2aws.cli.main import run
from cron2aws.cli.terminal import Terminal
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import StandInHost
from cron2aws.sandbox.time.clock import VirtualClock
from tests.functional.cli import raise_bug
from tests.golden.screen import Keyboard, Piped, Screen, environment, seen_by

START = datetime(2026, 11, 23, 23, 17, 40, tzinfo=UTC)
"""A Monday evening; in Tokyo it is Tuesday morning."""
WIDTH = 200
"""Wide enough for every table of the fixtures."""
UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
C126 = re.compile(r"Notes \(all in -o json\): C126 \d+x\n\n|(?<=: )C126 \d+x, ")
"""It tells of modes and owners, and a clone's are those of whoever made it."""
GENERATED = re.compile(r"(?<=-)[0-9A-F]{12}\b")
"""The end of a name that CloudFormation makes up."""
NO_UUID = "00000000-0000-4000-8000-000000000000"
"""Ids that AWS makes up: of commands, of stacks."""


class Session:
    """What one person types, one command after the other."""

    def __init__(self, context: Context | None, folder: Path) -> None:
        self._context = context
        self._folder = folder

    def type(self, line: str, *answers: str, stdin: bytes | None = None) -> str:
        """The line, what the screen shows, and an exit code other than 0 in brackets."""
        code, shown = self.answer(line, *answers, stdin=stdin)
        return f"$ {line}\n{shown}" + (f"[exit code {code}]\n" if code else "")

    def output(self, line: str) -> str:
        """What the screen shows."""
        _, shown = self.answer(line)
        return shown

    def answer(self, line: str, *answers: str, stdin: bytes | None = None) -> tuple[int, str]:
        """The exit code, and what the screen shows until the next prompt."""
        words = shlex.split(line)
        if words and words[0] == "sudo":
            words = words[1:]
        code, text = (
            self._cron2aws(words[1:], answers, stdin)
            if words and words[0] == "cron2aws"
            else self._shell(line)
        )
        text = self._as_anywhere(text)
        return code, text if not text or text.endswith("\n") else f"{text}\n"

    def _as_anywhere(self, text: str) -> str:
        """Without what differs between two runs, or between two clones."""
        text = GENERATED.sub("0" * 12, UUID.sub(NO_UUID, text)).replace(str(self._folder), "/work")
        return C126.sub("", text)

    def _cron2aws(
        self, arguments: list[str], answers: Sequence[str], stdin: bytes | None
    ) -> tuple[int, str]:
        screen = Screen()
        keyboard = Keyboard(screen, answers, is_terminal=True)
        with contextlib.chdir(self._folder), seen_by(screen, Piped(stdin) if stdin else keyboard):
            code = run(arguments, raise_bug, context=self._context)
        assert not keyboard.left(), f"nobody asked for {keyboard.left()}"
        return code, screen.shown()

    def _shell(self, line: str) -> tuple[int, str]:
        ran = subprocess.run(
            ["sh", "-c", line],
            cwd=self._folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return ran.returncode, ran.stdout.decode("utf-8", "backslashreplace")


@contextmanager
def session(
    folder: Path, hosts: Iterable[StandInHost] = (), *, width: int = WIDTH
) -> Iterator[Session]:
    """A terminal `width` columns wide, and an AWS with these hosts."""
    with at_terminal(folder, width), Sandbox(hosts, clock=VirtualClock(START)) as sandbox:
        made = sandbox_context(sandbox, Terminal())
        numbers = itertools.count(1)
        context = replace(made, new_name=lambda: f"{next(numbers):06x}")
        yield Session(context, folder)


@contextmanager
def session_without_aws(folder: Path, *, width: int = WIDTH) -> Iterator[Session]:
    """The same for commands that end before they would ask AWS, or that never do."""
    with at_terminal(folder, width):
        yield Session(None, folder)


@contextmanager
def at_terminal(folder: Path, width: int) -> Iterator[None]:
    """A terminal of that width, without colours; what is kept between commands is beside it."""
    where = {"CRON2AWS_STATE": str(folder.parent / "state"), "HOME": str(folder)}
    shown = {"COLUMNS": str(width), "TERM": "xterm", "NO_COLOR": "1", "TZ": "UTC"}
    # whoever runs this may have an account
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true"}
    with environment(**shown, **where, **nobody, AWS_DEFAULT_REGION="us-east-1"):
        yield
