"""CloudFormation's role for a target's tasks: what AWS's registry says that their types need."""

from __future__ import annotations

import pytest

from tests.iam import allowed
from tests.registry import OF_TASKS, actions_of, called_for, excluded, types_of
from tests.role_calls import KEY, a_task
from tests.stack_template import ACCOUNT, REGION, target


def of_role() -> set[str]:
    return actions_of(target(KmsKeyArn=KEY).policy("DeployRole"))


def test_the_role_has_what_the_registry_says_but_for_the_table() -> None:
    needed, left_out = called_for(types_of("task.json")), set(excluded(OF_TASKS))
    assert left_out <= needed, "nothing is excluded that no handler needs"
    assert of_role() == needed - left_out


def test_the_table_is_in_order_and_says_each_action_once() -> None:
    assert excluded(OF_TASKS) == sorted(set(excluded(OF_TASKS)))


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
