"""An execution may have any name, one name may start twice at once, and times may be the same.

AWS: 80 characters, none of those that its page forbids; a name is taken for 90 days
    (StartExecution, API reference).
Report: StepFunctions: start_execution does not validate the execution's name
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """Checked, or made up; one start after the other."""
    yield Hook(
        owner="moto.stepfunctions.parser.models:StepFunctionsParserBackend",
        name="start_execution",
        replace=parts.executions.start,
    )
