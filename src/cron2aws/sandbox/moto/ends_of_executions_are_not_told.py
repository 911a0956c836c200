"""EventBridge gets no event when an execution ends, and an error in it leaves it RUNNING for ever.

AWS: "Step Functions Execution Status Change" ("Automating Step Functions event delivery").
Report: StepFunctions: send status change events to EventBridge
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """Each execution is watched to its end."""
    owner = "moto.stepfunctions.parser.backend.execution_worker:ExecutionWorker"
    yield Hook(owner=owner, name="_execution_logic", replace=parts.executions.watch)
