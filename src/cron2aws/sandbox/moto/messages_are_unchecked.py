"""Any subject is taken, and messages of several topics have no order.

AWS: a subject is ASCII, begins with a letter, a number or a punctuation mark, has no line breaks
    and no control characters, and less than 100 characters (Publish, SNS API reference).
Report: SNS: publish does not validate the subject
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """Refused, or remembered."""
    yield Hook(owner="moto.sns.models:SNSBackend", name="publish", replace=parts.told.publish)
