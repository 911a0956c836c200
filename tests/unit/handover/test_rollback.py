"""The way back: lines return at the moment the task ends, and stacks go when nothing runs."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cron2aws.handover.rollback import Return, Rollback
from cron2aws.plan.values import Deployed
from tests.fakes import (
    START,
    FakeClock,
    FakeEdit,
    FakeProgress,
    FakeRuns,
    FakeStacks,
    deployed,
)

ETC = "/etc/crontab"
ENABLED = {"Enabled": "true", "NotAfter": ""}
DISABLED = {"Enabled": "false", "NotAfter": ""}


class World:
    def __init__(self, *stacks: Deployed) -> None:
        self.clock = FakeClock()
        self.stacks = FakeStacks(self.clock, *stacks)
        self.runs = FakeRuns(self.clock)
        self.edit = FakeEdit(self.clock)
        self.progress = FakeProgress()
        self.rollback = Rollback(self.stacks, self.runs, self.clock, self.progress, parallel=2)

    def did(self) -> list[tuple[str, dict[str, str]]]:
        return [(what, parameters) for _, what, _, parameters in self.stacks.log]


def test_a_running_task_ends_where_its_line_begins_again() -> None:
    stack = deployed("00000001", ENABLED)
    world = World(stack)
    taken = world.rollback.take_back([Return(id="00000001", stack=stack, source=ETC)], world.edit)
    assert taken.done == ("00000001",)
    assert taken.failed == ()
    (ends, first), (_, second), (_, third) = world.did()
    assert ends == "update"
    moment = datetime.fromisoformat(first["NotAfter"])
    assert second == {"Enabled": "false"}
    assert third == {}
    edited = world.edit.done[0][0]
    assert moment - timedelta(minutes=1) < edited < moment
    # the schedule is not disabled before the last minute's start has come
    assert world.stacks.log[1][0] >= moment + timedelta(minutes=1)
    assert world.stacks.stacks == {}


def test_a_disabled_task_goes_at_once() -> None:
    stack = deployed("00000001", DISABLED)
    world = World(stack)
    world.rollback.take_back([Return(id="00000001", stack=stack, source=ETC)], world.edit)
    assert world.edit.done == [(START, ETC, frozenset({"00000001"}))]
    assert world.did() == [("delete", {})]
    assert world.clock.slept == []


def test_a_task_whose_line_was_never_commented_out_loses_only_its_stack() -> None:
    stack = deployed("00000001", ENABLED)
    world = World(stack)
    world.rollback.take_back([Return(id="00000001", stack=stack, source=None)], world.edit)
    assert world.edit.done == []
    assert [what for what, _ in world.did()] == ["update", "delete"]


def test_interrupted_while_a_run_goes_on_nothing_is_deleted() -> None:
    """^C ends the waiting for all; it comes by one of the waits, so that it is sure to come."""
    stacks = [deployed("00000001", DISABLED), deployed("00000002", DISABLED)]
    world = World(*stacks)
    for stack in stacks:
        world.runs.ends[f"machine-{stack.id}"] = START + timedelta(hours=48)
    both_wait = threading.Barrier(2, timeout=30)
    asleep = []

    def sleep_until(moment: datetime) -> None:
        asleep.append(moment)
        if both_wait.wait() == 0:
            raise KeyboardInterrupt
        assert world.rollback._stopped.wait(30)

    vars(world.clock)["sleep_until"] = sleep_until
    returns = [Return(id=stack.id, stack=stack, source=None) for stack in stacks]
    with pytest.raises(KeyboardInterrupt):
        world.rollback.take_back(returns, world.edit)
    assert (len(asleep), world.did()) == (2, [])


def test_a_line_whose_stack_is_gone_comes_back() -> None:
    world = World()
    taken = world.rollback.take_back([Return(id="00000001", stack=None, source=ETC)], world.edit)
    assert taken.done == ("00000001",)
    assert len(world.edit.done) == 1


def test_running_executions_are_waited_for() -> None:
    stack = deployed("00000001", DISABLED)
    world = World(stack)
    world.runs.ends["machine-00000001"] = START + timedelta(hours=3)
    world.rollback.take_back([Return(id="00000001", stack=stack, source=ETC)], world.edit)
    when, what, *_ = world.stacks.log[-1]
    assert (what, when >= START + timedelta(hours=3)) == ("delete", True)
    assert sum("waiting for 1 running" in line for line in world.progress.said) == 1


def test_a_refused_rewrite_leaves_the_task_as_it_was() -> None:
    stack = deployed("00000001", ENABLED)
    world = World(stack)
    world.edit.refused.add(ETC)
    taken = world.rollback.take_back([Return(id="00000001", stack=stack, source=ETC)], world.edit)
    assert taken.done == ()
    assert [failure.id for failure in taken.failed] == ["00000001"]
    assert world.stacks.stacks[stack.stack_name].parameters == stack.parameters


def test_a_refused_rewrite_of_a_disabled_task_keeps_its_stack() -> None:
    stack = deployed("00000001", DISABLED)
    world = World(stack)
    world.edit.refused.add(ETC)
    taken = world.rollback.take_back([Return(id="00000001", stack=stack, source=ETC)], world.edit)
    assert taken.done == ()
    assert stack.stack_name in world.stacks.stacks


def test_a_stack_that_cannot_be_deleted_is_told_and_the_others_go() -> None:
    first, second = deployed("00000001", DISABLED), deployed("00000002", DISABLED)
    world = World(first, second)
    world.stacks.refuses.add(("delete", first.stack_name))
    returns = [Return(id=stack.id, stack=stack, source=ETC) for stack in (first, second)]
    taken = world.rollback.take_back(returns, world.edit)
    assert taken.done == ("00000002",)
    assert [failure.what for failure in taken.failed] == [f"deleting stack {first.stack_name}"]
    assert list(world.stacks.stacks) == [first.stack_name]


def test_a_broken_stack_takes_no_update_and_is_deleted() -> None:
    stack = replace(deployed("00000001", ENABLED), status="ROLLBACK_COMPLETE")
    world = World(stack)
    taken = world.rollback.take_back([Return(id="00000001", stack=stack, source=ETC)], world.edit)
    assert taken.failed == ()
    assert world.did() == [("delete", {})]
    assert len(world.edit.done) == 1
