"""There is no UpdateTerminationProtection.

AWS: "Protect CloudFormation stacks from being deleted", user guide.
Report: CloudFormation: implement update_termination_protection
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """The action; that a protected stack stays is the deletion's business."""
    from cron2aws.sandbox.stacks.guards import protect

    yield Hook(
        owner="moto.cloudformation.responses:CloudFormationResponse",
        name="update_termination_protection",
        replace=lambda _: protect,
        new=True,
    )
