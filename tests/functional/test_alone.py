"""Commands that change something come one after the other; the others are free."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cron2aws.app.context import Context
from cron2aws.errors import SafetyError
from cron2aws.handover.lock import one_at_a_time
from cron2aws.sandbox.inside import Sandbox
from tests.calling import command, opened

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
SINCE = datetime(2026, 11, 23, 10, 7, 5, tzinfo=UTC)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    with Sandbox() as sandbox:
        state = tmp_path / "state"
        yield replace(opened(sandbox), state=state, backups=state / "backups")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "tokyo-reports", tmp_path / "reports"))


def migrate(context: Context, tree: Path, *more: str) -> int:
    return command(context, "migrate", str(tree), "--tag", "Name=x", *more)


def rollback(context: Context, tree: Path) -> int:
    return command(context, "rollback", "--source", str(tree), "--yes")


def test_while_a_command_is_at_it_those_that_change_something_are_refused(
    context: Context, tree: Path
) -> None:
    with one_at_a_time(context.state, "migrate", SINCE):
        changes: tuple[Callable[[], int], ...] = (
            lambda: migrate(context, tree, "--yes"),
            lambda: rollback(context, tree),
            lambda: command(context, "enable", "x", "--yes"),
            lambda: command(context, "disable", "x", "--yes"),
        )
        for change in changes:
            with pytest.raises(SafetyError, match="another cron2aws command") as refused:
                change()
            assert "since 2026-11-23T10:07:05Z" in (refused.value.why or "")
        assert migrate(context, tree, "--dry-run") == 0
        assert command(context, "status", str(tree)) == 0
        assert command(context, "scan", str(tree)) == 0
        assert context.stacks.deployed() == ()
    assert migrate(context, tree, "--yes") == 0
    assert rollback(context, tree) == 0


def test_where_nothing_can_be_locked_only_the_way_back_goes_on(
    context: Context, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert migrate(context, tree, "--yes") == 0
    (context.state / "lock").unlink()
    (context.state / "lock").mkdir()
    before = [stack.parameters for stack in context.stacks.deployed()]
    with pytest.raises(SafetyError, match="nothing would keep a second command"):
        migrate(context, tree, "--yes")
    with pytest.raises(SafetyError, match="nothing would keep a second command"):
        command(context, "disable", "*", "--yes")
    assert [stack.parameters for stack in context.stacks.deployed()] == before
    assert command(context, "status", str(tree)) == 0
    capsys.readouterr()
    assert rollback(context, tree) == 0
    assert "warning: nothing keeps a second command" in capsys.readouterr().err
    assert context.stacks.deployed() == ()
