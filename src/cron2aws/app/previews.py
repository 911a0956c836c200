"""Shows CloudFormation's change sets of a plan: one for the first stack of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from cron2aws.app.context import Context
from cron2aws.errors import AwsError
from cron2aws.plan.actions import Action
from cron2aws.plan.shared import SetupStep
from cron2aws.plan.upgrade import Kind, kind_of, names_to_be, stand_ins
from cron2aws.plan.values import SETTLED, Deployed, Plan
from cron2aws.report.change_set import change_set_lines
from cron2aws.task.foundation import TEMPLATE_VERSION


class Previewed(Protocol):
    """A step that updates a task's stack."""

    @property
    def stack_name(self) -> str:
        """The name of the stack."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters that are set."""


def of_plan(plan: Plan, deployed: Iterable[Deployed], context: Context, *, must: bool) -> list[str]:
    """The change sets of a plan, as text.

    Where AWS refuses one, a note with the reason; with `must` AwsError.
    """
    updates = [step for step in plan.work if step.action is Action.UPDATE]
    try:
        return [*of_shared(plan.setup, context), *of_tasks(updates, deployed, context)]
    except AwsError as refused:
        if must:
            raise
        return [f"note: {refused.what}: {refused.why}" if refused.why else f"note: {refused.what}"]


def of_tasks(
    updates: Iterable[Previewed], deployed: Iterable[Deployed], context: Context
) -> list[str]:
    """What CloudFormation says of the first stack of each kind that gets another template.

    AwsError where it refuses to say; nothing is changed, and no change set stays. A stack that must
    be repaired first, or in which something goes on, takes none.
    """
    stacks = {stack.stack_name: stack for stack in deployed}
    kinds: dict[Kind, list[Previewed]] = {}
    for each in updates:
        stack = stacks[each.stack_name]
        template, before, after = kind = kind_of(stack, each.parameters)
        if template or before is not after:
            kinds.setdefault(kind, []).append(each)
    return [line for alike in kinds.values() for line in _of_kind(alike, stacks, context)]


def _of_kind(
    alike: Sequence[Previewed], stacks: Mapping[str, Deployed], context: Context
) -> Iterable[str]:
    settled = [each for each in alike if stacks[each.stack_name].status in SETTLED]
    if not settled:
        return ()
    first = settled[0]
    stack = stacks[first.stack_name]
    parameters = stand_ins(first.parameters, context.place, stack.stack_id)
    changes = context.stacks.preview(stack, parameters)
    names = names_to_be(stack, parameters)
    return change_set_lines(stack.stack_name, len(alike) - 1, changes, names)


def of_shared(steps: Iterable[SetupStep], context: Context) -> list[str]:
    """The change sets of the foundation and of targets that have an older template.

    SafetyError where a role or a topic would be replaced.
    """
    told: list[str] = []
    for step in steps:
        stack = step.stack
        if step.action is not Action.UPDATE or stack is None or stack.status not in SETTLED:
            continue
        if stack.version < TEMPLATE_VERSION:
            given = stand_ins(step.parameters, context.place, stack.stack_id)
            looked = replace(step, parameters=given)
            changes = context.shared.preview(looked)
            told += change_set_lines(step.stack_name, 0, changes, {})
    return told
