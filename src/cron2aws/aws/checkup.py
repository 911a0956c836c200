"""What preflight asks of AWS, read-only: each answer is a fact, or why there is none.

Nothing here ends a command: who may not ask is told which permission is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import TypeVar

import botocore.exceptions

from cron2aws.aws.agents import agents_of
from cron2aws.aws.failures import code_of, is_denied, translated
from cron2aws.aws.quotas import BY_KIND, named
from cron2aws.aws.records import Record, answer
from cron2aws.aws.session import Session
from cron2aws.errors import AwsError
from cron2aws.preflight.facts import Agent, Credentials, Known, NotKnown, Number, Topic
from cron2aws.preflight.kinds import (
    FUNCTIONS,
    LOG_GROUPS,
    MACHINES,
    ROLES,
    RULES,
    SCHEDULES,
    STACKS,
    TOPICS,
)

Fact = TypeVar("Fact")
PAGES = 50
"""So many pages of a list are counted at most."""

GONE_OR_PLANNED = frozenset({"DELETE_COMPLETE", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS"})
"""States of stacks whose name is free, or will be made so."""


def known(permission: str, ask: Callable[[], Fact]) -> Known[Fact]:
    """The answer, or why there is none; `permission` is what it takes to ask."""
    try:
        return ask()
    except AwsError as failed:
        why = f"{failed.what}: {failed.why}" if failed.why else failed.what
        return NotKnown(why=why, permission=permission if is_denied(failed) else None)


class Checkup:
    """The account and the hosts, as far as these credentials may ask; a list is asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._account: Record | None = None
        self._lists: dict[str, Known[tuple[tuple[str, ...], bool]]] = {}

    def again(self) -> Checkup:
        """A new one, which asks everything again."""
        return Checkup(self._session)

    def credentials(self) -> Known[Credentials]:
        """Who these credentials are, and how long they last."""
        return known("sts:GetCallerIdentity", self._session.credentials)

    def limit(self, kind: str) -> Known[Number]:
        """The quota on a kind of thing."""
        if kind == STACKS:
            return known("cloudformation:DescribeAccountLimits", self._stack_limit)
        if kind == ROLES:
            return known("iam:GetAccountSummary", lambda: self._summary("RolesQuota"))
        return known("servicequotas:ListServiceQuotas", lambda: self._service_quota(kind))

    def used(self, kind: str) -> Known[Number]:
        """How many of this kind the account has."""
        if kind == ROLES:
            return known("iam:GetAccountSummary", lambda: self._summary("Roles"))
        found = self._listed(kind)
        if isinstance(found, NotKnown):
            return found
        names, cut = found
        return Number(value=len(names), source=_LISTS[kind][0], is_least=cut)

    def names(self, kind: str) -> Known[frozenset[str]]:
        """The names of the kind that are there."""
        found = self._listed(kind)
        if isinstance(found, NotKnown):
            return found
        names, cut = found
        if cut:
            return NotKnown(why=f"there are more than {len(names):,}")
        return frozenset(names)

    def topic(self, arn: str) -> Known[Topic | None]:
        """A topic's subscriptions; None where there is no such topic."""
        return known("sns:GetTopicAttributes", lambda: self._topic(arn))

    def agents(self, ids: Iterable[str]) -> Known[Mapping[str, Agent]]:
        """The agents of these instances that Systems Manager knows."""
        return known(
            "ssm:DescribeInstanceInformation",
            lambda: agents_of(self._session.client("ssm"), sorted(ids)),
        )

    def _stack_limit(self) -> Number:
        with translated("asking CloudFormation for the account's limits"):
            pages = self._session.client("cloudformation").get_paginator("describe_account_limits")
            rows = [
                row for page in pages.paginate() for row in answer(page).records("AccountLimits")
            ]
            for row in rows:
                if row.text("Name") == "StackLimit":
                    return Number(value=row.number("Value"), source="DescribeAccountLimits")
        return _default(STACKS)

    def _summary(self, name: str) -> Number:
        with translated("asking IAM for the account's summary"):
            if self._account is None:
                found = answer(self._session.client("iam").get_account_summary())
                self._account = found.record("SummaryMap")
            return Number(value=self._account.number(name), source="GetAccountSummary")

    def _service_quota(self, kind: str) -> Number:
        quota = BY_KIND[kind]
        with translated(f"asking for the quotas of {quota.service}"):
            pages = self._session.client("service-quotas").get_paginator("list_service_quotas")
            rows = [
                (row.text("QuotaCode"), row.text("QuotaName"), row.fields.get("Value"))
                for page in pages.paginate(ServiceCode=quota.service)
                for row in answer(page).records("Quotas")
            ]
        told = ((code, name, v) for code, name, v in rows if isinstance(v, (int, float)))
        value = named(quota, told)
        return _default(kind) if value is None else Number(value=value, source="ListServiceQuotas")

    def _listed(self, kind: str) -> Known[tuple[tuple[str, ...], bool]]:
        """Names, and whether there are more; each list is asked for once."""
        if kind not in self._lists:
            action, read = _LISTS[kind]
            self._lists[kind] = known(_PERMISSIONS[action], lambda: self._read(kind, read))
        return self._lists[kind]

    def _read(
        self, kind: str, read: Callable[[Session], Iterable[tuple[str, ...]]]
    ) -> tuple[tuple[str, ...], bool]:
        with translated(f"listing the {kind} of the account"):
            pages = list(islice(read(self._session), PAGES + 1))
        return tuple(name for page in pages[:PAGES] for name in page), len(pages) > PAGES

    def _topic(self, arn: str) -> Topic | None:
        with translated(f"looking at topic {arn}"):
            try:
                page = self._session.client("sns").get_topic_attributes(TopicArn=arn)
            except botocore.exceptions.ClientError as refused:
                if code_of(refused) in {"NotFound", "NotFoundException"}:
                    return None
                raise
            found = answer(page).record("Attributes")
            return Topic(
                confirmed=_number(found, "SubscriptionsConfirmed"),
                pending=_number(found, "SubscriptionsPending"),
            )


def _default(kind: str) -> Number:
    """AWS's own value, which this account's may be another than."""
    quota = BY_KIND[kind]
    return Number(value=quota.default, source=f"default: {quota.source}", is_default=True)


def _number(found: Record, name: str) -> int:
    text = found.text_or_none(name) or "0"
    return int(text) if text.isdecimal() else 0


def _stacks(session: Session) -> Iterable[tuple[str, ...]]:
    for page in session.client("cloudformation").get_paginator("list_stacks").paginate():
        rows = answer(page).records("StackSummaries")
        yield tuple(
            row.text("StackName") for row in rows if row.text("StackStatus") not in GONE_OR_PLANNED
        )


def _schedules(session: Session) -> Iterable[tuple[str, ...]]:
    for page in session.client("scheduler").get_paginator("list_schedules").paginate():
        yield tuple(row.text("Name") for row in answer(page).records("Schedules"))


def _rules(session: Session) -> Iterable[tuple[str, ...]]:
    for page in session.client("events").get_paginator("list_rules").paginate():
        yield tuple(row.text("Name") for row in answer(page).records("Rules"))


def _machines(session: Session) -> Iterable[tuple[str, ...]]:
    for page in session.client("stepfunctions").get_paginator("list_state_machines").paginate():
        yield tuple(row.text("name") for row in answer(page).records("stateMachines"))


def _topics(session: Session) -> Iterable[tuple[str, ...]]:
    for page in session.client("sns").get_paginator("list_topics").paginate():
        yield tuple(row.text("TopicArn") for row in answer(page).records("Topics"))


def _functions(session: Session) -> Iterable[tuple[str, ...]]:
    for page in session.client("lambda").get_paginator("list_functions").paginate():
        yield tuple(row.text("FunctionName") for row in answer(page).records("Functions"))


def _log_groups(session: Session) -> Iterable[tuple[str, ...]]:
    pages = session.client("logs").get_paginator("describe_log_groups")
    for page in pages.paginate(logGroupNamePrefix="/cron2aws/"):
        yield tuple(row.text("logGroupName") for row in answer(page).records("logGroups"))


_LISTS: Mapping[str, tuple[str, Callable[[Session], Iterable[tuple[str, ...]]]]] = {
    STACKS: ("ListStacks", _stacks),
    SCHEDULES: ("ListSchedules", _schedules),
    RULES: ("ListRules", _rules),
    MACHINES: ("ListStateMachines", _machines),
    TOPICS: ("ListTopics", _topics),
    FUNCTIONS: ("ListFunctions", _functions),
    LOG_GROUPS: ("DescribeLogGroups", _log_groups),
}
_PERMISSIONS = {
    "ListStacks": "cloudformation:ListStacks",
    "ListSchedules": "scheduler:ListSchedules",
    "ListRules": "events:ListRules",
    "ListStateMachines": "states:ListStateMachines",
    "ListTopics": "sns:ListTopics",
    "ListFunctions": "lambda:ListFunctions",
    "DescribeLogGroups": "logs:DescribeLogGroups",
}
