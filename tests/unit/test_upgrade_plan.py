"""What an upgrade makes of a task: names by the template, options that the tasks had already."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cron2aws.plan.shared import of_stack
from cron2aws.plan.upgrade import TaskUpgrade, kind_of, names_to_be, options_for, stand_ins
from cron2aws.plan.values import Place
from cron2aws.task.foundation import FAILED, SUCCEEDED
from cron2aws.task.template import violations
from tests.fakes import deployed

TEMPLATE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "cfn/task.json").read_text(encoding="utf-8")
)
PLACE = Place(account="123456789012", region="eu-west-1")
NAMES = ("StateMachineName", "FunctionName", "LogGroupName")


def test_names_are_those_of_the_template() -> None:
    stack = deployed("0123456789abcdef", {"RuleName": "web-job"}, name="a-stack")
    given = {"TargetId": "88baf0f6"}
    values = {
        "TargetId": "88baf0f6",
        "RuleName": "web-job",
        "EntryId": stack.id,
        "AWS::StackName": "a-stack",
    }
    made = {}
    for logical, piece in TEMPLATE["Resources"].items():
        for text in (piece["Properties"].get(each) for each in NAMES):
            if text is not None:
                name = text["Fn::Sub"]
                for key, value in values.items():
                    name = name.replace(f"${{{key}}}", value)
                made[logical] = name
    assert names_to_be(stack, given) == made
    assert names_to_be(stack, {}) == {}


def test_what_is_to_come_has_a_stand_in_that_the_template_takes() -> None:
    names = ("SendRoleArn", "UndeliveredQueueArn", SUCCEEDED)
    coming = {name: of_stack("cron2aws-foundation") for name in names}
    found = stand_ins(coming, PLACE, "arn:aws-cn:cloudformation:cn-north-1:1:stack/s/1")
    assert violations(found) == ()
    assert all(value.startswith("arn:aws-cn:") for value in found.values())
    assert stand_ins({"RuleName": "a"}, PLACE, "s") == {"RuleName": "a"}


@pytest.mark.parametrize(
    ("topics", "found"), [(["a", "a"], "a"), (["a", ""], "a"), (["a", "b"], None), (["", ""], None)]
)
def test_a_topic_that_all_tasks_tell_becomes_the_shared_one(
    topics: list[str], found: str | None
) -> None:
    tasks = [deployed(f"{n:016}", {FAILED: each}) for n, each in enumerate(topics)]
    assert options_for(tasks, foundation=True, target=True).failed_topic_arn == found
    assert options_for(tasks, foundation=False, target=True).failed_topic_arn is None


def test_a_kind_is_the_template_and_whose_roles() -> None:
    own = deployed("0" * 16, {"SendRoleArn": ""})
    shared = deployed("1" * 16, {"SendRoleArn": "arn"})
    assert kind_of(own, {}) == (None, False, False)
    assert kind_of(own, {"SendRoleArn": "arn"}) == (None, False, True)
    assert kind_of(shared, {}) == (None, True, True)


def test_what_was_to_come_is_filled_in() -> None:
    step = TaskUpgrade(
        stack=deployed("0" * 16),
        parameters=MappingProxyType({"SendRoleArn": of_stack("t"), "TargetId": "a"}),
        deploy_role=of_stack("t"),
    )
    done = step.filled({"SendRoleArn": "role", "DeployRoleArn": "deploy"})
    assert dict(done.parameters) == {"SendRoleArn": "role", "TargetId": "a"}
    assert done.deploy_role == "deploy"
