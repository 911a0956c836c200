"""How often AWS may be asked: each operation's bucket, and where its numbers were read.

A bucket holds `burst` calls and is filled with `per_second` a second; what it has no more is
refused with `code`. The page docs/reference/limits.md has this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

ASSUMED = "assumed: AWS publishes none"
STATES = "Step Functions Developer Guide, Quotas, us-east-1 (awsdocs, 28a1c16)"
LAMBDA = "Lambda Developer Guide, Quotas (awsdocs, 0168ba0)"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Of one operation in an account and region."""

    service: str
    """As boto3 calls it."""
    operation: str
    burst: float
    per_second: float
    code: str = "ThrottlingException"
    source: str = ASSUMED


def _rates() -> tuple[Rate, ...]:
    states = (
        ("StartExecution", 1300, 300),
        ("DescribeExecution", 300, 15),
        ("GetExecutionHistory", 400, 20),
        ("ListExecutions", 200, 5),
        ("ListStateMachines", 100, 5),
        ("StopExecution", 1000, 200),
    )
    manager = (
        ("SendCommand", 10, 5),
        ("ListCommandInvocations", 40, 20),
        ("ListCommands", 40, 20),
        ("GetCommandInvocation", 40, 20),
        ("DescribeInstanceInformation", 40, 20),
    )
    stacks = ("CreateStack", "UpdateStack", "DeleteStack", "ListStacks", "DescribeStackEvents")
    return (
        *(
            Rate(service="stepfunctions", operation=name, burst=b, per_second=s, source=STATES)
            for name, b, s in states
        ),
        *(Rate(service="ssm", operation=name, burst=b, per_second=s) for name, b, s in manager),
        Rate(
            service="cloudformation",
            operation="DescribeStacks",
            burst=10,
            per_second=5,
            code="Throttling",
            source="5 a second: github.com/aws/aws-sam-cli/issues/2671; burst assumed",
        ),
        *(
            Rate(
                service="cloudformation", operation=name, burst=10, per_second=5, code="Throttling"
            )
            for name in stacks
        ),
        Rate(
            service="lambda",
            operation="GetAccountSettings",
            burst=15,
            per_second=15,
            code="TooManyRequestsException",
            source=LAMBDA,
        ),
    )


RATES = _rates()
CALLS_PER_EXECUTION = 10
"""Calls of functions a second, for each concurrent execution that the account has (LAMBDA)."""


class Bucket:
    """What is left of a rate; time is the caller's."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left = burst
        self._at: datetime | None = None

    def take(self, now: datetime) -> bool:
        """Whether one more call is taken at that moment."""
        if self._at is not None and now > self._at:
            gone = (now - self._at).total_seconds()
            self._left = min(self._burst, self._left + gone * self._per_second)
        self._at = max(self._at or now, now)
        # a millisecond is the least that a sandbox's clock knows
        if self._left < 1 - 1e-6:
            return False
        self._left -= 1
        return True
