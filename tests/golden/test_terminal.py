"""The screen of the goldens is no fiction: a real terminal of that width shows the same."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.golden.golden import EXPECTED, WIDTHS
from tests.golden.hosts import NOW
from tests.golden.screen import Screen

QUIET = {"PATH": "/usr/bin:/bin", "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


def in_terminal(folder: Path, width: int, *arguments: str) -> str:
    """What the program shows in a terminal so wide."""
    written = written_in_terminal(folder, width, "-m", "cron2aws", *arguments)
    screen = Screen()
    screen.write(written.replace("\r\n", "\n"))
    return screen.shown()


def written_in_terminal(folder: Path, width: int, *arguments: str) -> str:
    """All that Python writes to a terminal so wide."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    command = [sys.executable, *arguments]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=QUIET
    ):
        os.close(theirs)
        shown = _all_of(ours)
    os.close(ours)
    return shown


def _all_of(terminal: int) -> str:
    pieces: list[bytes] = []
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # Linux says EIO where the other side is closed
            piece = b""
        if not piece:
            return b"".join(pieces).decode()
        pieces.append(piece)


def kept(name: str, width: int) -> str:
    """The text of a golden at one width."""
    text = (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")
    parts = re.split(r"^=== (\d+) columns ===\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[str(width)]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_help_page(width: int, tmp_path: Path) -> None:
    shown = in_terminal(tmp_path, width, "setup", "--help")
    assert shown.rstrip() == kept("help/cron2aws-setup", width).rstrip()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table(width: int, tmp_path: Path) -> None:
    tomorrow = f"{NOW:%Y}-11-24"
    asked = ("--dialect", "debian", "--timezone", "Australia/Lord_Howe", "--from", tomorrow)
    shown = in_terminal(tmp_path, width, "explain", *asked, "*/7 1,2 * * *")
    assert shown.rstrip() == kept("explain/differs-in-more-than-six-moments", width).rstrip()


WORK = """
import time
from cron2aws.cli.terminal import Terminal
with Terminal().working("reading", after={after}):
    time.sleep(0.5)
print("done")
"""


@pytest.mark.parametrize(("after", "is_said"), [(0, True), (3_600, False)])
def test_what_takes_long_is_said_in_a_terminal(after: int, is_said: bool, tmp_path: Path) -> None:
    written = written_in_terminal(tmp_path, 80, "-c", WORK.format(after=after))
    assert ("reading ..." in written) is is_said
    assert written.endswith("done\r\n")


def test_nothing_is_said_in_a_pipe() -> None:
    command = [sys.executable, "-c", WORK.format(after=0)]
    assert subprocess.run(command, capture_output=True, check=True).stderr == b""
