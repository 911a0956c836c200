"""DescribeStacks has the stacks in the order of their making.

AWS: the newest first, as accounts show, though its page does not say so (DescribeStacks).
Report: CloudFormation: describe_stacks lists the oldest stack first
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """The other way about, where all are asked for."""
    from cron2aws.sandbox.stacks.engine import newest_first

    backend = "moto.cloudformation.models:CloudFormationBackend"
    yield Hook(owner=backend, name="describe_stacks", replace=newest_first)
