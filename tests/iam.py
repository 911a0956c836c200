"""A judge of IAM policies: as much of AWS's evaluation as the templates' statements use.

moto checks actions only. Here a request has resources and a context, and is allowed only if each of
its resources is (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
An operator or an element that isn't known here is an error, not a silent yes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Statement = dict[str, Any]
KNOWN = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


def allowed(
    statements: Iterable[Statement],
    action: str,
    resource: str,
    context: Mapping[str, str] | None = None,
) -> bool:
    """Whether an identity with these statements may do that to this one resource."""
    verdicts = [
        each["Effect"]
        for each in statements
        if _is_known(each)
        and _matches(each["Action"], action, fold=True)
        and _matches(each["Resource"], resource)
        and _holds(each.get("Condition", {}), context or {})
    ]
    return "Allow" in verdicts and "Deny" not in verdicts


def of_service(statements: Iterable[Statement], service: str) -> list[Statement]:
    """Those of a resource's policy that are for a service."""
    principals = ((each, each["Principal"].get("Service", [])) for each in statements)
    return [
        each
        for each, known in principals
        if service in ([known] if isinstance(known, str) else known)
    ]


def may_assume(trust: Mapping[str, Any], service: str, context: Mapping[str, str]) -> bool:
    """Whether a service may use a role, by the role's trust policy."""
    return any(
        each["Effect"] == "Allow"
        and each["Action"] == "sts:AssumeRole"
        and _matches(each["Principal"]["Service"], service)
        and _holds(each.get("Condition", {}), context)
        for each in trust["Statement"]
    )


def _is_known(statement: Statement) -> bool:
    unknown = set(statement) - KNOWN
    if unknown:
        raise ValueError(unknown)
    return True


def _matches(patterns: str | list[str], value: str, *, fold: bool = False) -> bool:
    wanted = [patterns] if isinstance(patterns, str) else patterns
    flags = re.IGNORECASE if fold else 0
    return any(re.fullmatch(_expression(each), value, flags) for each in wanted)


def _expression(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(char) or re.escape(char) for char in pattern)


def _holds(conditions: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    given = {key.lower(): value for key, value in context.items()}
    return all(
        _one(operator, wanted, given.get(key.lower()))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _one(operator: str, wanted: str | list[str], value: str | None) -> bool:
    if operator.endswith("IfExists"):
        return value is None or _one(operator.removesuffix("IfExists"), wanted, value)
    if value is None:
        return False
    if operator == "StringEquals":
        return value in ([wanted] if isinstance(wanted, str) else wanted)
    if operator in ("ArnLike", "ArnEquals"):
        return _matches(wanted, value)
    raise ValueError(operator)
