"""The probe of the context's tasks, and what waits for edits of other commands."""

from __future__ import annotations

from cron2aws.app.context import Context
from cron2aws.handover.edits_over import EditsOver
from cron2aws.handover.interfaces import Progress
from cron2aws.handover.probe import Probe


def probe_of(context: Context, progress: Progress, parallel: int) -> Probe:
    """What makes tasks look at their hosts."""
    return Probe(
        context.runs,
        context.stacks.machine,
        context.clock,
        progress,
        new_name=context.new_name,
        parallel=parallel,
    )


def edits_over(context: Context, progress: Progress) -> EditsOver:
    """What waits until no edit is under way on hosts."""
    return EditsOver(context.editors, context.instances.of_targets, context.clock, progress)
