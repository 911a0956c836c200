"""Each call of a task of a target is allowed, by policies of which no part is there for nothing."""

from __future__ import annotations

import functools

import pytest

from tests.iam import allowed
from tests.role_calls import (
    BUCKET,
    DOCUMENT,
    INSTANCE,
    TAGGED,
    Asked,
    a_task,
    asked,
    key_policy,
    machine_arn,
    may,
    of_key,
    policies,
    without,
)
from tests.stack_template import ACCOUNT, REGION, foundation, target

OTHER = "ffffffff"
GENERATED = ("DeployRole",)
"""What a task is deployed with is compared with AWS's own list: test_deploy_role.py."""


@pytest.fixture(name="calls")
def made_calls(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    return asked(monkeypatch)


def test_each_call_is_allowed(calls: list[Asked]) -> None:
    every = policies()
    assert {each.by for each in calls if not each.through} == {
        name for name in every if name.endswith("Role")
    }
    assert [each for each in calls if not may(every, each)] == []


def test_nothing_more_than_one_call_needs_is_left_out_unseen(calls: list[Asked]) -> None:
    every = policies()
    unused = [
        (name, part)
        for name in every
        if name not in (*GENERATED, "key")
        for part, left in without(every[name])
        if all(may({**every, name: left}, each) for each in calls)
    ]
    assert unused == []


def test_each_statement_of_the_keys_policy_is_needed() -> None:
    every = policies()
    for part, left in without(every["key"]):
        assert not all(may({**every, "key": left}, each) for each in of_key()), part


def test_without_a_key_no_role_knows_kms() -> None:
    made, hosts = foundation(), target()
    own = ("TriggerRole", "MachineRole", "WaitRole", "SilenceRole")
    roles = [made.policy(name) for name in own]
    roles += [hosts.policy(name) for name in ("SendRole", "DeployRole")]
    assert "kms:" not in str(roles)


@pytest.mark.parametrize("service", ["lambda", "ec2", "sns", "events"])
def test_no_other_service_uses_the_key_and_none_of_another_account(service: str) -> None:
    principals = f"{service}.amazonaws.com"
    other = Asked(
        by=principals,
        action="kms:Decrypt",
        resource="*",
        context={"aws:SourceAccount": "999999999999"},
        through="key",
    )
    assert not may({"key": key_policy()}, other)


# --- one target and another


@functools.cache
def of_another() -> str:
    return machine_arn(a_task(TargetId=OTHER))


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("states:StartExecution", "machine", {}),
        ("states:ListExecutions", "machine", {}),
        ("states:DescribeExecution", "execution", {}),
        ("ssm:SendCommand", INSTANCE, {"ssm:resourceTag/role": "db"}),
        ("ssm:SendCommand", INSTANCE, {"ssm:resourceTag/other": "web"}),
        ("ssm:SendCommand", INSTANCE, {}),
        ("ssm:SendCommand", INSTANCE.replace(REGION, "us-east-1"), TAGGED),
        ("ssm:SendCommand", INSTANCE.replace(ACCOUNT, "999999999999"), TAGGED),
        ("ssm:SendCommand", DOCUMENT.replace("AWS-RunShellScript", "AWS-RunRemoteScript"), {}),
        ("ssm:SendCommand", f"arn:aws:ssm:{REGION}:{ACCOUNT}:managed-instance/mi-0", TAGGED),
        ("ssm:SendCommand", f"arn:aws:s3:::{BUCKET}-other", {}),
        ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/cron2aws/{OTHER}/x", {}),
        ("ssm:CancelCommand", "*", {}),
        ("ssm:GetParameter", "*", {}),
        ("iam:PassRole", "*", {}),
    ],
)
def test_the_send_role_reaches_no_other_target(
    action: str, resource: str, context: dict[str, str]
) -> None:
    machine = of_another()
    known = {
        "machine": machine,
        "execution": machine.replace(":stateMachine:", ":execution:") + ":x",
    }
    statements = target(OutputS3Bucket=BUCKET).policy("SendRole")
    assert not allowed(statements, action, known.get(resource, resource), context)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("states:UpdateStateMachine", f"states:{REGION}:{ACCOUNT}:stateMachine:cron2aws-{OTHER}-x"),
        ("lambda:UpdateFunctionCode", f"lambda:{REGION}:{ACCOUNT}:function:cron2aws-{OTHER}-x"),
        ("lambda:CreateFunction", f"lambda:{REGION}:{ACCOUNT}:function:other"),
        ("logs:DeleteLogGroup", f"logs:{REGION}:{ACCOUNT}:log-group:/cron2aws/{OTHER}/x"),
        ("iam:CreateRole", f"iam::{ACCOUNT}:role/x"),
    ],
)
def test_the_deploy_role_reaches_no_other_target(action: str, resource: str) -> None:
    assert not allowed(target().policy("DeployRole"), action, f"arn:aws:{resource}")


ROLES = {
    "SendRoleArn": {"lambda"},
    "WaitRoleArn": {"lambda"},
    "MachineRoleArn": {"states"},
    "TriggerRoleArn": {"scheduler", "events"},
}


@pytest.mark.parametrize("role", [*ROLES, "DeployRoleArn"])
def test_each_role_is_passed_to_its_service_alone(role: str) -> None:
    made = target()
    names = made.template["Outputs"]
    arn = made.output(role) if role in names else made.parameters[role]
    services = ("lambda", "states", "scheduler", "events", "ec2", "cloudformation")
    passed = {
        each
        for each in services
        if allowed(
            made.policy("DeployRole"),
            "iam:PassRole",
            arn,
            {"iam:PassedToService": f"{each}.amazonaws.com"},
        )
    }
    assert passed == ROLES.get(role, set())
    assert not allowed(made.policy("DeployRole"), "iam:PassRole", arn)
