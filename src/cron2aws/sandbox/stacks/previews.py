"""Change sets as CloudFormation makes them: which resources change, and which are replaced.

moto compares templates as they are written, so that a change of a parameter's value is none, and
never says what would be replaced. Here a resource is compared with its parameters and conditions
resolved, before and after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cron2aws.sandbox.foreign import Foreign

CREATE_ONLY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "AWS::CloudWatch::Alarm": frozenset({"AlarmName"}),
        "AWS::Events::Rule": frozenset({"Name"}),
        "AWS::IAM::Role": frozenset({"Path", "RoleName"}),
        "AWS::Lambda::Function": frozenset({"FunctionName", "PackageType", "TenancyConfig"}),
        "AWS::Logs::LogGroup": frozenset({"LogGroupName"}),
        "AWS::SNS::Subscription": frozenset({"Endpoint", "Protocol", "TopicArn"}),
        "AWS::SNS::Topic": frozenset({"TopicName", "FifoTopic"}),
        "AWS::SQS::Queue": frozenset({"QueueName", "FifoQueue"}),
        "AWS::SSM::Document": frozenset({"Name", "DocumentType"}),
        "AWS::Scheduler::Schedule": frozenset({"Name"}),
        "AWS::StepFunctions::StateMachine": frozenset({"StateMachineName", "StateMachineType"}),
    }
)
"""Properties that cannot be changed: "Update requires: Replacement" in the template reference."""
_SUB = re.compile(r"\$\{([^!}][^}]*)\}")
_DROPPED = object()


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an update does to one resource, by the names that moto writes answers from."""

    action: str
    logical_resource_id: str
    resource_type: str
    replacement: str | None = None

    @property
    def type(self) -> str:
        """Of changes there is one type for resources."""
        return "Resource"

    @property
    def resource_change(self) -> Change:
        """The part of the answer that is about the resource."""
        return self


def changes(before: Foreign, after: Foreign) -> list[Change]:
    """What turns one ResourceMap into the other; nothing is made."""
    old, new = _resolved(before), _resolved(after)
    found = [_added(name, new[name]) for name in new if name not in old]
    found += [
        _modified(name, old[name], new[name])
        for name in new
        if name in old and old[name] != new[name]
    ]
    found += [
        Change(action="Remove", logical_resource_id=name, resource_type=old[name]["Type"])
        for name in old
        if name not in new
    ]
    return found


def _added(name: str, piece: Mapping[str, Any]) -> Change:
    return Change(action="Add", logical_resource_id=name, resource_type=piece["Type"])


def _modified(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Change:
    kind = new["Type"]
    was, will = old["Properties"], new["Properties"]
    only = CREATE_ONLY.get(kind, frozenset())
    replaced = kind != old["Type"] or any(was.get(each) != will.get(each) for each in only)
    return Change(
        action="Modify",
        logical_resource_id=name,
        resource_type=kind,
        replacement=str(replaced),
    )


def _resolved(resources: Foreign) -> dict[str, dict[str, Any]]:
    """The resources whose conditions hold, with the values of parameters in them."""
    values = {**resources.resolved_parameters}
    # what is made is never asked for: that would make it
    values |= {name: v for name, v in resources._parsed_resources.items() if name.startswith("AWS")}
    holds = resources.lazy_condition_map
    found = {}
    for name, piece in resources._template.get("Resources", {}).items():
        condition = piece.get("Condition")
        if condition is None or holds[condition]:
            properties = _plain(piece.get("Properties", {}), values, holds)
            found[name] = {"Type": piece["Type"], "Properties": properties}
    return found


def _plain(value: Foreign, values: Mapping[str, Any], holds: Mapping[str, bool]) -> Foreign:
    match value:
        case {"Ref": str(name)} if name in values:
            return _DROPPED if name == "AWS::NoValue" else str(values[name])
        case {"Fn::If": [str(condition), yes, no]}:
            return _plain(yes if holds[condition] else no, values, holds)
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": _SUB.sub(lambda found: _text(found, values), text)}
        case {"Fn::Sub": [str(text), own]}:
            text = _SUB.sub(lambda found: _text(found, values), text)
            return {"Fn::Sub": [text, _plain(own, values, holds)]}
        case dict():
            return dict(_kept(value.items(), values, holds))
        case list():
            return [each for _, each in _kept(enumerate(value), values, holds)]
        case _:
            return value


def _kept(
    pairs: Foreign, values: Mapping[str, Any], holds: Mapping[str, bool]
) -> Iterator[tuple[Foreign, Foreign]]:
    for key, inner in pairs:
        plain = _plain(inner, values, holds)
        if plain is not _DROPPED:
            yield key, plain


def _text(found: re.Match[str], values: Mapping[str, Any]) -> str:
    name = found[1]
    return str(values[name]) if name in values else found[0]
