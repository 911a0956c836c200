"""What the tests over a sandbox share: templates, a deployer in one line, moments."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from boto3.session import Session

ROOT = Path(__file__).parent.parent
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""Where the virtual clocks of the tests begin."""
MIDNIGHT = datetime(2027, 3, 14, 3, 0, tzinfo=UTC)

BASE = {
    "RuleName": "nightly",
    "ScheduleExpression": "cron(0 3 * * ? *)",
    "EC2InstanceTagName": "Name",
    "EC2InstanceTagValue": "web",
    "Command": "echo hello",
}


def small_template() -> str:
    """A template of the task's shape that fits on a screen."""
    return (ROOT / "tests/data/sandbox/small-task.yaml").read_text(encoding="utf-8")


def task_template() -> str:
    """The real one."""
    return (ROOT / "cfn/task-own-roles.json").read_text(encoding="utf-8")


def given(parameters: dict[str, str]) -> list[dict[str, str]]:
    """Parameters as CreateStack takes them."""
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]


@functools.cache
def _session() -> Session:
    # made inside a sandbox, so that moto's handler is in it; the keys open nothing
    return Session("sandbox", "sandbox", region_name="us-east-1")


@functools.cache
def client(service: str) -> Any:
    """A client of the sandbox, made once: the first of a service costs 0.3 s."""
    return _session().client(service)  # type: ignore[call-overload] # whichever is named


def deploy(name: str, template: str, **parameters: str) -> None:
    """CreateStack with BASE and these."""
    client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=template,
        Parameters=given({**BASE, **parameters}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def change(name: str, template: str, **parameters: str) -> None:
    """UpdateStack to BASE and these."""
    client("cloudformation").update_stack(
        StackName=name,
        TemplateBody=template,
        Parameters=given({**BASE, **parameters}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def topic(name: str) -> str:
    """A topic's ARN."""
    return str(client("sns").create_topic(Name=name)["TopicArn"])


def described(name: str) -> dict[str, Any]:
    """DescribeStacks of one."""
    [stack] = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return dict(stack)


def foundation(name: str, **parameters: str) -> None:
    """The account's foundation, under a name of before or of now."""
    client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=(ROOT / "cfn/foundation.yaml").read_text(encoding="utf-8"),
        Parameters=given(parameters),
        Capabilities=["CAPABILITY_IAM"],
    )


def topics_of(name: str) -> dict[str, str]:
    """Its two topics, by the names of a task's parameters."""
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described(name)["Outputs"]}
    kinds = ("Succeeded", "Failed")
    return {key: outputs[key] for key in (f"TopicCommandExecution{kind}Arn" for kind in kinds)}
