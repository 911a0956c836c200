"""Only what comes out of a task is measured, not what goes in.

AWS: 256 KiB for either ("Step Functions service quotas").
Report: StepFunctions: a task's parameters may exceed the quota of 256 KiB
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """What a task is handed."""
    from cron2aws.sandbox.machines.executions import within_quota

    asl = "moto.stepfunctions.parser.asl"
    owner = f"{asl}.component.state.exec.state_task.state_task:StateTask"
    yield Hook(owner=owner, name="_eval_parameters", replace=within_quota)
