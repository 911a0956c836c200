"""Stacks taken away: the schedule first, then executions, then the stack, never without an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover.leaving import DELIVERED_LATE, LOOK_AGAIN, QUIET_FOR, Leaving
from cron2aws.plan.stack_states import Doing
from cron2aws.plan.values import Deployed
from tests.fakes import START, FakeClock, FakeProgress, FakeRun, FakeRuns, FakeStacks, deployed
from tests.stack_world import EachMinute

ID = "0000000a"
MINUTE_AND_MORE = timedelta(seconds=105)


class World:
    def __init__(self, stack: Deployed | None = None) -> None:
        self.clock = FakeClock()
        self.stack = stack or deployed(ID, {"Enabled": "true"})
        self.stacks = FakeStacks(self.clock, self.stack)
        self.progress = FakeProgress()
        self.runs = FakeRuns(self.clock)

    def leave(self) -> bool:
        return Leaving(self.stacks, self.runs, self.clock, self.progress).leave(self.stack)

    @property
    def done(self) -> list[str]:
        return [what for _, what, _, _ in self.stacks.log]


def test_the_schedule_is_stopped_before_the_stack_is_deleted() -> None:
    world = World()
    assert world.leave()
    assert world.done == ["update", "delete"]


def test_a_schedule_that_is_stopped_is_not_stopped_again() -> None:
    world = World(deployed(ID, {"Enabled": "false"}))
    assert world.leave()
    assert world.done == ["delete"]


def test_running_executions_are_waited_for() -> None:
    world = World()
    world.runs.ends["machine-0000000a"] = START + timedelta(hours=3)
    assert world.leave()
    (_, what, _, _) = world.stacks.log[-1]
    assert what == "delete"
    assert world.clock.now() == START + timedelta(hours=3)
    assert any("waiting for 1 running" in said for said in world.progress.said)


def test_a_stack_that_somebody_enables_meanwhile_stays() -> None:
    world = World()

    class Meddling(FakeRuns):
        def running(self, machine: str) -> tuple[FakeRun, ...]:
            world.stacks.update(world.stack, {"Enabled": "true"})
            return super().running(machine)

    world.runs = Meddling(world.clock)
    with pytest.raises(SafetyError, match="was enabled again"):
        world.leave()
    assert "delete" not in world.done


class Interrupting(FakeClock):
    """^C after a while of waiting."""

    def __init__(self, after: timedelta) -> None:
        super().__init__()
        self.over = START + after
        self.stop: Callable[[], None] = lambda: None

    def sleep_until(self, moment: datetime) -> None:
        super().sleep_until(moment)
        if self.time >= self.over:
            self.stop()


@pytest.mark.parametrize(("seconds", "done"), [(10, []), (90, ["update"])])
def test_an_interruption_leaves_the_stack(seconds: int, done: list[str]) -> None:
    world = World()
    clock = Interrupting(timedelta(seconds=seconds))
    world.runs = FakeRuns(clock)
    world.runs.ends["machine-0000000a"] = START + timedelta(hours=3)
    leaving = Leaving(world.stacks, world.runs, clock, world.progress)
    clock.stop = leaving.stop
    assert not leaving.leave(world.stack)
    assert world.done == done
    assert clock.now() <= clock.over + LOOK_AGAIN


@pytest.mark.parametrize("second", [0, 20, 59])
def test_the_minute_in_which_it_begins_is_the_tasks_still(second: int) -> None:
    """EventBridge starts a minute's task at any of its seconds, or tries once more."""
    world = World()
    begins = START.replace(second=second)
    world.clock.time = begins
    assert world.leave()
    (stopped, *_), _ = world.stacks.log
    assert begins.replace(second=0) + timedelta(seconds=90) < stopped <= begins + MINUTE_AND_MORE


def test_several_wait_for_that_minute_together() -> None:
    clock = FakeClock()
    stacks = FakeStacks(clock, *(deployed(f"{n:08}", {"Enabled": "true"}) for n in range(5)))
    leaving = Leaving(stacks, FakeRuns(clock), clock, FakeProgress())
    assert all(leaving.leave(stack) for stack in stacks.deployed())
    assert clock.now() <= START + MINUTE_AND_MORE


@pytest.mark.parametrize("stops", [True, False])
@pytest.mark.parametrize("seconds", [20, 90])
def test_a_schedule_that_fires_on_does_not_keep_it_for_ever(seconds: int, *, stops: bool) -> None:
    """The long one is waited for; those that start each minute are not."""
    world = World()
    if not stops:
        world.stacks.refuses.add(("update", world.stack.stack_name))
    long = timedelta(hours=1)
    runs = EachMinute(world.clock, each=timedelta(seconds=seconds), long=long)
    assert Leaving(world.stacks, runs, world.clock, world.progress).leave(world.stack)
    assert world.done[-1] == "delete"
    took = runs.since_start(world.clock.now())
    # those that run longer than a minute leave no moment without an execution
    assert long <= took <= long + QUIET_FOR + DELIVERED_LATE + 2 * LOOK_AGAIN
    assert any("end with the stack" in said for said in world.progress.said) is (seconds == 90)
    assert any("cannot be stopped" in said for said in world.progress.said) is not stops


def test_what_starts_late_after_the_stop_is_waited_for() -> None:
    """EventBridge delivers what it held back for up to five minutes."""
    world = World()
    runs = EachMinute(world.clock, each=timedelta(seconds=90), long=timedelta(minutes=1))
    assert Leaving(world.stacks, runs, world.clock, world.progress).leave(world.stack)
    assert runs.since_start(world.clock.now()) >= DELIVERED_LATE


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_COMPLETE", "DELETE_FAILED"])
def test_a_stack_that_takes_no_update_is_deleted_after_its_executions(status: str) -> None:
    world = World()
    broken = Deployed(
        id=ID,
        stack_name=world.stack.stack_name,
        stack_id=world.stack.stack_id,
        status=status,
        parameters=world.stack.parameters,
        outputs=world.stack.outputs,
    )
    world.stacks.stacks[broken.stack_name] = broken
    world.runs.ends["machine-0000000a"] = START + timedelta(minutes=3)
    assert world.leave()
    assert world.done == ["delete"]
    assert world.clock.now() == START + timedelta(minutes=3)


class Waiting(FakeRuns):
    """One that waits for its hosts for two days, or until the task is disabled."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock)
        self.stacks = world.stacks
        self.started, self.disabled = world.clock.now(), list[datetime]()

    def running(self, machine: str) -> tuple[FakeRun, ...]:
        del machine
        if any(what == "update" for _, what, _, _ in self.stacks.log) and not self.disabled:
            self.disabled.append(self.clock.now())
        end = self.disabled[0] + timedelta(minutes=5) if self.disabled else None
        waits = self.clock.now() < (end or self.started + timedelta(days=2))
        return (FakeRun("RUNNING", self.started, "2027-03-14T03-00Z-late"),) * waits


@pytest.mark.parametrize("stops", [True, False])
def test_a_run_that_waits_for_its_hosts_holds_up_nothing(*, stops: bool) -> None:
    world = World()
    if not stops:
        world.stacks.refuses.add(("update", world.stack.stack_name))
    runs = Waiting(world)
    begun = world.clock.now()
    assert Leaving(world.stacks, runs, world.clock, world.progress).leave(world.stack)
    assert world.done[-1] == "delete"
    assert world.clock.now() - begun < timedelta(minutes=8)
    assert bool(runs.disabled) is stops


def test_a_stack_that_is_gone_needs_nothing() -> None:
    world = World()
    world.stacks.stacks.clear()
    assert world.leave()
    assert world.done == []


class NoRepair(FakeStacks):
    def ready(self, stack: Deployed, doing: Doing) -> Deployed | None:
        raise AwsError(what=f"{stack.stack_name}: {doing} failed")


def test_a_repair_that_fails_is_no_reason_to_keep_the_stack() -> None:
    world = World()
    stacks = NoRepair(world.clock, world.stack)
    assert Leaving(stacks, world.runs, world.clock, world.progress).leave(world.stack)
    assert [what for _, what, _, _ in stacks.log] == ["delete"]
    assert any("cannot be stopped" in said for said in world.progress.said)


def test_a_stack_without_a_machine_is_not_waited_for() -> None:
    world = World()
    bare = Deployed(
        id=ID,
        stack_name=world.stack.stack_name,
        stack_id=world.stack.stack_id,
        status="ROLLBACK_COMPLETE",
    )
    world.stacks.stacks[bare.stack_name] = bare
    assert world.leave()
    assert world.clock.slept == []
