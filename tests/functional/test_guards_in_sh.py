"""What the host's own sh makes of guards whose answer is no, beside what is told of them."""

from __future__ import annotations

import fcntl
import subprocess
from pathlib import Path

import pytest

from cron2aws.lint.guards import guard_of
from cron2aws.lint.words import simple_commands


@pytest.mark.parametrize(
    "command",
    [
        "[ -f a ] && echo ran",
        "test -x a && echo ran | cat",
        "[ -d . ] && [ -f a ] && echo ran",
        "[ -f a ] && (echo ran; echo more)",
        "[ -f a ] && { echo ran; echo more; }",
        "[ -f a ] || exit; echo ran",
        "[ -f a ] || exit 3; echo ran",
        "[ -f a ] || exit 0; echo ran",
        "command -v nothing >/dev/null && echo ran",
        "type nothing >/dev/null 2>&1 && echo ran",
        "type nothing >/dev/null 2>&1 || exit; echo ran",
        "mountpoint -q . && echo ran",
        "getent passwd nobody-of-this-name && echo ran",
        "flock -n held echo ran",
        "flock -nx held echo ran",
        "flock -nE 75 held echo ran",
        "flock -xnE75 held echo ran",
        "flock -n --conflict-exit-code 4 held echo ran",
        "flock -w 0.1 -E 9 held echo ran",
        "(flock -n 9 && echo ran) 9>held",
        "{ flock -n 9 && echo ran; } 9>held",
        "(flock -n held echo ran) >log",
        "[ -f a ] && echo ran; >log",
        "(flock -n -E 5 9 || exit; echo ran) 9>held",
        "[ -f a ] && echo ran; true",
        "[ -f a ] && echo ran || true",
        "[ -f a ] && echo ran &",
        "if [ -f a ]; then echo ran; fi",
        "if [ -f a ] && [ -d . ]; then echo ran; fi",
        "! [ -d . ] && echo ran",
        "[ -d . ] || echo ran",
        "grep -q word /dev/null && echo ran",
        "echo other | grep -q word && echo ran",
        "sh -c '[ -f a ] && echo ran'",
        "expr 1 = 2 >/dev/null && echo ran",
        "[ $(date +%d) = 32 ] && echo ran",
        "N=$(date +%d); [ $N = 32 ] && echo ran",
        "test $(date +%u) -eq 9 || exit 4; echo ran",
    ],
)
def test_the_exit_code_of_a_no(command: str, tmp_path: Path) -> None:
    found = guard_of(simple_commands(command), dash=is_dash())
    assert found is not None
    ended = run(command, tmp_path)
    assert (ended.stdout, ended.returncode) == ("", found.refusal)


@pytest.mark.parametrize(
    "command",
    [
        "[ -f a ] && echo ran >b",
        "expr 1 = 2 && echo ran >b",
        "expr 1 = 2 >/dev/null && echo ran >b",
        "kill -0 99999999 && echo ran >b",
        "kill -0 99999999 2>/dev/null && echo ran >b",
        "type nothing && echo ran >b",
        "type nothing >/dev/null 2>&1 && echo ran >b",
        "mountpoint . && echo ran >b",
        "mountpoint -q . && echo ran >b",
        "id nobody-of-this-name && echo ran >b",
        "cmp /etc/passwd /dev/null && echo ran >b",
        "cmp -s /etc/passwd /dev/null && echo ran >b",
        "diff /etc/passwd /dev/null && echo ran >b",
        "diff /etc/passwd /dev/null >/dev/null && echo ran >b",
        "! grep root /etc/passwd && echo ran >b",
        "! grep -q root /etc/passwd && echo ran >b",
        "grep root /etc/passwd && [ -f a ] && echo ran >b",
        "grep root /etc/passwd >/dev/null && [ -f a ] && echo ran >b",
        "flock -n held echo ran",
        "flock --verbose -n held echo ran",
    ],
)
def test_whether_a_no_prints_something(command: str, tmp_path: Path) -> None:
    found = guard_of(simple_commands(command), dash=is_dash())
    assert found is not None
    ended = run(command, tmp_path)
    assert not (tmp_path / "b").exists()
    assert bool(ended.stdout + ended.stderr) is found.speaks


def is_dash() -> bool:
    """Whether this host's sh is dash, as Debian's."""
    return Path("/bin/sh").resolve().name == "dash"


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in the host's sh, while somebody else holds the lock `held`."""
    with (folder / "held").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        return subprocess.run(
            ["/bin/sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False
        )
