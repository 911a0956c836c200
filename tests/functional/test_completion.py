"""Completion as bash does it when Tab is pressed; zsh and fish are in tests/other_shells."""

from __future__ import annotations

import json
import re
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
    script.write_text('PS1="> "\n' + cron2aws("completion", "bash").out)
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


PRESSES = """\
import importlib, json, os, sys
from cron2aws.cli.main import COMMANDS, run
for name in COMMANDS:
    importlib.import_module(f"cron2aws.cli.{name}")
for words in json.loads(sys.argv[1]):
    if os.fork():
        os.wait()
        continue
    os.environ["COMP_WORDS"], os.environ["COMP_CWORD"] = words, str(words.count(" "))
    print("asked", words, flush=True)
    run([], print)
    heavy = {"boto3", "botocore", "croniter", "moto", "rich"}
    print(words, sorted(heavy & set(sys.modules)), file=sys.stderr, flush=True)
    os._exit(0)
"""
"""Each in a process of its own, which has loaded each command's module before, and no more."""


def test_completing_loads_nothing_heavy() -> None:
    """Every press of Tab starts the program."""
    every = [f"cron2aws {command} --" for command in main.COMMANDS] + ["cron2aws --"]
    ran = subprocess.run(
        [sys.executable, "-c", PRESSES, json.dumps(every)],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": str(BIN), "_CRON2AWS_COMPLETE": "bash_complete"},
    )
    assert ran.stderr.splitlines() == [f"{words} []" for words in every]
    _, *answers = re.split("(?m)^asked ", ran.stdout)
    for words, answer in zip(every, answers, strict=True):
        asked, *offered = answer.splitlines()
        assert asked == words
        assert "plain,--region" in offered
