"""The two bodies that are sent to CloudFormation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.stack_template import CFN, SHARED, Rendered, read, slim, task
from tools import deployed

WITHOUT_TRIGGER = {"SecondScheduleExpression": "rate(1 hour)", "KmsKeyArn": "arn:aws:kms:x"}


@pytest.mark.parametrize(("name", "most"), [(n, most) for n, (_, most) in deployed.BODIES.items()])
def test_is_what_the_readable_template_gives_and_no_larger_than_it_may_be(
    name: str, most: int
) -> None:
    text = (CFN / name).read_text(encoding="utf-8")
    assert text == deployed.deployed(name)
    assert len(text.encode()) < most


def test_a_task_with_given_roles_has_no_iam_resource_queue_or_alarm() -> None:
    types = {each["Type"].split("::")[1] for each in read("task.json")["Resources"].values()}
    assert types == {"Scheduler", "Events", "StepFunctions", "Lambda", "Logs"}


def test_what_is_given_must_be_given() -> None:
    parameters = read("task.json")["Parameters"]
    assert all("Default" not in parameters[name] for name in deployed.GIVEN)


def every(made: Rendered) -> dict[str, Any]:
    parts = {name: made.properties(name) for name in made.resources}
    for each in parts.values():
        if "DefinitionString" in each:
            each["DefinitionString"] = uncommented(json.loads(each["DefinitionString"]))
        if "Code" in each:
            each["Code"] = "compared by the tests of the functions"
    return parts


def uncommented(value: Any) -> Any:
    if isinstance(value, list):
        return [uncommented(each) for each in value]
    if isinstance(value, dict):
        return {key: uncommented(each) for key, each in value.items() if key != "Comment"}
    return value


@pytest.mark.parametrize(
    "given", [{}, WITHOUT_TRIGGER, {"Trigger": "rule"}, {"Trigger": "rule", **WITHOUT_TRIGGER}]
)
def test_a_task_is_the_same_whichever_template_made_it(given: dict[str, str]) -> None:
    readable = Rendered(template=read("task.yaml"), parameters=task(**SHARED, **given).parameters)
    whole = every(task(**SHARED, **given))
    assert every(slim(**given)) == whole == every(readable)


@pytest.mark.parametrize("name", deployed.BODIES)
def test_a_checkout_with_other_ends_of_lines_gives_the_same(name: str, tmp_path: Path) -> None:
    other = tmp_path / "task.yaml"
    text = (CFN / "task.yaml").read_bytes()
    assert b"\r" not in text
    other.write_bytes(text.replace(b"\n", b"\r\n"))
    assert deployed.deployed(name, other) == deployed.deployed(name)
