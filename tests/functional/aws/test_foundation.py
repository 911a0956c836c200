"""The foundation and a target in each of CloudFormation's states, and beside another operator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cron2aws.aws.session import Session
from cron2aws.errors import AwsError, SafetyError
from cron2aws.plan.actions import Action
from cron2aws.plan.stack_states import GONE, WAYS, Doing, Way, way
from cron2aws.task.foundation import (
    FAILED,
    FOUNDATION,
    OLDER_FOUNDATION,
    SUCCEEDED,
    TAG_FOUNDATION,
    TAG_OLDER_FOUNDATION,
    TAG_TARGET,
    SharedStack,
    TargetStack,
)
from tests.cloudformation import THROUGH
from tests.shared_world import OUTPUTS, TAGS, WEB, World, shared_world
from tests.stack_world import session_of
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
def world(session: Session) -> Iterator[World]:
    with shared_world(session) as made:
        yield made


# --- what there is


def test_nothing_is_there_at_first(world: World) -> None:
    assert world.shared.foundation() is None
    assert world.shared.target(WEB) is None
    assert world.shared.targets() == ()


@pytest.mark.parametrize(
    ("name", "tag"), [(FOUNDATION, TAG_FOUNDATION), (OLDER_FOUNDATION, TAG_OLDER_FOUNDATION)]
)
def test_the_foundation_is_found_by_either_name(world: World, name: str, tag: str) -> None:
    world.put("CREATE_COMPLETE", name, tag)
    found = world.shared.foundation()
    assert found
    assert found.stack_name == name
    assert found.topics == (OUTPUTS[SUCCEEDED], OUTPUTS[FAILED])
    assert found.is_whole


@pytest.mark.parametrize("name", [FOUNDATION, OLDER_FOUNDATION])
def test_a_foreign_stack_of_that_name_is_refused(world: World, name: str) -> None:
    world.put("CREATE_COMPLETE", name, "team")
    with pytest.raises(SafetyError, match=f"a stack {name} exists and is not ours"):
        world.shared.foundation()


def test_a_foreign_stack_of_a_targets_name_is_refused(world: World) -> None:
    world.put_target(**{TAG_TARGET: "ffffffff"})
    with pytest.raises(SafetyError, match="is not ours"):
        world.shared.target(WEB)


def test_targets_are_listed_with_their_tags(world: World) -> None:
    world.put("CREATE_COMPLETE")
    world.put_target()
    assert [each.target for each in world.shared.targets()] == [WEB]


# --- each state


@pytest.mark.parametrize("status", STATES)
def test_setup_in_each_state(world: World, status: str) -> None:
    world.put(status)
    step = world.step(email="ops@example.com")
    ends = THROUGH.get(status, status)
    if way(ends, Doing.MAKE) is Way.REFUSE:
        with pytest.raises(SafetyError, match=f"is in {status}") as refused:
            world.shared.bring(step)
        assert "`cron2aws setup" in (refused.value.fix or "") or "IMPORT" in status
        return
    made = world.shared.bring(step)
    (live,) = world.live()
    assert live.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    assert live.parameters["Email"] == "ops@example.com"
    assert live.protected
    assert made.parameters["Email"] == "ops@example.com"
    assert world.service.previews == {}


@pytest.mark.parametrize("status", STATES)
def test_deletion_in_each_state(world: World, status: str) -> None:
    raw = world.put(status)
    raw.protected = True
    found = world.shared.foundation()
    if found is None:
        return
    world.shared.delete(found)
    assert world.live() == []


def test_one_that_never_came_up_is_made_anew_though_it_is_protected(world: World) -> None:
    world.put("ROLLBACK_COMPLETE").protected = True
    world.shared.bring(world.step())
    assert [each.status for each in world.live()] == ["CREATE_COMPLETE"]
    assert any("never came up" in each for each in world.told)


def test_a_failed_creation_tells_what_failed_and_what_goes_on(world: World) -> None:
    world.service.fails_to_create = "SendRole"
    with pytest.raises(AwsError, match="SendRole: no permission") as failed:
        world.shared.bring(world.step(WEB))
    assert "`cron2aws setup --tag Name=web` makes it anew" in (failed.value.fix or "")


# --- two operators


def test_what_another_operator_makes_meanwhile_is_waited_for_and_used(world: World) -> None:
    step = world.step()

    def another() -> None:
        world.put("CREATE_IN_PROGRESS")

    world.service.meets = another
    made = world.shared.bring(step)
    (live,) = world.live()
    assert made.stack_id == live.arn
    assert world.service.asked.count("CreateStack") == 1
    assert any("somebody else is at it" in each for each in world.told)


def test_an_update_that_another_operator_has_begun_is_waited_for(world: World) -> None:
    raw = world.put("CREATE_COMPLETE")
    step = world.step(email="ops@example.com")

    def another() -> None:
        raw.status = "UPDATE_IN_PROGRESS"
        raw.ahead.append(lambda: setattr(raw, "status", "UPDATE_COMPLETE"))

    world.service.meets = another
    world.shared.bring(step)
    assert raw.parameters["Email"] == "ops@example.com"


def test_others_that_never_end_are_told(world: World) -> None:
    raw = world.put("CREATE_COMPLETE")
    step = world.step(email="ops@example.com")

    def again() -> None:
        raw.status = "UPDATE_IN_PROGRESS"
        raw.ahead.append(lambda: setattr(raw, "status", "UPDATE_COMPLETE"))
        world.service.meets = again

    world.service.meets = again
    with pytest.raises(AwsError, match="does not come to rest"):
        world.shared.bring(step)


def test_a_lost_answer_is_no_failure(world: World) -> None:
    world.serving.loses["CreateStack"] = 1
    world.shared.bring(world.step())
    assert [each.status for each in world.live()] == ["CREATE_COMPLETE"]


# --- what must not be replaced


def change(kind: str, action: str = "Modify", replacement: str = "True") -> dict[str, str]:
    found = {"LogicalResourceId": "It", "ResourceType": kind, "Action": action}
    return found | ({"Replacement": replacement} if action == "Modify" else {})


@pytest.mark.parametrize("replacement", ["True", "Conditional"])
@pytest.mark.parametrize("kind", ["AWS::IAM::Role", "AWS::SNS::Topic"])
def test_an_update_that_replaces_a_role_or_a_topic_is_refused(
    world: World, kind: str, replacement: str
) -> None:
    world.put("CREATE_COMPLETE")
    world.service.would_change = [change(kind, replacement=replacement)]
    with pytest.raises(SafetyError, match=rf"would replace It \({kind}\)"):
        world.shared.bring(world.step(role_path="/other/"))
    assert "UpdateStack" not in world.service.asked
    assert world.service.previews == {}


@pytest.mark.parametrize(
    "harmless",
    [
        change("AWS::IAM::Role", replacement="False"),
        change("AWS::SNS::Subscription"),
        change("AWS::SNS::Topic", "Add"),
        change("AWS::SNS::Topic", "Remove"),
    ],
)
def test_other_changes_are_carried_out(world: World, harmless: dict[str, str]) -> None:
    raw = world.put("CREATE_COMPLETE")
    world.service.would_change = [harmless]
    world.shared.bring(world.step(email="ops@example.com"))
    assert raw.parameters["Email"] == "ops@example.com"
    assert world.service.previews == {}


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information.",
        "No updates are to be performed.",
    ],
)
def test_a_change_set_without_changes_is_no_failure(world: World, reason: str) -> None:
    world.put("CREATE_COMPLETE")
    world.service.preview_fails = reason
    world.shared.bring(world.step(email="ops@example.com"))
    assert world.service.previews == {}


def test_a_change_set_that_fails_is_told_and_gone(world: World) -> None:
    world.put("CREATE_COMPLETE")
    world.service.preview_fails = "Template error: no such thing"
    with pytest.raises(AwsError, match="no such thing"):
        world.shared.bring(world.step(email="ops@example.com"))
    assert world.service.previews == {}


# --- the older foundation


def test_an_older_foundation_is_updated_in_place(world: World) -> None:
    raw = world.put("CREATE_COMPLETE", OLDER_FOUNDATION, TAG_OLDER_FOUNDATION, Gone="x")
    raw.outputs = {SUCCEEDED: "arn:s", FAILED: "arn:f"}
    del raw.parameters["WatchSeconds"]
    step = world.step()
    assert step.action is Action.UPDATE
    assert step.stack_name == OLDER_FOUNDATION
    raw.outputs = OUTPUTS  # what the new template gives
    made = world.shared.bring(step)
    assert made.stack_name == OLDER_FOUNDATION
    # a parameter that the template has no more is not kept, one that is new is set
    assert raw.parameters == {"Email": "", "WatchSeconds": "45"}
    assert raw.tags == {TAG_OLDER_FOUNDATION: "true"} | TAGS


def test_what_is_as_asked_for_needs_no_step(world: World) -> None:
    world.put("CREATE_COMPLETE", Email="ops@example.com")
    assert world.step(email="ops@example.com").action is Action.NOTHING
    assert world.step(email="you@example.com").action is Action.UPDATE


# --- deletion


def test_what_stays_is_named(world: World) -> None:
    raw = world.put("CREATE_COMPLETE")
    raw.protected = True
    found = world.shared.foundation()
    assert found
    kept = world.shared.delete(found)
    assert [each.type for each in kept] == ["AWS::IAM::Role"]
    assert world.live() == []


def test_a_stack_of_another_one_since_is_not_deleted(world: World) -> None:
    raw = world.put_target()
    found = world.shared.target(WEB)
    assert isinstance(found, TargetStack)
    raw.tags[TAG_TARGET] = "ffffffff"
    with pytest.raises(SafetyError, match="is not ours"):
        world.shared.delete(found)
    assert world.live() == [raw]


def test_its_words_name_the_commands() -> None:
    plain = SharedStack(stack_name="x", stack_id="x", status="CREATE_COMPLETE")
    assert plain.made_by == "cron2aws setup"
    assert plain.ended_by == "cron2aws setup --delete"
    target = TargetStack(stack_name="x", stack_id="x", status="", target=WEB)
    assert target.made_by == "cron2aws setup --tag Name=web"
    assert replace(target, outputs={"TemplateVersion": "x"}).version == 1
