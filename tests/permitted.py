"""What cron2aws asks of AWS, recorded where it leaves the SDK, and judged by a policy.

botocore's own events are the place: a call that the policy does not allow never leaves, and comes
back as AWS refuses it. What a service demands beside the action itself is told here, with its page.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import botocore.handlers

from tests.iam import Statement, allowed

ACCOUNT, REGION = "123456789012", "us-east-1"
OURS = "cron2aws"
"""What the SDK says that our own calls come from; a sandbox's functions call by others."""

CODES = {
    "cloudformation": "AccessDenied",
    "ec2": "UnauthorizedOperation",
    "events": "AccessDeniedException",
    "iam": "AccessDenied",
    "lambda": "AccessDeniedException",
    "logs": "AccessDeniedException",
    "scheduler": "AccessDeniedException",
    "servicequotas": "AccessDeniedException",
    "sns": "AuthorizationError",
    "ssm": "AccessDeniedException",
    "states": "AccessDeniedException",
}
FREE = {"sts:GetCallerIdentity"}
"""No permission is needed (API page of GetCallerIdentity)."""
SERVICES = {
    "cloudwatch-logs": "logs",
    "eventbridge": "events",
    "service-quotas": "servicequotas",
    "sfn": "states",
}
OF_NO_STACK = {"DescribeAccountLimits", "ListStacks"}
"""Actions of CloudFormation that know no resource (Service Authorization Reference)."""


DIRECT = {
    *(
        f"cloudformation:{name}"
        for name in (
            *("ContinueUpdateRollback", "CreateChangeSet", "CreateStack", "DeleteChangeSet"),
            *("DeleteStack", "DescribeChangeSet", "DescribeStackEvents", "DescribeStackResources"),
            *("DescribeStacks", "ListStacks", "RollbackStack", "TagResource", "UpdateStack"),
            "UpdateTerminationProtection",
        )
    ),
    "lambda:GetAccountSettings",
}
"""What `setup` calls by itself; all else of an administrator's is called by CloudFormation."""


@dataclass(frozen=True, kw_only=True)
class Needed:
    """One action on one resource, with what conditions can see of it."""

    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


def needed(service: str, operation: str, given: Mapping[str, Any]) -> list[Needed]:
    """What a call needs; more than one action where the service asks for more."""
    action = f"{service}:{operation}"
    if action in FREE:
        return []
    if service == "states":
        arn = given.get("stateMachineArn") or given.get("executionArn") or "*"
        return [Needed(action=action, resource=arn)]
    if service == "iam" and given:
        named = given.get("PolicySourceArn") or f"arn:aws:iam::{ACCOUNT}:role/{given['RoleName']}"
        # moto's user is of sts; AWS's users are of iam
        return [Needed(action=action, resource=named.replace(":sts:", ":iam:"))]
    if (service, operation) == ("ssm", "SendCommand"):
        return _sent(action, given)
    if service != "cloudformation" or operation in OF_NO_STACK:
        return [Needed(action=action)]  # the others know no resource of these actions
    named = given.get("StackName") or given.get("ChangeSetName", "")
    if operation == "DescribeStacks" and not named:
        # "This requires ListStacks and DescribeStacks permissions" (API page of DescribeStacks)
        return [Needed(action=action), Needed(action="cloudformation:ListStacks")]
    stack = _stack(named)
    found = [Needed(action=action, resource=stack)]
    if given.get("Tags"):  # condition key cloudformation:CreateAction
        found.append(Needed(action="cloudformation:TagResource", resource=stack))
    if role := given.get("RoleARN"):
        service_name = {"iam:PassedToService": "cloudformation.amazonaws.com"}
        found.append(Needed(action="iam:PassRole", resource=role, context=service_name))
    return found


def _sent(action: str, given: Mapping[str, Any]) -> list[Needed]:
    """The document, and each instance that is named (actions of Systems Manager, SendCommand)."""
    [target] = given["Targets"]
    assert target["Key"] == "InstanceIds"
    # a host of the cases has one of them
    tags = {"ssm:resourceTag/Role": "web", "ssm:resourceTag/Name": "web"}
    name = given["DocumentName"]
    whose = "" if name.startswith("AWS-") else ACCOUNT
    return [
        Needed(action=action, resource=f"arn:aws:ssm:{REGION}:{whose}:document/{name}"),
        *(
            Needed(
                action=action,
                resource=f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{each}",
                context=tags,
            )
            for each in target["Values"]
        ),
    ]


def _stack(named: str) -> str:
    """The ARN of the stack of this name; an ARN, of a change set too, is itself."""
    if named.startswith("arn:"):
        return named
    return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{named}/0a1b"


@dataclass
class Judge:
    """Records what is asked; without statements everything is allowed."""

    statements: Sequence[Statement] | None = None
    asked: list[Needed] = field(default_factory=list)
    denied: list[Needed] = field(default_factory=list)
    answers: Mapping[str, Callable[[], dict[str, Any]]] = field(default_factory=dict)
    """By operation: what comes back without asking the sandbox."""

    alter: Mapping[str, Callable[[dict[str, Any], Judge], None]] = field(default_factory=dict)
    """By operation: what becomes of an answer."""

    @property
    def actions(self) -> set[str]:
        """The actions that were asked for."""
        return {each.action for each in self.asked}

    def prepared(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        """botocore's before-parameter-build: the call as the program makes it."""
        context["asked_by_test"] = params

    def called(self, model: Any, context: Mapping[str, Any], **_: Any) -> Any:
        """botocore's before-call: None lets it go, an answer is taken for AWS's."""
        if context["client_config"].user_agent_extra != OURS:
            return None
        service = model.service_model.service_id.hyphenize()
        wanted = needed(
            SERVICES.get(service, service), model.name, context.get("asked_by_test", {})
        )
        self.asked += wanted
        for each in wanted:
            if self.statements is not None and not allowed(
                self.statements, each.action, each.resource, each.context
            ):
                self.denied.append(each)
                return _refusal(each, SERVICES.get(service, service))
        if model.name in self.answers:
            told = {"ResponseMetadata": {"HTTPStatusCode": 200}, **self.answers[model.name]()}
            return types.SimpleNamespace(status_code=200), told
        return None

    def came(
        self, parsed: dict[str, Any], model: Any, context: Mapping[str, Any], **_: Any
    ) -> None:
        """botocore's after-call: the answer as the program gets it."""
        ours = context["client_config"].user_agent_extra == OURS
        if ours and model.name in self.alter and "Error" not in parsed:
            self.alter[model.name](parsed, self)


def _refusal(lacking: Needed, service: str) -> tuple[Any, dict[str, Any]]:
    text = (
        f"User: arn:aws:iam::{ACCOUNT}:user/somebody is not authorized to perform: "
        f"{lacking.action} on resource: {lacking.resource} because no identity-based policy "
        f"allows the {lacking.action} action"
    )
    parsed = {
        "Error": {"Code": CODES[service], "Message": text},
        "ResponseMetadata": {"HTTPStatusCode": 403, "HTTPHeaders": {}},
    }
    return types.SimpleNamespace(status_code=403), parsed


_SITTING: list[Judge] = []


def be_asked() -> None:
    """Let the clients of sessions that are made from now on be judged whenever a judge sits."""
    mine: list[tuple[str, Callable[..., Any]]] = [
        ("before-parameter-build", _prepared),
        ("before-call", _called),
        ("after-call", _came),
    ]
    known = botocore.handlers.BUILTIN_HANDLERS
    known.extend(each for each in mine if each not in known)


def is_judged() -> bool:
    """Whether a judge sits."""
    return bool(_SITTING)


def _prepared(**given: Any) -> None:
    for judge in _SITTING:
        judge.prepared(**given)


def _called(**given: Any) -> Any:
    answers = (judge.called(**given) for judge in _SITTING)
    return next((answer for answer in answers if answer is not None), None)


def _came(**given: Any) -> None:
    for judge in _SITTING:
        judge.came(**given)


@contextmanager
def judged(judge: Judge) -> Iterator[Judge]:
    """The calls of `tests.calling.opened` and of sessions that are made meanwhile are judged."""
    be_asked()
    _SITTING.append(judge)
    try:
        yield judge
    finally:
        _SITTING.remove(judge)
