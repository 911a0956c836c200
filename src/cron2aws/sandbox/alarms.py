"""`AWS::CloudWatch::Alarm` for moto's CloudFormation, which does not know it and warns.

Importing this module is what makes moto know the type; see schedules.py.
"""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.common_models import CloudFormationModel

from cron2aws.sandbox.foreign import Foreign


class StackAlarm(CloudFormationModel):
    """An alarm that a stack made: a handle on the one in CloudWatch's backend. It never rings."""

    def __init__(self, name: str) -> None:
        self.name = name

    @staticmethod
    def cloudformation_type() -> str:
        """The type that templates write."""
        return "AWS::CloudWatch::Alarm"

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property that holds the name."""
        return "AlarmName"

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
    ) -> StackAlarm:
        """PutMetricAlarm, which makes and changes."""
        wanted = cloudformation_json["Properties"]
        cloudwatch_backends[account_id][region_name].put_metric_alarm(
            name=resource_name,
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
        return cls(resource_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: StackAlarm,
        new_resource_name: str,  # noqa: ARG003 (moto's signature)
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> StackAlarm:
        """PutMetricAlarm under the name it has."""
        return cls.create_from_cloudformation_json(
            original_resource.name, cloudformation_json, account_id, region_name
        )

    def delete(self, account_id: str, region_name: str) -> None:
        """DeleteAlarms."""
        cloudwatch_backends[account_id][region_name].delete_alarms([self.name])
