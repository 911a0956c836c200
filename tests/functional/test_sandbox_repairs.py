"""Repairs of moto that no test was about: what AWS does where moto by itself does otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import START, client, topic

pytestmark = pytest.mark.usefixtures("sandbox")

QUEUE = {"Type": "AWS::SQS::Queue"}
ROLE = "arn:aws:iam::123456789012:role/r"
PERMITTED = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}
      Policies:
        - PolicyName: own
          PolicyDocument: {Version: "2012-10-17", Statement: []}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      Role: !GetAtt Role.Arn
      Code: {ZipFile: "def handler(event, context): return 1"}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function
      Action: lambda:InvokeFunction
      Principal: events.amazonaws.com
Outputs:
  Permission: {Value: !Ref Permission}
  Role: {Value: !Ref Role}
"""
CONDITIONS = """\
Conditions:
  Right: !Equals [a, a]
  Both: !And [!Condition Right, !Equals [b, b]]
  Not: !Not [!Condition Right]
Resources:
  Made: {Type: AWS::SQS::Queue, Condition: Both, Properties: {QueueName: made}}
  NotMade: {Type: AWS::SQS::Queue, Condition: Not, Properties: {QueueName: not-made}}
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START)) as made:
        yield made


def stack(name: str, body: str) -> None:
    client("cloudformation").create_stack(
        StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"]
    )


def logical(name: str) -> list[str]:
    listed = client("cloudformation").describe_stack_resources(StackName=name)["StackResources"]
    return [each["LogicalResourceId"] for each in listed]


def outputs(name: str) -> dict[str, str]:
    (found,) = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}


def machine(definition: dict[str, Any]) -> str:
    made = client("stepfunctions").create_state_machine(
        name="tried", definition=json.dumps(definition), roleArn=ROLE
    )
    return str(made["stateMachineArn"])


PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


def test_the_short_form_of_a_condition_is_read() -> None:
    stack("one", CONDITIONS)
    queues = client("sqs").list_queues().get("QueueUrls", [])
    assert [each.rpartition("/")[2] for each in queues] == ["made"]


def test_a_resource_that_is_not_made_is_not_listed() -> None:
    conditions = {"No": {"Fn::Equals": ["a", "b"]}}
    resources = {"Always": QUEUE, "Never": {**QUEUE, "Condition": "No"}}
    stack("one", json.dumps({"Conditions": conditions, "Resources": resources}))
    assert logical("one") == ["Always"]


def test_the_newest_stack_comes_first() -> None:
    for name in ("first", "second"):
        stack(name, json.dumps({"Resources": {"Queue": QUEUE}}))
    found = client("cloudformation").describe_stacks()["Stacks"]
    assert [each["StackName"] for each in found] == ["second", "first"]


def test_a_permission_has_a_name_and_goes_with_its_stack() -> None:
    stack("one", PERMITTED)
    assert outputs("one")["Permission"]
    client("cloudformation").delete_stack(StackName="one")
    assert client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_policy_that_a_template_writes_is_read_back() -> None:
    stack("one", PERMITTED)
    found = client("iam").get_role_policy(RoleName=outputs("one")["Role"], PolicyName="own")
    assert found["PolicyDocument"] == {"Version": "2012-10-17", "Statement": []}


def test_alarms_subscriptions_and_policies_are_made() -> None:
    told, url = topic("told"), client("sqs").create_queue(QueueName="told")["QueueUrl"]
    alarm = {
        "AlarmName": "rings",
        "Namespace": "AWS/SQS",
        "MetricName": "NumberOfMessagesSent",
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "Period": 60,
        "Threshold": 0,
        "Statistic": "Sum",
        "Dimensions": [],
    }
    rules = {"Service": "events.amazonaws.com"}
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": rules, "Action": "*", "Resource": "*"}],
    }
    subscription = {"TopicArn": told, "Endpoint": "a@example.com", "Protocol": "email"}
    resources = {
        "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm},
        "Subscription": {"Type": "AWS::SNS::Subscription", "Properties": subscription},
        "OfTopic": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"Topics": [told], "PolicyDocument": policy},
        },
        "OfQueue": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [url], "PolicyDocument": policy},
        },
    }
    stack("one", json.dumps({"Resources": resources}))
    alarms = client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert [each["AlarmName"] for each in alarms] == ["rings"]
    assert len(client("sns").list_subscriptions()["Subscriptions"]) == 1
    kept = client("sns").get_topic_attributes(TopicArn=told)["Attributes"]["Policy"]
    assert json.loads(kept) == policy
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    assert json.loads(attributes["Attributes"]["Policy"]) == policy


def test_an_execution_that_is_not_begun_runs() -> None:
    from moto.stepfunctions.parser.backend.execution import Execution  # noqa: PLC0415

    fresh = Execution.__new__(Execution)
    fresh.exec_status = None
    assert fresh.status == "RUNNING"


def test_the_end_of_an_execution_is_an_event(sandbox: Sandbox) -> None:
    told, events = topic("told"), client("events")
    events.put_rule(Name="ended", EventPattern=json.dumps({"source": ["aws.states"]}))
    events.put_targets(Rule="ended", Targets=[{"Id": "1", "Arn": told}])
    states = client("stepfunctions")
    arn = states.start_execution(stateMachineArn=machine(PASS))["executionArn"]
    sandbox.wait(arn, real_seconds=20)
    (message,) = sandbox.notifications()
    assert json.loads(message.message)["detail"]["status"] == "SUCCEEDED"


def test_a_second_start_leaves_the_first_execution_alone(sandbox: Sandbox) -> None:
    made, states = machine(PASS), client("stepfunctions")
    for name in ("first", "second"):
        arn = states.start_execution(stateMachineArn=made, name=name)["executionArn"]
        assert sandbox.wait(arn)["status"] == "SUCCEEDED"
    assert len(states.list_executions(stateMachineArn=made)["executions"]) == 2


def test_a_subject_is_refused() -> None:
    with pytest.raises(ClientError, match="Subject"):
        client("sns").publish(TopicArn=topic("told"), Subject="two\nlines", Message="x")
