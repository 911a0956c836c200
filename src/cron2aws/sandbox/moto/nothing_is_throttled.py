"""Nothing is refused because of how often it is asked.

AWS: each operation has its rate, and refuses what is above it in its own words ("Request
    throttling" of each service; the table with its sources is aws/rates.py).
Report: Core: let a test set rates that throttle operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.aws.rates import LIMITS
from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """Every call of AWS, where a sandbox is told to enforce the rates."""
    yield Hook(
        owner="moto.core.responses:BaseResponse", name="call_action", replace=parts.load.answering
    )
    # it warns of what is in no service's model
    yield Hook(
        owner="moto.core.errors",
        name="COMMON_ERROR_CODES",
        replace=lambda before: [*before, *{each.code for each in LIMITS}],
    )
