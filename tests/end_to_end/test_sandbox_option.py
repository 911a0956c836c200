"""`cron2aws --sandbox`: the whole command line, with an AWS of its own, on copies."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from cron2aws.cli.main import run
from cron2aws.cli.terminal import Terminal
from cron2aws.errors import UsageError
from cron2aws.hosts.replace import Replacement
from tests.functional.cli import cron2aws

MARK = re.compile(rb" # cron2aws:[0-9a-f]{16}@- ")
FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))


def files(tree: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(tree.rglob("*")) if path.is_file()}


def test_only_copies_are_edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edited: list[bytes] = []
    put = Replacement.put

    def seen(new: Replacement, *how: Any) -> None:
        assert new.location.is_relative_to(tmp_path / "tmp")
        edited.append(new.data)
        put(new, *how)

    monkeypatch.setattr(Replacement, "put", seen)
    tree = Path(shutil.copytree(FIXTURES / "tokyo-reports", tmp_path / "tree", symlinks=True))
    before = files(tree)
    times = {path: path.stat().st_mtime_ns for path in before}
    answer = cron2aws(
        "--sandbox", "migrate", str(tree), "--tag", "Name=web", "--comment-out", "--yes"
    )
    assert answer.code == 0, answer.err
    assert "Done: " in answer.err
    assert files(tree) == before
    assert {path: path.stat().st_mtime_ns for path in before} == times
    marks = MARK.findall(b"".join(edited))
    assert len(marks) == answer.out.count("  create, hand over  ") > 0
    assert "copies of the sources are edited, and deleted at the end" in answer.err
    assert files(tmp_path / "tmp") == {}


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt, 130), (UsageError, 2), (KeyError, 70)]
)
def test_copies_go_however_the_command_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int
) -> None:
    copied: list[Path] = []
    migrate = [str(FIXTURES / "tokyo-reports"), "--tag", "Name=web", "--dry-run"]

    def report_bug(_: Exception) -> int:
        return 70

    def looked(*_: object) -> None:
        copied.extend(files(tmp_path / "tmp"))
        ends = error(f"with {code}")
        raise ends

    monkeypatch.setattr(Terminal, "show", looked)
    assert run(["--sandbox", "migrate", *migrate], report_bug) == code
    assert len(copied) > 1
    assert list((tmp_path / "tmp").iterdir()) == []


def test_copies_go_where_nobody_answers(tmp_path: Path) -> None:
    answer = cron2aws("--sandbox", "migrate", str(FIXTURES / "tokyo-reports"), "--tag", "Name=web")
    assert (answer.code, "nothing was changed" in answer.err) == (2, True)
    assert "copies of the sources are edited, and deleted at the end" in answer.err
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_dry_run_leaves_nothing(tmp_path: Path) -> None:
    answer = cron2aws(
        "--sandbox", "migrate", str(FIXTURES / "tokyo-reports"), "--tag", "Name=web", "--dry-run",
        "-o", "json",
    )  # fmt: skip
    assert answer.code == 0
    assert answer.document["schema"] == "cron2aws.plan/1"
    assert not any((tmp_path / "state").rglob("*.jsonl"))


@pytest.mark.parametrize("command", [("migrate", "--tag", "Name=web"), ("rollback",)])
def test_without_a_source_it_is_a_usage_error(command: tuple[str, ...]) -> None:
    answer = cron2aws("--sandbox", *command, "--yes")
    assert answer.code == 2
    assert "--sandbox needs a SOURCE" in answer.err
    assert "hint: for example `cron2aws --sandbox" in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("migrate", "--tag", "web"), 2, "--tag 'web' is not KEY=VALUE"),
        (("migrate", "--tag", "=web"), 2, "for example --tag Name=web"),
        (("migrate", "--tag", "a=b", "--comment-out", "--rehearse"), 2, "contradict each other"),
        (("run", "nosuch"), 2, "no task 'nosuch'"),
        (("disable", "nosuch", "--yes"), 2, "no task 'nosuch'"),
    ],
)
def test_a_wrong_command_line_is_told(arguments: tuple[str, ...], code: int, told: str) -> None:
    source = (str(FIXTURES / "tokyo-reports"),) if arguments[0] == "migrate" else ()
    answer = cron2aws("--sandbox", *arguments, *source)
    assert answer.code == code
    assert told in answer.err


def test_setup_and_status_of_an_empty_account(tmp_path: Path) -> None:
    answer = cron2aws("--sandbox", "setup", "--yes")
    assert answer.code == 0
    tab = tmp_path / "crontab"
    tab.write_bytes(b"0 3 * * * root x\n")
    answer = cron2aws("--sandbox", "status", str(tab), "--dialect", "debian", "--timezone", "UTC")
    assert (answer.code, answer.out) == (0, "No tasks of cron2aws are deployed here.\n")


def test_an_entry_that_needs_a_decision_is_told_with_strict(tmp_path: Path) -> None:
    tab = tmp_path / "crontab"
    tab.write_bytes(b"0 3 * * * root x\n61 * * * * root y\n")
    answer = cron2aws(
        "--sandbox", "migrate", str(tab), "--tag", "Name=web", "--strict", "--yes",
        "--dialect", "debian", "--timezone", "UTC", "--format-of", "system",
    )  # fmt: skip
    assert answer.code == 1
    assert "review: " in answer.err
