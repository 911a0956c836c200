"""Marks in a crontab that its user goes on editing, with Debian's own `crontab`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cron2aws.crontab.edit import comment_out, restore
from cron2aws.crontab.mark import Mark
from tests.oracle.real_cron import need_real_cron

pytestmark = pytest.mark.oracle
BEFORE = b"1 * * * * x\n2 * * * *  y %z\n  3 * * * * \xe4\n\t4 * * * * w\n"
ADDED = b"5 5 * * * added\n"
ADD = "printf '5 5 * * * added\\n' >> "
MARKS = {
    n: Mark(
        id=f"{n:016x}",
        account="123456789012",
        region="eu-west-1",
        stack=f"cron2aws-web-{n}",
        minute="2026-12-01T03:00Z",
    )
    for n in range(1, 5)
}
IDS = [mark.id for mark in MARKS.values()]


@pytest.fixture(autouse=True)
def _real_cron() -> None:
    need_real_cron()


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[bytes, str], bytes]:
    """root's crontab with these bytes, behind a command that its user types."""

    def edit(data: bytes, command: str) -> bytes:
        spool = tmp_path / "spool"
        spool.mkdir()
        spool.chmod(0o1730)
        (spool / "root").write_bytes(data)
        (spool / "root").chmod(0o600)
        editor = tmp_path / "editor"
        # `crontab -e` keeps what has the time that it had
        editor.write_text(f'#!/bin/sh\n{ADD}"$1"\ntouch -d "+1 minute" "$1"\n')
        editor.chmod(0o755)
        program = Path(__file__).with_name("crontab_namespace.py")
        command = f"EDITOR={editor} VISUAL=; export EDITOR; {command}"
        subprocess.run(
            ["unshare", "--mount", sys.executable, program, spool, command],
            check=True,
            capture_output=True,
        )
        return (spool / "root").read_bytes()

    return edit


COMMANDS = {
    "edited": "crontab -e",
    "listed and installed": "(crontab -l; printf '5 5 * * * added\\n') | crontab -",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_marked_lines_outlive_the_user_and_come_back_to_the_byte(
    edited: Callable[[bytes, str], bytes], command: str
) -> None:
    after = edited(comment_out(BEFORE, MARKS), command)
    assert after.endswith(ADDED)
    assert restore(after, IDS).endswith(BEFORE + ADDED)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_without_the_blank_the_first_three_are_gone(
    edited: Callable[[bytes, str], bytes], command: str
) -> None:
    """What the blank in front of a mark is for: the day it is not needed, this fails."""
    marked = comment_out(BEFORE, MARKS)
    bare = b"".join(line.removeprefix(b" ") for line in marked.splitlines(keepends=True))
    after = edited(bare, command)
    found = [each for each in IDS if each.encode() in after]
    assert found == IDS[3:]
