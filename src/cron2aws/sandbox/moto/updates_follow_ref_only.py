"""An update of a stack touches only what has a changed parameter in it as a `Ref`.

Values under Fn::Sub and conditions stay as they were, inline code wedges the stack, what is
replaced goes before its successor is there, and a failure leaves the stack half changed.

AWS: all that differs is changed in place or replaced, in the order of what needs what; a failure
    is rolled back ("Update behaviors of stack resources", CloudFormation user guide).
Report: CloudFormation: update_stack misses what is under Fn::Sub and conditions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.hook import Hook
    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """Stacks are brought from what a template came to, to what it comes to."""
    # change sets go straight to the resources
    owner = "moto.cloudformation.parsing:ResourceMap"
    yield method(owner, "update", parts.stacks.engine.update)
    yield method("moto.cloudformation.models:Stack", "update", parts.stacks.update)
    backend = "moto.cloudformation.models:CloudFormationBackend"
    yield method(backend, "update_stack", parts.stacks.update_stack)
