"""Each task makes a client, in a session that is not safe in several threads.

AWS: executions at the same time do not disturb each other.
Report: StepFunctions: boto_client_for shares boto3's default session between threads
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts

_ASL = "moto.stepfunctions.parser.asl.component.state.exec.state_task"
MODULES = (
    f"{_ASL}.service.state_task_service_sns",
    f"{_ASL}.lambda_eval_utils",
    f"{_ASL}.service.state_task_service_sfn",
    f"{_ASL}.service.state_task_service_aws_sdk",
)


def hooks(parts: Parts) -> Iterator[Hook]:
    """One client for each service and region."""
    for module in MODULES:
        yield Hook(owner=module, name="boto_client_for", replace=lambda _: parts.task_client)
