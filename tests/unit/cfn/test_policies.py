"""Who may do what: the rendered policies, judged with their resources and conditions.

The calls are not written down here: they are what the functions really do with fakes for clients,
what the definition's tasks do, and what the triggers start.
"""

from __future__ import annotations

import itertools

import pytest

from tests.fake_clients import refused
from tests.iam import allowed, may_assume
from tests.role_calls import (
    DOCUMENT,
    INSTANCE,
    PREFIXES,
    TAGGED,
    machine_requests,
    requests,
    send_calls,
)
from tests.stack_cases import ask, command, host
from tests.stack_template import ACCOUNT, REGION, task

MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:cron2aws-web-backup"


def test_each_call_of_the_send_function_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = task(RunOn="one").policy("SendRole")
    calls = send_calls(monkeypatch, MACHINE)
    assert {call.operation for call in calls} == {
        "StartExecution",
        "ListExecutions",
        "DescribeExecution",
        "ListCommands",
        "DescribeInstanceInformation",
        "DescribeInstances",
        "SendCommand",
    }
    for action, resource, context in itertools.chain.from_iterable(map(requests, calls)):
        assert allowed(statements, action, resource, context), (action, resource)


def test_each_call_of_the_wait_function_is_allowed_and_it_may_only_read() -> None:
    _, calls = ask(command(), [host()])
    statements = task().policy("WaitRole")
    for call in calls:
        action = f"{PREFIXES[call.service]}:{call.operation}"
        assert allowed(statements, action, "*"), action
    actions = {each for one in statements for each in one["Action"]}
    reading = {"ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:GetCommandInvocation"}
    assert actions == reading | {"ec2:DescribeTags"} | {"logs:CreateLogStream", "logs:PutLogEvents"}


OTHER_ACCOUNT = "999999999999"


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("ssm:SendCommand", DOCUMENT.replace("AWS-RunShellScript", "AWS-RunRemoteScript"), {}),
        ("ssm:SendCommand", DOCUMENT.replace("::", f":{ACCOUNT}:"), {}),
        ("ssm:SendCommand", INSTANCE, {}),
        ("ssm:SendCommand", INSTANCE, {"ssm:resourceTag/role": "db"}),
        ("ssm:SendCommand", INSTANCE, {"ssm:resourceTag/role": "web2"}),
        ("ssm:SendCommand", INSTANCE, {"ssm:resourceTag/other": "web"}),
        ("ssm:SendCommand", INSTANCE.replace(REGION, "us-east-1"), TAGGED),
        ("ssm:SendCommand", INSTANCE.replace(ACCOUNT, OTHER_ACCOUNT), TAGGED),
        ("ssm:SendCommand", f"arn:aws:ssm:{REGION}:{ACCOUNT}:managed-instance/mi-0", TAGGED),
        ("states:StartExecution", MACHINE + "-other", {}),
        ("states:StartExecution", MACHINE.replace("web-backup", "other"), {}),
        ("states:ListExecutions", MACHINE.replace("web-backup", "other"), {}),
        (
            "states:DescribeExecution",
            MACHINE.replace("stateMachine", "execution").replace("web-backup", "other") + ":x",
            {},
        ),
        ("states:StopExecution", MACHINE, {}),
        ("ssm:CancelCommand", "*", {}),
        ("ssm:GetParameter", "*", {}),
        ("ec2:TerminateInstances", INSTANCE, TAGGED),
        ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/other:*", {}),
        ("logs:CreateLogGroup", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/x:*", {}),
        ("lambda:InvokeFunction", "*", {}),
        ("iam:PassRole", "*", {}),
    ],
)
def test_the_send_function_may_do_nothing_else(
    action: str, resource: str, context: dict[str, str]
) -> None:
    assert not allowed(task(RunOn="one").policy("SendRole"), action, resource, context)


def test_a_tags_name_becomes_the_condition_key() -> None:
    made = task(EC2InstanceTagName="aws:autoscaling:groupName", EC2InstanceTagValue="a b")
    context = {"ssm:resourceTag/aws:autoscaling:groupName": "a b"}
    assert allowed(made.policy("SendRole"), "ssm:SendCommand", INSTANCE, context)
    assert not allowed(made.policy("SendRole"), "ssm:SendCommand", INSTANCE, TAGGED)


def test_a_host_with_any_of_the_tags_values_is_sent_to() -> None:
    made = task(EC2InstanceTagName="role", EC2InstanceTagValue="web,db")
    may = [
        allowed(
            made.policy("SendRole"), "ssm:SendCommand", INSTANCE, {"ssm:resourceTag/role": role}
        )
        for role in ("web", "db", "web,db", "mail")
    ]
    assert may == [True, True, False, False]


def test_the_machine_may_do_what_its_definition_does_and_no_more() -> None:
    made = task()
    wanted = machine_requests(made)
    assert len(wanted) == 4
    for action, resource in wanted:
        assert allowed(made.policy("StateMachineRole"), action, resource)
        assert not allowed(made.policy("StateMachineRole"), action, resource + "-other")
    assert not allowed(made.policy("StateMachineRole"), "states:StartExecution", MACHINE)
    assert not allowed(made.policy("StateMachineRole"), "ssm:SendCommand", DOCUMENT)


@pytest.mark.parametrize("kind", ["Succeeded", "Failed"])
def test_a_topic_that_is_left_out_is_nobodys(kind: str) -> None:
    full = task()
    topic = full.parameters[f"TopicCommandExecution{kind}Arn"]
    made = task(**{f"TopicCommandExecution{kind}Arn": ""})
    assert allowed(full.policy("StateMachineRole"), "sns:Publish", topic)
    assert not allowed(made.policy("StateMachineRole"), "sns:Publish", topic)
    assert not allowed(made.policy("StateMachineRole"), "sns:Publish", "*")


@pytest.mark.parametrize("trigger", ["scheduler", "rule"])
def test_the_trigger_may_start_its_one_machine(trigger: str) -> None:
    made = task(Trigger=trigger)
    target = (
        made.properties("Rule")["Targets"][0]
        if trigger == "rule"
        else made.properties("Schedule")["Target"]
    )
    statements = made.policy("TriggerRole")
    assert target["RoleArn"].endswith(":role/TriggerRole")
    assert allowed(statements, "states:StartExecution", target["Arn"])
    assert allowed(statements, "sqs:SendMessage", target["DeadLetterConfig"]["Arn"])
    assert not allowed(statements, "states:StartExecution", target["Arn"] + "2")
    assert not allowed(statements, "states:StopExecution", target["Arn"])
    assert not allowed(statements, "lambda:InvokeFunction", "*")


@pytest.mark.parametrize(
    ("role", "services"),
    [
        # both, so that neither kind of trigger is without its role while Trigger is changed
        ("TriggerRole", {"scheduler", "events"}),
        ("StateMachineRole", {"states"}),
        ("SendRole", {"lambda"}),
        ("WaitRole", {"lambda"}),
    ],
)
@pytest.mark.parametrize("trigger", ["scheduler", "rule"])
def test_no_role_can_be_used_from_elsewhere(role: str, services: set[str], trigger: str) -> None:
    trust = task(Trigger=trigger).properties(role)["AssumeRolePolicyDocument"]
    here = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": MACHINE}
    every = ("ec2", "events", "lambda", "scheduler", "ssm", "states")
    assert {each for each in every if may_assume(trust, f"{each}.amazonaws.com", here)} == services
    for service in (f"{each}.amazonaws.com" for each in services):
        assert not may_assume(trust, service, here | {"aws:SourceAccount": OTHER_ACCOUNT})
        if role == "StateMachineRole":
            assert not may_assume(trust, service, here | {"aws:SourceArn": MACHINE + "-other"})
        # Lambda and rules are not documented to say for whom they ask
        if service not in ("lambda.amazonaws.com", "events.amazonaws.com"):
            assert not may_assume(trust, service, {"aws:SourceArn": MACHINE})


def test_only_its_own_rules_may_fill_the_queue() -> None:
    made = task(Trigger="rule")
    queue = made.properties("Rule")["Targets"][0]["DeadLetterConfig"]["Arn"]
    (statement,) = made.properties("UndeliveredPolicy")["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/web-backup"
    for arn, may in ((rule, True), (rule + "-2", True), (rule + "-3", False), (rule + "x", False)):
        assert allowed([statement], "sqs:SendMessage", queue, {"aws:SourceArn": arn}) is may


def test_the_judge_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="NotAction"):
        allowed([{"Effect": "Allow", "NotAction": "x", "Resource": "*"}], "a:B", "*")
    odd = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    with pytest.raises(ValueError, match="IpAddress"):
        allowed([odd | {"Condition": {"IpAddress": {"a": "b"}}}], "a:B", "*", {"a": "b"})
    deny = odd | {"Effect": "Deny", "Action": "a:b"}
    assert not allowed([odd, deny], "a:B", "*")
    assert allowed([odd, deny], "a:C", "*")
    assert refused("x").response["Error"]["Code"] == "x"
