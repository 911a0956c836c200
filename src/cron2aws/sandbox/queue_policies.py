"""`AWS::SQS::QueuePolicy` for moto's CloudFormation, which does not know it and warns.

Importing this module is what makes moto know the type; see schedules.py.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.common_models import CloudFormationModel
from moto.sqs.models import sqs_backends

from cron2aws.sandbox.foreign import Foreign


class StackQueuePolicy(CloudFormationModel):
    """A policy that a stack put on its queues."""

    def __init__(self, name: str, queues: tuple[str, ...]) -> None:
        self.name = name
        self.queues = queues

    @staticmethod
    def cloudformation_type() -> str:
        """The type that templates write."""
        return "AWS::SQS::QueuePolicy"

    @staticmethod
    def cloudformation_name_type() -> str:
        """Queue policies have no name of their own."""
        return ""

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
    ) -> StackQueuePolicy:
        """SetQueueAttributes, for each queue."""
        wanted = cloudformation_json["Properties"]
        made = cls(resource_name, tuple(wanted["Queues"]))
        made.put(json.dumps(wanted["PolicyDocument"]), account_id, region_name)
        return made

    def put(self, policy: str, account_id: str, region_name: str) -> None:
        """Write the policy to the queues; an empty one takes it away."""
        for url in self.queues:
            queue = sqs_backends[account_id][region_name].get_queue(url.rpartition("/")[2])
            queue._set_attributes({"Policy": policy})

    def delete(self, account_id: str, region_name: str) -> None:
        """The queues have no policy any more."""
        self.put("", account_id, region_name)
