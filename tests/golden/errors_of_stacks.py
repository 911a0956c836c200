"""Stacks in bad states: what is refused, what failed, and the command that gets out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from cron2aws.app.run import without_machine
from cron2aws.errors import AwsError, Cron2AwsError
from cron2aws.handover.standing import Lines, meaning, still_stands
from cron2aws.plan.stack_states import GONE, WAYS, Doing, Way, vanished, way
from tests.fakes import FakeClock, FakeStacks, deployed
from tests.golden.errors_of_aws import KEYS, NOWHERE
from tests.golden.screen import environment
from tests.stack_world import GIVEN, ID, NAME, TAGS, StackWorld, session_of, stack_world

ACT: Mapping[Doing, Callable[[StackWorld, str], object]] = MappingProxyType(
    {
        Doing.MAKE: lambda world, status: world.stacks.ready(world.put(status), Doing.MAKE),
        Doing.CHANGE: lambda world, status: world.stacks.update(world.put(status), {}),
        Doing.RUN: lambda world, status: world.stacks.ready(world.put(status), Doing.RUN),
    }
)


def _in_world(act: Callable[[StackWorld], object]) -> Callable[[Path], object]:
    def provoke(_: Path) -> None:
        with environment(**NOWHERE, **KEYS), stack_world(session_of()) as world:
            act(world)

    return provoke


def _refused(doing: Doing, status: str) -> Callable[[Path], object]:
    return _in_world(lambda world: ACT[doing](world, status))


def _raise(error: Cron2AwsError) -> Callable[[Path], object]:
    def provoke(_: Path) -> None:
        raise error

    return provoke


def _undeleted(world: StackWorld, why: str, status: str) -> None:
    world.cloudformation.refuses_deletion = {"SendRole": why}
    stack = world.put(status)
    if status == "ROLLBACK_FAILED":
        world.stacks.create(NAME, GIVEN, TAGS)
    else:
        world.stacks.delete(stack)


def _stuck(world: StackWorld) -> None:
    world.cloudformation.fails_to_go_back = {"Schedule"}
    world.cloudformation.cancels = True
    world.stacks.update(world.put("UPDATE_ROLLBACK_FAILED"), {"Enabled": "false"})


def _not_ours(world: StackWorld) -> None:
    stack = world.put("CREATE_COMPLETE")
    world.stack.parameters = {"Bucket": "x"}
    world.stacks.delete(stack)


def _expired(lines: Lines) -> Callable[[Path], object]:
    def provoke(_: Path) -> None:
        expired = AwsError(
            f"deleting stack {NAME} failed",
            why="ExpiredToken: The security token included in the request is expired",
            fix="log in again: the credentials are no longer valid",
        )
        raise meaning(expired, "backup", lines, since="2026-11-23T10:06Z (19:06 in Asia/Tokyo)")

    return provoke


STOOD = deployed(ID, {"Enabled": "true"})


def _stands(*now: object, **changed: str) -> Callable[[Path], object]:
    def provoke(_: Path) -> None:
        stacks = FakeStacks(FakeClock())
        if changed or now:
            stacks.stacks[STOOD.stack_name] = deployed(ID, {"Enabled": "true", **changed})
        still_stands(stacks, STOOD)

    return provoke


def _stands_broken(_: Path) -> None:
    with environment(**NOWHERE, **KEYS), stack_world(session_of()) as world:
        stack = world.put("UPDATE_IN_PROGRESS")
        still_stands(world.stacks, stack)


OF_STACKS: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        **{
            f"{doing}: {state}": _refused(doing, state)
            for doing in ACT
            for state in WAYS
            if state != GONE and way(state, doing) is Way.REFUSE
        },
        "the stack is gone": _raise(vanished(NAME, ID)),
        "another template has our tags": _in_world(_not_ours),
        "the task has no machine": _raise(without_machine(STOOD)),
        "the way back of an update has no end": _in_world(_stuck),
        "a resource refuses for want of a permission": _in_world(
            partial(_undeleted, why="not authorized: iam:DeleteRole", status="CREATE_COMPLETE")
        ),
        "a resource is in the new stack's way": _in_world(
            partial(_undeleted, why="has a policy", status="ROLLBACK_FAILED")
        ),
        "before the edit: the stack is gone": _stands(),
        "before the edit: the stack was changed": _stands(Enabled="false", Command="x"),
        "before the edit: the stack is worked on": _stands_broken,
        **{f"credentials expired, lines {lines}": _expired(lines) for lines in Lines},
    }
)
