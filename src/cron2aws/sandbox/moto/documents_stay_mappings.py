"""A document that a template writes as a mapping is kept as one, of which there is no digest.

AWS: Content is text or a mapping ("AWS::SSM::Document", template reference).
Report: CloudFormation: AWS::SSM::Document with a mapping as Content fails
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """It becomes text."""
    from cron2aws.sandbox.stacks.documents import making

    backend = "moto.ssm.models:SimpleSystemManagerBackend"
    yield Hook(owner=backend, name="create_document", replace=making)
