"""What the host's own sh makes of guards whose answer is no, beside what is told of them."""

from __future__ import annotations

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
    found = guard_of(simple_commands(command))
    assert found is not None
    ended = subprocess.run(
        ["/bin/sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ended.stdout, ended.returncode) == ("", found.refusal)
