"""A plan carried out: stacks first, then, where it was asked for, the hand-over."""

from __future__ import annotations

from dataclasses import dataclass

from cron2aws.handover.crontabs import Rewriting
from cron2aws.handover.cutover import CutOver
from cron2aws.handover.deploy import Deployer, Failure
from cron2aws.handover.moment import Move
from cron2aws.plan.values import Plan


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a plan has come to: ids that were carried out whole, and the failures."""

    done: tuple[str, ...]
    failed: tuple[Failure, ...]


def carry_out(plan: Plan, deployer: Deployer, cut_over: CutOver, crontabs: Rewriting) -> Outcome:
    """Carry out every step; an entry that failed keeps its line, so no job is lost.

    Raises SourceError or SafetyError, with nothing done, where a line could not be commented out.
    """
    edit = crontabs.commenting_out({step.task.id: step for step in plan.work}, plan.place)
    for source, moving in plan.cut_overs.items():
        # what would be refused later is refused before anything is deployed
        edit.check(source, frozenset(step.task.id for step in moving))
    deployment = deployer.deploy(plan.work)
    moves = [
        Move(id=step.task.id, stack_name=step.stack_name, source=step.source)
        for step in deployment.done
        if step.cut_over
    ]
    failed = (*deployment.failed, *(cut_over.to_aws(moves, edit) if moves else ()))
    lost = {failure.id for failure in failed}
    return Outcome(
        done=tuple(step.task.id for step in plan.work if step.task.id not in lost), failed=failed
    )
