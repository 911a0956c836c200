"""Executions in the sandbox: real code, real transitions, AWS's names, no waiting."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Scripted, job_outcome, stand_in
from cron2aws.sandbox.time.clock import RealClock, VirtualClock
from tests.sandboxes import (
    MIDNIGHT,
    START,
    change,
    client,
    deploy,
    described,
    small_template,
    topic,
)

JOB = "1 hour"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START)) as made:
        yield made


def output(name: str, key: str) -> str:
    values = {each["OutputKey"]: each["OutputValue"] for each in described(name)["Outputs"]}
    return str(values[key])


def function(code: str, name: str = "tried", **environment: str) -> Any:
    """Deploy that code as a function of a stack and give back something that invokes it."""
    indented = "\n".join(f"          {line}" for line in code.splitlines())
    template = f"""
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {{AssumeRolePolicyDocument: {{Version: "2012-10-17", Statement: []}}}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: {name}
      Handler: index.handler
      Runtime: python3.13
      Role: !GetAtt Role.Arn
      Environment: {{Variables: {json.dumps(environment)}}}
      Code:
        ZipFile: |
{indented}
"""
    client("cloudformation").create_stack(
        StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"]
    )

    def invoke(event: object = None) -> tuple[str | None, Any]:
        answer = client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
        return answer.get("FunctionError"), json.load(answer["Payload"])

    return invoke


def machine(definition: dict[str, Any]) -> str:
    made = client("stepfunctions").create_state_machine(
        name="tried", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/r"
    )
    return str(made["stateMachineArn"])


def test_a_job_of_hours_takes_no_real_time(sandbox: Sandbox) -> None:
    seconds = 4 * 3600
    behaviour = Scripted(outcomes=(job_outcome(seconds=seconds),))
    sandbox.add_host(stand_in("web", behaviour=behaviour))
    told = topic("done")
    deploy("one", small_template(), TopicCommandExecutionSucceededArn=told)

    execution = sandbox.fire("one", MIDNIGHT)
    assert execution is not None
    ended = sandbox.wait(execution)

    assert ended["status"] == "SUCCEEDED"
    late = (ended["stopped"] - ended["started"]).total_seconds() - seconds
    assert 0 < late < 305
    assert sandbox.now >= START + timedelta(seconds=seconds)
    events = sandbox.history(execution)
    entered = [each for each in events if each["type"].endswith("StateEntered")]
    assert sandbox.transitions(execution) == len(entered)
    stamps = [str(each["timestamp"]) for each in events]
    assert stamps == sorted(stamps)
    [message] = sandbox.notifications()
    assert (message.topic_arn, message.subject) == (told, "done")
    assert json.loads(message.message)["statuses"] == ["Success"]


def test_the_input_is_what_the_trigger_carries(sandbox: Sandbox) -> None:
    deploy("schedule", small_template(), SecondScheduleExpression="cron(0 4 * * ? *)")
    deploy("rule", small_template(), Trigger="rule", RuleName="other")
    states = client("stepfunctions")

    def given(execution: str | None) -> Any:
        assert execution is not None
        sandbox.wait(execution)
        return json.loads(states.describe_execution(executionArn=execution)["input"])

    tokyo = datetime.fromisoformat("2027-03-14T12:00:00+09:00")
    plain = {"scheduled_time": "2027-03-14T03:00:00Z", "days_of_month": "", "timezone": "UTC"}
    assert given(sandbox.fire("schedule", tokyo)) == plain
    assert given(sandbox.fire("rule", tokyo)) == plain
    assert given(sandbox.fire("schedule", tokyo, which=2)) == {**plain, "days_of_month": "1,2"}


@pytest.mark.parametrize("trigger", ["scheduler", "rule"])
def test_a_disabled_trigger_does_not_fire(sandbox: Sandbox, trigger: str) -> None:
    deploy("one", small_template(), Enabled="false", Trigger=trigger)
    assert sandbox.fire("one", MIDNIGHT) is None
    change("one", small_template(), Enabled="true", Trigger=trigger)
    execution = sandbox.fire("one", MIDNIGHT)
    assert execution is not None
    sandbox.wait(execution)


def test_changed_code_is_what_runs_next(sandbox: Sandbox) -> None:
    sandbox.add_host(stand_in("web"))
    deploy("one", small_template())
    sandbox.wait(str(sandbox.fire("one", MIDNIGHT)))
    change("one", small_template(), Command="echo other")
    sandbox.wait(str(sandbox.fire("one", MIDNIGHT)))
    assert [command.script for command in sandbox.commands] == ["echo hello", "echo other"]


def test_the_exceptions_class_is_the_errors_name(sandbox: Sandbox) -> None:
    deploy("one", small_template())
    ended = sandbox.wait(str(sandbox.fire("one", MIDNIGHT)))
    assert (ended["status"], ended["error"]) == ("FAILED", "TaskFailed")
    caught = [each for each in sandbox.history(ended["arn"]) if each["type"] == "TaskFailed"]
    [details] = [each["taskFailedEventDetails"] for each in caught]
    assert details["error"] == "NoHosts"
    assert "no host has the tag" in details["cause"]


def test_functions_see_their_own_environment_and_the_sandboxes_time(sandbox: Sandbox) -> None:
    code = """
import os, time, datetime
from datetime import datetime as class_, timezone
from os import environ
import os.path
started = time.time()
def handler(event, context):
    time.sleep(3600)
    now = class_.now(timezone.utc)
    return {"mine": environ["MINE"], "home": os.getenv("HOME"), "region": os.environ["AWS_REGION"],
            "slept": time.time() - started, "now": now.isoformat(), "same": os.path.basename("a/b"),
            "is": isinstance(datetime.datetime(2027, 1, 1), class_), "name": context.function_name}
"""
    invoke = function(code, MINE="here")
    failed, answer = invoke()
    assert failed is None
    assert answer["mine"] == "here"
    assert answer["home"] is None
    assert answer["slept"] == 3600
    assert datetime.fromisoformat(answer["now"]) == START + timedelta(hours=1)
    assert (answer["same"], answer["is"], answer["name"]) == ("b", True, "tried")
    assert "MINE" not in os.environ
    assert sandbox.now == START + timedelta(hours=1)


def test_two_functions_do_not_share_a_module() -> None:
    code = "seen = []\ndef handler(event, context):\n    seen.append(event['n'])\n    return seen"
    with Sandbox():
        one, two = function(code, "one"), function(code, "two")
        assert one({"n": 1})[1] == [1]
        assert one({"n": 2})[1] == [1, 2]  # a warm container keeps its module
        assert two({"n": 3})[1] == [3]


FAILURES = {
    "raises": ("def handler(e, c):\n    raise KeyError('x')", "KeyError"),
    "at import": ("import nowhere_to_be_found", "ModuleNotFoundError"),
    "no handler": ("x = 1", "HandlerNotFound"),
    "no json": ("def handler(e, c):\n    return {1, 2}", "TypeError"),
    "too large": (
        "def handler(e, c):\n    return 'x' * 7_000_000",
        "Function.ResponseSizeTooLarge",
    ),
}


@pytest.mark.parametrize(("code", "error"), FAILURES.values(), ids=FAILURES.keys())
@pytest.mark.usefixtures("sandbox")
def test_how_a_function_fails(code: str, error: str) -> None:
    failed, answer = function(code)()
    assert failed is not None
    assert answer["errorType"] == error


def test_retries_and_waits_advance_the_clock_only(sandbox: Sandbox) -> None:
    function("def handler(e, c):\n    raise ValueError('no')")
    retry = {"ErrorEquals": ["ValueError"], "IntervalSeconds": 600, "BackoffRate": 2}
    definition = {
        "StartAt": "Wait",
        "States": {
            "Wait": {"Type": "Wait", "Timestamp": "2026-11-23T13:00:00Z", "Next": "Try"},
            "Try": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "tried"},
                "Retry": [{**retry, "MaxAttempts": 3}],
                "End": True,
            },
        },
    }
    ended = sandbox.wait(sandbox.start(machine(definition)))
    assert (ended["status"], ended["error"]) == ("FAILED", "ValueError")
    waited = (ended["stopped"] - START).total_seconds()
    assert 3600 + 600 + 1200 + 2400 - 1 <= waited <= 3600 + 600 + 1200 + 2400 + 1
    assert sandbox.transitions(ended["arn"]) == 2 + 3  # two states entered, three retries


@pytest.mark.parametrize(
    ("size", "caught", "status"),
    [
        (200_000, "States.ALL", "SUCCEEDED"),
        (300_000, "States.ALL", "FAILED"),
        (300_000, "States.DataLimitExceeded", "SUCCEEDED"),
    ],
)
def test_a_result_that_is_too_large_is_caught_by_its_own_name_only(
    sandbox: Sandbox, size: int, caught: str, status: str
) -> None:
    function(f"def handler(e, c):\n    return 'x' * {size}")
    ended = sandbox.wait(sandbox.start(machine(tried_and_caught(caught))))
    assert ended["status"] == status
    assert (ended["output"] == "caught") is (status == "SUCCEEDED" and size > 262_144)


def tried_and_caught(caught: str, **more: Any) -> dict[str, Any]:
    """A machine that invokes the function and says so where an error is caught."""
    return {
        "StartAt": "Try",
        "States": {
            "Try": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "tried"},
                "Catch": [{"ErrorEquals": [caught], "Next": "Caught"}],
                "End": True,
                **more,
            },
            "Caught": {"Type": "Pass", "Result": "caught", "End": True},
        },
    }


@pytest.mark.parametrize(
    ("size", "caught", "status"),
    [
        (120_000, "States.ALL", "SUCCEEDED"),
        (140_000, "States.ALL", "FAILED"),
        (140_000, "States.DataLimitExceeded", "SUCCEEDED"),
    ],
)
def test_what_a_task_is_handed_may_be_too_large(
    sandbox: Sandbox, size: int, caught: str, status: str
) -> None:
    """256 KiB after Parameters ("Handling errors in Step Functions workflows")."""
    function("def handler(e, c):\n    return 'done'")
    twice = {"FunctionName": "tried", "Payload": {"one.$": "$", "two.$": "$"}}
    made = machine(tried_and_caught(caught, Parameters=twice))
    ended = sandbox.wait(sandbox.start(made, json.dumps("x" * size)))
    assert ended["status"] == status
    assert (ended["output"] == "caught") is (status == "SUCCEEDED" and 2 * size > 262_144)


@pytest.mark.parametrize(("seconds", "late"), [(59, False), (61, True)])
def test_a_task_that_takes_too_long_is_given_up(sandbox: Sandbox, seconds: int, late: bool) -> None:
    function(f"import time\ndef handler(e, c):\n    time.sleep({seconds})")
    ended = sandbox.wait(
        sandbox.start(machine(tried_and_caught("States.Timeout", TimeoutSeconds=60)))
    )
    assert (ended["output"] == "caught") is late
    took = (ended["stopped"] - ended["started"]).total_seconds()
    assert took == min(seconds, 60)


def test_what_was_given_up_does_not_hurry_the_execution(sandbox: Sandbox) -> None:
    """It goes on by itself for its 500 s, while the execution waits and tries again."""
    function("import time\ndef handler(e, c):\n    time.sleep(500)")
    retry = {"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 7, "MaxAttempts": 2}
    definition = tried_and_caught("States.ALL", TimeoutSeconds=60, Retry=[retry])
    ended = sandbox.wait(sandbox.start(machine(definition)))
    assert ended["output"] == "caught"
    assert (ended["stopped"] - ended["started"]).total_seconds() == 60 + 7 + 60 + 14 + 60


def test_time_does_not_run_ahead_of_an_execution_that_works(sandbox: Sandbox) -> None:
    """A long job of one task must not let the other's look late."""
    for name, seconds in (("short", 60), ("long", 7200)):
        behaviour = Scripted(outcomes=(job_outcome(seconds=seconds),))
        sandbox.add_host(stand_in(name, behaviour=behaviour))
        deploy(name, small_template(), RuleName=name, EC2InstanceTagValue=name)
    executions = [str(sandbox.fire(name, MIDNIGHT)) for name in ("long", "short")]
    long, short = (sandbox.wait(execution) for execution in executions)
    assert (short["stopped"] - short["started"]).total_seconds() < 130
    assert (long["stopped"] - long["started"]).total_seconds() < 7200 + 305


PASS = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}


@pytest.mark.parametrize("name", ["a b", "a:b", "a/b", "a*b", "x" * 81, "a\nb", "a#b"])
@pytest.mark.usefixtures("sandbox")
def test_names_that_aws_refuses(name: str) -> None:
    with pytest.raises(ClientError, match="InvalidName"):
        client("stepfunctions").start_execution(stateMachineArn=machine(PASS), name=name)


def test_a_name_used_again_is_refused(sandbox: Sandbox) -> None:
    states, made = client("stepfunctions"), machine(PASS)
    sandbox.wait(
        states.start_execution(stateMachineArn=made, name="2027-03-14T03-00Z")["executionArn"]
    )
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        states.start_execution(stateMachineArn=made, name="2027-03-14T03-00Z", input='{"a": 1}')


def test_the_newest_execution_is_listed_first(sandbox: Sandbox) -> None:
    states, made = client("stepfunctions"), machine(PASS)
    for name in ("first", "second", "third"):
        sandbox.wait(states.start_execution(stateMachineArn=made, name=name)["executionArn"])
    listed = states.list_executions(stateMachineArn=made)["executions"]
    assert [each["name"] for each in listed] == ["third", "second", "first"]


WAITS = {
    "wait": {"Type": "Wait", "Seconds": 60, "End": True},
    "retry": {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "tried"},
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "MaxAttempts": 9}],
        "End": True,
    },
}


@pytest.mark.parametrize("clock", [RealClock(), VirtualClock(START)], ids=["real", "virtual"])
@pytest.mark.parametrize("state", WAITS.values(), ids=WAITS.keys())
def test_a_stopped_execution_is_aborted(
    state: dict[str, Any], clock: RealClock | VirtualClock
) -> None:
    definition = {
        "StartAt": "W",
        "States": {"W": {**state, "Next": "After"}, "After": {"Type": "Succeed"}},
    }
    del definition["States"]["W"]["End"]  # type: ignore[index]
    with Sandbox(clock=clock) as sandbox:
        function("def handler(e, c):\n    raise ValueError('no')")
        states, made = client("stepfunctions"), machine(definition)
        with clock.working():  # virtual time stands still meanwhile
            execution = states.start_execution(stateMachineArn=made)["executionArn"]
            states.stop_execution(executionArn=execution, error="Enough", cause="by hand")
            at_once = states.describe_execution(executionArn=execution)
        assert at_once["status"] == "ABORTED"
        ended = sandbox.wait(execution, real_seconds=20)
        assert ended["status"] == "ABORTED"
        events = [each["type"] for each in sandbox.history(execution)]
        assert events[-1] == "ExecutionAborted"
        assert "SucceedStateEntered" not in events
        states.stop_execution(executionArn=execution)  # of one that has ended: nothing


def test_an_execution_that_has_ended_is_not_aborted(sandbox: Sandbox) -> None:
    execution = sandbox.start(machine(PASS))
    assert sandbox.wait(execution)["status"] == "SUCCEEDED"
    client("stepfunctions").stop_execution(executionArn=execution)
    assert sandbox.wait(execution)["status"] == "SUCCEEDED"


def test_a_deleted_machine_takes_its_executions_with_it(sandbox: Sandbox) -> None:
    definition = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}
    states, made = client("stepfunctions"), machine(definition)
    with sandbox.clock.working():
        execution = states.start_execution(stateMachineArn=made)["executionArn"]
        states.delete_state_machine(stateMachineArn=made)
    assert sandbox.wait(execution)["status"] == "ABORTED"
    assert states.describe_execution(executionArn=execution)["status"] == "ABORTED"


def test_outside_a_sandbox_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://example.invalid")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    before = dict(os.environ)
    with Sandbox() as sandbox:
        assert sandbox.region == "us-east-1"
        assert "AWS_PROFILE" not in os.environ
        assert "AWS_ENDPOINT_URL" not in os.environ
        assert client("sts").get_caller_identity()["Account"] == "123456789012"
    assert dict(os.environ) == before


def test_each_sandbox_begins_empty() -> None:
    with Sandbox() as first:
        first.add_host(stand_in("web"))
        deploy("one", small_template())
    with Sandbox() as second:
        assert second.hosts == ()
        assert client("cloudformation").describe_stacks()["Stacks"] == []
        assert client("ec2").describe_instances()["Reservations"] == []
        assert client("stepfunctions").list_state_machines()["stateMachines"] == []
        assert second.now.tzinfo is UTC
