"""Alarms on queues and schedules. moto has no metrics of services, so its alarms never ring.

CloudWatch looks once a period, and acts where the state changes: an alarm that has rung rings again
only once the events have stopped for as long as it looks back. Here it hears of each event that its
metric counts, as much of it as alarms on what could not be delivered need.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.time import fire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

SUBJECT_LIMIT = 99


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One event of a metric: what is counted, and the dimension it is counted by."""

    namespace: str
    metric: str
    dimension: tuple[str, str]


def sent_to(queue_name: str) -> Counted:
    """A message came into a queue."""
    return Counted(
        namespace="AWS/SQS", metric="NumberOfMessagesSent", dimension=("QueueName", queue_name)
    )


def failed_in(function_name: str) -> Counted:
    """An invocation of a function ended with an error."""
    return Counted(
        namespace="AWS/Lambda", metric="Errors", dimension=("FunctionName", function_name)
    )


LOST = Counted(
    namespace="AWS/Scheduler",
    metric="InvocationsFailedToBeSentToDeadLetterCount",
    dimension=("ScheduleGroup", "default"),
)
"""Scheduler could neither start its target nor keep the event."""


class Alarms:
    """Those of one account and region; they know when they heard of something last."""

    def __init__(self) -> None:
        self._heard: dict[str, datetime] = {}

    def hear(self, counted: Counted, account: str, region: str, now: datetime) -> None:
        """Alarms that count this tell their topics, unless they are in alarm still."""
        from moto.sns.models import sns_backends

        for alarm in _counting(counted, account, region):
            last = self._heard.get(alarm.alarm_arn)
            self._heard[alarm.alarm_arn] = now
            looks_back = timedelta(seconds=int(alarm.period) * int(alarm.evaluation_periods))
            if last is not None and now - last <= looks_back:
                continue
            message = {
                "AlarmName": alarm.name,
                "AlarmDescription": alarm.description,
                "AWSAccountId": account,
                "NewStateValue": "ALARM",
                "NewStateReason": f"Threshold Crossed: 1 datapoint > {alarm.threshold}",
                "StateChangeTime": fire.moment(now),
                "Region": region,
                "OldStateValue": "OK",
            }
            for topic in alarm.alarm_actions:
                sns_backends[account][region].publish(
                    message=json.dumps(message),
                    arn=topic,
                    subject=f'ALARM: "{alarm.name}" in {region}'[:SUBJECT_LIMIT],
                )


def _counting(counted: Counted, account: str, region: str) -> Iterator[Foreign]:
    from moto.cloudwatch.models import cloudwatch_backends

    for alarm in list(cloudwatch_backends[account][region].describe_alarms()):
        dimensions = [(each.name, each.value) for each in alarm.dimensions]
        rule = (alarm.statistic, alarm.comparison_operator, float(alarm.threshold))
        if (
            (alarm.namespace, alarm.metric_name) == (counted.namespace, counted.metric)
            and dimensions == [counted.dimension]
            and rule == ("Sum", "GreaterThanThreshold", 0.0)
        ):
            yield alarm
