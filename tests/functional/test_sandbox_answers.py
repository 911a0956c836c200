"""By which names a member of an answer is looked for: as moto has it, though remembered."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.core.utils import get_service_model

from cron2aws.sandbox.answers import remembering_keys

FIND = XFormedAttributePicker.get_possible_keys


class Stack:
    class Meta:
        serialization_aliases = {"StackName": "called", "Tags": "labels"}  # noqa: RUF012 (moto's)


class Tag:
    """Its name is in front of no member."""


class Role:
    """Its name is in front of `RoleName` and `RoleId`."""


OBJECTS: tuple[object, ...] = (Stack(), Tag(), Role(), {})


def members(service: str) -> list[tuple[Any, Any, str]]:
    """Each member of each structure: the service, its shape with its parent, and its key."""
    model = get_service_model(service)
    found = []
    for name in model.shape_names:
        parent = model.shape_for(name)
        if parent.type_name == "structure":
            for key, shape in parent.members.items():  # type: ignore[attr-defined]
                shape.parent = parent
                found.append((model, shape, key))
    return found


@pytest.mark.parametrize("service", ["cloudformation", "iam", "ssm", "stepfunctions", "sns"])
def test_they_are_those_of_moto_each_time(service: str) -> None:
    keys = remembering_keys(FIND)
    picker = XFormedAttributePicker()
    every = list(itertools.product(members(service), OBJECTS))
    for (model, shape, key), thing in every * 2:
        context = AttributePickerContext(obj=thing, key=key, shape=shape, service_model=model)
        assert list(keys(picker, context)) == list(FIND(picker, context))


def test_other_aliases_have_other_names() -> None:
    keys = remembering_keys(FIND)
    model, shape, key = next(each for each in members("iam") if each[2] == "RoleName")
    context = AttributePickerContext(obj=Role(), key=key, shape=shape, service_model=model)
    every, bare = XFormedAttributePicker(), XFormedAttributePicker(alias_providers=[])
    assert "name" in keys(every, context)
    assert tuple(keys(bare, context)) == ()
