"""Completion as bash does it when Tab is pressed; zsh and fish are in tests/other_shells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cron2aws.cli import main
from tests.functional.cli import cron2aws
from tests.shells import why_not
from tests.surroundings import cannot
from tests.tab_key import BIN, CASES, Typing


@pytest.mark.parametrize(("typed", "line"), CASES, ids=[typed for typed, _ in CASES])
def test_bash_completes(typed: str, line: str | None, tmp_path: Path) -> None:
    if reason := why_not("bash"):
        cannot(reason)
    (tmp_path / "crontab-of-web").touch()
    script = tmp_path / "rc"
    script.write_text('PS1="> "; eval "$(cron2aws completion bash)"\n')
    words = ["bash", "--noprofile", "--rcfile", str(script), "-i"]
    with Typing(words=words, folder=tmp_path) as at:
        got = at.after_tab(typed)
    assert line in {got, None}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_for_the_program(shell: str) -> None:
    answer = cron2aws("completion", shell)
    assert (answer.code, answer.err) == (0, "")
    assert f"_CRON2AWS_COMPLETE={shell}_complete" in answer.out
    assert answer.out.endswith("\n")


def test_another_shell_is_refused_with_those_there_are() -> None:
    answer = cron2aws("completion", "tcsh")
    assert answer.code == 2
    assert all(shell in answer.err for shell in ("bash", "zsh", "fish"))


@pytest.mark.parametrize("command", ["", *main.COMMANDS])
def test_completing_loads_nothing_heavy(command: str) -> None:
    """Every press of Tab starts the program."""
    code = (
        "import sys; from cron2aws.cli.main import run\n"
        "run([], print)\n"
        "heavy = {'boto3', 'botocore', 'croniter', 'moto', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    words = f"cron2aws {command} --".replace("  ", " ")
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={
            "PATH": str(BIN),
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
            "_CRON2AWS_COMPLETE": "bash_complete",
        },
    )
    assert "plain,--region" in ran.stdout.splitlines()
    assert ran.stderr == "[]\n"
