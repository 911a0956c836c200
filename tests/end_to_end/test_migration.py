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

import pytest

from cron2aws.app.context import Context
from cron2aws.sandbox.inside import Sandbox
from tests.calling import HOST, command, opened
from tests.sandboxes import client

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
def context(_state: None, sandbox: Sandbox) -> Iterator[Context]:
    made = opened(sandbox)
    yield made
    for stack in made.stacks.deployed():
        made.stacks.delete(stack)


def do_migrate(context: Context, tab: Path, *arguments: str) -> int:
    return command(context, "migrate", str(tab), "--tag", "Name=web", "--yes", *HOST, *arguments)


def do_rollback(context: Context, tab: Path, *tasks: str) -> int:
    return command(context, "rollback", *tasks, "--source", str(tab), "--yes", *HOST)


def do_rollback_of(context: Context, tree: Path) -> int:
    return command(context, "rollback", "--source", str(tree), "--yes")


def rows(context: Context, tab: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    command(context, "status", str(tab), "-o", "json", *HOST)
    document: dict[str, list[dict[str, Any]]] = json.loads(capsys.readouterr().out)
    return document["tasks"]


def test_a_dry_run_changes_nothing(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert do_migrate(context, tab, "--dry-run", "--comment-out") == 0
    assert context.stacks.deployed() == ()
    assert tab.read_bytes() == TAB
    assert "5 stacks to create, 0 to update, 3 lines to comment out" in capsys.readouterr().out


def test_without_comment_out_tasks_are_deployed_disabled(
    context: Context, sandbox: Sandbox, tab: Path
) -> None:
    assert do_migrate(context, tab) == 0
    stacks = context.stacks.deployed()
    assert [stack.enabled for stack in stacks] == [False] * 3
    assert tab.read_bytes() == TAB
    moment = context.clock.now()
    assert sandbox.fire(stacks[0].stack_name, moment) is None


def test_what_a_killed_command_left_is_removed_before_the_next_edit(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with subprocess.Popen(["/bin/true"]) as dead:
        pass
    left = tab.with_name(f".crontab.cron2aws-{dead.pid}")
    for change, stays in (("--dry-run", True), ("--comment-out", False)):
        left.write_bytes(TAB)
        assert do_migrate(context, tab, change) == 0
        assert left.exists() is stays
        told = f"note: {left} was left by a command that was killed: removed\n"
        assert (told in capsys.readouterr().err) is not stays
    left.write_bytes(TAB)
    assert do_rollback(context, tab) == 0
    assert [path.name for path in tab.parent.iterdir()] == ["crontab"]
    assert tab.read_bytes() == TAB


def test_a_hand_over_and_back(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert do_migrate(context, tab, "--comment-out") == 0
    after = tab.read_bytes()
    lines = after.split(b"\n")
    assert sum(line.startswith(b" # cron2aws:") for line in lines) == 3
    assert [line.partition(b" | ")[2] or line for line in lines] == TAB.split(b"\n")
    assert stat.S_IMODE(tab.stat().st_mode) == 0o640
    assert all(stack.enabled for stack in context.stacks.deployed())
    assert [row["standing"] for row in rows(context, tab, capsys)] == ["handed over"] * 3
    assert do_rollback(context, tab) == 0
    assert tab.read_bytes() == TAB
    assert context.stacks.deployed() == ()
    assert rows(context, tab, capsys) == []


def test_a_second_migrate_finds_nothing_to_do(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ((), ("--comment-out",), ("--comment-out",), ()):
        assert do_migrate(context, tab, *arguments) == 0
    assert "Nothing to do: 3 tasks deployed as planned." in capsys.readouterr().out


def test_a_changed_schedule_is_an_update_that_keeps_what_was_not_said(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        do_migrate(context, tab, "--comment-out", "--run-on", "one", "--execution-timeout", "60")
        == 0
    )
    tab.write_bytes(tab.read_bytes().replace(b"17 3 * * 1-5", b"18 3 * * 1-5"))
    capsys.readouterr()
    assert do_migrate(context, tab) == 0
    assert "0 stacks to create, 1 to update" in capsys.readouterr().out
    changed = [
        stack.parameters
        for stack in context.stacks.deployed()
        if stack.parameters["OriginalSchedule"] == "18 3 * * 1-5"
    ]
    assert [each["ScheduleExpression"] for each in changed] == ["cron(18 3 ? * MON-FRI *)"]
    assert [each["RunOn"] for each in changed] == ["one"]
    assert [each["ExecutionTimeoutSeconds"] for each in changed] == ["60"]
    assert [each["Enabled"] for each in changed] == ["true"]


def test_the_whole_output_stays_asked_for(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert do_migrate(context, tab, "--output-log-group", "/jobs") == 0
    capsys.readouterr()
    assert do_migrate(context, tab) == 0
    assert "Nothing to do" in capsys.readouterr().out
    parameters = [stack.parameters for stack in context.stacks.deployed()]
    assert {each["OutputLogGroup"] for each in parameters} == {"/jobs"}


def test_guards_stay_quiet_until_they_are_to_be_told_again(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = b"0 3 * * * root [ -f /a ] && rm /a\n"

    def guards(*options: str, note: bytes = b"") -> tuple[bool, bool]:
        """Whether the deployed task's guard is quiet, and whether anything was to do."""
        tab.write_bytes(note + job)
        capsys.readouterr()
        assert do_migrate(context, tab, *options) == 0
        idle = "Nothing to do" in capsys.readouterr().out
        (stack,) = context.stacks.deployed()
        return " guard=1\n" in stack.parameters["Command"], not idle

    assert guards() == (False, True)
    assert guards("--quiet-guards") == (True, True)
    assert guards() == (True, False)
    assert guards("--no-quiet-guards") == (False, True)
    assert guards() == (False, False)
    note = b"# cron2aws: guard\n"
    assert guards(note=note) == (True, True)
    assert guards("--no-quiet-guards", note=note) == (True, False)
    assert guards() == (False, True)  # what the note said goes with the note


def test_a_rehearsal_enables_and_leaves_the_lines(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert do_migrate(context, tab, "--rehearse") == 0
    assert (tab.read_bytes(), [stack.enabled for stack in context.stacks.deployed()]) == (
        TAB,
        [True] * 3,
    )
    assert [row["standing"] for row in rows(context, tab, capsys)] == ["rehearsing"] * 3
    assert do_migrate(context, tab, "--comment-out") == 0
    assert [row["standing"] for row in rows(context, tab, capsys)] == ["handed over"] * 3


def test_a_handed_over_task_runs(context: Context, sandbox: Sandbox, tab: Path) -> None:
    do_migrate(context, tab, "--comment-out")
    (stack,) = [s for s in context.stacks.deployed() if "backup" in s.stack_name]
    sent = len(sandbox.commands)
    fired = sandbox.fire(stack.stack_name, context.clock.now() + timedelta(days=1))
    assert fired
    sandbox.wait(fired)
    (sent_now,) = sandbox.commands[sent:]
    assert sent_now.script


def test_a_marked_line_whose_stack_is_gone_runs_nowhere_and_is_told(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    do_migrate(context, tab, "--comment-out")
    stack = context.stacks.deployed()[0]
    context.stacks.delete(stack)
    standings = [row["standing"] for row in rows(context, tab, capsys)]
    assert sorted(standings) == ["handed over", "handed over", "runs nowhere"]
    assert do_migrate(context, tab) == 4
    assert "runs nowhere" in capsys.readouterr().out
    assert do_rollback(context, tab) == 0
    assert tab.read_bytes() == TAB


def test_a_file_that_changed_meanwhile_is_not_touched(context: Context, tab: Path) -> None:
    changed = TAB + b"1 1 * * * root new\n"

    class Meddling:
        """Somebody edits the crontab while the hosts are looked at."""

        now = context.clock.now

        def sleep_until(self, moment: datetime) -> None:
            tab.write_bytes(changed)
            context.clock.sleep_until(moment)

    assert do_migrate(replace(context, clock=Meddling()), tab, "--comment-out") == 6
    assert tab.read_bytes() == changed
    # cron runs the jobs, as each line is active
    assert [stack.enabled for stack in context.stacks.deployed()] == [True] * 3


def test_what_was_replaced_is_kept_for_its_owner_alone(
    context: Context, tab: Path, tmp_path: Path
) -> None:
    do_migrate(context, tab, "--comment-out")
    (backup,) = [path for path in (tmp_path / "state" / "backups").rglob("*") if path.is_file()]
    assert backup.read_bytes() == TAB
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_rollback_of_one_task_leaves_the_others(context: Context, tab: Path) -> None:
    do_migrate(context, tab, "--comment-out")
    stack = next(s for s in context.stacks.deployed() if "backup" in s.stack_name)
    assert do_rollback(context, tab, stack.id) == 0
    assert len(context.stacks.deployed()) == 2
    assert tab.read_bytes().count(b"# cron2aws:") == 2


def test_a_foreign_stack_is_never_touched(context: Context, tab: Path) -> None:
    template = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
    client("cloudformation").create_stack(StackName="theirs", TemplateBody=json.dumps(template))
    do_migrate(context, tab, "--comment-out")
    do_rollback(context, tab)
    left = client("cloudformation").describe_stacks()["Stacks"]
    shared = ["cron2aws-foundation", "cron2aws-target-web-88baf0f6"]
    assert sorted(stack["StackName"] for stack in left) == [*shared, "theirs"]
    client("cloudformation").delete_stack(StackName="theirs")


def test_a_copied_tree_is_migrated_and_comes_back(context: Context, tmp_path: Path) -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "crontabs" / "tokyo-reports"
    tree = Path(shutil.copytree(fixtures, tmp_path / "tree", symlinks=True))
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    arguments = (str(tree), "--tag", "Name=web", "--yes", "--comment-out")
    assert command(context, "migrate", *arguments) == 0
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} != before
    assert do_rollback_of(context, tree) == 0
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == before
