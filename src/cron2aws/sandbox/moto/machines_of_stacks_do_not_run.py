"""A machine that a stack made is not in the backend that StartExecution reads.

AWS: it is a machine like any other ("AWS::StepFunctions::StateMachine", template reference).
Report: CloudFormation: state machines are invisible to StartExecution with execute_state_machine
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """It is made there."""

    def replace(_before: object) -> object:
        parser = importlib.import_module("moto.stepfunctions.parser.models")
        return parser.stepfunctions_parser_backends

    yield Hook(owner="moto.stepfunctions.models", name="stepfunctions_backends", replace=replace)
