"""AWS's quotas on how many of a thing there may be: one table.

Service Quotas tells an account's own value by a quota's code; the codes and names are those of its
answers as gruntwork-io/terraform-aws-utilities lists them (docs/quotas.md, 04f5883). Where it does
not tell, the default counts, from which an account may differ: nothing is refused by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cron2aws.aws.rates import LAMBDA, STATES
from cron2aws.preflight.kinds import MACHINES, ROLES, RULES, SCHEDULES, STACKS, TOPICS

CODE, STACK = "code", "stack"
"""What is counted that is no type of resource."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A quota of an account and region."""

    what: str
    """As a table names it."""

    takes: str
    """The type of resource that is counted, CODE or STACK."""

    default: int
    source: str
    """Where the default was read."""

    kind: str = ""
    """As preflight names it; empty where preflight does not look."""

    service: str = ""
    """Its service in Service Quotas; empty where another action tells the account's own value."""

    code: str = ""
    """Its code there; empty where AWS publishes none."""

    name: str = ""
    """Its name there."""

    def is_called(self, code: str, name: str) -> bool:
        """Whether a row of Service Quotas is this one."""
        return code == self.code if self.code else name.casefold() == self.name.casefold()


QUOTAS: tuple[Quota, ...] = (
    Quota(
        what="IAM roles, an account",
        takes="AWS::IAM::Role",
        default=1_000,
        source="IAM User Guide, quotas (awsdocs, 0baff9b); 5,000 on request",
        kind=ROLES,
        code="L-FE177D64",
        name="Roles per account",
    ),
    Quota(
        what="stacks",
        takes=STACK,
        default=2_000,
        source="CloudFormation User Guide, quotas; more on request",
        kind=STACKS,
        code="L-0485CB21",
        name="Stack count",
    ),
    Quota(
        what="rules on the default bus, where tasks have them (`--trigger`)",
        takes="AWS::Events::Rule",
        default=300,
        source="EventBridge User Guide, quotas (awsdocs, 10e936e), 100 in af-south-1 and "
        "eu-south-1; more on request",
        kind=RULES,
        service="events",
        code="L-244521F2",
        name="Number of rules",
    ),
    Quota(
        what="alarms",
        takes="AWS::CloudWatch::Alarm",
        default=5_000,
        source="assumed (CloudWatch User Guide, quotas, was not read)",
    ),
    Quota(
        what="state machines",
        takes="AWS::StepFunctions::StateMachine",
        default=10_000,
        source=STATES,
        kind=MACHINES,
        service="states",
        code="L-B66B0F91",
        name="Registered state machines",
    ),
    Quota(
        what="log groups",
        takes="AWS::Logs::LogGroup",
        default=1_000_000,
        source="CloudWatch Logs, CreateLogGroup",
    ),
    Quota(
        what="schedules",
        takes="AWS::Scheduler::Schedule",
        default=10_000_000,
        source="EventBridge Scheduler User Guide, quotas; more on request",
        kind=SCHEDULES,
        service="scheduler",
        name="Number of schedules",
    ),
    Quota(
        what="bytes of functions' code (75 GB)",
        takes=CODE,
        default=75 * 2**30,
        source=LAMBDA,
    ),
    Quota(
        what="topics",
        takes="AWS::SNS::Topic",
        default=100_000,
        source="CloudFormation, AWS::SNS::Topic",
        kind=TOPICS,
        service="sns",
        code="L-61103206",
        name="Topics per Account",
    ),
)
BY_KIND: Mapping[str, Quota] = {each.kind: each for each in QUOTAS if each.kind}


def named(quota: Quota, rows: Iterable[tuple[str, str, float]]) -> int | None:
    """The value of a quota among rows of code, name and value; None where it is not there."""
    return next((int(value) for code, name, value in rows if quota.is_called(code, name)), None)
