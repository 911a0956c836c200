"""How often AWS lets an account ask: the one table, and where its numbers were read.

AWS throttles by token buckets, one for each operation, per account and region: so many calls at
once, then so many a second; what is above is refused. The functions of tasks ask from the same
buckets (with `Overlap=skip` a run lists executions), as do other people. So we take half of each
bucket, and nine tenths of what flows in (pace.py); the sandbox enforces it all (sandbox/rates).
What is refused all the same is asked again, ever slower, by the SDK's adaptive mode.

docs/reference/limits.md has this table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

ASSUMED = "assumed: AWS publishes none, and its support tells none (b3ross/dotenvi#35)"
STATES = "Step Functions Developer Guide, Quotas, us-east-1 (awsdocs, 28a1c16)"
LAMBDA = "Lambda Developer Guide, Quotas (awsdocs, 0168ba0)"
EC2 = "EC2 Developer Guide, Request throttling: non-mutating actions that are filtered"
SUPPORT = "5 a second: AWS's support, by aws/aws-sam-cli#2671; burst assumed"
THROTTLED = "ThrottlingException"
CALLS_PER_EXECUTION = 10
"""Calls of functions a second, for each concurrent execution that the account has (LAMBDA)."""
SCRIPTS_A_SECOND = 5
"""Calls of Systems Manager of all kinds together, by a command that sends scripts to hosts: its
rates are assumed, and the runs of tasks ask from the same buckets."""
LARGE_REGIONS = frozenset({"us-east-1", "us-west-2", "eu-west-1"})
"""Where Step Functions has its larger buckets."""


@dataclass(frozen=True, kw_only=True)
class CallRate:
    """A token bucket: `burst` calls at once, then `per_second`."""

    burst: int
    per_second: float

    @property
    def ours(self) -> CallRate:
        """The share of it that we take."""
        return CallRate(burst=self.burst // 2, per_second=self.per_second * 0.9)

    def seconds_for(self, calls: int) -> float:
        """How long so many calls take, beginning with a full bucket."""
        return max(0, calls - self.burst) / self.per_second


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The bucket of one operation in an account and region."""

    service: str
    """As boto3 calls it."""
    operation: str
    rate: CallRate
    """In large regions."""
    elsewhere: CallRate | None = None
    """In all others, where it is another."""
    code: str = THROTTLED
    """With which it is refused."""
    source: str = ASSUMED

    def of(self, region: str) -> CallRate:
        """The bucket in that region."""
        return self.rate if region in LARGE_REGIONS or not self.elsewhere else self.elsewhere


def _of_states() -> Iterator[Limit]:
    rows = (
        ("StartExecution", (1300, 300), None),
        ("DescribeExecution", (300, 15), (250, 10)),
        ("GetExecutionHistory", (400, 20), None),
        ("ListExecutions", (200, 5), (100, 2)),
        ("ListStateMachines", (100, 5), None),
        ("StopExecution", (1000, 200), None),
    )
    for operation, large, other in rows:
        yield Limit(
            service="stepfunctions",
            operation=operation,
            rate=_rate(*large),
            elsewhere=_rate(*other) if other else None,
            source=STATES,
        )


def _of_systems_manager() -> Iterator[Limit]:
    yield Limit(service="ssm", operation="SendCommand", rate=_rate(10, 5))
    for operation in (
        "ListCommandInvocations",
        "ListCommands",
        "GetCommandInvocation",
        "DescribeInstanceInformation",
    ):
        yield Limit(service="ssm", operation=operation, rate=_rate(40, 20))


def _of_stacks() -> Iterator[Limit]:
    for operation in (
        "DescribeStacks",
        "CreateStack",
        "UpdateStack",
        "DeleteStack",
        "ListStacks",
        "DescribeStackEvents",
    ):
        yield Limit(
            service="cloudformation",
            operation=operation,
            rate=_rate(10, 5),
            code="Throttling",
            source=SUPPORT if operation == "DescribeStacks" else ASSUMED,
        )


def _rate(burst: int, per_second: float) -> CallRate:
    return CallRate(burst=burst, per_second=per_second)


LIMITS = (
    *_of_states(),
    *_of_systems_manager(),
    *_of_stacks(),
    Limit(
        service="ec2",
        operation="DescribeInstances",
        rate=_rate(100, 20),
        code="RequestLimitExceeded",
        source=EC2,
    ),
    Limit(
        service="lambda",
        operation="GetAccountSettings",
        rate=_rate(15, 15),
        code="TooManyRequestsException",
        source=LAMBDA,
    ),
)
_BY_OPERATION: Mapping[str, Limit] = MappingProxyType({each.operation: each for each in LIMITS})


def rate_of(action: str, region: str) -> CallRate | None:
    """What AWS allows an account there; None where nothing is known."""
    found = _BY_OPERATION.get(action)
    return found.of(region) if found else None
