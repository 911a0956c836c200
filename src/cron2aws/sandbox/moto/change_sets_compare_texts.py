"""A change set compares templates as they are written, and never says what is replaced.

AWS: a change of a parameter's value alone is a change, and each tells whether it replaces
    ("Update stacks using change sets", CloudFormation user guide; ResourceChange, API reference).
Report: CloudFormation: describe_change_set ignores parameter values and has no Replacement
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.hook import Hook
    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """What the templates come to is compared."""
    from cron2aws.sandbox.stacks.guards import diff

    yield method("moto.cloudformation.models:ChangeSet", "diff", diff)
