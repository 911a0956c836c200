"""The minute of an upgrade: two releases' machines deliver it, and the host runs the job once.

The host really runs what both send, each with the runner of its own release; its ledger is called
by RuleName and minute. The host's clock is this machine's, so the minute is the last one begun.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cron2aws.app.context import Context
from cron2aws.plan.values import Deployed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.calling import command
from tests.end_to_end.test_setup import Case, release
from tests.sandboxes import client, given

MINUTE = datetime.now(UTC).replace(second=0, microsecond=0)  # noqa: TID251


class Upgrading:
    """A task of release 1 by hand, on a host that really runs what it is sent."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.count = folder / "count"
        self.case = Case(sandbox, folder)
        self.case.tab.write_text("*/5 * * * * root /opt/poll\n")
        release(self.case)
        # a command by hand is root's: nothing of this machine's users is needed
        self.change(Command=f"echo ran >>{self.count}", Enabled="true", RunAs="root")

    def change(self, **parameters: str) -> None:
        task = self.task
        client("cloudformation").update_stack(
            StackName=task.stack_name,
            UsePreviousTemplate=True,
            Parameters=given({**task.parameters, **parameters}),
            Capabilities=["CAPABILITY_IAM"],
        )

    @property
    def task(self) -> Deployed:
        (task,) = self.case.tasks
        return task

    def fire(self, minute: datetime = MINUTE) -> str:
        arn = self.sandbox.fire(self.task.stack_name, minute)
        assert arn
        return arn

    def run(self, minute: datetime = MINUTE) -> None:
        """Fire, and wait for the end; release 1 hands over to an execution named by its minute."""
        output = self.sandbox.wait(self.fire(minute))["output"] or {}
        if named := output.get("run", {}).get("execution"):
            self.sandbox.wait(named)

    def upgrade(self, context: Context | None = None) -> int:
        return command(context or self.case.context, "upgrade", "--yes")

    @property
    def ran(self) -> int:
        return len(self.count.read_text().split()) if self.count.exists() else 0

    @property
    def sent(self) -> int:
        return len(client("ssm").list_commands()["Commands"])


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Upgrading]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    root = tmp_path / "web"
    for place in ("var/lib", "run", "dev/shm"):
        (root / place).mkdir(parents=True)
    host = stand_in("web", tags={"Name": "web"}, root=root, behaviour=RunWithShell())
    with Sandbox([host], clock=VirtualClock(MINUTE)) as sandbox:
        yield Upgrading(sandbox, tmp_path)


def test_what_both_machines_are_started_for_runs_once(task: Upgrading) -> None:
    task.run()
    assert (task.ran, task.sent) == (1, 1)
    old = task.task
    assert task.upgrade() == 0
    assert task.task.parameters["RuleName"] == old.parameters["RuleName"]
    assert task.task.outputs["StateMachineArn"] != old.outputs["StateMachineArn"]
    task.run()
    assert (task.ran, task.sent) == (1, 2)
    task.run(MINUTE - timedelta(minutes=1))  # another minute is another run
    assert (task.ran, task.sent) == (2, 3)


def test_a_minute_that_the_old_machine_was_not_started_for_is_the_new_ones(
    task: Upgrading,
) -> None:
    assert task.upgrade() == 0
    task.run()
    assert (task.ran, task.sent) == (1, 1)


def test_an_execution_that_goes_on_is_waited_for_and_its_job_runs(task: Upgrading) -> None:
    task.change(Command=f"echo ran >>{task.count}; sleep 1")
    arn = task.fire()
    began = task.sandbox.now
    assert task.upgrade() == 0
    assert client("stepfunctions").describe_execution(executionArn=arn)["status"] == "SUCCEEDED"
    assert task.sandbox.now - began < timedelta(minutes=10)
    assert task.ran == 1


def test_one_that_begins_between_the_look_and_the_update_runs_its_job_once(
    task: Upgrading,
) -> None:
    """Nobody sees it begin; the new machine is started for the same minute as well."""
    looked: list[bool] = []
    context = task.case.context
    stacks = context.stacks

    class Late:
        """The stacks, with a start of the schedule right before the update."""

        def __getattr__(self, name: str) -> object:
            return getattr(stacks, name)

        def update(self, *given: object, **more: object) -> None:
            task.run()
            looked.append(True)
            stacks.update(*given, **more)  # type: ignore[arg-type]

    assert task.upgrade(replace(context, stacks=Late())) == 0  # type: ignore[arg-type]
    assert looked
    task.run()
    assert (task.ran, task.sent) == (1, 2)
