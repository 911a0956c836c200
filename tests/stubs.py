"""AWS as botocore's own Stubber plays it: for what the sandbox cannot do."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.stub import Stubber

from cron2aws.aws.requests import Template
from cron2aws.aws.session import AwsSettings, Service, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks, TaskTemplates
from cron2aws.task.task import TAG_ID

NAME = "cron2aws-web-job-0000000a"
ARN = f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{NAME}/1"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that open nothing, and no files or metadata to find others in."""
    nothing(monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "stub")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "stub")


def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that knows nothing of AWS."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def templates(text: str = "{}") -> TaskTemplates:
    """The same template for every task."""
    return TaskTemplates(
        shared=Template(body=text, makes_roles=False),
        own_roles=Template(body=text, makes_roles=True),
    )


@functools.cache
def _client(service: Service) -> BaseClient:
    # made once, as it takes 0.3 s
    return Session(AwsSettings(region="eu-west-1")).client(service)


_PLAYING: list[Stubber] = []


class Played:
    """A session, the stub of one of its services, and the seconds that were slept."""

    def __init__(self, service: Service = "cloudformation") -> None:
        self.session = Session(AwsSettings(region="eu-west-1"))
        self.session._clients[service] = _client(service)
        for before in _PLAYING:
            before.deactivate()
        self.stub = Stubber(_client(service))
        self.stub.activate()
        _PLAYING[:] = [self.stub]
        self.slept: list[float] = []

    def stacks(self) -> Stacks:
        return Stacks(StackCalls(self.session, self.slept.append), templates())

    def creates(self) -> None:
        self.stub.add_response("create_stack", {"StackId": ARN})

    def updates(self) -> None:
        self.stub.add_response("update_stack", {"StackId": ARN})

    def deletes(self) -> None:
        self.stub.add_response("delete_stack", {})

    def shows(self, *statuses: str, **more: Any) -> None:
        """DescribeStacks, once for each status."""
        for status in statuses:
            self.stub.add_response("describe_stacks", {"Stacks": [raw_stack(status, **more)]})

    def refuses(self, call: str, code: str, message: str = "", *, http: int = 400) -> None:
        self.stub.add_client_error(call, code, message, http_status_code=http)

    def tells(self, *events: tuple[str, str, str]) -> None:
        """DescribeStackEvents, newest first: (logical id, status, reason)."""
        rows = [
            {
                "StackId": ARN,
                "EventId": str(number),
                "StackName": NAME,
                "Timestamp": NOW,
                "LogicalResourceId": name,
                "PhysicalResourceId": ARN if name == NAME else name,
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
            }
            for number, (name, status, reason) in enumerate(events)
        ]
        # in two pages, as AWS does it for a stack of some size
        self.stub.add_response(
            "describe_stack_events", {"StackEvents": rows[:1], "NextToken": "more"}
        )
        self.stub.add_response("describe_stack_events", {"StackEvents": rows[1:]})


def raw_stack(status: str, *, tags: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """A stack as DescribeStacks has it."""
    given = {TAG_ID: "0000000a"} if tags is None else tags
    return {
        "StackName": NAME,
        "StackId": ARN,
        "StackStatus": status,
        "CreationTime": NOW,
        "Tags": [{"Key": key, "Value": value} for key, value in given.items()],
        "Parameters": [
            {"ParameterKey": "Command", "ParameterValue": "true"},
            {"ParameterKey": "Enabled", "ParameterValue": "false"},
            {"ParameterKey": "EntryId", "ParameterValue": "0000000a"},
            {"ParameterKey": "RuleName", "ParameterValue": "web-job-0000000a"},
        ],
        "Outputs": [{"OutputKey": "StateMachineArn", "OutputValue": "machine"}],
        **more,
    }
