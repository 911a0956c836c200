"""Preflight of what is left to do of a plan that was reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cron2aws.app.carry_out import Ground
from cron2aws.app.context import Context
from cron2aws.app.preflight import There, preflight
from cron2aws.app.sources import of_this_host
from cron2aws.plan.actions import Action
from cron2aws.plan.moved import Part
from cron2aws.plan.recorded import Recorded
from cron2aws.plan.shared import Kind, SetupStep, Shared
from cron2aws.plan.values import Plan
from cron2aws.preflight.values import Check


@dataclass(frozen=True, kw_only=True)
class Applying:
    """How the plan is carried out."""

    part: Part
    sees_lines: bool
    """The plan's crontabs were read."""

    parallel: int


def checks_left(
    recorded: Recorded, plan: Plan, ground: Ground, context: Context, how: Applying
) -> tuple[Check, ...]:
    """The checks that `migrate` makes, of the part alone; none where nothing is left."""
    if plan.is_idle:
        return ()
    shared, setup = ground.common.shared, plan.setup
    if recorded.shared:
        setup = (*setup, *_standing(shared, plan))
    edits = how.part is not Part.STACKS and how.sees_lines and recorded.comment_out
    return preflight(
        replace(plan, steps=tuple(step.filled(shared.outputs) for step in plan.steps)),
        There(setup=setup, instances=ground.tagged, deployed=ground.deployed),
        context,
        parallel=how.parallel,
        runs=edits or (how.part is not Part.STACKS and recorded.rehearse),
        edits_here=edits and recorded.fleet is None and of_this_host(recorded.reread.named),
        part=how.part,
    )


def _standing(shared: Shared, plan: Plan) -> Iterator[SetupStep]:
    """The stacks that tasks share, as far as nothing is to be done about them."""
    left = {step.kind for step in plan.setup}
    for kind, stack in ((Kind.FOUNDATION, shared.foundation), (Kind.TARGET, shared.target)):
        if stack is not None and kind not in left:
            yield SetupStep(
                kind=kind,
                action=Action.NOTHING,
                stack_name=stack.stack_name,
                stack=stack,
                parameters=stack.parameters,
                tags=stack.tags,
            )
