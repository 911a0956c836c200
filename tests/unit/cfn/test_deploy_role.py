"""CloudFormation's role for a target's tasks: what AWS's registry says that their types need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from tests.iam import allowed
from tests.role_calls import KEY, a_task
from tests.stack_template import ACCOUNT, REGION, read, target

PAGE = Path(__file__).parents[3] / "docs/decisions/0024-a-foundation-and-targets.md"
TYPES = sorted({each["Type"] for each in read("task.json")["Resources"].values()})


def excluded() -> list[str]:
    return re.findall(r"^\| `(\w+:[\w.]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def of_registry() -> set[str]:
    """Actions of the handlers of a task's types."""
    found: set[str] = set()
    for kind in TYPES:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
        for handler in schema["handlers"].values():
            found |= set(handler["permissions"])
        found |= set(schema.get("tagging", {}).get("permissions", []))
    return found


def of_role() -> set[str]:
    statements = target(KmsKeyArn=KEY).policy("DeployRole")
    actions = [each["Action"] for each in statements]
    return {name for each in actions for name in ([each] if isinstance(each, str) else each)}


def test_the_role_has_what_the_registry_says_but_for_the_table() -> None:
    needed, left_out = of_registry(), set(excluded())
    assert left_out <= needed, "nothing is excluded that no handler needs"
    assert of_role() == needed - left_out


def test_the_table_is_in_order_and_says_each_action_once() -> None:
    assert excluded() == sorted(set(excluded()))


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


KNOW_NO_NAME = {
    f"logs:Describe{each}" for each in ("IndexPolicies", "LogGroups", "ResourcePolicies")
}


@pytest.mark.parametrize("trigger", ["scheduler", "rule"])
def test_each_action_reaches_the_resources_of_a_task(trigger: str) -> None:
    made = a_task(Trigger=trigger, SecondScheduleExpression="rate(1 hour)")
    statements = target(KmsKeyArn=KEY).policy("DeployRole")
    names = {
        "states": [str(made.resolve({"Ref": "StateMachine"}))],
        "lambda": [
            made.resolve({"Fn::GetAtt": f"{each}Function.Arn"}) for each in ("Send", "Wait")
        ],
        "logs": [made.resolve({"Fn::GetAtt": f"{n}Log.Arn"}) for n in ("Send", "Wait")],
        "scheduler": [arn("scheduler", f"schedule/default/{made.properties('Schedule')['Name']}")],
        "events": [arn("events", f"rule/{made.properties('SecondRule')['Name']}")],
        "kms": [KEY],
    }
    for action in of_role() - {"iam:PassRole"}:
        for resource in ["*"] if action in KNOW_NO_NAME else names[action.partition(":")[0]]:
            assert allowed(statements, action, resource), (action, resource)
