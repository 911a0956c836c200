"""Alarms on the depth of a queue. moto has no metrics of queues, so its alarms never ring.

CloudWatch looks once a period; here an alarm looks when something has come into its queue, as
much of it as a queue of dead letters needs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cron2aws.sandbox import fire
from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

DEPTH = ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
SUBJECT_LIMIT = 99


def ring(queue: Foreign, account: str, region: str, now: datetime) -> None:
    """The alarms that watch this queue tell their topics, unless they have rung before."""
    from moto.sns.models import sns_backends

    depth = len(queue.messages)
    for alarm in _watching(queue.name, account, region):
        if alarm.state_value == "ALARM" or depth <= alarm.threshold:
            continue
        old, reason = alarm.state_value, f"Threshold Crossed: {depth} > {alarm.threshold}"
        alarm.update_state(reason, "{}", "ALARM")
        message = {
            "AlarmName": alarm.name,
            "AlarmDescription": alarm.description,
            "AWSAccountId": account,
            "NewStateValue": "ALARM",
            "NewStateReason": reason,
            "StateChangeTime": fire.moment(now),
            "Region": region,
            "OldStateValue": old,
        }
        for topic in alarm.alarm_actions:
            sns_backends[account][region].publish(
                message=json.dumps(message),
                arn=topic,
                subject=f'ALARM: "{alarm.name}" in {region}'[:SUBJECT_LIMIT],
            )


def _watching(queue_name: str, account: str, region: str) -> Iterator[Foreign]:
    from moto.cloudwatch.models import cloudwatch_backends

    for alarm in list(cloudwatch_backends[account][region].describe_alarms()):
        names = [each.value for each in alarm.dimensions if each.name == "QueueName"]
        if (
            (alarm.namespace, alarm.metric_name) == DEPTH
            and alarm.comparison_operator == "GreaterThanThreshold"
            and names == [queue_name]
        ):
            yield alarm
