"""What is sent with CreateStack, UpdateStack and CreateChangeSet, as one value."""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, TagTypeDef


@dataclass(frozen=True, kw_only=True)
class Template:
    """What a stack is made from; without a body, the template that the stack has already."""

    body: str | None
    makes_roles: bool
    """It has roles in it: CloudFormation wants that to be said (CAPABILITY_IAM)."""

    @functools.cached_property
    def parameters(self) -> frozenset[str]:
        """The names of its parameters; none where it is the one that the stack has already."""
        return frozenset(json.loads(self.body or "{}").get("Parameters", {}))

    @property
    def capabilities(self) -> list[CapabilityType]:
        """The capabilities that it needs. No role has a name of ours: CAPABILITY_IAM is enough."""
        return ["CAPABILITY_IAM"] if self.makes_roles else []


@dataclass(frozen=True, kw_only=True)
class Request:
    """A stack as it is to be.

    `kept` are parameters that keep their values; only a stack that exists has any.
    """

    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    kept: Collection[str] = ()
    role_arn: str | None = None
    """CloudFormation's service role; None: the role that the stack has, else the caller's rights.
    """

    more: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Arguments of the one call alone."""

    def arguments(self) -> dict[str, Any]:
        """The arguments of the API's call."""
        body = self.template.body
        found: dict[str, Any] = {
            **({"UsePreviousTemplate": True} if body is None else {"TemplateBody": body}),
            "Parameters": _parameters(self.parameters, self.kept),
            "Tags": _tags(self.tags),
            "Capabilities": self.template.capabilities,
            **self.more,
        }
        return found | ({"RoleARN": self.role_arn} if self.role_arn else {})


def _parameters(values: Mapping[str, str], kept: Collection[str]) -> list[ParameterTypeDef]:
    given: list[ParameterTypeDef] = [
        {"ParameterKey": name, "ParameterValue": values[name]} for name in sorted(values)
    ]
    previous: list[ParameterTypeDef] = [
        {"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)
    ]
    return given + previous


def _tags(values: Mapping[str, str]) -> list[TagTypeDef]:
    return [{"Key": name, "Value": values[name]} for name in sorted(values)]
