"""Names that CloudFormation makes up are as long as stack and logical name together.

AWS: `stack-logical-random`, cut to what the service takes ("Name type", CloudFormation user guide).
Report: CloudFormation: generated names exceed the limits of IAM, Lambda and SQS
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """The names of all types."""
    from cron2aws.sandbox.stacks.engine import generated_name

    yield Hook(
        owner="moto.cloudformation.parsing",
        name="generate_resource_name",
        replace=lambda _: generated_name,
    )
