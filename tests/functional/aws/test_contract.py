"""What the fake stacks promise, the real ones keep: one suite over both."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks
from cron2aws.errors import AwsError
from cron2aws.handover.interfaces import StackStore
from cron2aws.sandbox.inside import Sandbox
from cron2aws.task.task import TAG_ID, TAG_SOURCE
from tests.fakes import FakeClock, FakeStacks
from tests.stubs import templates

TEMPLATE = json.dumps(
    {
        "Parameters": {
            "Command": {"Type": "String"},
            "Enabled": {"Type": "String", "Default": "false"},
            "EntryId": {"Type": "String", "Default": ""},
            "RuleName": {"Type": "String", "Default": "job"},
        },
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Command"}}}
        },
        "Outputs": {"StateMachineArn": {"Value": {"Ref": "Topic"}}},
    }
)
GIVEN = {"Command": "true", "Enabled": "false", "EntryId": "0000000a", "RuleName": "job"}
TAGS = {TAG_ID: "0000000a", TAG_SOURCE: "/etc/crontab"}


@pytest.fixture(scope="module")
def real() -> Iterator[Stacks]:
    with Sandbox():
        session = Session(AwsSettings())
        yield Stacks(StackCalls(session, lambda _: None), templates(TEMPLATE))


@pytest.fixture(params=["fake", "real"])
def store(request: pytest.FixtureRequest) -> Iterator[StackStore]:
    if request.param == "fake":
        yield FakeStacks(FakeClock())
        return
    found: Stacks = request.getfixturevalue("real")
    yield found
    for stack in found.deployed():
        found.delete(stack)


def made(store: StackStore, name: str = "job", tags: Mapping[str, str] = TAGS) -> None:
    store.create(name, {**GIVEN, "EntryId": tags[TAG_ID]}, tags)


def test_there_are_none_at_first(store: StackStore) -> None:
    assert store.deployed() == ()
    assert store.get("job") is None


def test_what_was_created_is_found_by_name_and_by_arn(store: StackStore) -> None:
    made(store)
    found = store.get("job")
    assert found
    assert (found.id, found.stack_name, found.status) == ("0000000a", "job", "CREATE_COMPLETE")
    assert dict(found.parameters) == GIVEN
    assert dict(found.tags) == TAGS
    assert found.outputs["StateMachineArn"]
    assert store.get(found.stack_id) == found
    assert store.deployed() == (found,)


def test_a_name_is_taken_once(store: StackStore) -> None:
    made(store)
    with pytest.raises(AwsError, match="AlreadyExists"):
        made(store, tags={TAG_ID: "0000000b"})
    assert [stack.id for stack in store.deployed()] == ["0000000a"]


def test_an_update_changes_what_is_given_and_nothing_else(store: StackStore) -> None:
    made(store)
    (before,) = store.deployed()
    store.update(before, {"Enabled": "true"})
    (after,) = store.deployed()
    assert dict(after.parameters) == {**GIVEN, "Enabled": "true"}
    assert (after.id, after.stack_id, after.tags) == (before.id, before.stack_id, before.tags)
    assert after.enabled


def test_an_update_is_made_on_what_stands_now(store: StackStore) -> None:
    made(store)
    (stale,) = store.deployed()
    store.update(stale, {"Command": "false"})
    store.update(stale, {"Enabled": "true"})
    (after,) = store.deployed()
    assert dict(after.parameters) == {**GIVEN, "Command": "false", "Enabled": "true"}


def test_an_update_to_what_is_there_already_is_a_success(store: StackStore) -> None:
    made(store)
    (stack,) = store.deployed()
    store.update(stack, {"Enabled": "false"})
    assert store.deployed() == (stack,)


def test_a_deletion_leaves_the_others(store: StackStore) -> None:
    made(store)
    made(store, "other", {TAG_ID: "0000000b"})
    stack = store.get("job")
    assert stack
    store.delete(stack)
    assert [left.stack_name for left in store.deployed()] == ["other"]
    assert store.get("job") is None


def test_a_second_deletion_is_a_success(store: StackStore) -> None:
    made(store)
    (stack,) = store.deployed()
    store.delete(stack)
    store.delete(stack)
    assert store.deployed() == ()


def test_what_is_shown_cannot_be_changed(store: StackStore) -> None:
    made(store)
    (stack,) = store.deployed()
    assert isinstance(stack.parameters, MappingProxyType)
    assert isinstance(stack.tags, MappingProxyType)


def test_a_foreign_stack_is_never_seen(real: Stacks) -> None:
    cloudformation = Session(AwsSettings()).client("cloudformation")
    cloudformation.create_stack(
        StackName="theirs",
        TemplateBody=TEMPLATE,
        Parameters=[{"ParameterKey": "Command", "ParameterValue": "x"}],
        Tags=[{"Key": "cron2aws", "Value": "not the tag"}],
    )
    assert real.deployed() == ()
    assert real.get("theirs") is None


@pytest.mark.parametrize("mine", [True, False])
def test_a_change_set_that_was_never_executed_is_replaced_if_it_is_ours(
    real: Stacks, *, mine: bool
) -> None:
    cloudformation = Session(AwsSettings()).client("cloudformation")
    parameters = {**GIVEN, "EntryId": "0000000a" if mine else "0000000b"}
    cloudformation.create_change_set(
        StackName="reviewed",
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=TEMPLATE,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        Tags=[{"Key": key, "Value": value} for key, value in TAGS.items()],
    )
    if mine:
        real.create("reviewed", parameters, TAGS)
        found = real.get("reviewed")
        assert found
        assert found.status == "CREATE_COMPLETE"
        real.delete(found)
    else:
        with pytest.raises(AwsError, match="AlreadyExists"):
            real.create("reviewed", parameters, TAGS)
        cloudformation.delete_stack(StackName="reviewed")


def test_the_machine_is_found_by_its_logical_name(real: Stacks) -> None:
    template = json.loads(TEMPLATE)
    template["Resources"]["StateMachine"] = template["Resources"].pop("Topic")
    template["Outputs"] = {"StateMachineArn": {"Value": {"Ref": "StateMachine"}}}
    calls = StackCalls(Session(AwsSettings()), lambda _: None)
    stacks = Stacks(calls, templates(json.dumps(template)))
    stacks.create("job", {**GIVEN, "EntryId": "0000000a"}, TAGS)
    (stack,) = stacks.deployed()
    # DescribeStacks hides outputs while something is in progress
    hidden = replace(stack, outputs={})
    assert (stacks.machine(hidden) or "").startswith("arn:aws:sns:")
    stacks.delete(stack)
    assert real.deployed() == ()
