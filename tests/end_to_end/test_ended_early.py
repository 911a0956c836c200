"""Commands that are ended by a signal or killed: the files are whole, and nothing runs twice."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cron2aws.sandbox.inside import Sandbox
from tests.calling import HOST
from tests.commands_apart import TAB, TAG, Apart, answered, apart, aws_apart, ended
from tests.gate import Gate

pytestmark = pytest.mark.long

ENDINGS = [(signal.SIGTERM, 143), (signal.SIGHUP, 129)]
PHASES = {
    "before anything is deployed": "DescribeInstances",
    "in the deployment": "CreateStack",
    "in the probe": "StartExecution",
}


@pytest.fixture(scope="module")
def aws() -> Iterator[tuple[Sandbox, Gate]]:
    with aws_apart() as made:
        yield made


@pytest.fixture
def commands(
    aws: tuple[Sandbox, Gate], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Apart]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))  # also for those in this process
    with apart(aws, tmp_path) as made:
        yield made


def standings(commands: Apart) -> set[str]:
    told = commands.run((*commands.status(), "-o", "json"))
    return {row["standing"] for row in json.loads(told.out)["tasks"]}


def hand_over(commands: Apart) -> None:
    assert commands.here(commands.migrate()) == 0
    assert commands.marks == 2
    commands.gate.open()


def goes_on(commands: Apart) -> None:
    """The same command again goes on, and the way back is whole."""
    assert commands.here(commands.migrate()) == 0
    assert (commands.marks, [stack.enabled for stack in commands.stacks]) == (2, [True, True])
    goes_back(commands)


def goes_back(commands: Apart) -> None:
    assert commands.here(commands.rollback()) == 0
    assert (commands.tab.read_bytes(), commands.stacks) == (TAB, ())
    assert commands.is_whole


@pytest.mark.parametrize(("number", "code"), ENDINGS)
@pytest.mark.parametrize("call", PHASES.values(), ids=PHASES)
def test_a_hand_over_that_is_ended_before_its_edit_leaves_the_lines_to_cron(
    commands: Apart, call: str, number: signal.Signals, code: int
) -> None:
    held = commands.gate.hold(call)
    running = commands.start(commands.migrate())
    held.wait()
    assert answered(running, number) == "cron2aws: interrupted"
    held.release()
    answer = ended(running)
    assert answer.code == code, answer.err
    assert commands.tab.read_bytes() == TAB
    assert commands.is_whole
    commands.gate.open()
    goes_on(commands)


@pytest.mark.parametrize(("number", "code"), ENDINGS)
def test_a_hand_over_that_is_ended_in_its_edit_finishes_it(
    commands: Apart, number: signal.Signals, code: int
) -> None:
    running = commands.in_the_edit(commands.migrate())
    assert answered(running, number) == (
        "cron2aws: interrupted: finishing first what makes things safe"
    )
    answer = ended(running, "\n")
    assert answer.code == code, answer.err
    assert commands.marks == 2
    assert commands.is_whole
    assert [stack.enabled for stack in commands.stacks] == [True, True]
    goes_on(commands)


@pytest.mark.parametrize(("number", "code"), ENDINGS)
def test_a_rollback_that_is_ended_in_its_edit_finishes_it(
    commands: Apart, number: signal.Signals, code: int
) -> None:
    hand_over(commands)
    running = commands.in_the_edit(commands.rollback())
    answered(running, number)
    answer = ended(running, "\n")
    assert answer.code == code, answer.err
    assert commands.tab.read_bytes() == TAB
    goes_back(commands)


def in_the_deletion(commands: Apart, number: signal.Signals) -> subprocess.Popen[str]:
    """A rollback whose stacks are stopped already, and about to be deleted, gets the signal."""
    hand_over(commands)
    for stack in commands.stacks:
        assert commands.here(("disable", stack.id, "--yes")) == 0
    held = commands.gate.hold("DeleteStack")
    running = commands.start(commands.rollback())
    held.wait()
    assert commands.tab.read_bytes() == TAB  # the lines are back before any stack goes
    assert answered(running, number) == "cron2aws: interrupted"
    return running


@pytest.mark.parametrize(("number", "code"), ENDINGS)
def test_a_rollback_that_is_ended_in_the_deletion_has_the_lines_back(
    commands: Apart, number: signal.Signals, code: int
) -> None:
    running = in_the_deletion(commands, number)
    commands.gate.open()
    assert ended(running).code == code
    assert commands.is_whole
    goes_back(commands)


def test_a_second_interruption_is_answered_and_changes_nothing_of_the_first(
    commands: Apart,
) -> None:
    running = in_the_deletion(commands, signal.SIGINT)
    for _ in range(2):
        assert answered(running, signal.SIGINT).startswith("cron2aws: still ending: ")
    commands.gate.open()
    answer = ended(running)
    assert answer.code == 130, answer.err
    assert commands.tab.read_bytes() == TAB
    goes_back(commands)


@pytest.mark.parametrize("call", PHASES.values(), ids=PHASES)
def test_a_hand_over_that_is_killed_leaves_the_lines_to_cron(commands: Apart, call: str) -> None:
    held = commands.gate.hold(call)
    running = commands.start(commands.migrate())
    held.wait()
    running.kill()
    running.wait()
    commands.gate.open()
    assert commands.tab.read_bytes() == TAB
    assert commands.is_whole
    goes_on(commands)


@pytest.fixture
def plan(commands: Apart) -> Path:
    """A plan file, with both lines to be handed over."""
    (commands.folder / "home").mkdir()
    file = commands.folder / "home/plan.json"
    how = (str(commands.tab), "--tag", TAG, "--comment-out", *HOST)
    assert commands.here(("migrate", *how, "--dry-run", "--plan-file", str(file))) == 0
    assert commands.stacks == ()
    return file


@pytest.mark.parametrize("call", PHASES.values(), ids=PHASES)
def test_an_apply_that_is_killed_goes_on_by_the_same_command(
    commands: Apart, plan: Path, call: str
) -> None:
    line = ("apply", str(plan), "--yes")
    held = commands.gate.hold(call)
    running = commands.start(line)
    held.wait()
    running.kill()
    running.wait()
    commands.gate.open()
    assert commands.tab.read_bytes() == TAB
    applied(commands, line)


def test_an_apply_that_is_killed_in_its_edit_goes_on_by_the_same_command(
    commands: Apart, plan: Path
) -> None:
    line = ("apply", str(plan), "--yes")
    running = commands.in_the_edit(line)
    running.kill()
    running.wait()
    assert commands.tab.read_bytes() == TAB
    applied(commands, line)


def applied(commands: Apart, line: tuple[str, ...]) -> None:
    """The same command, to its end; once more it has nothing to do."""
    before = {stack.stack_name: stack.stack_id for stack in commands.stacks}
    gone_on = commands.run(line)
    assert gone_on.code == 0, gone_on.err
    assert "Traceback" not in gone_on.err
    assert (commands.marks, [stack.enabled for stack in commands.stacks]) == (2, [True, True])
    after = {stack.stack_name: stack.stack_id for stack in commands.stacks}
    assert before.items() <= after.items()
    again = commands.run(line[:-1])
    assert (again.code, "Nothing to do: 2 tasks deployed as planned." in again.out) == (0, True)
    goes_back(commands)


def test_a_killed_rollback_is_told_as_it_stands(commands: Apart) -> None:
    """Before its edit the tasks run the jobs, after it cron does."""
    hand_over(commands)
    before = commands.in_the_edit(commands.rollback())
    before.kill()
    before.wait()
    assert (commands.marks, standings(commands)) == (2, {"handed over"})
    after = commands.gate.hold("DeleteStack")
    for stack in commands.stacks:
        assert commands.here(("disable", stack.id, "--yes")) == 0
    assert standings(commands) == {"runs nowhere"}  # true: somebody has disabled them
    running = commands.start(commands.rollback())
    after.wait()
    running.kill()
    running.wait()
    commands.gate.open()
    assert commands.tab.read_bytes() == TAB
    assert standings(commands) <= {"cron runs it"}
    goes_back(commands)
