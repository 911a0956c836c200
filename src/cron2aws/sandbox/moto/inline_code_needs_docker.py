"""A function's inline code is run in a container, for which there must be docker.

AWS: it is run (Invoke, Lambda API reference).
Report: Lambda: run inline Python code in the process
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """It is run in this process."""

    def invoke(function: Foreign, event: Foreign = None) -> tuple[str, bool, str]:
        with parts.load.place(function.function_arn):
            invoked = parts.functions.invoke(function, {} if event is None else event)
        return invoked.payload, invoked.failed, invoked.log

    owner = "moto.awslambda.models:LambdaFunction"
    yield Hook(owner=owner, name="_invoke_lambda", replace=lambda _: invoke)
