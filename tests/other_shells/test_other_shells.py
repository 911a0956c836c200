"""Completion as zsh and fish do it; `make shells` runs these, and they fail without the shells."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tab_key import BIN, CASES, Typing

pytestmark = pytest.mark.shells


def needs(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.fail(f"there is no {shell}; apt-get install {shell}", pytrace=False)


@pytest.mark.parametrize(("typed", "line"), CASES, ids=[typed for typed, _ in CASES])
def test_zsh_completes(typed: str, line: str | None, tmp_path: Path) -> None:
    needs("zsh")
    (tmp_path / "crontab-of-web").touch()
    (tmp_path / ".zshrc").write_text(
        "PS1='> '; autoload -Uz compinit; compinit -u; bindkey -e\n"
        'eval "$(cron2aws completion zsh)"\n'
    )
    with Typing(words=["zsh", "-i", "-o", "no_global_rcs"], folder=tmp_path) as at:
        got = at.after_tab(typed)
    assert line in {got, None}


def test_zsh_loads_the_script_from_its_folder_of_functions(tmp_path: Path) -> None:
    needs("zsh")
    (tmp_path / ".zshrc").write_text(
        "PS1='> '; fpath=(~ $fpath); autoload -Uz compinit; compinit -u; bindkey -e\n"
    )
    script = subprocess.run(
        [BIN / "cron2aws", "completion", "zsh"], capture_output=True, check=True
    )
    (tmp_path / "_cron2aws").write_bytes(script.stdout)
    with Typing(words=["zsh", "-i", "-o", "no_global_rcs"], folder=tmp_path) as at:
        assert at.after_tab("cron2aws migrate --comm") == "cron2aws migrate --comment-out"


def fish(folder: Path, line: str) -> list[str]:
    """What fish offers for a line, without what it says of each."""
    done = subprocess.run(
        ["fish", "--no-config", "--command",
         "cron2aws completion fish | source; complete --do-complete $argv[1]", line],
        cwd=folder,
        env={"HOME": str(folder), "PATH": f"{BIN}:{os.environ['PATH']}", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return [each.partition("\t")[0] for each in done.stdout.splitlines()]


@pytest.mark.parametrize(("typed", "line"), CASES, ids=[typed for typed, _ in CASES])
def test_fish_completes(typed: str, line: str | None, tmp_path: Path) -> None:
    needs("fish")
    (tmp_path / "crontab-of-web").touch()
    offered = fish(tmp_path, typed)
    if line == typed:
        assert all(each.startswith(typed.rsplit(maxsplit=1)[-1]) for each in offered)
    elif line:
        assert offered == [line.split()[-1]]


def test_fish_offers_every_command(tmp_path: Path) -> None:
    needs("fish")
    assert {"scan", "explain", "migrate", "completion"} <= set(fish(tmp_path, "cron2aws "))
