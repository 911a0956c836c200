"""Makes the probe of tasks, for a context."""

from __future__ import annotations

from cron2aws.app.context import Context
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
