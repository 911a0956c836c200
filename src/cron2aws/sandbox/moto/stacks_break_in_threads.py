"""A list of stacks that is read while another thread writes to it breaks.

AWS: calls at the same time do not disturb each other.
Report: CloudFormation: create_stack and describe_stacks in several threads raise KeyError
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """One caller at a time; what writes has the lock by itself."""
    from cron2aws.sandbox.stacks.engine import alone

    backend = "moto.cloudformation.models:CloudFormationBackend"
    for name in ("list_stacks", "execute_change_set", "describe_stacks"):
        yield Hook(owner=backend, name=name, replace=alone)
