"""Answers of moto's services are what moto makes of them, only sooner."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.core.serialize import (
    EC2Serializer,
    QuerySerializer,
    ResponseSerializer,
    XFormedAttributePicker,
)
from moto.core.utils import get_service_model

from cron2aws.sandbox.speed.answers import HEAD, finding_sooner, writing_sooner

FIND = ResponseSerializer.get_value
WRITE = QuerySerializer._serialize_body


class Stack:
    class Meta:
        serialization_aliases = {"StackName": "called", "Tags": "labels"}  # noqa: RUF012 (moto's)

    def __init__(self) -> None:
        self.called, self.labels = "web", ["one"]
        self.id = self.status = "an attribute"


class Role:
    """Its name is in front of `RoleName` and `RoleId`."""

    def __init__(self) -> None:
        self.name = self.id = "its own"
        self.arn = None


class Tag:
    """It has no member."""


OBJECTS: tuple[object, ...] = (Stack(), Role(), Tag(), {}, {"Name": 1, "stack_id": 2}, "text", [3])
TRANSFORMERS = {"Parameters": str, "Stack.Tags": len, "Id": repr, "Stacks.member.Outputs": str}


def serializer(service: str, operation: str, **transformers: Any) -> Any:
    model = get_service_model(service).operation_model(operation)
    picker = XFormedAttributePicker(response_transformers=transformers)
    return QuerySerializer(model, value_picker=picker)


def members(service: str) -> list[tuple[Any, str]]:
    """Each member of each structure: its shape with its parent, and its key."""
    model = get_service_model(service)
    found = []
    for name in model.shape_names:
        parent = model.shape_for(name)
        if parent.type_name == "structure":
            for key, shape in parent.members.items():  # type: ignore[attr-defined]
                shape.parent = parent
                found.append((shape, key))
    return found


@pytest.mark.parametrize("transformers", [{}, TRANSFORMERS])
@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("cloudformation", "DescribeStacks"),
        ("iam", "GetRole"),
        ("ssm", "SendCommand"),
        ("stepfunctions", "StartExecution"),
        ("sns", "Publish"),
    ],
)
def test_what_is_found_is_what_moto_finds_each_time(
    service: str, operation: str, transformers: dict[str, Any]
) -> None:
    find, made = finding_sooner(FIND), serializer(service, operation, **transformers)
    every = list(itertools.product(members(service), OBJECTS))
    found = 0
    for (shape, key), thing in every * 2:
        wanted = outcome(FIND, made, thing, key, shape)
        assert outcome(find, made, thing, key, shape) == wanted
        found += wanted is not None
    assert found


def outcome(find: Any, *given: Any) -> object:
    try:
        return find(*given)
    except TypeError as refused:  # a transformer's
        return str(refused)


def test_other_aliases_have_other_names() -> None:
    find, made = finding_sooner(FIND), serializer("iam", "GetRole")
    shape, key = next(each for each in members("iam") if each[1] == "RoleName")
    assert find(made, Role(), key, shape) == "its own"
    made._value_picker = XFormedAttributePicker(alias_providers=[])
    assert find(made, Role(), key, shape) is None


NAMES = st.sampled_from(
    ["member", "StackName", "a-b", "@xmlns", "@x:y", "#text", "#comment", "b c"]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=3)
    | st.tuples(st.integers())
    | st.text(st.sampled_from("a é<>&\"'\n\t]"), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(("write", "head"), [(WRITE, ""), (EC2Serializer._serialize_body, HEAD)])
@given(body=st.dictionaries(NAMES, VALUES, max_size=2), pretty=st.booleans())
def test_what_is_written_is_what_moto_writes(
    write: Any, head: str, body: dict[str, Any], pretty: bool
) -> None:
    made = serializer("cloudformation", "DescribeStacks")
    made.pretty_print = pretty
    assert text(writing_sooner(write, head), made, body) == text(write, made, body)


def text(write: Any, made: Any, body: dict[str, Any]) -> str:
    try:
        return str(write(made, body))
    except (ValueError, TypeError, AttributeError) as refused:
        return f"refused: {refused}"
