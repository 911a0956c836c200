"""IAM's simulation of what these credentials may do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from cron2aws.aws.checkup import known
from cron2aws.aws.failures import translated
from cron2aws.aws.records import answer
from cron2aws.aws.session import Session
from cron2aws.preflight.facts import Denied, Known, NotKnown, Simulated

if TYPE_CHECKING:
    from mypy_boto3_iam.type_defs import ContextEntryTypeDef

_ASSUMED = re.compile(r"arn:[a-z-]+:sts::\d{12}:assumed-role/(?P<role>[^/]+)/.+")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Actions on a resource; `context` is what conditions see of the call."""

    actions: Sequence[str]
    resource: str
    context: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Simulation:
    """SimulatePrincipalPolicy, for the caller itself."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, arn: str, wanted: Iterable[Wanted]) -> Known[Simulated]:
        """Which of these actions IAM denies to the caller with this ARN."""
        source = self._source(arn)
        if isinstance(source, NotKnown):
            return source
        return known("iam:SimulatePrincipalPolicy", lambda: self._simulated(source, wanted))

    def _source(self, arn: str) -> Known[str]:
        """The user or role whose policies count; a session's ARN lacks the path of its role."""
        if role := _ASSUMED.fullmatch(arn):
            return known("iam:GetRole", lambda: self._role(role["role"]))
        if ":user/" in arn:
            return arn
        return NotKnown(why=f"IAM simulates users and roles alone, and this is {arn}")

    def _role(self, name: str) -> str:
        with translated(f"looking at role {name}"):
            page = self._session.client("iam").get_role(RoleName=name)
            return answer(page).record("Role").text("Arn")

    def _simulated(self, source: str, wanted: Iterable[Wanted]) -> Simulated:
        actions: set[str] = set()
        denied: list[Denied] = []
        for each in wanted:
            actions.update(each.actions)
            denied += self._denied(source, each)
        return Simulated(actions=len(actions), denied=tuple(denied))

    def _denied(self, source: str, wanted: Wanted) -> Iterable[Denied]:
        context: list[ContextEntryTypeDef] = [
            {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
            for key, value in wanted.context.items()
        ]
        with translated("asking IAM what these credentials may do"):
            pages = self._session.client("iam").get_paginator("simulate_principal_policy")
            for page in pages.paginate(
                PolicySourceArn=source,
                ActionNames=list(wanted.actions),
                ResourceArns=[wanted.resource],
                ContextEntries=context,
            ):
                for row in answer(page).records("EvaluationResults"):
                    decision = row.text("EvalDecision")
                    if decision != "allowed":
                        yield Denied(
                            action=row.text("EvalActionName"),
                            resource=wanted.resource,
                            explicit=decision == "explicitDeny",
                        )
