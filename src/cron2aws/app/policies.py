"""The ready IAM policies: for who sets up, who migrates, who only reads, who checks beforehand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from cron2aws.app.context import Context
from cron2aws.app.options import SetupOptions
from cron2aws.app.shipped import installed
from cron2aws.errors import UsageError
from cron2aws.task.foundation import SharedOptions, TargetStack
from cron2aws.task.target import Target

ROLES = "arn:PARTITION:iam::ACCOUNT:role/cron2aws/REGION/*"
"""The roles of `setup`: CloudFormation can be handed none of them but a DeployRole."""
TO_HOSTS = "Hosts"
"""The statement that lets somebody send commands to hosts."""
UNMADE = (
    "note: the target is not made yet, so all roles under /cron2aws/ here stand for its "
    "DeployRole; `cron2aws setup --tag ...` makes it"
)


class Policy(StrEnum):
    """Whose policy it is."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    READER = "reader"
    DOCTOR = "doctor"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The JSON of a policy, and what a person should know of its values."""

    text: str
    notes: tuple[str, ...] = ()


def policy(which: Policy, target: Target | None, context: Context) -> Filled:
    """The policy for the account and region, for one target's tasks where one is named.

    AwsError where AWS does not tell of the target, SafetyError where its stack is not ours.
    """
    notes: list[str] = []
    stack = context.shared.target(target) if target and which is Policy.OPERATOR else None
    if which is Policy.OPERATOR:
        notes += _notes(target, stack)
    text = filled(
        which,
        account=context.place.account,
        region=context.place.region,
        target=target,
        deploy_role=stack.deploy_role if stack else None,
    )
    return Filled(text=text, notes=tuple(notes))


def check_nothing_else(options: SetupOptions) -> None:
    """UsageError where an option would change something besides."""
    if options.delete or options.shared != SharedOptions():
        raise UsageError(
            what="--print-policy takes nothing but --tag",
            why="it prints a policy and changes nothing",
            fix="leave the other options out",
        )


def filled(
    which: Policy,
    *,
    account: str,
    region: str,
    target: Target | None = None,
    deploy_role: str | None = None,
) -> str:
    """The text of a policy; without a target it is for the tasks of all of them."""
    text = installed("policies", f"{which}.json").read_text(encoding="utf-8")
    held = f"{target.id}-" if target else ""
    for word, value in (
        ("*TARGET-*", f"*{held}*" if held else "*"),
        ("TARGET-", held),
        ("DEPLOYROLE", deploy_role or ROLES),
        ("PARTITION", partition(region)),
        ("REGION", region),
        ("ACCOUNT", account),
    ):
        text = text.replace(word, value)
    return _held_to(target, text) if target else text


def _held_to(target: Target, text: str) -> str:
    """The policy with commands to the target's hosts alone."""
    whole = json.loads(text)
    tags = {f"ssm:resourceTag/{key}": list(values) for key, values in target.tags}
    for each in whole["Statement"]:
        if each["Sid"] == TO_HOSTS:
            each["Condition"] = {"StringEquals": tags}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def partition(region: str) -> str:
    """The part of AWS that a region is in, as ARNs name it."""
    for beginning, name in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(beginning):
            return name
    return "aws"


def _notes(target: Target | None, stack: TargetStack | None) -> list[str]:
    if target is None:
        return ["note: for the tasks of all targets here; --tag holds it to those of one"]
    if stack is None or not stack.deploy_role:
        return [UNMADE]
    return []
