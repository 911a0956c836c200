"""What is missing of what tasks share, what a task gets of it, and the busiest minute."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cron2aws.app.sharing import Common
from cron2aws.errors import SafetyError
from cron2aws.handover.deploy import Deployer
from cron2aws.plan.actions import Action
from cron2aws.plan.busiest import busiest
from cron2aws.plan.make import make_plan
from cron2aws.plan.setup import Concurrency, SetupWish, setup_steps, users_of, watch_seconds
from cron2aws.plan.shared import Shared, filled, is_to_come, of_stack, sharing
from cron2aws.plan.values import Place, Plan, Wish
from cron2aws.task.foundation import (
    FOUNDATION,
    FROM_FOUNDATION,
    ROLES,
    Foundation,
    SharedOptions,
    TargetStack,
    target_of,
    target_parameters,
    target_stack_name,
)
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.fakes import FakeClock, FakeProgress, FakeStacks, deployed
from tests.making import assessment_of
from tests.shared_world import OUTPUTS, TARGETS_OUTPUTS, WEB

PLACE = Place(account="123456789012", region="eu-west-1")
WHOLE = Shared(
    foundation=Foundation(
        stack_name=FOUNDATION,
        stack_id="f",
        status="CREATE_COMPLETE",
        parameters={"WatchSeconds": "45"},
        tags={"cron2aws:foundation": "true"},
        outputs=OUTPUTS,
    ),
    target=TargetStack(
        stack_name=target_stack_name(WEB),
        stack_id="t",
        status="CREATE_COMPLETE",
        parameters={
            **target_parameters(WEB),
            **{name: OUTPUTS[name] for name in FROM_FOUNDATION if name.endswith("RoleArn")},
        },
        tags={"cron2aws:target": WEB.id},
        outputs=TARGETS_OUTPUTS,
        target=WEB,
    ),
)


def test_nothing_is_to_do_where_all_is_there() -> None:
    steps = setup_steps(SetupWish(target=WEB), WHOLE)
    assert [step.action for step in steps] == [Action.NOTHING, Action.NOTHING]


@pytest.mark.parametrize(
    ("shared", "actions"),
    [
        (Shared(), [Action.CREATE, Action.CREATE]),
        (replace(WHOLE, target=None), [Action.NOTHING, Action.CREATE]),
        (replace(WHOLE, foundation=None), [Action.CREATE, Action.UPDATE]),
    ],
)
def test_what_is_missing_is_made(shared: Shared, actions: list[Action]) -> None:
    steps = setup_steps(SetupWish(target=WEB), shared)
    assert [step.action for step in steps] == actions


def test_an_older_template_is_brought_up_to_date() -> None:
    assert WHOLE.foundation
    older = replace(WHOLE.foundation, outputs={**OUTPUTS, "TemplateVersion": "1"})
    (step,) = setup_steps(SetupWish(), Shared(foundation=older))
    assert (step.action, step.changes) == (Action.UPDATE, ())


@pytest.mark.parametrize(
    ("functions", "seconds"), [(None, 45), (10, 0), (99, 0), (100, 45), (1000, 45)]
)
def test_few_functions_watch_nothing(functions: int | None, seconds: int) -> None:
    found = Concurrency(all=functions, unreserved=functions) if functions else None
    assert watch_seconds(found) == seconds


def test_a_task_gets_what_is_there_and_what_is_to_come() -> None:
    foundation, target = setup_steps(SetupWish(target=WEB), WHOLE)
    given = sharing(WHOLE, foundation, target)
    assert given.parameters["SendRoleArn"] == TARGETS_OUTPUTS["SendRoleArn"]
    assert not any(is_to_come(value) for value in given.parameters.values())
    foundation, target = setup_steps(SetupWish(target=WEB), Shared())
    given = sharing(Shared(), foundation, target)
    assert given.parameters["TargetId"] == WEB.id
    assert {name for name, value in given.parameters.items() if is_to_come(value)} == {
        *ROLES,
        "UndeliveredQueueArn",
    }
    done = filled(given.parameters, {**OUTPUTS, **TARGETS_OUTPUTS})
    assert not any(is_to_come(value) for value in done.values())
    assert of_stack("x") == "(of x)"


def test_targets_are_told_by_their_parameters() -> None:
    for tags in (["Name=web"], ["Name=a,b"], ["Name=web", "Role=a,b"], list("abcde")):
        target = Target.parse([tag if "=" in tag else f"{tag}=1" for tag in tags])
        assert target_of(target_parameters(target)) == target
        assert target_stack_name(target).endswith(target.id)
    long = Target.parse([f"Name={'x' * 250}"])
    assert len(target_stack_name(long)) <= 128


def test_who_uses_a_stack() -> None:
    assert WHOLE.foundation
    assert WHOLE.target
    shared = deployed("0000000a", {"WaitRoleArn": OUTPUTS["WaitRoleArn"]})
    of_target = deployed("0000000b", {"TargetId": WEB.id})
    other = deployed("0000000c", {"TargetId": "ffffffff"})
    tasks = (shared, of_target, other)
    assert users_of(WHOLE.foundation, tasks) == (shared,)
    assert users_of(WHOLE.target, tasks) == (of_target,)


CROWD = "".join(f"0 {hour} * * * root job{n}\n" for hour in (3, 4) for n in range(hour))


def plan_with(seconds: str = "45", tab: str = CROWD) -> tuple[Plan, Common]:
    shared = setup_steps(SetupWish(target=WEB), WHOLE)
    given = sharing(WHOLE, *shared)
    given = replace(given, parameters={**given.parameters, "WatchSeconds": seconds})
    wish = Wish(target=WEB, options=TaskOptions(), sharing=given, topics=given.topics)
    plan = make_plan(assessment_of(tab), (), wish, PLACE)
    return plan, Common(shared=WHOLE, wish=SetupWish(target=WEB), steps=shared)


def test_the_busiest_minute() -> None:
    plan, _ = plan_with()
    assert busiest(plan.steps) == ("04:00", 4)
    assert busiest([]) == ("00:00", 0)


def test_options_say_only_what_was_given() -> None:
    assert SharedOptions().of_foundation() == {}
    assert SharedOptions(kms_key="k", output_s3_bucket="b").of_target() == {
        "OutputS3Bucket": "b",
        "KmsKeyArn": "k",
    }


class TestOneFirst:
    """The others are begun when one stands."""

    TAB = "".join(f"{n} 3 * * * root job{n}\n" for n in range(6))

    def test_what_fails_for_the_first_is_tried_with_no_other(self) -> None:
        stacks = FakeStacks(FakeClock())
        plan, _ = plan_with(tab=self.TAB)
        first, *others = plan.steps
        stacks.refuses = {("create", first.stack_name)}
        progress = FakeProgress()
        made = Deployer(stacks, progress, parallel=2).deploy(plan.steps)
        assert ([each.id for each in made.failed], made.done) == ([first.id], ())
        assert made.untried == tuple(others)
        assert made.why_untried == (
            f"one stack was tried, {first.stack_name}, and failed; the other 5 were not begun"
        )
        assert f"{first.stack_name} first; if it stands, 5 more" in progress.said
        assert stacks.stacks == {}

    @pytest.mark.parametrize("why", ["AccessDenied: no", "Limit exceeded"])
    def test_once_one_stands_failures_are_each_its_own(self, why: str) -> None:
        stacks = FakeStacks(FakeClock())
        stacks.why = why
        plan, _ = plan_with(tab=self.TAB)
        steps = plan.steps
        stacks.refuses = {("create", steps[1].stack_name), ("create", steps[4].stack_name)}
        made = Deployer(stacks, FakeProgress(), parallel=2).deploy(steps)
        assert (len(made.done), len(made.failed), made.untried) == (4, 2, ())
        assert not made.denied

    def test_where_the_credentials_end_no_other_is_begun(self) -> None:
        stacks = FakeStacks(FakeClock())
        stacks.why = "ExpiredToken: The security token included in the request is expired"
        plan, _ = plan_with(tab=self.TAB)
        steps = plan.steps
        stacks.refuses = {("create", step.stack_name) for step in steps[2:]}
        made = Deployer(stacks, FakeProgress(), parallel=1).deploy(steps)
        assert (len(made.done), len(made.failed), len(made.untried)) == (2, 1, 3)
        assert made.why_untried == "the credentials ended"

    def test_what_we_refuse_ourselves_says_nothing_of_the_others(self) -> None:
        class Changed(FakeStacks):
            def create(self, name: str, *given: Any, **more: Any) -> None:
                if name == first.stack_name:
                    raise SafetyError(what="somebody else's")
                super().create(name, *given, **more)

        plan, _ = plan_with(tab=self.TAB)
        first = plan.steps[0]
        made = Deployer(Changed(FakeClock()), FakeProgress(), parallel=2).deploy(plan.steps)
        assert (len(made.done), len(made.failed), made.untried) == (5, 1, ())

    def test_the_targets_service_role_makes_them(self) -> None:
        stacks = FakeStacks(FakeClock())
        plan, _ = plan_with(tab=self.TAB)
        Deployer(stacks, FakeProgress(), parallel=2).deploy(plan.steps)
        assert set(stacks.service_roles.values()) == {TARGETS_OUTPUTS["DeployRoleArn"]}
