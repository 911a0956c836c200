"""Between its making and its start an execution has no status, on which ListExecutions breaks.

AWS: it is RUNNING (ListExecutions, API reference).
Report: StepFunctions: list_executions fails beside a start_execution in another thread
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """RUNNING from the first on."""
    from cron2aws.sandbox.machines.executions import status_of

    status = property(status_of)
    owner = "moto.stepfunctions.parser.backend.execution:Execution"
    yield Hook(owner=owner, name="status", replace=lambda _: status)
