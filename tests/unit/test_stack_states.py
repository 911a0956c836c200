"""The table of stack states: whole, and of one mind with AWS's own list."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import botocore.session
import pytest

from cron2aws.plan.leftovers import Resource, is_for_others, what_to_do
from cron2aws.plan.machines import LOGICAL_ID, OUTPUT, machine_by_name
from cron2aws.plan.stack_states import GONE, WAYS, Doing, Way, foreign, is_moving, refusal, way
from cron2aws.plan.values import Deployed
from tests.fakes import deployed

ROOT = Path(__file__).parents[2]
BODIES = {
    name: json.loads((ROOT / "cfn" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("task-own-roles", "task")
}
TEMPLATE = BODIES["task-own-roles"]


def test_every_state_of_the_service_has_its_row() -> None:
    model = botocore.session.get_session().get_service_model("cloudformation")
    known = set(model.shape_for("StackStatus").enum)  # type: ignore[attr-defined]
    assert set(WAYS) - {GONE} == known - {"DELETE_COMPLETE"}


def test_a_deleted_stack_is_gone() -> None:
    for doing in Doing:
        assert way("DELETE_COMPLETE", doing) is way(None, doing) is way(GONE, doing)


def test_a_state_that_is_not_known_yet_is_never_worked_on() -> None:
    for doing in Doing:
        assert way("SOMETHING_IN_PROGRESS", doing) is Way.WAIT
        assert way("SOMETHING_FAILED", doing) is Way.REFUSE
    assert "does not know that state" in str(refusal(broken("SOMETHING_FAILED"), Doing.END))


def test_a_change_set_that_nobody_executed_is_not_waited_for() -> None:
    assert not is_moving("REVIEW_IN_PROGRESS")
    assert {state for state in WAYS if is_moving(state)} == {
        state for state in WAYS if state.endswith("_IN_PROGRESS")
    } - {"REVIEW_IN_PROGRESS"}


def test_rollback_is_never_refused_and_ends_every_state() -> None:
    assert not [state for state in WAYS if way(state, Doing.END) is Way.REFUSE]


def broken(status: str) -> Deployed:
    return replace(deployed("0000000a"), status=status)


@pytest.mark.parametrize("doing", [Doing.MAKE, Doing.CHANGE, Doing.RUN])
def test_every_refusal_says_why_and_names_a_command(doing: Doing) -> None:
    for state in WAYS:
        if state != GONE and way(state, doing) is Way.REFUSE:
            error = refusal(broken(state), doing)
            assert state in error.what
            assert error.why
            assert "`cron2aws " in (error.fix or "")


def test_a_foreign_stack_is_named() -> None:
    assert "is not ours, though it has our tags" in str(foreign(broken("CREATE_COMPLETE")))


# --- the machine


def test_the_machine_has_the_name_and_place_that_the_template_gives_it() -> None:
    machine = TEMPLATE["Resources"][LOGICAL_ID]
    assert machine["Type"] == "AWS::StepFunctions::StateMachine"
    name = machine["Properties"]["StateMachineName"]
    assert name == {"Fn::Sub": "cron2aws-${RuleName}"}
    assert TEMPLATE["Outputs"][OUTPUT]["Value"] == {"Ref": LOGICAL_ID}
    found = machine_by_name(deployed("0000000a", {"RuleName": "web-job"}))
    assert found == "arn:aws:states:eu-west-1:123456789012:stateMachine:cron2aws-web-job"
    of_a_target = BODIES["task"]["Resources"][LOGICAL_ID]["Properties"]["StateMachineName"]
    assert of_a_target == {"Fn::Sub": "cron2aws-${TargetId}-${RuleName}"}
    of = deployed("0000000a", {"RuleName": "web-job", "TargetId": "88baf0f6"})
    assert str(machine_by_name(of)).endswith(":cron2aws-88baf0f6-web-job")
    assert machine_by_name(deployed("0000000a", {})) is None


# --- what is left behind


def resource(kind: str, reason: str | None = None) -> Resource:
    return Resource(
        logical="X", type=kind, physical="the-name", status="DELETE_FAILED", reason=reason
    )


def test_each_kind_of_the_templates_resources_has_its_way_out() -> None:
    for each in TEMPLATE["Resources"].values():
        told = what_to_do(resource(each["Type"]))
        assert "by hand" not in told
        assert "the-name" in told or told.startswith("it goes with its ")


def test_another_kind_is_named() -> None:
    assert what_to_do(resource("AWS::S3::Bucket")) == "delete AWS::S3::Bucket the-name by hand"


@pytest.mark.parametrize(
    ("reason", "others"),
    [
        ("User: x is not authorized to perform: iam:DeleteRole", True),
        ("API: iam:DeleteRole Access Denied", True),
        ("AccessDeniedException", True),
        ("The security token included in the request is expired", True),
        ("Rate exceeded", True),
        ("Role x is invalid or cannot be assumed", True),
        ("Cannot delete entity, must detach all policies first.", False),
        (None, False),
    ],
)
def test_what_other_credentials_could_delete_is_told_apart(
    reason: str | None, *, others: bool
) -> None:
    assert is_for_others(resource("AWS::IAM::Role", reason)) is others
