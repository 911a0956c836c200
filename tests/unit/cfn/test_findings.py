"""What is deployed, rendered and with its policies in full, as linters see it."""

from __future__ import annotations

import json

import pytest
from cfnlint.api import lint

from tests.findings import answered, issues, of_checkov, of_parliament
from tests.rendered import policies, templates, text


@pytest.mark.parametrize("name", templates())
def test_cfn_lint_finds_nothing_in_what_is_deployed(name: str) -> None:
    assert [str(each) for each in lint(text(templates()[name]))] == []


def test_each_policy_is_looked_at() -> None:
    roles = {role for made in templates().values() for role, _ in policies(made)}
    assert roles == {
        *("TriggerRole", "MachineRole", "StateMachineRole", "WaitRole", "SendRole", "DeployRole"),
        "SilenceRole",
    }


def test_each_finding_in_a_policy_has_its_answer_and_each_answer_its_finding() -> None:
    assert of_parliament() == answered("parliament")


def test_the_linter_sees_what_is_wrong() -> None:
    (_, document) = next(policies(templates()["target"]))
    wrong = json.loads(document)
    wrong["Statement"][0]["Action"] = "ssm:SendComand"
    found = {each.issue for each in issues(json.dumps(wrong))}
    assert "UNKNOWN_ACTION" in found


def test_checkovs_answer_is_read_and_the_page_too() -> None:
    failed = {"check_id": "CKV_AWS_116", "resource": "AWS::Lambda::Function.SendFunction"}
    found = of_checkov(json.dumps({"results": {"failed_checks": [failed]}}))
    assert found == {("CKV_AWS_116", "SendFunction")}
    assert found < answered("checkov")
    assert len(answered("checkov")) == 17
