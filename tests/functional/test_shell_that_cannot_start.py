"""A SHELL that cannot be started: the job is told the daemon's own words, and ends as under it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.task.command import Job, habits_of, render
from cron2aws.task.whole import whole


def errors_of(shell: str, root: Path) -> str:
    """What a job with this SHELL has on standard error. Root's of a cronie system tab: no PAM."""
    job = Job(user="root", command="true", stdin=None, environment=(("SHELL", shell),), system=True)
    text = whole(
        render(job, habits_of(DIALECTS["cronie"]), title="cron2aws 3f9c01ab"),
        {"task": "3f9c01ab", "limit": "60", "root": str(root)},
    )
    (root / "script").write_text(text, encoding="utf-8")
    return subprocess.run(
        ["sh", str(root / "script")], capture_output=True, text=True, check=False
    ).stderr


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dev/shm").mkdir(parents=True)
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("missing", "No such file or directory"),
        ("file/sh", "Not a directory"),
        ("loop", "Too many levels of symbolic links"),
        ("n" * 300, "File name too long"),
        ("file", "Permission denied"),
        ("folder", "Permission denied"),
    ],
)
def test_the_reason_is_that_of_execve(root: Path, shell: str, words: str) -> None:
    (root / "file").touch(mode=0o644)
    (root / "folder").mkdir()
    (root / "loop").symlink_to("loop")
    path = str(root / shell)
    assert errors_of(path, root) == f"{path}: execle: {words}\n"
