"""The stack part of a plan: every step on its own, several at a time, each failure kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from cron2aws.errors import AwsError
from cron2aws.handover.deploy import Deployer, together
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Place, Plan, Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.fakes import FakeClock, FakeProgress, FakeStacks, deployed
from tests.making import assessment_of

LINES = "0 3 * * * root /opt/a\n0 4 * * * root /opt/b\n0 5 * * * root /opt/c\n"


def plan_for(stacks: FakeStacks, lines: str = LINES) -> Plan:
    wish = Wish(target=Target.having({"Name": ["web"]}), options=TaskOptions())
    place = Place(account="123456789012", region="eu-west-1")
    return make_plan(assessment_of(lines), stacks.deployed(), wish, place)


class Case:
    def __init__(self, parallel: int = 1) -> None:
        self.stacks = FakeStacks(FakeClock())
        self.progress = FakeProgress()
        self.deployer = Deployer(self.stacks, self.progress, parallel=parallel)


def test_what_is_new_is_created_with_the_tags_that_find_it_again() -> None:
    case = Case()
    plan = plan_for(case.stacks)
    deployment = case.deployer.deploy(plan.steps)
    assert deployment.done == plan.steps
    assert deployment.failed == ()
    for step in plan.steps:
        stack = case.stacks.stacks[step.stack_name]
        assert dict(stack.parameters) == step.parameters
        assert stack.tags == step.task.tags
    assert case.progress.said[0] == "deploying 3"


def test_what_has_changed_is_updated_and_what_has_not_is_left() -> None:
    case = Case()
    case.deployer.deploy(plan_for(case.stacks).steps)
    case.stacks.log.clear()
    plan = plan_for(case.stacks, LINES.replace("0 4", "9 4"))
    deployment = case.deployer.deploy(plan.steps)
    assert len(deployment.done) == 3
    ((_, what, name, parameters),) = case.stacks.log
    assert (what, name) == ("update", plan.work[0].stack_name)
    assert parameters["ScheduleExpression"] == "cron(9 4 * * ? *)"
    assert "NotBefore" not in parameters


def test_a_failure_does_not_stop_the_others() -> None:
    case = Case()
    plan = plan_for(case.stacks)
    first, second, third = plan.steps
    case.stacks.refuses.add(("create", second.stack_name))
    deployment = case.deployer.deploy(plan.steps)
    assert deployment.done == (first, third)
    (failure,) = deployment.failed
    assert (failure.id, failure.what) == (second.task.id, f"create {second.stack_name}")
    assert isinstance(failure.error, AwsError)


@pytest.mark.parametrize("stolen", [True, False], ids=["another's", "gone"])
def test_a_stack_that_is_no_longer_the_one_planned_for_is_not_touched(stolen: bool) -> None:
    case = Case()
    case.deployer.deploy(plan_for(case.stacks).steps)
    plan = plan_for(case.stacks, LINES.replace("0 4", "9 4"))
    name = plan.work[0].stack_name
    del case.stacks.stacks[name]
    if stolen:
        case.stacks.stacks[name] = deployed("ffffffff", name=name)
    case.stacks.log.clear()
    deployment = case.deployer.deploy(plan.steps)
    assert "is no longer the one" in deployment.failed[0].error.what
    assert case.stacks.log == []


class Meeting(FakeStacks):
    """Creations that wait for each other, once one stands: one at a time would never end."""

    def __init__(self, clock: FakeClock, together: int) -> None:
        super().__init__(clock)
        self.barrier = threading.Barrier(together, timeout=10)

    def create(
        self,
        name: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        *,
        role_arn: str | None = None,
        replaces: bool = False,
    ) -> None:
        if self.stacks:
            self.barrier.wait()
        super().create(name, parameters, tags, role_arn=role_arn, replaces=replaces)


def test_as_many_at_a_time_as_was_asked_for() -> None:
    stacks = Meeting(FakeClock(), 2)
    deployer = Deployer(stacks, FakeProgress(), parallel=2)
    assert deployer.deploy(plan_for(stacks).steps).failed == ()
    assert len(stacks.stacks) == 3


def test_where_it_is_interrupted_those_at_work_end_and_it_says_how_far_it_came() -> None:
    """^C comes while two are at work, one of which fails."""
    at_work, go_on = threading.Barrier(3, timeout=10), threading.Event()

    class Slow(FakeStacks):
        def create(self, name: str, *given: Any, **more: Any) -> None:
            if self.stacks:
                at_work.wait()
                go_on.wait(10)
            super().create(name, *given, **more)

    class Interrupted(FakeProgress):
        def say(self, text: str) -> None:
            super().say(text)
            if "comes to its end" in text:
                go_on.set()

    stacks = Slow(FakeClock())
    lines = "".join(f"{n} 3 * * * root /opt/{n}\n" for n in range(6))
    plan = plan_for(stacks, lines)
    lost = plan.steps[2].stack_name
    stacks.refuses.add(("create", lost))
    main = threading.get_ident()

    def interrupt() -> None:
        at_work.wait()
        signal.pthread_kill(main, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    progress = Interrupted()
    with pytest.raises(KeyboardInterrupt) as interrupted:
        Deployer(stacks, progress, parallel=2).deploy(plan.steps)
    assert list(stacks.stacks) == [step.stack_name for step in plan.steps[:2]]
    assert interrupted.value.__notes__ == [
        "Of 6 stacks 2 were made or changed, 1 failed, and 3 were not begun.",
        f"  {lost}: create {lost} failed: ValidationError: no",
    ]


def test_never_more_at_a_time_than_was_asked_for() -> None:
    now, most = 0, 0
    lock = threading.Lock()

    def act(_: int) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        threading.Event().wait(0.001)
        with lock:
            now -= 1

    together(act, range(20), 2)
    assert 1 <= most <= 2


def test_failures_stand_where_their_items_do_and_bugs_are_not_kept() -> None:
    def act(item: int) -> None:
        if item == 2:
            raise AwsError(what="no")
        if item == 9:
            raise KeyError(item)

    assert [bool(error) for error in together(act, [1, 2, 3], 2)] == [False, True, False]
    with pytest.raises(KeyError):
        together(act, [1, 9], 0)
