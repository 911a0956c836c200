"""A stack that fails is left as far as it came, without events of its resources.

AWS: what was made is deleted again, in ROLLBACK_COMPLETE; a deletion goes against the order of what
    needs what, keeps what has a DeletionPolicy, and may end in DELETE_FAILED ("Stack failure
    options", "DeletionPolicy attribute", CloudFormation user guide).
Report: CloudFormation: a failed create_stack stays CREATE_IN_PROGRESS instead of rolling back
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.hook import Hook
    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """All of a stack is made, or none."""
    yield method(
        "moto.cloudformation.models:Stack", "create_resources", parts.stacks.create_resources
    )
    backend = "moto.cloudformation.models:CloudFormationBackend"
    yield method(backend, "delete_stack", parts.stacks.delete_stack)
