"""The policies of src/cron2aws/policies: what CloudFormation calls by itself, and their form.

What the commands call is judged in tests/end_to_end/test_permissions.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.policies import Policy, filled, partition
from cron2aws.task.target import Target
from tests.findings import issues
from tests.iam import Statement, allowed
from tests.permitted import DIRECT
from tests.registry import OF_OTHERS, OF_TASKS, actions_of, called_for, excluded, types_of
from tests.role_calls import KEY, a_task
from tests.stack_template import ACCOUNT, REGION, foundation, target, task

WEB = Target.parse(["Name=web"])
MOST = 6144
"""Characters of a managed policy without white space (IAM's quotas)."""
SHARED = ("foundation.yaml", "target.yaml", "documents.yaml", "task-own-roles.json")
TOO_NEW = "lambda:GetFunctionScalingConfig"
"""An action of the registry that the linter does not know yet."""


def statements(which: Policy, **given: Any) -> list[Statement]:
    text = filled(which, account=ACCOUNT, region=REGION, **given)
    found: list[Statement] = json.loads(text)["Statement"]
    return found


def test_the_administrator_has_what_the_registry_says_but_for_the_tables() -> None:
    needed = called_for(types_of(*SHARED))
    left_out = set(excluded(OF_TASKS)) | set(excluded(OF_OTHERS))
    assert left_out <= needed, "nothing is excluded that no handler needs"
    own = actions_of(statements(Policy.ADMINISTRATOR)) - DIRECT
    assert own == needed - left_out


def test_the_table_is_in_order_and_says_each_action_once() -> None:
    assert excluded(OF_OTHERS) == sorted(set(excluded(OF_OTHERS)))
    assert not set(excluded(OF_OTHERS)) & set(excluded(OF_TASKS))


def test_what_it_makes_is_within_its_resources() -> None:
    """The names that the templates give, and those that CloudFormation makes of a stack's name."""
    own = statements(Policy.ADMINISTRATOR)
    made = a_task()
    stack = "cron2aws-foundation"
    near = f"{REGION}:{ACCOUNT}"
    for action, resource in (
        ("sns:CreateTopic", f"arn:aws:sns:{near}:{stack}-failed"),
        ("sqs:CreateQueue", f"arn:aws:sqs:{near}:{stack}-Undelivered-ABC"),
        ("cloudwatch:PutMetricAlarm", f"arn:aws:cloudwatch:{near}:alarm:{stack}-Lost-ABC"),
        ("events:PutRule", f"arn:aws:events:{near}:rule/{stack}-Untold-ABC"),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/cron2aws/{REGION}/{stack}-WaitRole-ABC"),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/cron2aws-web-88baf0f6-x-SendRole-ABC"),
        ("states:CreateStateMachine", str(made.resolve({"Ref": "StateMachine"}))),
        ("lambda:CreateFunction", made.resolve({"Fn::GetAtt": "SendFunction.Arn"})),
        ("logs:CreateLogGroup", made.resolve({"Fn::GetAtt": "SendLog.Arn"})),
        ("ssm:UpdateDocument", f"arn:aws:ssm:{near}:document/cron2aws-read"),
        ("kms:CreateGrant", KEY),
    ):
        assert allowed(own, action, resource), (action, resource)
    other = f"arn:aws:iam::{ACCOUNT}:role/admin"
    assert not allowed(own, "iam:PutRolePolicy", other)
    assert not allowed(own, "ssm:UpdateDocument", f"arn:aws:ssm:{near}:document/other")
    assert not allowed(own, "ssm:SendCommand", f"arn:aws:ssm:{near}:document/cron2aws-read")


def every_statement() -> list[tuple[str, Statement]]:
    found = [(str(which), each) for which in Policy for each in statements(which)]
    for name, made in (("foundation", foundation()), ("target", target()), ("task", task())):
        roles = [
            each
            for each in made.resources
            if made.template["Resources"][each]["Type"] == "AWS::IAM::Role"
        ]
        found += [(f"{name} {role}", each) for role in roles for each in made.policy(role)]
    return found


COMPANY = Path(__file__).parents[3] / "docs/how-to/work-in-a-company.md"


def examples() -> list[list[Statement]]:
    text = COMPANY.read_text(encoding="utf-8")
    for word, value in (("PARTITION", "aws"), ("ACCOUNT", ACCOUNT)):
        text = text.replace(word, value)
    found = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    return [json.loads(each)["Statement"] for each in found]


def test_the_boundary_of_the_page_is_enough_for_every_role() -> None:
    boundary, _ = examples()
    role = f"arn:aws:iam::{ACCOUNT}:role/cron2aws/{REGION}/x"
    for name, each in every_statement():
        if name in set(Policy):
            continue
        for action in actions_of([each]):
            context = {"iam:PassedToService": "lambda.amazonaws.com"}
            assert allowed(boundary, action, role, context), (name, action)
    assert not allowed(boundary, "iam:CreateRole", role)


def test_the_organizations_policy_of_the_page_only_denies() -> None:
    _, denying = examples()
    assert {each["Effect"] for each in denying} == {"Deny"}


def test_every_pass_role_names_the_service() -> None:
    passing = [
        (name, each) for name, each in every_statement() if "iam:PassRole" in actions_of([each])
    ]
    assert {name for name, _ in passing} == {"administrator", "operator", "target DeployRole"}
    for name, each in passing:
        assert each["Condition"]["StringEquals"]["iam:PassedToService"], name
        assert actions_of([each]) == {"iam:PassRole"}, name


@pytest.mark.parametrize("which", list(Policy))
@pytest.mark.parametrize("found", [{}, {"target": WEB, "deploy_role": "arn:aws:iam::1:role/d"}])
@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "eu-west-1"])
def test_a_policy_fits_and_has_no_word_to_fill_in(
    which: Policy, found: dict[str, Any], region: str
) -> None:
    text = filled(which, account=ACCOUNT, region=region, **found)
    for word in ("PARTITION", "REGION", "ACCOUNT", "TARGET", "DEPLOYROLE"):
        assert word not in text
    assert len("".join(text.split())) <= MOST
    assert "**" not in text
    assert f"arn:{partition(region)}:" in text


TOLD_WRONGLY = ("RESOURCE_MISMATCH", "RESOURCE_STAR")
"""Runs are of machines here, never of maps; and DescribeAlarms is asked for alarms of any name."""


@pytest.mark.parametrize("which", list(Policy))
def test_the_linter_finds_nothing_else(which: Policy) -> None:
    found = [
        each
        for each in issues(filled(which, account=ACCOUNT, region=REGION, target=WEB))
        if each.issue not in TOLD_WRONGLY and TOO_NEW not in str(each)
    ]
    assert found == []


def test_an_operator_is_held_to_one_targets_tasks() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/cron2aws/{REGION}/web-DeployRole"
    own = statements(Policy.OPERATOR, target=WEB, deploy_role=role)
    stack = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack"
    ours = f"{stack}/cron2aws-web-{WEB.id}-backup-0123/0a1b"
    assert allowed(own, "cloudformation:DeleteStack", ours)
    for other in (
        f"{stack}/cron2aws-foundation/0a1b",
        f"{stack}/cron2aws-target-web-{WEB.id}/0a1b",
        f"{stack}/cron2aws-db-00000000-backup-0123/0a1b",
    ):
        assert not allowed(own, "cloudformation:DeleteStack", other), other
    to_stacks = {"iam:PassedToService": "cloudformation.amazonaws.com"}
    assert allowed(own, "iam:PassRole", role, to_stacks)
    assert not allowed(own, "iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})
    assert not allowed(own, "iam:PassRole", f"{role}s", to_stacks)
