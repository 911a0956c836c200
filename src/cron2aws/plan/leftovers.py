"""What a deletion leaves behind, and what to do about it, by the kind of the resource."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_BY_TYPE: Mapping[str, str] = MappingProxyType(
    {
        "AWS::Scheduler::Schedule": "aws scheduler delete-schedule --name {}",
        "AWS::Events::Rule": "aws events remove-targets --rule {0} --ids StateMachine && "
        "aws events delete-rule --name {0}",
        "AWS::StepFunctions::StateMachine": "aws stepfunctions delete-state-machine "
        "--state-machine-arn {}",
        "AWS::SNS::Topic": "aws sns delete-topic --topic-arn {}",
        "AWS::SQS::Queue": "aws sqs delete-queue --queue-url {}",
        "AWS::CloudWatch::Alarm": "aws cloudwatch delete-alarms --alarm-names {}",
        "AWS::Lambda::Function": "aws lambda delete-function --function-name {}",
        "AWS::Logs::LogGroup": "aws logs delete-log-group --log-group-name {}",
        # a role must be empty before it can go: the console takes its policies off
        "AWS::IAM::Role": "delete the role {} in the console of IAM",
    }
)
_WITH_ANOTHER: Mapping[str, str] = MappingProxyType(
    {
        "AWS::SQS::QueuePolicy": "it goes with its queue",
        "AWS::IAM::Policy": "it goes with its role",
    }
)
# what later credentials can do must not be given up for ever
_CREDENTIALS = re.compile(
    r"access.?denied|not authorized|unauthorized|expired|security token|invalid.?client.?token"
    r"|cannot be assumed|throttl|rate exceeded",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource of a stack; `status` is CloudFormation's word, `physical` None before it has one.

    `reason` is why it stands so, as AWS says.
    """

    logical: str
    type: str
    physical: str | None
    status: str
    reason: str | None

    @property
    def named(self) -> str:
        """As messages name it, with AWS's reason."""
        return f"{self.logical} ({self.reason})" if self.reason else self.logical


def is_for_others(resource: Resource) -> bool:
    """Whether it refuses for the credentials' sake, so that others, or later, it would go."""
    return bool(_CREDENTIALS.search(resource.reason or ""))


def what_to_do(resource: Resource) -> str:
    """The command, or the words, by which a resource that was left behind goes."""
    physical = resource.physical or resource.logical
    if resource.type in _WITH_ANOTHER:
        return _WITH_ANOTHER[resource.type]
    if told := _BY_TYPE.get(resource.type):
        return told.format(physical)
    return f"delete {resource.type} {physical} by hand"


def left_behind(stack_name: str, resource: Resource) -> str:
    """What to tell of a resource that stays though its stack is gone."""
    return f"{stack_name}: {resource.named} could not be deleted and stays: {what_to_do(resource)}"
