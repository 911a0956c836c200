"""What the two functions are told, and the states of AWS that they meet, as data for the tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any

from tests.fake_clients import Call, give_clients, refused
from tests.stack_template import function

# --- the first step

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:cron2aws-web-backup"
RUN = MACHINE.replace("stateMachine", "execution")
STARTED = "2027-03-14T03:00:07.123Z"
DELIVERED = {"scheduled_time": "2027-03-14T03:00:00Z", "days_of_month": "", "timezone": "UTC"}
NAMED: dict[str, Any] = {
    "input": DELIVERED | {"delivery": "4711"},
    "execution": "2027-03-14T03-00Z",
}
SENT = {"send_command": {"Command": {"CommandId": "c-1"}}}


def send_event(**changes: Any) -> dict[str, Any]:
    """What the machine hands over; by default a run that was started by hand."""
    given = {
        "task": "web-backup",
        "input": {},
        "machine": MACHINE,
        "execution": "by-hand",
        "started": STARTED,
        "retries": 0,
        "run_on": "all",
        "tag_name": "role",
        "tag_value": "web",
        "more_tags": "",
        "entry": {
            "id": "0123456789abcdef",
            "mine": "123456789012/eu-west-1/web-backup",
            "live": "2027-03-14T03:00Z",
            "takes": "",
        },
        "overlap": "allow",
        "catch_up": "none",
        "execution_timeout": "172800",
        "delivery_timeout": "3600",
        "command": {"MaxConcurrency": "100%", "MaxErrors": "100%"},
        "log_group": "",
        "s3": {"OutputS3BucketName": "", "OutputS3KeyPrefix": "web-backup"},
        **changes,
    }
    return {"state": given["input"], **given}


def step(send: Any, event: dict[str, Any]) -> dict[str, Any]:
    """What comes of the step: its run, or how it ended and what it said of that."""
    try:
        return dict(send.handler(event, None)["run"])
    except send.End as end:
        return {"outcome": type(end).__name__, **json.loads(str(end))}


def again(came: dict[str, Any]) -> dict[str, Any]:
    """With what the machine comes back to the step that was unclear."""
    said = json.dumps({name: it for name, it in came.items() if name != "outcome"})
    return {"Error": came["outcome"], "Cause": json.dumps({"errorMessage": said})}


def running(name: str, seconds_earlier: float, given: Any) -> dict[str, Any]:
    started = datetime.fromisoformat(STARTED) - timedelta(seconds=seconds_earlier)
    arn = f"{RUN}:{name}"
    return {
        "name": name,
        "startDate": started,
        "executionArn": arn,
        "input": json.dumps(given),
    }


OLD, MIDDLE, YOUNG = "i-0ccc", "i-0bbb", "i-0aaa"


def fleet(
    online: dict[str, bool],
    *,
    restarted: str | None = None,
    send_command: Any = SENT["send_command"],
) -> dict[str, Any]:
    """Services that know hosts of three ages; a restart makes a host's LaunchTime young."""
    born = {OLD: 2020, MIDDLE: 2023, YOUNG: 2026}
    instances = [
        {
            "InstanceId": host,
            "LaunchTime": datetime(2027 if host == restarted else year, 1, 1, tzinfo=UTC),
            "NetworkInterfaces": [
                {"Attachment": {"AttachTime": datetime(year, 1, 1, tzinfo=UTC)}},
            ],
        }
        for host, year in born.items()
        if host in online
    ]
    # a terminated instance is listed for about an hour, with its tags and no interface
    instances.append(
        {
            "InstanceId": "i-0terminated",
            "LaunchTime": datetime(2019, 1, 1, tzinfo=UTC),
            "NetworkInterfaces": [],
        }
    )
    shown = [
        {"InstanceId": host, "PingStatus": "Online" if up else "ConnectionLost"}
        for host, up in online.items()
    ]
    return {
        "ssm": {
            "send_command": send_command,
            "list_commands": [{"Commands": []}],
            "describe_instance_information": [
                {"InstanceInformationList": [each]} for each in shown
            ],
        },
        "ec2": {
            "describe_instances": [{"Reservations": [{"Instances": [each]}]} for each in instances]
        },
    }


# --- the second step

BEGUN = datetime(2027, 3, 14, 3, 0, tzinfo=UTC)
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:cron2aws-web-backup:2027-03-14T03-00Z"
COMMAND_ID = "1a2b3c4d-0000-4000-8000-123456789abc"
LATE = 720
"""Seconds after which nothing is new any more."""


def wait_event(
    *,
    tried: tuple[str, ...] = (),
    unclear: tuple[str, ...] = (),
    **changes: Any,
) -> dict[str, Any]:
    return {
        "task": "web-backup",
        "schedule": "0 3 * * * -> cron(0 3 * * ? *)  (UTC)",
        "source": "web-1:/etc/crontab line 17",
        "tag": "role=web",
        "where": "web",
        "run": {
            "outcome": "sent",
            "command_id": COMMAND_ID,
            "scheduled_time": "2027-03-14T03:00:00Z",
            "tried": list(tried),
            "unclear": list(unclear),
            "sent": BEGUN.timestamp(),
        },
        "site": "eu-west-1.console.aws.amazon.com",
        "execution": EXECUTION,
        "retries": 1,
        "execution_timeout": "3600",
        "delivery_timeout": "300",
        **changes,
    }


def command(
    status: str = "Success", details: str = "", targets: int = 1, at_once: str = "100%"
) -> dict[str, Any]:
    return {
        "Status": status,
        "StatusDetails": details or status,
        "TargetCount": targets,
        "MaxConcurrency": at_once,
    }


STATUS = {
    "DeliveryTimedOut": "TimedOut",
    "ExecutionTimedOut": "TimedOut",
    "Undeliverable": "Failed",
    "Terminated": "Failed",
    "InvalidPlatform": "Failed",
    "AccessDenied": "Failed",
}


def host(
    details: str = "Success",
    output: str = "[cron2aws] exit=0 seconds=12 outcome=ran out=6 err=0\nhello\n",
    code: int = 0,
    number: int = 1,
) -> dict[str, Any]:
    return {
        "InstanceId": f"i-{number:03}",
        "InstanceName": f"web-{number}",
        "Status": STATUS.get(details, details),
        "StatusDetails": details,
        "RequestedDateTime": BEGUN - timedelta(milliseconds=1_500),
        "CommandPlugins": [
            {
                "ResponseCode": code,
                "Output": output,
                "ResponseStartDateTime": BEGUN,
                "ResponseFinishDateTime": BEGUN + timedelta(seconds=90),
            }
        ],
    }


class Clock:
    """The function's time: so many seconds after sending, and later where it sleeps."""

    def __init__(self, age: float) -> None:
        self.now = BEGUN.timestamp() + age
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


class Asked(datetime):
    """The function's clock: it asks at the end of a job that began at BEGUN."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Asked:
        return cls.fromtimestamp(BEGUN.timestamp() + 90, tz)


def ask(
    parent: dict[str, Any] | None,
    hosts: list[dict[str, Any]],
    *,
    outputs: dict[str, tuple[str, str]] | None = None,
    page: int = 2,
    age: float = LATE,
    user: str = "app",
    shown: str = "backup --token ****",
    tags: dict[str, str] | None = None,
    **changes: Any,
) -> tuple[dict[str, Any], list[Call]]:
    """What the function answers to a state of Systems Manager, so many seconds after sending."""
    wait = function("WaitFunction")
    pages = [hosts[at : at + page] for at in range(0, len(hosts), page)] or [[]]

    def output(*, InstanceId: str, **_: Any) -> Any:
        if outputs is None:
            return refused("InvocationDoesNotExist", operation="GetCommandInvocation")
        stdout, stderr = outputs[InstanceId]
        return {"StandardOutputContent": stdout, "StandardErrorContent": stderr}

    def names(**_: Any) -> Any:
        if tags is None:
            return refused("UnauthorizedOperation", 403, "DescribeTags")
        return {"Tags": [{"ResourceId": key, "Value": value} for key, value in tags.items()]}

    calls = give_clients(
        wait,
        ssm={
            "list_commands": {"Commands": [parent] if parent else []},
            "list_command_invocations": [{"CommandInvocations": each} for each in pages],
            "get_command_invocation": output,
        },
        ec2={"describe_tags": names},
    )
    wait.os = SimpleNamespace(environ={"RUN_AS": user, "COMMAND_SHOWN": shown})
    wait.datetime, wait.time = Asked, Clock(age)
    try:
        answer = wait.handler(wait_event(**changes), None)["run"]
    except wait.StillRunning:
        answer = {"outcome": "running"}
    return answer, calls
