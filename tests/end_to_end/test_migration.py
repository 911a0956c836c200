"""A crontab becomes running tasks and comes back: the real commands, template and machine."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from cron2aws.cli import migrate, rollback, status
from cron2aws.cli.world import World, world_of
from cron2aws.sandbox import Sandbox

TAB = b"""\
# nightly jobs
MAILTO=ops@example.com
17 3 * * 1-5 root /usr/local/bin/backup --all
*/15\t*  * * *   www-data  php /srv/app/cron.php >/dev/null 2>&1\r
0 3 13 * 5 root caf\xe9 \\% x
@reboot root /usr/local/bin/warm-up
# end, without a newline on purpose? no: Debian's daemon would ignore the file
"""


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))


@pytest.fixture
def tab(tmp_path: Path) -> Path:
    path = tmp_path / "etc" / "crontab"
    path.parent.mkdir()
    path.write_bytes(TAB)
    path.chmod(0o640)
    return path


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def world(_state: None, sandbox: Sandbox) -> Iterator[World]:
    made = world_of({}, sandbox)
    yield made
    for stack in made.stacks.deployed():
        made.stacks.delete(stack)


def given(command: click.Command, *arguments: str) -> dict[str, Any]:
    with command.make_context("cron2aws", list(arguments)) as context:
        return dict(context.params)


HOST = ("--dialect", "debian", "--timezone", "UTC")


def do_migrate(world: World, tab: Path, *arguments: str) -> int:
    arguments = (str(tab), "--tag", "Name=web", "--yes", *HOST, *arguments)
    return migrate.run(world, {}, given(migrate.migrate, *arguments))


def do_rollback(world: World, tab: Path, *tasks: str) -> int:
    arguments = (*tasks, "--source", str(tab), "--yes", *HOST)
    return rollback.run(world, {}, given(rollback.rollback, *arguments))


def do_rollback_of(world: World, tree: Path) -> int:
    return rollback.run(world, {}, given(rollback.rollback, "--source", str(tree), "--yes"))


def rows(world: World, tab: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    status.run(world, {}, given(status.status, str(tab), "-o", "json", *HOST))
    document: dict[str, list[dict[str, Any]]] = json.loads(capsys.readouterr().out)
    return document["tasks"]


def test_a_dry_run_changes_nothing(
    world: World, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert do_migrate(world, tab, "--dry-run", "--comment-out") == 0
    assert world.stacks.deployed() == ()
    assert tab.read_bytes() == TAB
    assert "3 stacks to create, 0 to update, 3 lines to comment out" in capsys.readouterr().out


def test_without_comment_out_tasks_are_deployed_disabled(world: World, tab: Path) -> None:
    assert do_migrate(world, tab) == 0
    stacks = world.stacks.deployed()
    assert [stack.enabled for stack in stacks] == [False] * 3
    assert tab.read_bytes() == TAB
    moment = world.clock.now()
    assert world.sandbox
    assert world.sandbox.fire(stacks[0].stack_name, moment) is None


def test_what_a_killed_command_left_is_removed_before_the_next_edit(
    world: World, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with subprocess.Popen(["/bin/true"]) as dead:
        pass
    left = tab.with_name(f".crontab.cron2aws-{dead.pid}")
    for change, stays in (("--dry-run", True), ("--comment-out", False)):
        left.write_bytes(TAB)
        assert do_migrate(world, tab, change) == 0
        assert left.exists() is stays
        told = f"note: {left} was left by a command that was killed: removed\n"
        assert (told in capsys.readouterr().err) is not stays
    left.write_bytes(TAB)
    assert do_rollback(world, tab) == 0
    assert [path.name for path in tab.parent.iterdir()] == ["crontab"]
    assert tab.read_bytes() == TAB


def test_a_cut_over_and_back(world: World, tab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert do_migrate(world, tab, "--comment-out") == 0
    after = tab.read_bytes()
    lines = after.split(b"\n")
    assert sum(line.startswith(b"# cron2aws:") for line in lines) == 3
    assert [line.partition(b" | ")[2] or line for line in lines] == TAB.split(b"\n")
    assert stat.S_IMODE(tab.stat().st_mode) == 0o640
    assert all(stack.enabled for stack in world.stacks.deployed())
    assert [row["standing"] for row in rows(world, tab, capsys)] == ["ok"] * 3
    assert do_rollback(world, tab) == 0
    assert tab.read_bytes() == TAB
    assert world.stacks.deployed() == ()
    assert rows(world, tab, capsys) == []


def test_a_second_migrate_finds_nothing_to_do(
    world: World, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ((), ("--comment-out",), ("--comment-out",), ()):
        assert do_migrate(world, tab, *arguments) == 0
    assert "Nothing to do: 3 tasks deployed as planned." in capsys.readouterr().out


def test_a_changed_schedule_is_an_update_that_keeps_what_was_not_said(
    world: World, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        do_migrate(world, tab, "--comment-out", "--run-on", "one", "--execution-timeout", "60") == 0
    )
    tab.write_bytes(tab.read_bytes().replace(b"17 3 * * 1-5", b"18 3 * * 1-5"))
    capsys.readouterr()
    assert do_migrate(world, tab) == 0
    assert "0 stacks to create, 1 to update" in capsys.readouterr().out
    changed = [
        stack.parameters
        for stack in world.stacks.deployed()
        if stack.parameters["OriginalSchedule"] == "18 3 * * 1-5"
    ]
    assert [each["ScheduleExpression"] for each in changed] == ["cron(18 3 ? * MON-FRI *)"]
    assert [each["RunOn"] for each in changed] == ["one"]
    assert [each["ExecutionTimeoutSeconds"] for each in changed] == ["60"]
    assert [each["Enabled"] for each in changed] == ["true"]


def test_the_whole_output_stays_asked_for(
    world: World, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert do_migrate(world, tab, "--output-log-group", "/jobs") == 0
    capsys.readouterr()
    assert do_migrate(world, tab) == 0
    assert "Nothing to do" in capsys.readouterr().out
    parameters = [stack.parameters for stack in world.stacks.deployed()]
    assert {each["OutputLogGroup"] for each in parameters} == {"/jobs"}
    assert all("whole output" in each["Command"] for each in parameters)


def test_tasks_run_from_the_hand_over_on_and_not_before(world: World, tab: Path) -> None:
    do_migrate(world, tab, "--comment-out")
    (stack,) = [s for s in world.stacks.deployed() if "backup" in s.stack_name]
    moment = world.clock.now().replace(second=0, microsecond=0)
    early = stack.parameters["NotBefore"]
    assert world.sandbox
    sent = len(world.sandbox.commands)
    before = world.sandbox.fire(stack.stack_name, moment - timedelta(days=1))
    assert before
    assert "skipped" in str(world.sandbox.wait(before)["output"])
    assert not list(world.sandbox.commands)
    later = world.sandbox.fire(stack.stack_name, moment + timedelta(days=1))
    assert later
    world.sandbox.wait(later)
    (command,) = world.sandbox.commands[sent:]
    assert early
    assert command.script


def test_a_marked_line_whose_stack_is_gone_runs_nowhere_and_is_told(
    world: World, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    do_migrate(world, tab, "--comment-out")
    stack = world.stacks.deployed()[0]
    world.stacks.delete(stack)
    standings = [row["standing"] for row in rows(world, tab, capsys)]
    assert sorted(standings) == ["ok", "ok", "runs nowhere"]
    assert do_migrate(world, tab) == 4
    assert "runs nowhere" in capsys.readouterr().out
    assert do_rollback(world, tab) == 0
    assert tab.read_bytes() == TAB


def test_a_file_that_changed_meanwhile_is_not_touched(world: World, tab: Path) -> None:
    changed = TAB + b"1 1 * * * root new\n"

    class Meddling:
        """Somebody edits the crontab while the hand-over is waited for."""

        now = world.clock.now

        def sleep_until(self, moment: datetime) -> None:
            tab.write_bytes(changed)
            world.clock.sleep_until(moment)

    assert do_migrate(replace(world, clock=Meddling()), tab, "--comment-out") == 6
    assert tab.read_bytes() == changed
    assert [stack.enabled for stack in world.stacks.deployed()] == [False] * 3


def test_what_was_replaced_is_kept_for_its_owner_alone(
    world: World, tab: Path, tmp_path: Path
) -> None:
    do_migrate(world, tab, "--comment-out")
    (backup,) = [path for path in (tmp_path / "state" / "backups").rglob("*") if path.is_file()]
    assert backup.read_bytes() == TAB
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_rollback_of_one_task_leaves_the_others(world: World, tab: Path) -> None:
    do_migrate(world, tab, "--comment-out")
    stack = next(s for s in world.stacks.deployed() if "backup" in s.stack_name)
    assert do_rollback(world, tab, stack.id) == 0
    assert len(world.stacks.deployed()) == 2
    assert tab.read_bytes().count(b"# cron2aws:") == 2


def test_a_foreign_stack_is_never_touched(world: World, tab: Path) -> None:
    template = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
    world.session.client("cloudformation").create_stack(
        StackName="theirs", TemplateBody=json.dumps(template)
    )
    do_migrate(world, tab, "--comment-out")
    do_rollback(world, tab)
    left = world.session.client("cloudformation").describe_stacks()["Stacks"]
    assert [stack["StackName"] for stack in left] == ["theirs"]
    world.session.client("cloudformation").delete_stack(StackName="theirs")


def test_a_copied_tree_is_migrated_and_comes_back(world: World, tmp_path: Path) -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "crontabs" / "tokyo-reports"
    tree = Path(shutil.copytree(fixtures, tmp_path / "tree", symlinks=True))
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    arguments = (str(tree), "--tag", "Name=web", "--yes", "--comment-out")
    assert migrate.run(world, {}, given(migrate.migrate, *arguments)) == 0
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} != before
    assert do_rollback_of(world, tree) == 0
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == before
