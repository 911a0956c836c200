"""Stacks in CloudFormation's own words: what it answers, and what we make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import botocore.exceptions
import pytest
from botocore.client import BaseClient
from botocore.stub import ANY, Stubber

from cron2aws.aws.asking import MISSED_LOOKS, POLL_SECONDS
from cron2aws.aws.stacks import Stacks
from cron2aws.errors import AwsError
from cron2aws.plan.values import Deployed
from cron2aws.task.task import TAG_ID
from tests.fakes import deployed
from tests.stubs import ARN, NAME, Played, keys, raw_stack

TAGS = {TAG_ID: "0000000a"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Played:
    keys(monkeypatch)
    return Played()


def stack() -> Deployed:
    return deployed("0000000a", {"Command": "true", "Enabled": "false"}, name=NAME, bare=True)


def test_a_creation_is_waited_for(aws: Played) -> None:
    aws.creates()
    aws.shows("CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    aws.stacks().create(NAME, {"Command": "true"}, TAGS)
    assert aws.slept == [POLL_SECONDS, POLL_SECONDS]


def test_a_failed_creation_tells_the_resource_that_failed_first(aws: Played) -> None:
    aws.creates()
    aws.shows("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE")
    aws.tells(
        (NAME, "ROLLBACK_COMPLETE", ""),
        ("Machine", "CREATE_FAILED", "Resource creation cancelled"),
        ("Schedule", "CREATE_FAILED", "Invalid Schedule Expression cron(x)"),
        ("Schedule", "CREATE_IN_PROGRESS", ""),
        (NAME, "CREATE_IN_PROGRESS", "User Initiated"),
    )
    with pytest.raises(AwsError) as failed:
        aws.stacks().create(NAME, {}, TAGS)
    assert failed.value.what == f"stack {NAME} ended in ROLLBACK_COMPLETE"
    assert failed.value.why == "Schedule: Invalid Schedule Expression cron(x)"
    assert "rollback" in (failed.value.fix or "")


def test_what_was_cancelled_is_no_cause_though_it_is_told_first(aws: Played) -> None:
    """Events of one second come in any order."""
    aws.creates()
    aws.shows("ROLLBACK_COMPLETE")
    aws.tells(
        ("Schedule", "CREATE_FAILED", "Invalid Schedule Expression cron(x)"),
        ("Machine", "CREATE_FAILED", "Resource creation cancelled"),
        (NAME, "CREATE_IN_PROGRESS", "User Initiated"),
    )
    with pytest.raises(AwsError) as failed:
        aws.stacks().create(NAME, {}, TAGS)
    assert failed.value.why == "Schedule: Invalid Schedule Expression cron(x)"


def test_a_failed_update_does_not_tell_the_reason_of_an_earlier_one(aws: Played) -> None:
    aws.shows("UPDATE_COMPLETE")
    aws.updates()
    aws.shows("UPDATE_ROLLBACK_COMPLETE")
    aws.tells(
        (NAME, "UPDATE_ROLLBACK_COMPLETE", ""),
        ("Schedule", "UPDATE_FAILED", "today's reason"),
        (NAME, "UPDATE_IN_PROGRESS", "User Initiated"),
        ("Machine", "UPDATE_FAILED", "last year's reason"),
        (NAME, "UPDATE_IN_PROGRESS", "User Initiated"),
    )
    with pytest.raises(AwsError, match="today's reason") as failed:
        aws.stacks().update(stack(), {"Enabled": "true"})
    assert "as it was before" in (failed.value.fix or "")


def test_a_failure_without_events_tells_the_stacks_own_reason(aws: Played) -> None:
    aws.creates()
    aws.shows("CREATE_FAILED", StackStatusReason="no permission to do anything")
    aws.tells((NAME, "CREATE_IN_PROGRESS", ""), (NAME, "REVIEW_IN_PROGRESS", ""))
    with pytest.raises(AwsError, match="no permission to do anything"):
        aws.stacks().create(NAME, {}, TAGS)


def test_an_update_sets_what_is_given_and_keeps_the_rest(aws: Played) -> None:
    aws.shows("CREATE_COMPLETE")
    aws.stub.add_response(
        "update_stack",
        {"StackId": ARN},
        {
            "StackName": stack().stack_id,
            "TemplateBody": "{}",
            "Parameters": [
                {"ParameterKey": "Enabled", "ParameterValue": "true"},
                {"ParameterKey": "Command", "UsePreviousValue": True},
                {"ParameterKey": "EntryId", "UsePreviousValue": True},
                {"ParameterKey": "RuleName", "UsePreviousValue": True},
            ],
            "Tags": [{"Key": TAG_ID, "Value": "0000000a"}],
            "Capabilities": ["CAPABILITY_IAM"],
            "ClientRequestToken": ANY,
        },
    )
    aws.shows("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE")
    aws.stacks().update(stack(), {"Enabled": "true"})
    aws.stub.assert_no_pending_responses()


def test_nothing_to_update_is_a_success(aws: Played) -> None:
    aws.shows("CREATE_COMPLETE")
    aws.refuses("update_stack", "ValidationError", "No updates are to be performed.")
    aws.stacks().update(stack(), {"Enabled": "false"})
    assert aws.slept == []


def test_an_update_waits_for_one_that_was_lost_sight_of(aws: Played) -> None:
    aws.shows("UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_COMPLETE")
    aws.updates()
    aws.shows("UPDATE_COMPLETE")
    aws.stacks().update(stack(), {"Enabled": "true"})
    assert aws.slept == [POLL_SECONDS]


def test_another_refusal_of_an_update_is_an_error(aws: Played) -> None:
    aws.shows("CREATE_COMPLETE")
    aws.refuses("update_stack", "ValidationError", "Parameter Foo is unknown")
    with pytest.raises(AwsError, match="Parameter Foo is unknown"):
        aws.stacks().update(stack(), {})


def test_a_stack_that_is_gone_is_deleted(aws: Played) -> None:
    aws.refuses("describe_stacks", "ValidationError", f"Stack with id {ARN} does not exist")
    aws.stacks().delete(stack())
    aws.shows("CREATE_COMPLETE")
    aws.deletes()
    aws.refuses("describe_stacks", "ValidationError", f"Stack with id {ARN} does not exist")
    aws.stacks().delete(stack())


def test_a_deletion_is_waited_for(aws: Played) -> None:
    aws.shows("CREATE_COMPLETE")
    aws.deletes()
    aws.shows("DELETE_IN_PROGRESS", "DELETE_COMPLETE")
    aws.stacks().delete(stack())
    assert aws.slept == [POLL_SECONDS]


def test_a_stack_that_vanishes_while_it_is_made_is_told(aws: Played) -> None:
    aws.creates()
    aws.refuses("describe_stacks", "ValidationError", f"Stack with id {ARN} does not exist")
    with pytest.raises(AwsError, match="vanished"):
        aws.stacks().create(NAME, {}, TAGS)


def test_only_a_missing_stack_is_none(aws: Played) -> None:
    aws.refuses("describe_stacks", "ValidationError", f"Stack with id {NAME} does not exist")
    assert aws.stacks().get(NAME) is None
    aws.refuses("describe_stacks", "ValidationError", "1 validation error detected")
    with pytest.raises(AwsError, match="1 validation error detected"):
        aws.stacks().get(NAME)
    aws.refuses("describe_stacks", "AccessDenied", f"{NAME} does not exist, says your policy")
    with pytest.raises(AwsError, match="AccessDenied"):
        aws.stacks().get(NAME)


def test_throttled_looks_are_no_failure(aws: Played) -> None:
    aws.creates()
    for _ in range(3):
        aws.refuses("describe_stacks", "Throttling", "Rate exceeded")
    aws.shows("CREATE_COMPLETE")
    aws.stacks().create(NAME, {}, TAGS)
    assert aws.slept == [POLL_SECONDS] * 3


def test_throttling_that_does_not_end_is_told_with_advice(aws: Played) -> None:
    aws.creates()
    for _ in range(MISSED_LOOKS + 1):
        aws.refuses("describe_stacks", "Throttling", "Rate exceeded")
    with pytest.raises(AwsError, match="Rate exceeded") as failed:
        aws.stacks().create(NAME, {}, TAGS)
    assert "--parallel" in (failed.value.fix or "")


def test_a_refused_look_is_told_at_once(aws: Played) -> None:
    aws.creates()
    aws.refuses("describe_stacks", "AccessDenied", "no")
    aws.refuses("describe_stacks", "AccessDenied", "no")
    with pytest.raises(AwsError, match="DescribeStacks"):
        aws.stacks().create(NAME, {}, TAGS)
    assert aws.slept == []


class LosesTheNetwork:
    """A client whose first looks fail on the way."""

    def __init__(self, client: object, losses: int, error: Exception | None = None) -> None:
        self._client = client
        self._left = losses
        self._error = error or botocore.exceptions.EndpointConnectionError(endpoint_url="https://x")

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)

    def describe_stacks(self, **given: str) -> object:
        self._left -= 1
        if self._left >= 0:
            raise self._error
        describe: Callable[..., object] = getattr(self._client, "describe_stacks")  # noqa: B009
        return describe(**given)


@pytest.mark.parametrize(("losses", "survives"), [(2, True), (99, False)])
def test_a_lost_network_is_waited_out_for_a_minute(
    aws: Played, losses: int, survives: bool
) -> None:
    aws.creates()
    aws.shows("CREATE_COMPLETE")
    client = aws.session.client("cloudformation")
    aws.session._clients["cloudformation"] = cast("BaseClient", LosesTheNetwork(client, losses))
    if survives:
        aws.stacks().create(NAME, {}, TAGS)
    else:
        with pytest.raises(AwsError, match="Could not connect"):
            aws.stacks().create(NAME, {}, TAGS)
    assert len(aws.slept) == min(losses, MISSED_LOOKS)


def test_a_log_in_that_ends_while_we_wait_is_told(aws: Played) -> None:
    aws.creates()
    ended = botocore.exceptions.UnauthorizedSSOTokenError()
    client = LosesTheNetwork(aws.session.client("cloudformation"), 1, ended)
    aws.session._clients["cloudformation"] = cast("BaseClient", client)
    with pytest.raises(AwsError, match="looking at stack") as failed:
        aws.stacks().create(NAME, {}, TAGS)
    assert "log in again" in (failed.value.fix or "")
    assert aws.slept == []


def test_every_page_of_stacks_is_read_and_foreign_ones_are_left_out(aws: Played) -> None:
    ours, theirs = raw_stack("CREATE_COMPLETE"), raw_stack("CREATE_COMPLETE", tags={"team": "x"})
    gone = raw_stack("DELETE_COMPLETE")
    first = {"Stacks": [theirs, ours, gone], "NextToken": "2"}
    aws.stub.add_response("describe_stacks", first, {})
    second = {"Stacks": [{**ours, "StackName": "second"}, theirs]}
    aws.stub.add_response("describe_stacks", second, {"NextToken": "2"})
    found = aws.stacks().deployed()
    assert [each.stack_name for each in found] == [NAME, "second"]
    assert found[0].id == "0000000a"
    assert dict(found[0].parameters) == {
        "Command": "true",
        "Enabled": "false",
        "EntryId": "0000000a",
        "RuleName": "web-job-0000000a",
    }


def test_a_foreign_stack_of_our_name_is_not_returned(aws: Played) -> None:
    aws.shows("CREATE_COMPLETE", tags={"Name": "theirs"})
    assert aws.stacks().get(NAME) is None


def test_the_stub_is_of_the_real_client(aws: Played) -> None:
    assert isinstance(aws.stub, Stubber)
    assert isinstance(aws.stacks(), Stacks)


OUTPUT = {"OutputKey": "StateMachineArn", "OutputValue": "machine"}
KEPT = [{"ParameterKey": name, "UsePreviousValue": True} for name in ("Command", "EntryId")]
ROLE = "arn:aws:iam::123456789012:role/send"


@pytest.mark.parametrize(
    ("version", "role", "sent"),
    [
        ("1", "", {"TemplateBody": "{}"}),
        ("2", "", {"UsePreviousTemplate": True}),
        # a later program's stays as well
        ("3", "", {"UsePreviousTemplate": True}),
        # a task with roles of its own has another template than one without
        ("2", ROLE, {"TemplateBody": "{}"}),
    ],
)
def test_a_stack_of_this_release_keeps_its_template(
    aws: Played, version: str, role: str, sent: dict[str, object]
) -> None:
    output = {"OutputKey": "TemplateVersion", "OutputValue": version}
    aws.shows("CREATE_COMPLETE", Outputs=[OUTPUT, output])
    given = {"Enabled": "true", "RuleName": "a", **({"SendRoleArn": role} if role else {})}
    aws.stub.add_response(
        "update_stack",
        {"StackId": ARN},
        {
            "StackName": ARN,
            **sent,
            "Parameters": [
                *({"ParameterKey": key, "ParameterValue": each} for key, each in given.items()),
                *KEPT,
            ],
            "Tags": [{"Key": TAG_ID, "Value": "0000000a"}],
            "Capabilities": [] if role else ["CAPABILITY_IAM"],
            "ClientRequestToken": ANY,
        },
    )
    aws.shows("UPDATE_COMPLETE")
    aws.stacks().update(stack(), given)
    aws.stub.assert_no_pending_responses()


def test_what_a_later_release_has_dropped_is_not_sent(aws: Played) -> None:
    """An empty value means nothing: it is left out where the stack's template has no such name."""
    output = {"OutputKey": "TemplateVersion", "OutputValue": "3"}
    aws.shows("CREATE_COMPLETE", Outputs=[OUTPUT, output])
    aws.stub.add_response(
        "update_stack",
        {"StackId": ARN},
        {
            "StackName": ARN,
            "UsePreviousTemplate": True,
            "Parameters": [
                {"ParameterKey": "Enabled", "ParameterValue": "true"},
                *({"ParameterKey": name, "UsePreviousValue": True}
                  for name in ("Command", "EntryId", "RuleName")),
            ],
            "Tags": [{"Key": TAG_ID, "Value": "0000000a"}],
            "Capabilities": ["CAPABILITY_IAM"],
            "ClientRequestToken": ANY,
        },
    )  # fmt: skip
    aws.shows("UPDATE_COMPLETE")
    aws.stacks().update(stack(), {"Enabled": "true", "TakesOver": ""})


def test_what_an_older_release_had_and_this_one_has_not_is_not_kept(aws: Played) -> None:
    older = [*raw_stack("CREATE_COMPLETE")["Parameters"]]
    older.append({"ParameterKey": "Gone", "ParameterValue": "x"})
    aws.shows("CREATE_COMPLETE", Parameters=older)
    aws.stub.add_response(
        "update_stack",
        {"StackId": ARN},
        {
            "StackName": ARN,
            "TemplateBody": "{}",
            "Parameters": [
                {"ParameterKey": "Enabled", "ParameterValue": "true"},
                *({"ParameterKey": name, "UsePreviousValue": True}
                  for name in ("Command", "EntryId", "RuleName")),
            ],
            "Tags": [{"Key": TAG_ID, "Value": "0000000a"}],
            "Capabilities": ["CAPABILITY_IAM"],
            "ClientRequestToken": ANY,
        },
    )  # fmt: skip
    aws.shows("UPDATE_COMPLETE")
    aws.stacks().update(stack(), {"Enabled": "true"})
