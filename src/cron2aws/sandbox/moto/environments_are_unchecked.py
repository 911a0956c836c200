"""A function may have any environment.

AWS: 4 KB in all, no reserved names ("Lambda quotas", "Defined runtime environment variables").
Report: Lambda: create_function does not validate environment variables
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """New functions; those that a stack changes are checked there."""
    from cron2aws.sandbox.functions.environment import checked_function

    functions = "moto.awslambda.models:LambdaBackend"
    yield Hook(owner=functions, name="create_function", replace=checked_function)
