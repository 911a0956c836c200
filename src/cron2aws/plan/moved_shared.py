"""Whether the stacks that tasks share are still what a plan in a file rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cron2aws.errors import SafetyError
from cron2aws.plan.actions import Action
from cron2aws.plan.recorded import Recorded, SharedBasis
from cron2aws.plan.recording import shared_state
from cron2aws.plan.shared import Kind, SetupStep, Shared, filled, is_to_come
from cron2aws.plan.values import SETTLED
from cron2aws.task.foundation import TEMPLATE_VERSION, Foundation, SharedStack, TargetStack


def setup_left(recorded: Recorded, now: Shared, again: str) -> tuple[SetupStep, ...]:
    """The steps that are not carried out yet, for the stacks as they are now.

    SafetyError where a stack is neither as it was nor as planned; `again` is the command that makes
    the plan anew.
    """
    steps = {step.kind: step for step in recorded.setup}
    outputs = now.foundation.outputs if now.foundation else {}
    left = []
    for basis in recorded.shared:
        stack = now.foundation if basis.kind is Kind.FOUNDATION else now.target
        step = steps.get(basis.kind)
        if step is not None and stack is not None and _is_as_planned(stack, step, outputs):
            continue
        is_begun = step is not None and stack is not None and _is_begun(basis, stack, step)
        if shared_state(stack) != basis.state and not is_begun:
            raise _moved(basis, stack, again)
        if step is not None:
            action = Action.UPDATE if stack is not None else Action.CREATE
            left.append(replace(step, stack=stack, action=action))
    return tuple(left)


def _is_as_planned(stack: SharedStack, step: SetupStep, outputs: Mapping[str, str]) -> bool:
    wanted = filled(step.parameters, outputs)
    return (
        isinstance(stack, Foundation | TargetStack)
        and stack.is_whole
        and stack.status in SETTLED
        and stack.version >= TEMPLATE_VERSION
        and all(stack.parameters.get(name, "") == value for name, value in wanted.items())
        and all(stack.tags.get(name) == value for name, value in step.tags.items())
    )


def _is_begun(basis: SharedBasis, stack: SharedStack, step: SetupStep) -> bool:
    """Whether an apply that was interrupted left it so: it is being made as planned."""
    return (
        (basis.state is None or stack.stack_name == basis.stack_name)
        and stack.status not in SETTLED
        and all(
            is_to_come(value) or stack.parameters.get(name, "") == value
            for name, value in step.parameters.items()
        )
    )


def _moved(basis: SharedBasis, stack: SharedStack | None, again: str) -> SafetyError:
    if stack is None:
        why = "it was deleted since"
    elif basis.state is None:
        why = "it was made since, and not as the plan makes it"
    else:
        why = "it was made anew, or its outputs are others"
    return SafetyError(
        what=f"stack {basis.stack_name}, which all tasks of the plan share, has changed",
        why=why,
        fix=f"plan anew: `{again}`",
    )
