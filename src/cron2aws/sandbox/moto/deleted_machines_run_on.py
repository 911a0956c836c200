"""The executions of a machine that is deleted run on, and can't be described.

AWS: they end at their next transition, and are described for 90 days (DeleteStateMachine).
Report: StepFunctions: delete_state_machine forgets its executions and lets them run on
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """They are stopped, and remembered."""
    machines = "moto.stepfunctions.models:StepFunctionBackend"
    yield Hook(owner=machines, name="delete_state_machine", replace=parts.executions.delete)
    yield Hook(owner=machines, name="describe_execution", replace=parts.executions.describe)
