"""Any name, parameter, tag or size is taken, and no capability is asked for.

AWS: refused before anything is made ("Parameters", "CloudFormation quotas", user guide;
    CreateStack, API reference, with its ClientRequestToken).
Report: CloudFormation: create_stack checks neither parameters nor capabilities nor limits
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """The backend knows parameters and tags, the request the template's text and capabilities."""
    backend = "moto.cloudformation.models:CloudFormationBackend"
    yield Hook(owner=backend, name="create_stack", replace=parts.stacks.create_stack)
    for name in ("create_stack", "update_stack", "create_change_set"):
        owner = "moto.cloudformation.responses:CloudFormationResponse"
        yield Hook(owner=owner, name=name, replace=parts.stacks.checked)
