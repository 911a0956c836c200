"""A `AWS::Lambda::Permission` of a stack has no physical name, and can't be deleted.

AWS: it is named, and goes with its stack ("AWS::Lambda::Permission", template reference).
Report: CloudFormation: AWS::Lambda::Permission lacks physical_resource_id and delete
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """A name of its own; its statement goes with its function."""
    permission = "moto.awslambda.models:Permission"
    named = property(lambda permission: f"permission-{id(permission)}")
    yield Hook(owner=permission, name="physical_resource_id", replace=lambda _: named, new=True)
    yield Hook(
        owner=permission, name="delete", replace=lambda _: lambda *_permission: None, new=True
    )
