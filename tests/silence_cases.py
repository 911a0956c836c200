"""The function that tells of silence, with stacks and executions as AWS lists them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fake_clients import Call, give_clients
from tests.stack_template import ACCOUNT, REGION, foundation, function

LOOK = datetime(2027, 6, 2, 5, 30, tzinfo=UTC)
UNTIL = LOOK - timedelta(minutes=15)
LONG_AGO = LOOK - timedelta(days=99)
TRIGGER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/cron2aws/{REGION}/TriggerRole"
SECONDS_A_CALL = 0.15


def stack(name: str = "cron2aws-web", /, **changes: Any) -> dict[str, Any]:
    """A row of DescribeStacks; parameters are changed by their names."""
    parameters = {
        "RuleName": name,
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleTimezone": "UTC",
        "SecondScheduleExpression": "",
        "Enabled": "true",
        "EC2InstanceTagName": "Name",
        "EC2InstanceTagValue": "web server,db",
        "MoreTags": "Role=a",
        "Trigger": "scheduler",
    }
    row: dict[str, Any] = {
        "StackName": name,
        "StackStatus": "UPDATE_COMPLETE",
        "CreationTime": LONG_AGO,
        "Tags": [{"Key": "cron2aws:id", "Value": "0123456789abcdef"}],
        "Outputs": [{"OutputKey": "StateMachineArn", "OutputValue": machine(name)}],
    }
    row |= {
        each: value for each, value in changes.items() if each in row or each == "LastUpdatedTime"
    }
    parameters |= {each: value for each, value in changes.items() if each not in row}
    row["Parameters"] = [
        {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
    ]
    return row


def machine(name: str) -> str:
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:cron2aws-{name}"


def started(*moments: datetime, name: str = "") -> list[dict[str, Any]]:
    """Rows of ListExecutions, the newest first."""
    return [
        {"name": name or f"5e1f-{each:%H%M%S}", "startDate": each}
        for each in sorted(moments, reverse=True)
    ]


@dataclass(kw_only=True)
class Looks:
    """A day's invocations of the function, on a clock that its pauses and calls move."""

    stacks: list[dict[str, Any]]
    executions: Callable[[str], Any] = lambda _: []
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds_a_call: float = SECONDS_A_CALL
    calls: list[Call] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """How long each invocation took."""
    listed: list[float] = field(default_factory=list)
    """When ListExecutions was called, by the clock."""

    def run(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """What the last one gave back."""
        monkeypatch.setenv("TOPIC", foundation().output("TopicCommandExecutionFailedArn"))
        monkeypatch.setenv("QUEUE", "https://sqs/undelivered")
        module = function("SilenceFunction")
        self.calls = give_clients(module, **self._services())
        module.sleep = self._pass
        event, self._now = {"scheduled_time": f"{LOOK:%Y-%m-%dT%H:%M:%SZ}"}, 0.0
        while True:
            begun = self._now
            context = SimpleNamespace(
                function_name="cron2aws-silence",
                get_remaining_time_in_millis=lambda begun=begun: int(
                    (900 - self._now + begun) * 1000
                ),
            )
            before = len(self.calls)
            result: dict[str, Any] = module.handler(event, context)
            self.seconds.append(self._now - begun)
            gone_on = [each for each in self.calls[before:] if each.operation == "Invoke"]
            if not gone_on:
                return result
            [call] = gone_on
            assert call.parameters["InvocationType"] == "Event"
            assert len(call.parameters["Payload"].encode()) <= 256 * 1024
            event = json.loads(call.parameters["Payload"])

    def published(self) -> list[dict[str, Any]]:
        return [each.parameters for each in self.calls if each.operation == "Publish"]

    def message(self) -> str:
        [one] = self.published()
        return str(one["Message"])

    def _pass(self, seconds: float) -> None:
        self._now += seconds

    def _services(self) -> dict[str, dict[str, Any]]:
        pages = [{"Stacks": self.stacks[at : at + 100]} for at in range(0, len(self.stacks), 100)]

        def executions(stateMachineArn: str, maxResults: int) -> Any:
            assert maxResults == 1000
            self.listed.append(self._now)
            self._pass(self.seconds_a_call)
            found = self.executions(stateMachineArn.rpartition(":cron2aws-")[2])
            if isinstance(found, BaseException):
                raise found
            return Pages(found, self)

        services: dict[str, dict[str, Any]] = {
            "cloudformation": {"describe_stacks": pages},
            "stepfunctions": {"list_executions": executions},
            "scheduler": {
                "get_schedule": {"State": "ENABLED", "Target": {"RoleArn": TRIGGER_ROLE}}
            },
            "events": {
                "describe_rule": {"State": "ENABLED"},
                "list_targets_by_rule": {"Targets": [{"RoleArn": TRIGGER_ROLE}]},
            },
            "iam": {"get_role": {}},
            "sqs": {"get_queue_attributes": {"Attributes": {"ApproximateNumberOfMessages": "0"}}},
            "sns": {"publish": {}},
            "lambda": {"invoke": {}},
        }
        return {name: each | self.answers.get(name, {}) for name, each in services.items()}


class Pages(list[dict[str, Any]]):
    """Pages of ListExecutions, each after the first a call of its own."""

    def __init__(self, rows: list[dict[str, Any]], looks: Looks) -> None:
        parts = [rows[at : at + 1000] for at in range(0, len(rows), 1000)] or [[]]
        more = [{"nextToken": "t"}] * (len(parts) - 1)
        super().__init__(
            {"executions": part} | token for part, token in zip(parts, [*more, {}], strict=True)
        )
        self._looks = looks

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for at, page in enumerate(super().__iter__()):
            if at:
                self._looks.listed.append(self._looks._now)
                self._looks._pass(self._looks.seconds_a_call)
            yield page


def most_within(moments: Iterable[float], bucket: int, a_second: float) -> float:
    """The least that a bucket of calls, which fills again, had in it; below 0 it refused one."""
    left, least, before = float(bucket), float(bucket), 0.0
    for moment in moments:
        left = min(bucket, left + (moment - before) * a_second) - 1
        least, before = min(least, left), moment
    return least
