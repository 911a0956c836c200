"""Stacks in the sandbox: made, changed, refused, rolled back and deleted as CloudFormation does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import (
    BASE,
    START,
    change,
    client,
    deploy,
    described,
    given,
    small_template,
    task_template,
)

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START)) as made:
        yield made


def resources(name: str) -> dict[str, str]:
    listed = client("cloudformation").list_stack_resources(StackName=name)
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in listed["StackResourceSummaries"]
    }


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as refused:
        action()
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


@pytest.mark.parametrize("template", [small_template(), task_template()], ids=["small", "real"])
def test_a_schedule_is_a_resource_of_the_stack(template: str) -> None:
    scheduler = client("scheduler")
    deploy("one", template, ScheduleTimezone="Asia/Tokyo")

    schedule = scheduler.get_schedule(Name="nightly")
    assert schedule["State"] == "ENABLED"
    assert schedule["ScheduleExpression"] == "cron(0 3 * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    assert schedule["Target"]["Arn"] == resources("one")["StateMachine"]
    assert schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 300
    assert "<aws.scheduler.scheduled-time>" in schedule["Target"]["Input"]

    change("one", template, ScheduleTimezone="Asia/Tokyo", Enabled="false")
    assert scheduler.get_schedule(Name="nightly")["State"] == "DISABLED"

    change("one", template, Trigger="rule", SecondScheduleExpression="")
    assert scheduler.list_schedules()["Schedules"] == []
    assert client("events").describe_rule(Name="nightly")["State"] == "ENABLED"

    change("one", template, SecondScheduleExpression="cron(0 4 * * ? *)")
    assert client("events").list_rules()["Rules"] == []
    assert {each["Name"] for each in scheduler.list_schedules()["Schedules"]} == {
        "nightly",
        "nightly-2",
    }

    client("cloudformation").delete_stack(StackName="one")
    assert scheduler.list_schedules()["Schedules"] == []


@pytest.mark.parametrize("template", [small_template(), task_template()], ids=["small", "real"])
def test_a_deleted_stack_leaves_nothing(template: str) -> None:
    deploy("one", template)
    identity = described("one")["StackId"]
    client("cloudformation").delete_stack(StackName="one")

    assert described(identity)["StackStatus"] == "DELETE_COMPLETE"
    assert client("lambda").list_functions()["Functions"] == []
    assert client("iam").list_roles()["Roles"] == []
    assert client("logs").describe_log_groups()["logGroups"] == []
    assert client("stepfunctions").list_state_machines()["stateMachines"] == []
    assert client("sqs").list_queues().get("QueueUrls", []) == []
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert "does not exist" in refusal(lambda: described("one"))
    client("cloudformation").delete_stack(StackName="one")  # of one that isn't there: a success


def test_an_update_changes_code_retention_environment_and_definition() -> None:
    template = small_template()
    deploy("one", template, LogRetentionInDays="30")
    before = resources("one")
    digest = client("lambda").get_function(FunctionName=before["SendFunction"])
    change(
        "one",
        template.replace('print("sending"', 'print("posting"').replace("Pause", "Stop"),
        LogRetentionInDays="7",
        Command="echo other",
    )

    assert resources("one") == before
    function = client("lambda").get_function(FunctionName=before["SendFunction"])["Configuration"]
    assert function["Environment"]["Variables"]["COMMAND"] == "echo other"
    assert function["CodeSha256"] != digest["Configuration"]["CodeSha256"]
    [group] = client("logs").describe_log_groups()["logGroups"]
    assert group["retentionInDays"] == 7
    machine = client("stepfunctions").describe_state_machine(stateMachineArn=before["StateMachine"])
    assert '"Stop"' in machine["definition"]
    assert described("one")["StackStatus"] == "UPDATE_COMPLETE"


def test_sub_fills_in_its_own_values_and_leaves_context_objects_alone() -> None:
    template = (
        small_template()
        + """
  Shown:
    Value: !Sub
    - "$$.Execution.Id of ${Site} in ${AWS::Region}, ${RuleName} ${!Kept}"
    - Site: !If [IsEnabled, !Sub "lit.${RuleName}", dark]
"""
    )
    deploy("one", template)
    change("one", template, Enabled="false")
    shown = {each["OutputKey"]: each["OutputValue"] for each in described("one")["Outputs"]}
    assert shown["Shown"] == "$$.Execution.Id of dark in us-east-1, nightly ${Kept}"


def test_a_changed_policy_reaches_the_role() -> None:
    template = small_template()
    deploy("one", template)
    role = resources("one")["MachineRole"]
    change("one", template.replace("lambda:InvokeFunction", "lambda:InvokeAsync"))
    policy = client("iam").get_role_policy(RoleName=role, PolicyName="work")["PolicyDocument"]
    assert policy["Statement"][0]["Action"] == "lambda:InvokeAsync"


def test_a_renamed_schedule_replaces_the_old_one() -> None:
    deploy("one", small_template())
    change("one", small_template(), RuleName="weekly")
    assert [each["Name"] for each in client("scheduler").list_schedules()["Schedules"]] == [
        "weekly"
    ]


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param(given(BASE), id="same values"),
        pytest.param(
            [{"ParameterKey": name, "UsePreviousValue": True} for name in BASE], id="previous"
        ),
        pytest.param(given({**BASE, "Enabled": "true"}), id="a default written out"),
    ],
)
def test_nothing_new_is_an_error_as_on_aws(parameters: list[dict[str, Any]]) -> None:
    deploy("one", small_template())
    said = refusal(
        lambda: client("cloudformation").update_stack(
            StackName="one",
            TemplateBody=small_template(),
            Parameters=parameters,
            Capabilities=["CAPABILITY_IAM"],
        )
    )
    assert said == "ValidationError: No updates are to be performed."
    assert described("one")["StackStatus"] == "CREATE_COMPLETE"


def test_previous_values_are_kept_and_unnamed_ones_fall_back_to_the_default() -> None:
    deploy("one", small_template(), LogRetentionInDays="7", Source="/etc/crontab")
    named = [{"ParameterKey": name, "UsePreviousValue": True} for name in BASE]
    named.append({"ParameterKey": "Source", "UsePreviousValue": True})
    client("cloudformation").update_stack(
        StackName="one",
        UsePreviousTemplate=True,
        Parameters=named,
        Capabilities=["CAPABILITY_IAM"],
    )
    values = {
        each["ParameterKey"]: each["ParameterValue"] for each in described("one")["Parameters"]
    }
    assert values["Source"] == "/etc/crontab"
    assert values["LogRetentionInDays"] == "30"


WRONG = {
    "not allowed": ({"Enabled": "yes"}, "must be one of AllowedValues: [true, false]"),
    "pattern": ({"EC2InstanceTagName": "a b"}, "is a tag's name"),
    "too short": ({"ScheduleExpression": ""}, "ScheduleExpression failed to satisfy constraint"),
    "too long": ({"RuleName": "n" * 51}, "RuleName failed to satisfy constraint"),
    "unknown": ({"Colour": "red"}, "Parameters: [Colour] do not exist in the template"),
    "no number": ({"LogRetentionInDays": "many"}, "must be a number"),
    "too large": ({"Command": "x" * 4097}, "longer than 4096 bytes"),
}


@pytest.mark.parametrize(("parameters", "said"), WRONG.values(), ids=WRONG.keys())
def test_parameters_are_judged_before_anything_is_made(
    parameters: dict[str, str], said: str
) -> None:
    assert said in refusal(lambda: deploy("one", small_template(), **parameters))
    assert client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_missing_parameter_is_named() -> None:
    said = refusal(
        lambda: client("cloudformation").create_stack(
            StackName="one",
            TemplateBody=small_template(),
            Parameters=given({"RuleName": "a"}),
            Capabilities=["CAPABILITY_IAM"],
        )
    )
    assert "EC2InstanceTagName" in said
    assert "must have values" in said


REFUSED = {
    "stack name": ({"StackName": "1st"}, "stackName"),
    "no capability": ({"Capabilities": []}, "InsufficientCapabilitiesException"),
    "large body": (
        {"TemplateBody": small_template() + "# " + "x" * 51_200},
        "less than or equal to 51200",
    ),
    "tag": ({"Tags": [{"Key": "schedule", "Value": "0 3 * * *"}]}, "tag schedule"),
    "tag of aws": ({"Tags": [{"Key": "aws:x", "Value": "y"}]}, "tag aws:x"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_requests_are_judged_too(arguments: dict[str, Any], said: str) -> None:
    request = {
        "StackName": "one",
        "TemplateBody": small_template(),
        "Parameters": given(BASE),
        "Capabilities": ["CAPABILITY_IAM"],
        **arguments,
    }
    assert said in refusal(lambda: client("cloudformation").create_stack(**request))


def test_a_failed_creation_is_rolled_back_and_told() -> None:
    template = small_template().replace('"StartAt": "Send"', '"StartAt" "Send"')
    deploy("one", template)

    assert described("one")["StackStatus"] == "ROLLBACK_COMPLETE"
    events = client("cloudformation").describe_stack_events(StackName="one")["StackEvents"]
    [failed] = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["LogicalResourceId"] == "StateMachine"
    assert "InvalidDefinition" in failed["ResourceStatusReason"]
    assert client("lambda").list_functions()["Functions"] == []
    assert client("iam").list_roles()["Roles"] == []
    assert "ROLLBACK_COMPLETE" in refusal(lambda: change("one", small_template()))

    client("cloudformation").delete_stack(StackName="one")
    deploy("one", small_template())
    assert described("one")["StackStatus"] == "CREATE_COMPLETE"


def test_a_failed_update_leaves_the_stack_as_it_was() -> None:
    deploy("one", small_template())
    before = resources("one")
    change(
        "one",
        small_template().replace('"StartAt": "Send"', '"StartAt" "Send"'),
        Enabled="false",
        Command="echo other",
    )

    assert described("one")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert resources("one") == before
    assert client("scheduler").get_schedule(Name="nightly")["State"] == "ENABLED"
    function = client("lambda").get_function(FunctionName=before["SendFunction"])
    assert function["Configuration"]["Environment"]["Variables"]["COMMAND"] == "echo hello"
    change("one", small_template(), Enabled="false")
    assert described("one")["StackStatus"] == "UPDATE_COMPLETE"


BAD = {
    "both days": (
        {"ScheduleExpression": "cron(0 3 * * * *)"},
        "Invalid combination",
    ),
    "five fields": ({"ScheduleExpression": "cron(0 3 * * ?)"}, "6 required, 5 provided"),
    "step too large": ({"ScheduleExpression": "cron(0/60 * * * ? *)"}, "Invalid Schedule"),
    "plural": ({"ScheduleExpression": "rate(5 minute)"}, "singular"),
    "zone": ({"ScheduleTimezone": "Asia/Atlantis"}, "Timezone"),
    "rule": ({"Trigger": "rule", "ScheduleExpression": "cron(0 3 * * * *)"}, "not valid"),
    "environment": ({"Command": "x" * 4_090}, "4KB limit"),
}


@pytest.mark.parametrize(("parameters", "said"), BAD.values(), ids=BAD.keys())
def test_what_the_services_refuse_fails_the_stack(parameters: dict[str, str], said: str) -> None:
    deploy("one", small_template(), **parameters)
    assert described("one")["StackStatus"] == "ROLLBACK_COMPLETE"
    events = client("cloudformation").describe_stack_events(StackName="one")["StackEvents"]
    [failed] = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert said in failed["ResourceStatusReason"]


def test_made_up_names_are_as_long_as_the_services_take() -> None:
    deploy("s" * 128, small_template())
    made = resources("s" * 128)
    assert len(made["TriggerRole"]) == 64
    assert len(made["SendFunction"]) == 64
    assert described("s" * 128)["StackStatus"] == "CREATE_COMPLETE"


def test_a_name_that_is_taken_fails_the_second_stack_only() -> None:
    deploy("one", small_template())
    deploy("two", small_template())
    assert described("one")["StackStatus"] == "CREATE_COMPLETE"
    assert described("two")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert client("scheduler").get_schedule(Name="nightly")["State"] == "ENABLED"


def test_sixteen_threads_make_stacks_at_once() -> None:
    names = [f"stack-{number}" for number in range(32)]
    api = client("cloudformation")
    small = small_template()

    def create(name: str) -> None:
        api.create_stack(
            StackName=name,
            TemplateBody=small,
            Parameters=given({**BASE, "RuleName": name}),
            Capabilities=["CAPABILITY_IAM"],
        )
        api.describe_stacks()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(create, names))
    statuses = [each["StackStatus"] for each in api.describe_stacks()["Stacks"]]
    assert statuses == ["CREATE_COMPLETE"] * 32


def test_a_rate_counts_from_the_sandboxs_time() -> None:
    deploy("often", task_template(), ScheduleExpression="rate(2 hours)")
    made = client("scheduler").get_schedule(Name=BASE["RuleName"])["CreationDate"]
    assert abs((made - START).total_seconds()) < 60
