"""StopExecution stops in the middle of whatever is evaluated.

A function is then called with half its payload, and what breaks is told as the execution's failure.

AWS: ABORTED at once, and nothing more after the next transition (StopExecution, API reference).
Report: StepFunctions: stop_execution interrupts a state halfway and ends as FAILED
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook, method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """A stop takes effect where a state begins, and where a pause ends."""
    stops = parts.executions.stops
    yield method("moto.stepfunctions.parser.backend.execution:Execution", "stop", stops.ask)
    yield Hook(
        owner="moto.stepfunctions.parser.asl.component.state.state:CommonStateField",
        name="_eval_body",
        replace=stops.at_transition,
    )
