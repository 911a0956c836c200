"""CloudFormation skips alarms, subscriptions, and policies of queues and topics.

AWS: it makes them ("AWS::CloudWatch::Alarm", "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy", template reference).
Report: CloudFormation: support alarms, subscriptions, and policies of queues and topics
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.hook import Hook
    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """Moto finds the types by their classes."""
    import cron2aws.sandbox.stacks.supplied  # noqa: F401

    yield from ()
