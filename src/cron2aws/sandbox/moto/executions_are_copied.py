"""Each start copies the machine with its executions, whose locks cannot be copied.

AWS: an execution keeps the definition that it was started with (UpdateStateMachine, API reference).
Report: StepFunctions: start_execution copies live executions (moto's issue 10077)
Mended: 5.2.3
"""

from __future__ import annotations

import copy
import types
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """The machine alone."""
    yield Hook(owner="moto.stepfunctions.parser.models", name="copy", replace=lambda _: _module())


def _module() -> types.ModuleType:
    """`copy` of moto's module, which copies nothing but machines."""
    made: Foreign = types.ModuleType("copy")
    made.deepcopy = _without_executions
    return made  # type: ignore[no-any-return]


def _without_executions(machine: Foreign) -> Foreign:
    taken: Foreign = copy.copy(
        machine
    )  # an update gives the machine other values, and changes none
    taken.executions = []
    return taken
