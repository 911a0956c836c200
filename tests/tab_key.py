"""A real shell at a terminal: what stands in its line after Tab was pressed."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
from dataclasses import dataclass, field
from pathlib import Path

BIN = Path(sys.executable).parent
LINE = re.compile(rb"LINE=<([^<>]*)>")
PATIENCE = 60
"""Seconds without a byte after which the shell counts as stuck."""

CASES = (
    ("cron2aws mig", "cron2aws migrate"),
    ("cron2aws migrate --comm", "cron2aws migrate --comment-out"),
    ("cron2aws scan -o js", "cron2aws scan -o json"),
    ("cron2aws scan --trigger sch", "cron2aws scan --trigger scheduler"),
    ("cron2aws setup --tell out", "cron2aws setup --tell output"),
    ("cron2aws --prof", "cron2aws --profile"),
    ("cron2aws status --prof", "cron2aws status --profile"),
    ("cron2aws --region eu-west-1 stat", "cron2aws --region eu-west-1 status"),
    ("cron2aws migrate --execution-timeout soon --run-on mark",
     "cron2aws migrate --execution-timeout soon --run-on marked"),
    ("cron2aws explain C40", "cron2aws explain C40"),  # several: nothing is chosen
    ("cron2aws explain C340", "cron2aws explain C340"),
    ("cron2aws scan cronta", "cron2aws scan crontab-of-web"),
    ("cron2aws rollback --source cronta", "cron2aws rollback --source crontab-of-web"),
    ("cron2aws scan --report-file cronta", "cron2aws scan --report-file crontab-of-web"),
    ("cron2aws nothing-of-ours cronta", None),  # whatever the shell likes; it must not fail
)  # fmt: skip
"""What is typed before Tab, and what then stands there."""


@dataclass(kw_only=True)
class Typing:
    """One shell that is typed into; `folder` is its home and where it is."""

    words: list[str]
    folder: Path
    _master: int = field(init=False)
    _pid: int = field(init=False)

    def __enter__(self) -> Typing:
        self._pid, self._master = pty.fork()
        if not self._pid:
            os.chdir(self.folder)
            os.execvpe(  # noqa: S606 (a shell without a shell)
                self.words[0],
                self.words,
                {
                    "HOME": str(self.folder),
                    "PATH": f"{BIN}:{os.environ['PATH']}",
                    "TERM": "vt100",
                    "LANG": "C.UTF-8",
                    "COLUMNS": "200",
                },
            )
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._master)  # hangs up: a shell ends by that
        os.waitpid(self._pid, 0)

    def after_tab(self, typed: str) -> str:
        """The line after Tab; the shell itself prints it."""
        # ^A to its beginning, a command that shows the rest as one word, ^E to the end
        self._type(typed + "\t\x01printf 'LI''NE=<%s>\\n' \"\x05\"\n")
        return self._read().decode().rstrip()

    def _type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def _read(self) -> bytes:
        seen = b""
        while not (found := LINE.search(seen)):
            assert select.select([self._master], [], [], PATIENCE)[0], seen
            seen += os.read(self._master, 65_536)
        return found[1]
