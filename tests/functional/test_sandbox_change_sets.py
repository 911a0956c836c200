"""What a sandbox has of CloudFormation and Lambda that moto has not (guards.py, account.py)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.stacks.previews import CREATE_ONLY
from tests.sandboxes import client, given

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Path": {"Type": "String", "Default": "/a/"},
        "Shown": {"Type": "String", "Default": "one"},
        "Second": {"Type": "String", "Default": ""},
    },
    "Conditions": {"HasSecond": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Second"}, ""]}]}},
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "DeletionPolicy": "RetainExceptOnCreate",
            "Properties": {"Path": {"Ref": "Path"}, "AssumeRolePolicyDocument": TRUST},
        },
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "DisplayName": {"Fn::Sub": "told ${Shown}"},
                "TopicName": {"Fn::If": ["HasSecond", "second", {"Ref": "AWS::NoValue"}]},
            },
        },
        "More": {"Type": "AWS::SNS::Topic", "Condition": "HasSecond", "Properties": {}},
    },
    "Outputs": {"RoleName": {"Value": {"Ref": "Role"}}},
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as inside:
        client("cloudformation").create_stack(
            StackName="s",
            TemplateBody=json.dumps(TEMPLATE),
            Capabilities=["CAPABILITY_IAM"],
            EnableTerminationProtection=True,
        )
        yield inside


def previewed(template: dict[str, Any], **parameters: str) -> list[tuple[str, ...]]:
    made = client("cloudformation").create_change_set(
        StackName="s",
        ChangeSetName="look",
        ChangeSetType="UPDATE",
        TemplateBody=json.dumps(template),
        Parameters=given(parameters),
        Capabilities=["CAPABILITY_IAM"],
    )
    found = client("cloudformation").describe_change_set(ChangeSetName=made["Id"])
    client("cloudformation").delete_change_set(ChangeSetName=made["Id"])
    rows = [each["ResourceChange"] for each in found["Changes"]]
    return [(row["Action"], row["LogicalResourceId"], row.get("Replacement", "")) for row in rows]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"Shown": "two"}, [("Modify", "Topic", "False")]),
        ({"Path": "/b/"}, [("Modify", "Role", "True")]),
        ({"Second": "x"}, [("Add", "More", ""), ("Modify", "Topic", "True")]),
        ({"Shown": "one"}, []),
    ],
)
def test_a_change_set_tells_what_is_replaced(
    sandbox: Sandbox, parameters: dict[str, str], told: list[tuple[str, ...]]
) -> None:
    del sandbox
    assert previewed(TEMPLATE, **parameters) == told


def test_a_change_set_is_made_by_the_stacks_arn_as_well(sandbox: Sandbox) -> None:
    del sandbox
    service = client("cloudformation")
    (stack,) = service.describe_stacks(StackName="s")["Stacks"]
    made = service.create_change_set(
        StackName=stack["StackId"],
        ChangeSetName="look",
        ChangeSetType="UPDATE",
        TemplateBody=json.dumps(TEMPLATE),
        Parameters=given({"Shown": "two"}),
        Capabilities=["CAPABILITY_IAM"],
    )
    assert made["StackId"] == stack["StackId"]


def test_an_element_of_a_list_can_be_none() -> None:
    policy = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}
    role = TEMPLATE["Resources"]["Role"]
    lists = {"Fn::If": ["HasSecond", policy, {"Ref": "AWS::NoValue"}]}
    properties = {**role["Properties"], "Policies": [lists]}
    template = {**TEMPLATE, "Resources": {"Role": {**role, "Properties": properties}}}
    with Sandbox():
        for name, second in (("without", ""), ("with", "x")):
            client("cloudformation").create_stack(
                StackName=name,
                TemplateBody=json.dumps(template),
                Parameters=given({"Second": second}),
                Capabilities=["CAPABILITY_IAM"],
            )
        counts = [
            len(client("iam").list_role_policies(RoleName=each["RoleName"])["PolicyNames"])
            for each in client("iam").list_roles()["Roles"]
        ]
    assert sorted(counts) == [0, 1]


def test_a_resource_that_goes_is_told(sandbox: Sandbox) -> None:
    del sandbox
    rest = {name: piece for name, piece in TEMPLATE["Resources"].items() if name != "Topic"}
    assert previewed({**TEMPLATE, "Resources": rest}) == [("Remove", "Topic", "")]


@pytest.mark.parametrize("kind", CREATE_ONLY)
def test_what_is_replaced_is_what_the_registry_says(kind: str) -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    only = {each.removeprefix("/properties/") for each in schema.get("createOnlyProperties", [])}
    assert CREATE_ONLY[kind] == only


def test_a_protected_stack_is_deleted_only_once_that_is_lifted(sandbox: Sandbox) -> None:
    del sandbox
    service = client("cloudformation")
    role = service.describe_stacks(StackName="s")["Stacks"][0]["Outputs"][0]["OutputValue"]
    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        service.delete_stack(StackName="s")
    service.update_termination_protection(StackName="s", EnableTerminationProtection=False)
    service.delete_stack(StackName="s")
    assert client("iam").get_role(RoleName=role)["Role"]["Path"] == "/a/"  # it is retained
    with pytest.raises(ClientError, match="does not exist"):
        service.update_termination_protection(StackName="s", EnableTerminationProtection=True)


def test_what_a_failed_creation_made_is_not_retained() -> None:
    broken = {
        **TEMPLATE,
        "Resources": {
            "Role": TEMPLATE["Resources"]["Role"],
            "Schedule": {
                "Type": "AWS::Scheduler::Schedule",
                "DependsOn": "Role",
                "Properties": {
                    "ScheduleExpression": "cron(never)",
                    "FlexibleTimeWindow": {"Mode": "OFF"},
                    "Target": {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "r"},
                },
            },
        },
    }
    with Sandbox():
        service = client("cloudformation")
        service.create_stack(
            StackName="s", TemplateBody=json.dumps(broken), Capabilities=["CAPABILITY_IAM"]
        )
        assert service.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == (
            "ROLLBACK_COMPLETE"
        )
        assert client("iam").list_roles()["Roles"] == []


@pytest.mark.parametrize("concurrency", [10, 1000])
def test_lambda_tells_the_accounts_concurrency(concurrency: int) -> None:
    with Sandbox(concurrency=concurrency):
        limit = client("lambda").get_account_settings()["AccountLimit"]
    assert limit["ConcurrentExecutions"] == concurrency
    assert limit["UnreservedConcurrentExecutions"] == concurrency


# --- change sets that are executed


def carried_out(kind: str, template: dict[str, Any], **parameters: str) -> dict[str, Any]:
    """As the aws CLI's `deploy` goes about it: the change set, executed where it has changes."""
    service = client("cloudformation")
    made = service.create_change_set(
        StackName="s" if kind == "UPDATE" else "new",
        ChangeSetName=f"change-{len(parameters)}",
        ChangeSetType=kind,
        TemplateBody=json.dumps(template),
        Parameters=given(parameters),
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "team", "Value": "web"}],
    )
    found = dict(service.describe_change_set(ChangeSetName=made["Id"]))
    if found["Status"] != "FAILED":
        service.execute_change_set(ChangeSetName=made["Id"])
    return found


def stack_of(name: str) -> dict[str, Any]:
    [stack] = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return dict(stack)


def test_a_stack_is_made_whole_by_a_change_set(sandbox: Sandbox) -> None:
    del sandbox
    carried_out("CREATE", TEMPLATE, Shown="two")
    stack = stack_of("new")
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert [each["OutputKey"] for each in stack["Outputs"]] == ["RoleName"]
    assert stack["Tags"] == [{"Key": "team", "Value": "web"}]
    told = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    assert told == {"Path": "/a/", "Shown": "two", "Second": ""}


def test_a_change_set_changes_a_stack_and_one_that_changes_nothing_fails(sandbox: Sandbox) -> None:
    del sandbox
    assert carried_out("UPDATE", TEMPLATE, Shown="two")["Status"] == "CREATE_COMPLETE"
    stack = stack_of("s")
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert stack["Tags"] == [{"Key": "team", "Value": "web"}]
    assert [each["OutputKey"] for each in stack["Outputs"]] == ["RoleName"]
    again = carried_out("UPDATE", TEMPLATE, Shown="two", Path="/a/")
    assert (again["Status"], again["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "didn't contain changes" in again["StatusReason"]


def test_a_change_set_that_does_not_come_up_leaves_what_a_stack_leaves(sandbox: Sandbox) -> None:
    del sandbox
    taken = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "x" * 300}}
    carried_out("CREATE", {**TEMPLATE, "Resources": {**TEMPLATE["Resources"], "Bad": taken}})
    assert stack_of("new")["StackStatus"] == "ROLLBACK_COMPLETE"
