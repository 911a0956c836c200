"""`upgrade`: an account that an earlier release has made, with its own templates."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from cron2aws.app.installed import task_templates
from cron2aws.aws.change_sets import ChangeSets
from cron2aws.aws.requests import Template
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks, TaskTemplates
from cron2aws.errors import AwsError, UsageError
from cron2aws.plan.values import Deployed
from cron2aws.task.foundation import (
    FAILED,
    FOUNDATION,
    OLDER_FOUNDATION,
    SUCCEEDED,
    target_stack_name,
)
from tests.calling import command
from tests.end_to_end.test_setup import TOPIC, WEB, Case, case, release, words
from tests.sandboxes import client, given

__all__ = ["case"]
KEPT = ("RuleName", "ScheduleExpression", "Command", "Enabled", "EntryId", "OriginalSchedule")


@pytest.fixture
def older(case: Case) -> Case:
    release(case)
    return case


def upgrade(case: Case, *arguments: str) -> int:
    return command(case.context, "upgrade", *arguments)


def kept(case: Case) -> dict[str, dict[str, str]]:
    return {task.stack_name: {n: task.parameters[n] for n in KEPT} for task in case.tasks}


def change_sets(case: Case) -> list[Any]:
    service = client("cloudformation")
    listed = [service.list_change_sets(StackName=name)["Summaries"] for name in case.names]
    return [each for found in listed for each in found]


def test_everything_is_brought_to_this_release(
    older: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    before, topics = kept(older), older.outputs(OLDER_FOUNDATION)
    capsys.readouterr()
    assert upgrade(older, "--yes") == 0
    told = words(capsys)
    assert kept(older) == before
    assert [task.version for task in older.tasks] == [2, 2]
    assert all(task.shares_roles for task in older.tasks)
    assert FOUNDATION not in older.names
    assert target_stack_name(WEB) in older.names
    assert older.outputs(OLDER_FOUNDATION)[SUCCEEDED] == topics[SUCCEEDED]
    for name in before:
        assert f"update {name}: template 1 -> 2, from roles of its own to the shared ones" in told
        assert f"{name} is upgraded" in told
        assert command(older.context, "run", name) == 0
    assert change_sets(older) == []
    assert upgrade(older, "--yes") == 0
    assert "Nothing to do" in words(capsys)


def test_what_is_replaced_is_shown_once_by_its_new_name(
    older: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    first = older.tasks[0]
    capsys.readouterr()
    assert upgrade(older, "--dry-run") == 0
    told = words(capsys)
    assert told.count("CloudFormation's change set of cron2aws-web-") == 1
    assert f"change set of {first.stack_name}; of 1 more the same" in told
    rule = first.parameters["RuleName"]
    for line in (
        f"StateMachine (AWS::StepFunctions::StateMachine): replaced by cron2aws-{WEB.id}-{rule}",
        f"SendFunction (AWS::Lambda::Function): replaced by cron2aws-{WEB.id}-{first.id}-send",
        f"WaitLog (AWS::Logs::LogGroup): replaced by /cron2aws/{WEB.id}/{first.stack_name}/wait",
        "Schedule (AWS::Scheduler::Schedule): changed in place",
        "SendRole (AWS::IAM::Role): removed",
        "UndeliveredAlarm (AWS::CloudWatch::Alarm): removed",
    ):
        assert line in told
    assert f"CloudFormation's change set of {OLDER_FOUNDATION}" in told
    assert "FailedTopic (AWS::SNS::Topic): replaced" not in told
    assert [task.version for task in older.tasks] == [1, 1]
    assert change_sets(older) == []


def test_what_was_said_of_names_is_what_comes(older: Case) -> None:
    first = older.tasks[0]
    upgrade(older, "--yes")
    service = client("cloudformation")
    rows = service.describe_stack_resources(StackName=first.stack_name)["StackResources"]
    names = {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in rows}
    rule = first.parameters["RuleName"]
    assert names["StateMachine"].endswith(f":cron2aws-{WEB.id}-{rule}")
    assert names["SendFunction"] == f"cron2aws-{WEB.id}-{first.id}-send"
    assert names["SendLog"] == f"/cron2aws/{WEB.id}/{first.stack_name}/send"
    assert names["Schedule"] == rule


def test_a_migrate_shows_it_and_carries_it_out(
    older: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert older.migrate("--dry-run") == 0
    told = words(capsys)
    assert "template -version 1 +version 2" in told
    assert told.count("CloudFormation's change set of cron2aws-web-") == 1
    assert change_sets(older) == []
    assert older.migrate() == 0
    assert [task.version for task in older.tasks] == [2, 2]


def test_a_stack_that_must_be_repaired_first_has_no_change_set(
    older: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = older.tasks
    calls = StackCalls(Session(AwsSettings()), lambda _: None)

    class Halves(Stacks):
        def deployed(self) -> tuple[Deployed, ...]:
            return (replace(first, status="UPDATE_FAILED"), second)

    context = replace(older.context, stacks=Halves(calls, task_templates()))
    capsys.readouterr()
    assert command(context, "upgrade", "--dry-run") == 0
    assert f"change set of {second.stack_name}; of 1 more the same" in words(capsys)
    assert command(context, "upgrade", "--dry-run", first.id) == 0
    assert "change set of cron2aws-web-" not in words(capsys)


def test_one_task_alone(older: Case) -> None:
    first, second = older.tasks
    assert upgrade(older, first.id, "--yes") == 0
    versions = {task.stack_name: task.version for task in older.tasks}
    assert versions == {first.stack_name: 2, second.stack_name: 1}
    with pytest.raises(UsageError, match="no task"):
        upgrade(older, "nothing-*", "--yes")


def test_without_a_yes_nothing_changes(older: Case) -> None:
    with pytest.raises(UsageError):  # nobody can answer here
        upgrade(older)
    assert change_sets(older) == []
    assert [task.version for task in older.tasks] == [1, 1]


def test_nothing_is_there(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    assert upgrade(case, "--yes") == 0
    assert "Nothing to do" in words(capsys)
    assert case.names == set()


def test_an_account_without_a_foundation_gets_one(case: Case) -> None:
    """Tasks of release 1 whose topics are of one's own."""
    release(case)
    for task in case.tasks:
        update_by_hand(task.stack_name, {**task.parameters, SUCCEEDED: "", FAILED: TOPIC})
    client("cloudformation").delete_stack(StackName=OLDER_FOUNDATION)
    assert upgrade(case, "--yes") == 0
    assert case.outputs(FOUNDATION)[FAILED] == TOPIC
    assert all(task.shares_roles for task in case.tasks)


def test_a_task_that_tells_elsewhere_stays_and_is_told(
    older: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = older.tasks
    update_by_hand(first.stack_name, {**first.parameters, FAILED: TOPIC})
    capsys.readouterr()
    assert upgrade(older, "--yes") == 4
    told = words(capsys)
    assert f"stack {first.stack_name} stays as it is: the task uses {TOPIC}" in told
    assert f"`cron2aws setup --failed-topic-arn {TOPIC}` gives it to them" in told
    versions = {task.stack_name: task.version for task in older.tasks}
    assert versions == {first.stack_name: 1, second.stack_name: 2}


def update_by_hand(name: str, parameters: dict[str, str]) -> None:
    client("cloudformation").update_stack(
        StackName=name,
        UsePreviousTemplate=True,
        Parameters=given(parameters),
        Capabilities=["CAPABILITY_IAM"],
    )


def test_an_update_that_is_rolled_back_leaves_the_task_as_it_was(
    older: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    before = kept(older)
    machines = {task.stack_name: task.outputs["StateMachineArn"] for task in older.tasks}
    session = Session(AwsSettings())
    body = (Path(__file__).parents[2] / "cfn/task.json").read_text(encoding="utf-8")
    # the schedule is the last to change, when machine and functions are replaced already
    broken = Template(
        body=body.replace('"ScheduleExpression":{"Ref":"ScheduleExpression"}',
                          '"ScheduleExpression":"rate(never)"'),
        makes_roles=False,
    )  # fmt: skip
    assert broken.body != body
    templates = TaskTemplates(shared=broken, own_roles=broken)
    stacks = Stacks(StackCalls(session, lambda _: None), templates)
    context = replace(older.context, stacks=stacks)
    assert command(context, "upgrade", "--yes") == 6
    assert "it is as it was before" in words(capsys)
    assert kept(older) == before
    assert [task.version for task in older.tasks] == [1, 1]
    assert {task.stack_name: task.outputs["StateMachineArn"] for task in older.tasks} == machines
    for name in before:
        assert command(older.context, "run", name) == 0
    assert upgrade(older, "--yes") == 0


class Refusing(ChangeSets):
    """Without the right to look."""

    def preview(self, stack_id: str, wanted: Any) -> Any:
        del wanted
        raise AwsError(what=f"preparing {stack_id} failed", why="AccessDenied: CreateChangeSet")


def test_what_cannot_be_looked_at_is_not_done(
    older: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = StackCalls(Session(AwsSettings()), lambda _: None)
    calls._change_sets = Refusing(Session(AwsSettings()), lambda _: None)
    context = replace(older.context, stacks=Stacks(calls, task_templates()))
    with pytest.raises(AwsError, match="CreateChangeSet"):
        command(context, "upgrade", "--yes")
    with pytest.raises(AwsError, match="CreateChangeSet"):
        older.migrate(context=context)
    # who may only read still sees the plan
    assert older.migrate("--dry-run", context=context) == 0
    assert "note: preparing" in words(capsys)
    assert [task.version for task in older.tasks] == [1, 1]


def say_it_is_older(name: str) -> None:
    """Let a stack of this release say that an earlier one made it."""
    service = client("cloudformation")
    (stack,) = service.describe_stacks(StackName=name)["Stacks"]
    body = service.get_template(StackName=name)["TemplateBody"]
    template = json.loads(json.dumps(body)) if isinstance(body, dict) else cfn_yaml.loads(body)
    template["Outputs"]["TemplateVersion"] = {"Value": "1"}
    service.update_stack(
        StackName=name,
        TemplateBody=json.dumps(template, separators=(",", ":")),
        Parameters=stack["Parameters"],
        Capabilities=["CAPABILITY_IAM"],
    )


def test_what_tasks_share_is_upgraded_where_no_task_is_older(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.migrate()
    target = target_stack_name(WEB)
    before = case.outputs(FOUNDATION) | case.outputs(target)
    for name in (FOUNDATION, target):
        say_it_is_older(name)
    capsys.readouterr()
    assert upgrade(case, "--yes") == 0
    told = words(capsys)
    for name in (FOUNDATION, target):
        assert f"CloudFormation's change set of {name}: no changes" in told
        assert case.outputs(name)["TemplateVersion"] == "2"
    assert case.outputs(FOUNDATION) | case.outputs(target) == before


def test_roles_of_a_tasks_own_by_choice_stay(case: Case) -> None:
    case.migrate("--own-roles")
    before = {task.stack_name: dict(task.parameters) for task in case.tasks}
    for name in before:
        say_it_is_older(name)
    assert [task.version for task in case.tasks] == [1, 1]
    assert upgrade(case, "--yes") == 0
    assert [task.version for task in case.tasks] == [2, 2]
    assert {task.stack_name: dict(task.parameters) for task in case.tasks} == before
    assert case.names == set(before)


def test_a_task_in_a_bad_state_is_told_and_the_others_are_upgraded(
    older: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = older.tasks

    class OneDead(Stacks):
        """One of the stacks was half deleted."""

        def deployed(self) -> tuple[Deployed, ...]:
            return (replace(first, status="DELETE_FAILED"), second)

    calls = StackCalls(Session(AwsSettings()), lambda _: None)
    context = replace(older.context, stacks=OneDead(calls, task_templates()))
    capsys.readouterr()
    assert command(context, "upgrade", "--yes") == 4
    assert f"error: stack {first.stack_name} is in DELETE_FAILED" in words(capsys)
    assert {task.stack_name: task.version for task in older.tasks} == {
        first.stack_name: 1,
        second.stack_name: 2,
    }
