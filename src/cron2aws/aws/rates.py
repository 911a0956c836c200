"""How often AWS lets an account ask, and which share of that is ours: the one table.

Step Functions throttles by token buckets, one for each action, per account and region: so many
calls at once, then so many a second. The functions of tasks ask from the same buckets (with
`Overlap=skip` a run lists executions), as do other people. So we take half of each bucket, and
nine tenths of what flows in.

Source: "Step Functions service quotas", section "Quotas related to API action throttling"
(docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html), as stored in 2026-11; both
columns of its table are here.  CloudFormation publishes no rate; 5 DescribeStacks a second is what
its support told others (aws/aws-sam-cli#2671).  Systems Manager publishes none for
GetCommandInvocation and ListCommandInvocations.  For these the SDK's adaptive mode goes slower
where AWS says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A bucket: `burst` calls at once, then `per_second`."""

    burst: int
    per_second: float

    @property
    def ours(self) -> Rate:
        """What we take of it."""
        return Rate(burst=self.burst // 2, per_second=self.per_second * 0.9)

    def seconds_for(self, calls: int) -> float:
        """How long so many calls take, from a full bucket on."""
        return max(0, calls - self.burst) / self.per_second


LARGE_REGIONS = frozenset({"us-east-1", "us-west-2", "eu-west-1"})
_RATES: Mapping[str, tuple[Rate, Rate]] = {
    # action: in large regions, in all others
    "ListExecutions": (Rate(burst=200, per_second=5), Rate(burst=100, per_second=2)),
    "DescribeExecution": (Rate(burst=300, per_second=15), Rate(burst=250, per_second=10)),
    "GetExecutionHistory": (Rate(burst=400, per_second=20), Rate(burst=400, per_second=20)),
    "DescribeStacks": (Rate(burst=5, per_second=5), Rate(burst=5, per_second=5)),
}


def rate_of(action: str, region: str) -> Rate | None:
    """What AWS allows an account there; None where nothing is known."""
    found = _RATES.get(action)
    return found[region not in LARGE_REGIONS] if found else None
