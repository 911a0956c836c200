"""`States.ALL` catches a result that is too large.

AWS: it stands for neither States.DataLimitExceeded nor States.Runtime, which end the execution
    ("Handling errors in Step Functions workflows").
Report: StepFunctions: States.ALL must not catch States.DataLimitExceeded
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """Retry and Catch."""
    from cron2aws.sandbox.machines.executions import matching

    asl = "moto.stepfunctions.parser.asl"
    owner = f"{asl}.component.common.error_name.error_equals_decl:ErrorEqualsDecl"
    yield Hook(owner=owner, name="_eval_body", replace=matching)
