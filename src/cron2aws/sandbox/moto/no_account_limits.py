"""CloudFormation has no DescribeAccountLimits.

AWS: the account's limits, StackLimit among them (DescribeAccountLimits, API reference).
Report: CloudFormation: implement describe_account_limits
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cron2aws.aws.quotas import QUOTAS, STACK
from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.hook import Hook
    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """The default."""
    owner = "moto.cloudformation.responses:CloudFormationResponse"
    yield action(owner, "describe_account_limits", limits)


def limits(_request: Foreign) -> dict[str, Any]:
    """DescribeAccountLimits."""
    default = next(each.default for each in QUOTAS if each.takes == STACK)
    return {"AccountLimits": [{"Name": "StackLimit", "Value": default}]}
