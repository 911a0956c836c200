"""Small resource types that task stacks have and moto's CloudFormation doesn't know.

Importing this module is what makes moto know them: it finds every direct subclass of its
CloudFormationModel. Each is a handle on what it made in the service's backend.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, Self

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.common_models import CloudFormationModel
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from cron2aws.sandbox.foreign import Foreign


class Supplied:
    """What the types have in common; `put` makes it, `take_away` undoes that."""

    TYPE: ClassVar[str]
    NAME: ClassVar[str] = ""
    """The property that holds the name, where there is one."""

    def __init__(self, name: str, properties: dict[str, Any], account: str, region: str) -> None:
        self.name = name
        self.properties = properties
        self.account = account
        self.region = region

    @classmethod
    def cloudformation_type(cls) -> str:
        """The type that templates write."""
        return cls.TYPE

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """The property that holds the name."""
        return cls.NAME

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.name

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **_: Foreign,
    ) -> Self:
        """Make it."""
        made = cls(resource_name, cloudformation_json["Properties"], account_id, region_name)
        made.put()
        return made

    def delete(self, _account_id: str, _region_name: str) -> None:
        """Undo it."""
        self.take_away()

    def put(self) -> None:
        """Call the service."""
        raise NotImplementedError

    def take_away(self) -> None:
        """Call the service."""
        raise NotImplementedError


class StackAlarm(Supplied, CloudFormationModel):
    """PutMetricAlarm. There are no metrics here: it rings where time/alarms.py says so."""

    TYPE = "AWS::CloudWatch::Alarm"
    NAME = "AlarmName"

    def put(self) -> None:
        """PutMetricAlarm."""
        wanted = self.properties
        cloudwatch_backends[self.account][self.region].put_metric_alarm(
            name=self.name,
            namespace=wanted["Namespace"],
            metric_name=wanted["MetricName"],
            comparison_operator=wanted["ComparisonOperator"],
            evaluation_periods=int(wanted["EvaluationPeriods"]),
            period=int(wanted["Period"]),
            threshold=float(wanted["Threshold"]),
            statistic=wanted["Statistic"],
            description=wanted.get("AlarmDescription", ""),
            dimensions=wanted["Dimensions"],
            alarm_actions=wanted.get("AlarmActions", []),
            treat_missing_data=wanted.get("TreatMissingData"),
        )

    def take_away(self) -> None:
        """DeleteAlarms."""
        cloudwatch_backends[self.account][self.region].delete_alarms([self.name])


class StackQueuePolicy(Supplied, CloudFormationModel):
    """A policy on queues."""

    TYPE = "AWS::SQS::QueuePolicy"

    def put(self) -> None:
        """SetQueueAttributes, for each queue."""
        self._write(json.dumps(self.properties["PolicyDocument"]))

    def take_away(self) -> None:
        """An empty policy."""
        self._write("")

    def _write(self, policy: str) -> None:
        for url in self.properties["Queues"]:
            queue = sqs_backends[self.account][self.region].get_queue(url.rpartition("/")[2])
            queue._set_attributes({"Policy": policy})


class StackTopicPolicy(Supplied, CloudFormationModel):
    """A policy on topics."""

    TYPE = "AWS::SNS::TopicPolicy"

    def put(self) -> None:
        """SetTopicAttributes, for each topic."""
        self._write(json.dumps(self.properties["PolicyDocument"]))

    def take_away(self) -> None:
        """The topics' owner alone, as at first."""
        self._write(json.dumps({"Version": "2012-10-17", "Statement": []}))

    def _write(self, policy: str) -> None:
        for arn in self.properties["Topics"]:
            sns_backends[self.account][self.region].set_topic_attribute(arn, "policy", policy)


class StackSubscription(Supplied, CloudFormationModel):
    """A subscription; mail goes nowhere, and needs no confirmation."""

    TYPE = "AWS::SNS::Subscription"

    def put(self) -> None:
        """Subscribe, with the policy that says which messages are wanted."""
        wanted, sns = self.properties, sns_backends[self.account][self.region]
        made = sns.subscribe(wanted["TopicArn"], wanted["Endpoint"], wanted["Protocol"])
        self.name = str(made.arn)
        # moto counts none
        sns.get_topic(wanted["TopicArn"]).subscriptions_confimed += 1
        if policy := wanted.get("FilterPolicy"):
            sns.set_subscription_attributes(self.name, "FilterPolicy", json.dumps(policy))

    def take_away(self) -> None:
        """Unsubscribe."""
        sns = sns_backends[self.account][self.region]
        if topic := sns.topics.get(self.properties["TopicArn"]):
            topic.subscriptions_confimed -= 1
        sns.unsubscribe(self.name)
