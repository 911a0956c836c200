"""`!Condition` is read as `Fn::Condition`, which nothing knows, so that it never holds.

AWS: the short form of the function Condition ("Condition functions", template reference).
Report: CloudFormation: !Condition inside Fn::And, Fn::Or and Fn::Not is always false
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """A template's text becomes what its long form does."""
    from cron2aws.sandbox.stacks.templates import conditions_read

    yield Hook(
        owner="moto.cloudformation.models:Stack",
        name="parse_template",
        replace=lambda before: staticmethod(conditions_read(before.__func__)),
    )
