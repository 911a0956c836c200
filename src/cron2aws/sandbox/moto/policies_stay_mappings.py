"""An inline policy that a template writes as a mapping is kept as one; GetRolePolicy breaks on it.

AWS: the document comes back as text (GetRolePolicy, IAM API reference).
Report: IAM: get_role_policy fails for a policy made by CloudFormation
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.hook import Hook
    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """It becomes text."""
    from cron2aws.sandbox.stacks.changes import put_policy

    yield method("moto.iam.models:Role", "put_policy", put_policy)
