"""What CloudFormation refuses before it makes anything, and moto lets through.

Limits from CloudFormation's quotas and its Parameters reference; the words of the messages are
those that CloudFormation answers with, as far as callers may look at them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BODY_LIMIT, PARAMETER_LIMIT, TAG_LIMIT = 51_200, 4_096, 50
STACK_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
TAG_TEXT = re.compile(r"[\w\s.:/=+\-@]*")
"""The alphabet of IAM, the narrowest of the services that a stack's tags reach."""
IAM_TYPES = ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::User")
NAMES_OF_IAM = ("RoleName", "ManagedPolicyName", "UserName")


def refusals(
    template: Mapping[str, Any], given: Mapping[str, str], tags: Mapping[str, str]
) -> Iterator[str]:
    """Why this template can't be used with these parameters and tags: CloudFormation's messages."""
    slots: Mapping[str, Mapping[str, Any]] = template.get("Parameters") or {}
    unknown = [name for name in given if name not in slots]
    if unknown:
        yield f"Parameters: [{', '.join(unknown)}] do not exist in the template"
    missing = [name for name, slot in slots.items() if name not in given and "Default" not in slot]
    if missing:
        yield f"Parameters: [{', '.join(missing)}] must have values"
    for name, slot in slots.items():
        value = given.get(name, slot.get("Default"))
        if value is not None:
            yield from _wrong_value(name, slot, str(value))
    yield from _wrong_tags(tags)


def wrong_name(name: str) -> Iterator[str]:
    """A stack's name by the rule."""
    if not STACK_NAME.fullmatch(name):
        yield (
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )


def wrong_body(body: str) -> Iterator[str]:
    """A template that is sent inline has a limit, in bytes."""
    if len(body.encode("utf-8", "surrogateescape")) > BODY_LIMIT:
        yield (
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {BODY_LIMIT}"
        )


def needed_capability(template: Mapping[str, Any]) -> str | None:
    """CAPABILITY_NAMED_IAM or CAPABILITY_IAM where the template makes roles or policies."""
    made = [
        piece.get("Properties", {})
        for piece in template["Resources"].values()
        if piece["Type"] in IAM_TYPES
    ]
    if any(name in properties for properties in made for name in NAMES_OF_IAM):
        return "CAPABILITY_NAMED_IAM"
    return "CAPABILITY_IAM" if made else None


def _wrong_value(name: str, slot: Mapping[str, Any], value: str) -> Iterator[str]:
    said = slot.get("ConstraintDescription")
    complaint = f"Parameter {name} failed to satisfy constraint: "
    if len(value.encode("utf-8", "surrogateescape")) > PARAMETER_LIMIT:
        yield f"Parameter {name} is longer than {PARAMETER_LIMIT} bytes"
    allowed = slot.get("AllowedValues")
    if allowed is not None and value not in [_as_text(each) for each in allowed]:
        members = ", ".join(_as_text(each) for each in allowed)
        yield f"Parameter '{name}' must be one of AllowedValues: [{members}]"
    pattern = slot.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(pattern, value):
        yield complaint + (said or f"parameter value for parameter name {name}, {pattern}")
    if slot.get("Type") == "Number":
        yield from _wrong_number(name, slot, value)
    elif not int(slot.get("MinLength", 0)) <= len(value) <= int(slot.get("MaxLength", 1 << 20)):
        yield complaint + (said or "Length of its value is out of bounds")


def _wrong_number(name: str, slot: Mapping[str, Any], value: str) -> Iterator[str]:
    try:
        number = float(value)
    except ValueError:
        yield f"Parameter '{name}' must be a number"
        return
    low, high = float(slot.get("MinValue", "-inf")), float(slot.get("MaxValue", "inf"))
    if not low <= number <= high:
        yield f"Parameter '{name}' must be a number from {low:g} to {high:g}"


def _wrong_tags(tags: Mapping[str, str]) -> Iterator[str]:
    if len(tags) > TAG_LIMIT:
        yield f"tags: at most {TAG_LIMIT}"
    for key, value in tags.items():
        sized = 1 <= len(key) <= 128 and 1 <= len(value) <= 256
        if not sized or not TAG_TEXT.fullmatch(key + value) or key.lower().startswith("aws:"):
            yield f"tag {key}={value}: letters, digits, blanks and _.:/=+-@ only, value 1 to 256"


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
