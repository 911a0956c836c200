"""The life of a task's stack in the sandbox: changed in place by parameters, and gone for good."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from cron2aws.sandbox.inside import Sandbox
from tests.sandboxes import client
from tests.stack_runs import SCHEDULED, Stack, deploy, host, sandbox
from tests.stack_template import read


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with sandbox() as active:
        yield active


@pytest.fixture
def stack(shared: Sandbox) -> Stack:
    return deploy(shared, (host(),), {})


def update(stack: Stack, **changes: str) -> None:
    """A stack update that changes these parameters and keeps the rest."""
    kept = [
        {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
        for each in _described(stack)["Parameters"]
        if each["ParameterKey"] not in changes
    ]
    changed = [{"ParameterKey": key, "ParameterValue": value} for key, value in changes.items()]
    client("cloudformation").update_stack(
        StackName=stack.name,
        UsePreviousTemplate=True,
        Parameters=kept + changed,
        Capabilities=["CAPABILITY_IAM"],
    )


def _described(stack: Stack) -> dict[str, Any]:
    (found,) = client("cloudformation").describe_stacks(StackName=stack.name)["Stacks"]
    return dict(found)


def schedule(stack: Stack, suffix: str = "") -> dict[str, Any]:
    name = stack.name.replace("task-", "web-backup-") + suffix
    return dict(client("scheduler").get_schedule(Name=name))


def test_enabled_is_a_parameter_and_a_disabled_task_does_not_fire(stack: Stack) -> None:
    update(stack, Enabled="false")
    assert schedule(stack)["State"] == "DISABLED"
    assert stack.sandbox.fire(stack.name, SCHEDULED) is None
    update(stack, Enabled="true")
    assert schedule(stack)["State"] == "ENABLED"
    assert stack.sandbox.wait(stack.fire())["status"] == "SUCCEEDED"


def test_schedule_zone_and_command_change_in_place(stack: Stack) -> None:
    machine = stack.output("StateMachineArn")
    update(
        stack,
        ScheduleExpression="cron(5 4 ? * MON-FRI *)",
        ScheduleTimezone="Asia/Tokyo",
        Command="another ${thing}\n'and' \"more\"",
        MaxErrors="0",
    )
    now = schedule(stack)
    assert now["ScheduleExpression"] == "cron(5 4 ? * MON-FRI *)"
    assert now["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    assert stack.output("StateMachineArn") == machine
    stack.fire()
    sent = stack.sandbox.commands[-1]
    assert shlex.quote("another ${thing}\n'and' \"more\"") in sent.script
    assert sent.max_errors == "0"


def test_a_second_schedule_comes_and_goes(stack: Stack) -> None:
    update(
        stack,
        SecondScheduleExpression="cron(0 3 ? * FRI *)",
        SecondOnlyOnDaysOfMonth="1,2",
        GuardTimezone="Asia/Tokyo",
    )
    assert schedule(stack, "-2")["ScheduleExpression"] == "cron(0 3 ? * FRI *)"
    arn = stack.sandbox.fire(stack.name, SCHEDULED, 2)
    assert arn
    assert stack.sandbox.wait(arn)["output"]["Error"] == "Skipped"
    update(stack, SecondScheduleExpression="")
    with pytest.raises(Exception, match="ResourceNotFound"):
        schedule(stack, "-2")


def test_the_kind_of_trigger_can_be_changed(stack: Stack) -> None:
    name = schedule(stack)["Name"]
    update(stack, Trigger="rule")
    assert client("events").describe_rule(Name=name)["State"] == "ENABLED"
    with pytest.raises(Exception, match="ResourceNotFound"):
        client("scheduler").get_schedule(Name=name)
    assert stack.sandbox.wait(stack.fire())["status"] == "SUCCEEDED"


def test_on_one_host_both_triggers_of_a_minute_run_it_once(stack: Stack) -> None:
    update(stack, SecondScheduleExpression="cron(0 3 ? * * *)", RunOn="one")
    stack.fire(SCHEDULED)
    second = stack.sandbox.fire(stack.name, SCHEDULED, 2)
    assert second
    assert stack.sandbox.wait(second)["output"]["Error"] == "Duplicate"
    assert len(stack.sandbox.commands) - stack.commands_before == 1


def test_on_one_host_two_deliveries_at_once_send_one_command(stack: Stack) -> None:
    update(stack, RunOn="one")
    arns = [stack.sandbox.fire(stack.name, SCHEDULED) for _ in range(4)]
    for arn in arns:
        assert arn
        stack.sandbox.wait(arn)
    assert len(stack.sandbox.commands) - stack.commands_before == 1


def left() -> dict[str, int]:
    """How many of each kind of resource there are that a task's stack makes."""
    return {
        "functions": len(client("lambda").list_functions()["Functions"]),
        "groups": len(client("logs").describe_log_groups()["logGroups"]),
        "machines": len(client("stepfunctions").list_state_machines()["stateMachines"]),
        "schedules": len(client("scheduler").list_schedules()["Schedules"]),
        "rules": len(client("events").list_rules()["Rules"]),
        "queues": len(client("sqs").list_queues().get("QueueUrls", [])),
        "alarms": len(client("cloudwatch").describe_alarms()["MetricAlarms"]),
        "roles": len(client("iam").list_roles()["Roles"]),
    }


@pytest.mark.parametrize("trigger", ["scheduler", "rule"])
def test_a_deleted_stack_leaves_nothing(shared: Sandbox, trigger: str) -> None:
    before = left()
    parameters = {"Trigger": trigger, "RunOn": "one", "SecondScheduleExpression": "rate(1 hour)"}
    stack = deploy(shared, (host(),), parameters)
    stack.fire()
    grown = left()
    triggers = {"scheduler": (2, 0), "rule": (0, 2)}[trigger]
    assert (grown["schedules"], grown["rules"]) == (
        before["schedules"] + triggers[0],
        before["rules"] + triggers[1],
    )
    assert grown["roles"] == before["roles"] + 4
    assert grown["groups"] == before["groups"] + 2
    client("cloudformation").delete_stack(StackName=stack.name)
    assert left() == before


def test_nothing_in_the_template_is_kept_on_deletion() -> None:
    kept = [name for name, body in read()["Resources"].items() if "DeletionPolicy" in body]
    assert kept == []
