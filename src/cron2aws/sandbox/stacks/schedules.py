"""`AWS::Scheduler::Schedule` for moto's CloudFormation, which skips it without a word.

Importing this module is what makes moto know the type: it finds every subclass of its
CloudFormationModel. Imported only while a sandbox is entered.
"""

from __future__ import annotations

import copy
from typing import Any

from moto.core.common_models import CloudFormationModel
from moto.scheduler.models import scheduler_backends

from cron2aws.sandbox.foreign import Foreign

PROPERTIES = {
    "description": "Description",
    "end_date": "EndDate",
    "flexible_time_window": "FlexibleTimeWindow",
    "kms_key_arn": "KmsKeyArn",
    "schedule_expression": "ScheduleExpression",
    "schedule_expression_timezone": "ScheduleExpressionTimezone",
    "start_date": "StartDate",
    "state": "State",
    "target": "Target",
}
DEFAULTS = {"State": "ENABLED", "ScheduleExpressionTimezone": "UTC"}


class StackSchedule(CloudFormationModel):
    """A schedule that a stack made: a handle on the one in the scheduler's backend."""

    def __init__(self, schedule: Foreign, group: str) -> None:
        self.schedule = schedule
        self.group = group

    @staticmethod
    def cloudformation_type() -> str:
        """The type that templates write."""
        return "AWS::Scheduler::Schedule"

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property that holds the name."""
        return "Name"

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return str(self.schedule.name)

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """What GetAtt may ask for."""
        return attr == "Arn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """What GetAtt gives."""
        if attribute_name == "Arn":
            return str(self.schedule.arn)
        from moto.cloudformation.exceptions import (
            UnformattedGetAttTemplateException,
        )

        raise UnformattedGetAttTemplateException

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **_: Foreign,
    ) -> StackSchedule:
        """CreateSchedule."""
        properties = cloudformation_json["Properties"]
        group = properties.get("GroupName", "default")
        schedule = scheduler_backends[account_id][region_name].create_schedule(
            group_name=group,
            name=resource_name,
            action_after_completion=None,
            **_arguments(properties),
        )
        return cls(schedule, group)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: StackSchedule,
        new_resource_name: str,  # noqa: ARG003 (moto's signature)
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> StackSchedule:
        """UpdateSchedule: everything that isn't given falls back to its default, as on AWS."""
        scheduler_backends[account_id][region_name].update_schedule(
            group_name=original_resource.group,
            name=original_resource.schedule.name,
            **_arguments(cloudformation_json["Properties"]),
        )
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        """DeleteSchedule."""
        backend = scheduler_backends[account_id][region_name]
        backend.delete_schedule(self.group, self.schedule.name)


def _arguments(properties: dict[str, Any]) -> dict[str, Any]:
    given = {**DEFAULTS, **copy.deepcopy(properties)}
    retry = given.get("Target", {}).get("RetryPolicy", {})
    for name in retry:  # a parameter's value is text, the API's is a number
        retry[name] = int(retry[name])
    return {argument: given.get(name) for argument, name in PROPERTIES.items()}
