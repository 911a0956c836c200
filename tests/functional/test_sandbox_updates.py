"""Updates of stacks in a sandbox, as CloudFormation's pages have them, where moto is otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cron2aws.sandbox.inside import Sandbox
from tests.sandboxes import client, given

ROLE: dict[str, Any] = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
}
POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}],
}
TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Name": {"Type": "String", "Default": "one"},
        "When": {"Type": "String", "Default": "rate(1 minute)"},
    },
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}},
        "Schedule": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": {
                "Name": "schedule",
                "ScheduleExpression": {"Ref": "When"},
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}, "RoleArn": "arn:aws:iam::1:r"},
            },
        },
    },
    "Outputs": {"Url": {"Value": {"Ref": "Queue"}}},
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as inside:
        client("cloudformation").create_stack(
            StackName="s", TemplateBody=json.dumps(TEMPLATE), RoleARN="arn:aws:iam::1:role/deploy"
        )
        yield inside


def update(template: dict[str, Any] | None = None, **parameters: str) -> str:
    """The stack's status after an update; without a template it keeps its own."""
    body = {"TemplateBody": json.dumps(template)} if template else {"UsePreviousTemplate": True}
    client("cloudformation").update_stack(StackName="s", Parameters=given(parameters), **body)
    return str(described()["StackStatus"])


def described() -> dict[str, Any]:
    (stack,) = client("cloudformation").describe_stacks(StackName="s")["Stacks"]
    return dict(stack)


def queues() -> list[str]:
    urls = client("sqs").list_queues().get("QueueUrls", [])
    return [url.rpartition("/")[2] for url in urls]


def target() -> str:
    schedule = client("scheduler").get_schedule(Name="schedule")
    return str(schedule["Target"]["Arn"]).rpartition(":")[2]


def test_what_is_replaced_goes_last(sandbox: Sandbox) -> None:
    del sandbox
    assert update(Name="two") == "UPDATE_COMPLETE"
    assert (queues(), target()) == (["two"], "two")
    assert described()["Outputs"][0]["OutputValue"].endswith("/two")


def test_a_rollback_has_the_very_thing_that_stood(sandbox: Sandbox) -> None:
    """ "Understand update rollback": nothing that stood is made anew."""
    del sandbox
    url = client("sqs").get_queue_url(QueueName="one")["QueueUrl"]
    client("sqs").send_message(QueueUrl=url, MessageBody="kept")
    assert update(Name="two", When="rate(never)") == "UPDATE_ROLLBACK_COMPLETE"
    assert (queues(), target()) == (["one"], "one")
    (message,) = client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "kept"
    assert described()["Outputs"][0]["OutputValue"].endswith("/one")
    assert update(Name="two") == "UPDATE_COMPLETE"
    assert (queues(), target()) == (["two"], "two")


def test_what_fails_itself_is_put_back(sandbox: Sandbox) -> None:
    del sandbox
    broken = json.loads(json.dumps(TEMPLATE))
    broken["Resources"]["Schedule"]["Properties"] |= {
        "Name": "another",
        "ScheduleExpression": "rate(never)",
    }
    assert update(broken) == "UPDATE_ROLLBACK_COMPLETE"
    assert target() == "one"
    names = [each["Name"] for each in client("scheduler").list_schedules()["Schedules"]]
    assert names == ["schedule"]


def test_what_is_replaced_is_kept_where_the_template_says_so(sandbox: Sandbox) -> None:
    del sandbox
    retained = json.loads(json.dumps(TEMPLATE))
    retained["Resources"]["Queue"]["UpdateReplacePolicy"] = "Retain"
    update(retained)
    update(Name="two")
    assert sorted(queues()) == ["one", "two"]


def test_the_service_role_stays_where_none_is_given(sandbox: Sandbox) -> None:
    del sandbox
    update(Name="two")
    assert described()["RoleARN"] == "arn:aws:iam::1:role/deploy"


def test_the_stacks_own_template_asks_for_its_capabilities_too(sandbox: Sandbox) -> None:
    del sandbox
    roles = {**TEMPLATE, "Resources": {**TEMPLATE["Resources"], "Role": ROLE}}
    service = client("cloudformation")
    body: dict[str, Any] = {"StackName": "s", "TemplateBody": json.dumps(roles)}
    with pytest.raises(ClientError, match="CAPABILITY_IAM"):
        service.create_change_set(**body, ChangeSetName="look", ChangeSetType="UPDATE")
    service.update_stack(**body, Capabilities=["CAPABILITY_IAM"])
    with pytest.raises(ClientError, match="CAPABILITY_IAM"):
        update(Name="two")


def test_a_policy_of_a_resource_of_its_own_outlives_a_change_of_the_role(sandbox: Sandbox) -> None:
    del sandbox
    policy = {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyName": "tell",
            "PolicyDocument": POLICY,
            "Roles": [{"Ref": "Role"}],
        },
    }
    resources = {**TEMPLATE["Resources"], "Role": ROLE, "Policy": policy}
    service = client("cloudformation")
    for description in ("", "other"):
        role = {**ROLE, "Properties": {**ROLE["Properties"], "Description": description}}
        body = json.dumps({**TEMPLATE, "Resources": {**resources, "Role": role}})
        service.update_stack(StackName="s", TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    assert described()["StackStatus"] == "UPDATE_COMPLETE"
    (role,) = client("iam").list_roles()["Roles"]
    assert client("iam").list_role_policies(RoleName=role["RoleName"])["PolicyNames"] == ["tell"]
