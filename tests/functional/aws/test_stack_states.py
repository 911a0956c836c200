"""Each command on a stack in each of CloudFormation's states, through botocore."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.config import Config

from cron2aws.aws.asking import SENT_AGAIN
from cron2aws.aws.session import Session
from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover.leaving import Leaving
from cron2aws.plan.stack_states import GONE, WAYS, Doing, Way, way
from cron2aws.plan.values import Deployed
from cron2aws.task.task import TAG_ID
from tests.cloudformation import THROUGH
from tests.fakes import FakeClock, FakeProgress, FakeRuns
from tests.stack_world import GIVEN, ID, NAME, TAGS, StackWorld, session_of, stack_world
from tests.stubs import keys

STATES = [state for state in WAYS if state != GONE]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with pytest.MonkeyPatch.context() as patch:
        keys(patch)
        made = session_of()
        made.client("cloudformation")
        yield made


@pytest.fixture
def world(session: Session) -> Iterator[StackWorld]:
    with stack_world(session) as made:
        yield made


def migrated(world: StackWorld, stack: Deployed) -> None:
    """What a plan for that stack leads to (plan/make.py)."""
    goes = way(stack.status, Doing.MAKE) is Way.REPLACE or stack.status == "DELETE_IN_PROGRESS"
    if goes:
        world.stacks.create(NAME, {**GIVEN, "Command": "new"}, TAGS)
    else:
        world.stacks.update(stack, {"Command": "new"})


def left(world: StackWorld, stack: Deployed) -> FakeProgress:
    clock, progress = FakeClock(), FakeProgress()
    assert Leaving(world.stacks, FakeRuns(clock), clock, progress).leave(stack)
    return progress


def ends(status: str) -> str:
    return THROUGH.get(status, status)


# --- each state, each command


@pytest.mark.parametrize("status", STATES)
def test_migrate(world: StackWorld, status: str) -> None:
    stack = world.put(status)
    if way(ends(status), Doing.MAKE) is Way.REFUSE:
        with pytest.raises(SafetyError, match=f"is in {status}") as refused:
            migrated(world, stack)
        assert f"`cron2aws rollback {ID}`" in (refused.value.fix or "") or "IMPORT" in status
        assert world.live == [status]
    elif status == "ROLLBACK_IN_PROGRESS":  # planned as an update, it becomes a stack to replace
        with pytest.raises(SafetyError, match="`cron2aws migrate --tag Name=web` makes it anew"):
            migrated(world, stack)
    else:
        migrated(world, stack)
        assert world.live in (["CREATE_COMPLETE"], ["UPDATE_COMPLETE"])
        assert world.stack.parameters["Command"] == "new"


@pytest.mark.parametrize("status", STATES)
def test_disable(world: StackWorld, status: str) -> None:
    stack = world.put(status)
    if way(ends(status), Doing.CHANGE) is Way.REFUSE:
        with pytest.raises(SafetyError) as refused:
            world.stacks.update(stack, {"Enabled": "false"})
        assert "cron2aws" in (refused.value.fix or "")
        assert "UpdateStack" not in world.cloudformation.asked
    else:
        world.stacks.update(stack, {"Enabled": "false"})
        assert world.live == ["UPDATE_COMPLETE"]
        assert world.stack.parameters == {**GIVEN, "Enabled": "false"}


@pytest.mark.parametrize("status", STATES)
def test_run(world: StackWorld, status: str) -> None:
    stack = world.put(status)
    if way(ends(status), Doing.RUN) is Way.REFUSE:
        with pytest.raises(SafetyError) as refused:
            world.stacks.ready(stack, Doing.RUN)
        assert "cron2aws" in (refused.value.fix or "")
    else:
        now = world.stacks.ready(stack, Doing.RUN)
        assert now
        assert world.stacks.machine(now) == world.stack.machine
    assert not {"UpdateStack", "DeleteStack"} & set(world.cloudformation.asked)


@pytest.mark.parametrize("status", STATES)
def test_rollback(world: StackWorld, status: str) -> None:
    stack = world.put(status)
    left(world, stack)
    assert world.live == []
    takes_updates = way(ends(status), Doing.CHANGE) in {Way.GO, Way.CONTINUE, Way.ROLL_BACK}
    assert (world.stack.parameters["Enabled"] == "false") is takes_updates
    assert world.cloudformation.retained == []


@pytest.mark.parametrize("status", STATES)
def test_a_stack_that_vanishes_is_gone(world: StackWorld, status: str) -> None:
    stack = world.put(status)
    world.stack.status, world.stack.ahead = "DELETE_COMPLETE", []
    left(world, stack)
    with pytest.raises(SafetyError, match="is gone"):
        world.stacks.update(stack, {"Enabled": "false"})
    with pytest.raises(SafetyError, match="is gone"):
        world.stacks.ready(stack, Doing.RUN)
    world.stacks.create(NAME, GIVEN, TAGS)
    assert world.live == ["CREATE_COMPLETE"]


@pytest.mark.parametrize(
    "status", [s for s in STATES if s not in {"ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"}]
)
def test_the_machine_is_found_where_outputs_are_hidden(world: StackWorld, status: str) -> None:
    assert world.stacks.machine(world.put(status)) == world.stack.machine


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_a_stack_that_never_came_up_has_no_machine(world: StackWorld, status: str) -> None:
    assert world.stacks.machine(world.put(status)) is None


def test_without_the_right_to_look_the_machine_follows_from_its_name(world: StackWorld) -> None:
    stack = world.put("UPDATE_IN_PROGRESS")
    world.cloudformation.throttles["DescribeStackResource"] = 99
    assert world.stacks.machine(stack) == world.stack.machine


# --- the way back of a failed update


def test_the_way_back_goes_on_plainly_first(world: StackWorld) -> None:
    stack = world.put("UPDATE_ROLLBACK_FAILED")
    world.stacks.update(stack, {"Enabled": "false"})
    assert world.cloudformation.skipped == []
    assert world.cloudformation.asked.count("ContinueUpdateRollback") == 1


def test_what_fails_on_the_way_back_is_skipped_by_name(world: StackWorld) -> None:
    stack = world.put("UPDATE_ROLLBACK_FAILED")
    world.cloudformation.fails_to_go_back = {"Schedule"}
    world.stacks.update(stack, {"Enabled": "false"})
    assert world.cloudformation.skipped == ["Schedule"]
    assert any("Schedule (it was deleted by hand)" in told for told in world.told)
    assert world.live == ["UPDATE_COMPLETE"]


def test_a_way_back_without_end_is_told_and_deleted_all_the_same(world: StackWorld) -> None:
    stack = world.put("UPDATE_ROLLBACK_FAILED")
    world.cloudformation.fails_to_go_back = {"Schedule"}
    world.cloudformation.cancels = True
    with pytest.raises(AwsError, match=r"Schedule \(Resource update cancelled\)") as failed:
        world.stacks.update(stack, {"Enabled": "false"})
    assert f"`cron2aws rollback {ID}`" in (failed.value.fix or "")
    said = left(world, stack).said
    assert any("its schedule cannot be stopped" in text for text in said)
    assert world.live == []


# --- deletions that fail


def test_what_goes_at_the_second_try_is_not_left_behind(world: StackWorld) -> None:
    world.cloudformation.refuses_deletion = {"SendLog": "busy"}
    world.cloudformation.mends_after = 1
    world.stacks.delete(world.put("CREATE_COMPLETE"))
    assert (world.live, world.cloudformation.retained) == ([], [])


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "DELETE_FAILED", "ROLLBACK_FAILED"])
def test_what_refuses_is_left_behind_and_told(world: StackWorld, status: str) -> None:
    world.cloudformation.refuses_deletion = {"SendRole": "has a policy", "SendLog": "busy"}
    world.stacks.delete(world.put(status))
    assert world.live == []
    assert world.cloudformation.retained == ["SendRole", "SendLog"]
    role, log = world.told
    assert "SendRole (has a policy) could not be deleted and stays" in role
    assert f"aws logs delete-log-group --log-group-name {NAME}-SendLog" in log


def test_what_refuses_these_credentials_is_not_given_up(world: StackWorld) -> None:
    why = "User x is not authorized to perform: iam:DeleteRole"
    world.cloudformation.refuses_deletion = {"SendRole": why, "SendLog": "busy"}
    with pytest.raises(AwsError, match="iam:DeleteRole") as failed:
        world.stacks.delete(world.put("CREATE_COMPLETE"))
    assert "permission" in (failed.value.fix or "")
    assert (world.live, world.cloudformation.retained) == (["DELETE_FAILED"], [])


def test_what_would_be_in_the_new_stacks_way_is_not_left_behind(world: StackWorld) -> None:
    world.put("ROLLBACK_FAILED")
    world.cloudformation.refuses_deletion = {"SendLog": "busy"}
    with pytest.raises(AwsError, match=r"SendLog \(busy\)") as failed:
        world.stacks.create(NAME, GIVEN, TAGS)
    assert f"`cron2aws rollback {ID}`" in (failed.value.fix or "")
    assert world.cloudformation.retained == []


# --- whose stack it is


def test_a_stack_with_our_tags_and_another_template_is_left_alone(world: StackWorld) -> None:
    raw = world.cloudformation.put(NAME, "ROLLBACK_COMPLETE", parameters={"Bucket": "x"}, tags=TAGS)
    stack = Deployed(id=ID, stack_name=NAME, stack_id=raw.arn, status=raw.status, tags=TAGS)
    with pytest.raises(SafetyError, match="is not ours, though it has our tags"):
        world.stacks.delete(stack)
    with pytest.raises(SafetyError, match="is not ours"):
        world.stacks.update(stack, {"Enabled": "false"})
    with pytest.raises(AwsError, match="AlreadyExists"):
        world.stacks.create(NAME, GIVEN, TAGS)
    assert world.live == ["ROLLBACK_COMPLETE"]


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"])
def test_of_one_that_is_known_never_to_have_come_up_no_creation_is_tried_in_vain(
    world: StackWorld, status: str
) -> None:
    world.put(status)
    world.stacks.create(NAME, GIVEN, TAGS, replaces=True)
    changing = [each for each in world.cloudformation.asked if not each.startswith("Describe")]
    assert [each for each in changing if "Stack" in each] == ["DeleteStack", "CreateStack"]
    assert world.live == ["CREATE_COMPLETE"]


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE"])
def test_one_that_stands_meanwhile_is_not_replaced_whatever_was_planned(
    world: StackWorld, status: str
) -> None:
    world.put(status)
    with pytest.raises(AwsError, match="AlreadyExists"):
        world.stacks.create(NAME, GIVEN, TAGS, replaces=True)
    assert "DeleteStack" not in world.cloudformation.asked
    assert world.live == [status]


def test_one_that_is_gone_meanwhile_is_created(world: StackWorld) -> None:
    world.stacks.create(NAME, GIVEN, TAGS, replaces=True)
    assert world.live == ["CREATE_COMPLETE"]


def test_the_stack_of_another_task_is_not_replaced(world: StackWorld) -> None:
    world.put("ROLLBACK_COMPLETE")
    other = {**GIVEN, "EntryId": "0000000b"}
    with pytest.raises(AwsError, match="AlreadyExists"):
        world.stacks.create(NAME, other, {TAG_ID: "0000000b"})
    assert world.live == ["ROLLBACK_COMPLETE"]


def test_a_stack_that_stands_is_not_replaced(world: StackWorld) -> None:
    world.put("CREATE_COMPLETE")
    with pytest.raises(AwsError, match="AlreadyExists"):
        world.stacks.create(NAME, GIVEN, TAGS)
    assert "DeleteStack" not in world.cloudformation.asked


@pytest.mark.parametrize(
    ("change_sets", "is_ours"),
    [
        ([(GIVEN, TAGS)], True),
        ([(GIVEN, TAGS), (GIVEN, TAGS)], True),
        ([({"Bucket": "x"}, TAGS)], False),
        ([(GIVEN, {})], False),
        ([(GIVEN, TAGS), ({"Bucket": "x"}, {})], False),
        ([], False),
    ],
)
def test_a_change_set_of_ours_is_known_by_what_it_would_make(
    world: StackWorld, change_sets: list[tuple[dict[str, str], dict[str, str]]], *, is_ours: bool
) -> None:
    raw = world.cloudformation.put(NAME, "REVIEW_IN_PROGRESS", parameters={}, tags={})
    raw.change_sets = change_sets
    if is_ours:
        world.stacks.create(NAME, GIVEN, TAGS)
        assert world.live == ["CREATE_COMPLETE"]
    else:
        with pytest.raises(AwsError, match="AlreadyExists"):
            world.stacks.create(NAME, GIVEN, TAGS)
        assert world.live == ["REVIEW_IN_PROGRESS"]


# --- answers and requests that get lost


@pytest.mark.parametrize("knows_tokens", [True, False])
@pytest.mark.parametrize("lost", ["loses", "loses_requests"])
def test_a_lost_create_is_made_once(world: StackWorld, lost: str, *, knows_tokens: bool) -> None:
    world.cloudformation.knows_tokens = knows_tokens
    getattr(world.serving, lost)["CreateStack"] = 1
    world.stacks.create(NAME, GIVEN, TAGS)
    assert len(world.cloudformation.stacks) == 1
    assert world.live == ["CREATE_COMPLETE"]


def test_a_create_that_the_sdk_repeats_is_made_once() -> None:
    with pytest.MonkeyPatch.context() as patch:
        keys(patch)
        session = session_of(Config(retries={"total_max_attempts": 2, "mode": "standard"}))
    with stack_world(session) as world:
        world.serving.loses["CreateStack"] = 1
        world.stacks.create(NAME, GIVEN, TAGS)
        assert world.cloudformation.asked.count("CreateStack") == 2
        assert world.live == ["CREATE_COMPLETE"]


@pytest.mark.parametrize("lost", ["loses", "loses_requests"])
def test_a_lost_update_is_made(world: StackWorld, lost: str) -> None:
    stack = world.put("CREATE_COMPLETE")
    getattr(world.serving, lost)["UpdateStack"] = 1
    world.stacks.update(stack, {"Enabled": "false"})
    assert world.live == ["UPDATE_COMPLETE"]
    assert world.stack.parameters["Enabled"] == "false"


def test_a_lost_update_that_failed_is_not_made_again(world: StackWorld) -> None:
    stack = world.put("CREATE_COMPLETE")
    world.serving.loses["UpdateStack"] = 1
    world.cloudformation.fails_to_update = "Schedule"
    with pytest.raises(AwsError, match="ended in UPDATE_ROLLBACK_COMPLETE"):
        world.stacks.update(stack, {"Enabled": "false"})
    assert world.cloudformation.asked.count("UpdateStack") == 1


@pytest.mark.parametrize("lost", ["loses", "loses_requests"])
@pytest.mark.parametrize("operation", ["DeleteStack", "ContinueUpdateRollback"])
def test_a_lost_deletion_or_repair_is_made(world: StackWorld, lost: str, operation: str) -> None:
    stack = world.put("UPDATE_ROLLBACK_FAILED")
    getattr(world.serving, lost)[operation] = 1
    left(world, stack)
    assert world.live == []


def test_a_network_that_stays_lost_is_told(world: StackWorld) -> None:
    world.serving.loses_requests["CreateStack"] = 99
    with pytest.raises(AwsError, match="creating stack"):
        world.stacks.create(NAME, GIVEN, TAGS)
    assert len(world.slept) == SENT_AGAIN


def test_a_name_that_is_taken_is_no_lost_answer(world: StackWorld) -> None:
    world.put("CREATE_COMPLETE")
    world.serving.loses_requests["CreateStack"] = 1
    with pytest.raises(AwsError, match="AlreadyExists"):
        world.stacks.create(NAME, GIVEN, TAGS)


def test_throttled_looks_are_waited_out(world: StackWorld) -> None:
    stack = world.put("UPDATE_IN_PROGRESS")
    world.cloudformation.throttles["DescribeStacks"] = 3
    world.stacks.update(stack, {"Enabled": "false"})
    assert world.live == ["UPDATE_COMPLETE"]


@pytest.mark.parametrize("operation", ["DescribeStacks", "UpdateStack", "DeleteStack"])
def test_credentials_that_expire_end_it_with_what_to_do(world: StackWorld, operation: str) -> None:
    stack = world.put("CREATE_COMPLETE")
    world.cloudformation.expires_at = operation
    with pytest.raises(AwsError, match="ExpiredToken") as failed:
        left(world, stack)
    assert "log in again" in (failed.value.fix or "")
    world.cloudformation.expires_at = None
    world.cloudformation.renew()
    left(world, stack)
    assert world.live == []


def test_a_creation_that_fails_is_replaced_by_the_next_one(world: StackWorld) -> None:
    world.cloudformation.fails_to_create = "SendRole"
    with pytest.raises(AwsError, match="SendRole: no permission") as failed:
        world.stacks.create(NAME, GIVEN, TAGS)
    assert "migrate makes it anew" in (failed.value.fix or "")
    world.stacks.create(NAME, GIVEN, TAGS)
    assert world.live == ["CREATE_COMPLETE"]
    assert any("never came up, and is made anew" in told for told in world.told)


def test_waiting_is_told_once(world: StackWorld) -> None:
    world.stacks.update(world.put("UPDATE_IN_PROGRESS"), {"Enabled": "false"})
    assert world.told == [f"{NAME}: waiting for the end of UPDATE_IN_PROGRESS"]
