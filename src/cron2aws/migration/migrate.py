"""A plan carried out: stacks first, then, where it was asked for, the hand-over."""

from __future__ import annotations

from dataclasses import dataclass

from cron2aws.migration.crontabs import Rewriting
from cron2aws.migration.cutover import CutOver, Move
from cron2aws.migration.deploy import Deployer, Failure
from cron2aws.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a plan has come to: ids that were carried out whole, and the failures."""

    done: tuple[str, ...]
    failed: tuple[Failure, ...]


def carry_out(plan: Plan, deployer: Deployer, cut_over: CutOver, crontabs: Rewriting) -> Outcome:
    """Carry out every step; an entry that failed keeps its line, so no job is lost."""
    deployment = deployer.deploy(plan.work)
    steps = {step.task.id: step for step in deployment.done}
    moves = [
        Move(id=step.task.id, stack_name=step.stack_name, source=step.source)
        for step in deployment.done
        if step.cut_over
    ]

    def edit(source: str, ids: frozenset[str]) -> None:
        crontabs.comment_out(source, ids, steps, plan.place)

    failed = (*deployment.failed, *(cut_over.to_aws(moves, edit) if moves else ()))
    lost = {failure.id for failure in failed}
    return Outcome(
        done=tuple(step.task.id for step in plan.work if step.task.id not in lost), failed=failed
    )
