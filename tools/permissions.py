"""The tables of docs/reference/permissions.md, from the ready policies and what was recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
POLICIES = ROOT / "src/cron2aws/policies"
RECORDED = ROOT / "tests/data/permissions.json"

WHY = {
    "cloudformation:ContinueUpdateRollback": "the way out of UPDATE_ROLLBACK_FAILED",
    "cloudformation:CreateChangeSet": "what an update would replace, before it is made",
    "cloudformation:CreateStack": "the stack",
    "cloudformation:DeleteChangeSet": "the change set that was looked at",
    "cloudformation:DeleteStack": "the stack, and one that never came up",
    "cloudformation:DescribeAccountLimits": "how many stacks an account may have",
    "cloudformation:DescribeChangeSet": "what an update would replace; whose a stack is that is "
    "no more than a change set",
    "cloudformation:DescribeStackEvents": "why a stack failed",
    "cloudformation:DescribeStackResources": "what is left of a stack, what stands in the way",
    "cloudformation:DescribeStacks": "what is deployed, and how it stands",
    "cloudformation:ListChangeSets": "a stack that is no more than a change set",
    "cloudformation:ListStacks": "DescribeStacks of all stacks asks for it; it knows no name",
    "cloudformation:RollbackStack": "the way out of UPDATE_FAILED",
    "cloudformation:TagResource": "the stacks' tags, by which they are found",
    "cloudformation:UpdateStack": "the stack",
    "cloudformation:UpdateTerminationProtection": "the protection against deletion, on and off",
    "ec2:DescribeInstances": "the hosts with the tag, and their names",
    "events:ListRules": "how many rules there are, and their names",
    "iam:GetAccountSummary": "how many roles there are, and may be",
    "iam:GetRole": "the path of the role that the credentials are of",
    "iam:PassRole": "the role by which CloudFormation makes the tasks",
    "iam:SimulatePrincipalPolicy": "which actions the credentials lack",
    "lambda:GetAccountSettings": "how many functions may run at once",
    "lambda:ListFunctions": "the names of functions",
    "logs:DescribeLogGroups": "the names of log groups",
    "scheduler:ListSchedules": "how many schedules there are, and their names",
    "servicequotas:ListServiceQuotas": "how many schedules, rules, state machines and topics there "
    "may be",
    "sns:GetTopicAttributes": "whether a topic is there, and somebody has confirmed",
    "sns:ListTopics": "how many topics there are",
    "ssm:DescribeInstanceInformation": "whether the hosts' agents are online, and what they are",
    "ssm:GetCommandInvocation": "what a run, or a script, printed on a host",
    "ssm:ListCommandInvocations": "the hosts of a run that goes on, or of a script",
    "ssm:SendCommand": "the scripts for hosts elsewhere, by their documents",
    "states:DescribeExecution": "how a run ended",
    "states:GetExecutionHistory": "which command a run has sent",
    "states:ListExecutions": "the last runs, and those that go on",
    "states:ListStateMachines": "how many state machines there are, and their names",
    "states:StartExecution": "a run by hand, and the look at the hosts",
}
"""What the commands ask for each action."""


def statements(name: str) -> list[dict[str, Any]]:
    """Those of a ready policy."""
    text = (POLICIES / f"{name}.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["Statement"]
    return found


def of_commands() -> Iterator[str]:
    """A row for each command that was recorded, with what it asked for."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    yield "| command | actions |"
    yield "| --- | --- |"
    for name, actions in recorded.items():
        yield f"| {name} | {_grouped(actions)} |"


def of_reasons() -> Iterator[str]:
    """A row for each action that a command asks for, with what it is for and who has it."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    names = ("administrator", "operator", "reader", "doctor")
    yield "| action | for | " + " | ".join(names) + " |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for action in sorted({each for actions in recorded.values() for each in actions}):
        has = " | ".join("yes" if _has(name, action) else "" for name in names)
        yield f"| `{action}` | {WHY[action]} | {has} |"


def of_cloudformation() -> Iterator[str]:
    """A row for each statement that is for CloudFormation's own calls."""
    yield "| what | actions | on |"
    yield "| --- | --- | --- |"
    for each in statements("administrator"):
        actions = [action for action in _actions(each) if action not in WHY or "iam:" in action]
        if actions:
            on = each["Resource"]
            told = ", ".join(on) if isinstance(on, list) else on
            yield f"| {each['Sid']} | {_grouped(actions)} | `{told}` |"


def _actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


def _has(name: str, action: str) -> bool:
    return any(action in _actions(each) for each in statements(name))


def _grouped(actions: list[str]) -> str:
    services: dict[str, list[str]] = {}
    for each in actions:
        service, _, name = each.partition(":")
        services.setdefault(service, []).append(name)
    return "; ".join(
        f"`{service}:` {', '.join(f'`{name}`' for name in names)}"
        for service, names in services.items()
    )
