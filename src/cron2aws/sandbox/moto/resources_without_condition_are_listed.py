"""A resource whose condition does not hold is listed, without a name.

AWS: there is no such resource ("Conditions", CloudFormation user guide).
Report: CloudFormation: describe_stack_resources lists resources whose condition is false
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """Those that were made."""
    made = property(parts.stacks.engine.made)
    stack = "moto.cloudformation.models:Stack"
    yield Hook(owner=stack, name="stack_resources", replace=lambda _: made)
