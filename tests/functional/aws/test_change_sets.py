"""Change sets: looked at, and gone on every way out."""

from __future__ import annotations

import pytest
from botocore.stub import ANY

from cron2aws.aws.asking import POLL_SECONDS
from cron2aws.aws.change_sets import ChangeSets
from cron2aws.aws.requests import Request, Template
from cron2aws.errors import AwsError
from cron2aws.plan.actions import ResourceChange
from tests.stubs import ARN, Played, keys

WANTED = Request(template=Template(body="{}", makes_roles=False), parameters={}, tags={})
MADE = {"Id": f"{ARN}/changeSet", "StackId": ARN}
GONE = {"StackName": ARN, "ChangeSetName": ANY}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Played:
    keys(monkeypatch)
    return Played()


def preview(aws: Played) -> tuple[ResourceChange, ...]:
    return ChangeSets(aws.session, aws.slept.append).preview(ARN, WANTED)


def described(aws: Played, status: str, reason: str = "") -> None:
    row = {
        "Type": "Resource",
        "ResourceChange": {
            "Action": "Modify",
            "LogicalResourceId": "StateMachine",
            "ResourceType": "AWS::StepFunctions::StateMachine",
            "Replacement": "True",
        },
    }
    found = {"Status": status, "StatusReason": reason, "Changes": [row]}
    aws.stub.add_response("describe_change_set", found, GONE)


def test_it_is_waited_for_read_and_deleted(aws: Played) -> None:
    aws.stub.add_response("create_change_set", MADE)
    described(aws, "CREATE_IN_PROGRESS")
    described(aws, "CREATE_COMPLETE")
    aws.stub.add_response("delete_change_set", {}, GONE)
    (change,) = preview(aws)
    assert (change.logical, change.may_replace) == ("StateMachine", True)
    assert aws.slept == [POLL_SECONDS]
    aws.stub.assert_no_pending_responses()


def test_no_changes_are_a_success(aws: Played) -> None:
    aws.stub.add_response("create_change_set", MADE)
    described(aws, "FAILED", "The submitted information didn't contain changes. Submit different")
    aws.stub.add_response("delete_change_set", {}, GONE)
    assert preview(aws) == ()
    aws.stub.assert_no_pending_responses()


def test_one_that_fails_is_deleted_as_well(aws: Played) -> None:
    aws.stub.add_response("create_change_set", MADE)
    described(aws, "FAILED", "Template error")
    aws.stub.add_response("delete_change_set", {}, GONE)
    with pytest.raises(AwsError, match="Template error"):
        preview(aws)
    aws.stub.assert_no_pending_responses()


def test_an_interrupt_deletes_it_once_it_is_made(aws: Played) -> None:
    aws.stub.add_response("create_change_set", MADE)
    described(aws, "CREATE_IN_PROGRESS")
    aws.refuses("delete_change_set", "InvalidChangeSetStatus", "it is in CREATE_IN_PROGRESS")
    aws.stub.add_response("delete_change_set", {}, GONE)
    slept: list[float] = []

    def interrupted(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ChangeSets(aws.session, interrupted).preview(ARN, WANTED)
    aws.stub.assert_no_pending_responses()


def test_one_whose_making_has_no_good_answer_is_deleted_if_it_is_there(aws: Played) -> None:
    aws.refuses("create_change_set", "InternalFailure", "try again", http=500)
    aws.stub.add_response("delete_change_set", {}, GONE)
    with pytest.raises(AwsError, match="InternalFailure"):
        preview(aws)
    aws.refuses("create_change_set", "AccessDenied", "cloudformation:CreateChangeSet")
    with pytest.raises(AwsError, match="cloudformation:CreateChangeSet"):
        preview(aws)
    aws.stub.assert_no_pending_responses()


def test_a_second_sending_of_the_sdk_finds_the_first_ones(aws: Played) -> None:
    aws.refuses("create_change_set", "AlreadyExistsException", "ChangeSet already exists")
    described(aws, "CREATE_COMPLETE")
    aws.stub.add_response("delete_change_set", {}, GONE)
    assert len(preview(aws)) == 1
    aws.stub.assert_no_pending_responses()
