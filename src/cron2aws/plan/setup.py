"""What is missing of what is shared, and what an update of it would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from cron2aws.errors import SafetyError
from cron2aws.plan.actions import Action, Change
from cron2aws.plan.advice import PLAIN, Advice
from cron2aws.plan.shared import Kind, SetupStep, Shared, foundation_name, of_stack
from cron2aws.plan.stack_states import Doing, Way, way
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.foundation import (
    DOCUMENTS_STACK,
    FAILED,
    FOUNDATION,
    FROM_FOUNDATION,
    SUCCEEDED,
    TAG_DOCUMENTS,
    TAG_FOUNDATION,
    TAG_TARGET,
    TEMPLATE_VERSION,
    WATCH_SECONDS,
    DocumentsStack,
    Foundation,
    SharedOptions,
    SharedStack,
    TargetStack,
    target_parameters,
    target_stack_name,
)
from cron2aws.task.target import Target

FEW = 100
"""Below so many concurrent executions of an account no function watches a run inside itself."""


@dataclass(frozen=True, kw_only=True)
class Concurrency:
    """How many functions may run at once in the account's region, and how many nobody reserved."""

    all: int
    unreserved: int


@dataclass(frozen=True, kw_only=True)
class SetupWish:
    """What `setup` was asked for; without a target the foundation alone."""

    options: SharedOptions = field(default_factory=SharedOptions)
    target: Target | None = None
    concurrency: Concurrency | None = None
    """None where it is not known."""


def setup_steps(wish: SetupWish, shared: Shared) -> tuple[SetupStep, ...]:
    """The foundation, and the target where one is named; each may be there as it should be.

    SafetyError where a wish cannot be had by an update.
    """
    foundation = _foundation(wish, shared.foundation)
    if wish.target is None:
        return (foundation,)
    return foundation, _target(wish, wish.target, shared)


def documents_step(wish: SetupWish, found: DocumentsStack | None) -> SetupStep:
    """The documents; they may be there as they should be."""
    return _step(
        kind=Kind.DOCUMENTS,
        stack=found,
        stack_name=DOCUMENTS_STACK,
        parameters={},
        tags={TAG_DOCUMENTS: "true", **dict(wish.options.stack_tags)},
        wish=wish,
        is_whole=found is not None and found.is_whole,
    )


def watch_seconds(concurrency: Concurrency | None) -> int:
    """What WatchSeconds is in an account with so many concurrent executions."""
    return 0 if concurrency and concurrency.all < FEW else WATCH_SECONDS


def _foundation(wish: SetupWish, found: Foundation | None) -> SetupStep:
    given = wish.options.of_foundation()
    if found is None or "WatchSeconds" not in found.parameters:
        given = {"WatchSeconds": str(watch_seconds(wish.concurrency)), **given}
    return _step(
        kind=Kind.FOUNDATION,
        stack=found,
        stack_name=found.stack_name if found else FOUNDATION,
        parameters=given,
        tags={TAG_FOUNDATION: "true", **dict(wish.options.stack_tags)},
        wish=wish,
        is_whole=found is not None and found.is_whole,
    )


def _target(wish: SetupWish, target: Target, shared: Shared) -> SetupStep:
    found, foundation = shared.target, shared.foundation
    whole = foundation if foundation and foundation.is_whole else None
    name = foundation_name(shared)
    of_foundation = {
        role: whole.outputs[role] if whole else of_stack(name)
        for role in FROM_FOUNDATION
        if role.endswith("RoleArn")
    }
    return _step(
        kind=Kind.TARGET,
        stack=found,
        stack_name=found.stack_name if found else target_stack_name(target),
        parameters={**target_parameters(target), **of_foundation, **wish.options.of_target()},
        tags={TAG_TARGET: target.id, **dict(wish.options.stack_tags)},
        wish=wish,
        is_whole=found is not None and found.is_whole,
        target=target,
    )


def _step(
    *,
    kind: Kind,
    stack: SharedStack | None,
    stack_name: str,
    parameters: Mapping[str, str],
    tags: Mapping[str, str],
    wish: SetupWish,
    is_whole: bool,
    target: Target | None = None,
) -> SetupStep:
    ways = way(stack.status if stack else None, Doing.MAKE)
    before = stack.parameters if stack else {}
    changes = tuple(
        Change(name=name, before=before.get(name), after=value)
        for name, value in parameters.items()
        if (before.get(name) or "") != value
    )
    if stack is None or ways in {Way.NEW, Way.REPLACE}:
        action = Action.CREATE
    elif changes or not is_whole or stack.version < TEMPLATE_VERSION or ways is not Way.GO:
        action = Action.UPDATE
    else:
        has = all(stack.tags.get(name) == value for name, value in tags.items())
        action = Action.NOTHING if has else Action.UPDATE
    return SetupStep(
        kind=kind,
        action=action,
        stack_name=stack_name,
        stack=stack,
        parameters=MappingProxyType(dict(parameters)),
        tags=MappingProxyType({**(stack.tags if stack else {}), **tags}),
        role_arn=wish.options.service_role,
        changes=changes if action is Action.UPDATE else (),
        target=target,
    )


def users_of(stack: SharedStack, tasks: tuple[Deployed, ...]) -> tuple[Deployed, ...]:
    """The tasks that were handed something of this stack: a role, the queue or a topic."""
    names = (*FROM_FOUNDATION, SUCCEEDED, FAILED, "SendRoleArn")
    owned = {stack.outputs[name] for name in names if stack.outputs.get(name)}
    target_id = stack.parameters.get("TargetId")
    return tuple(
        task
        for task in tasks
        if owned & set(task.parameters.values())
        or (target_id and task.parameters.get("TargetId") == target_id)
    )


def in_use(
    stack: SharedStack,
    tasks: Sequence[Deployed],
    targets: Sequence[TargetStack],
    place: Place,
    advice: Advice = PLAIN,
) -> SafetyError:
    """The refusal to delete what others stand on, with all their names."""
    ends = ["`cron2aws rollback` on the hosts of these tasks"] * bool(tasks)
    ends += [f"`{advice.setup('--delete', *each.target.options)}`" for each in targets]
    return SafetyError(
        what=f"stack {stack.stack_name} stays: it is in use in {place}",
        why=", ".join(
            [*(task.stack_name for task in tasks), *(each.stack_name for each in targets)]
        ),
        fix=f"take these away first: {', then '.join(ends)}",
    )
