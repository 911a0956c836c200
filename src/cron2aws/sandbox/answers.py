"""Answers of moto's services, written sooner."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@functools.cache  # one memory for all sandboxes of a process
def remembering_keys(
    find: Callable[[Foreign, Foreign], Iterable[str]],
) -> Callable[[Foreign, Foreign], Iterable[str]]:
    """XFormedAttributePicker.get_possible_keys, once for each member of each class.

    By which names a member is looked for depends on names alone: its own, its shape's, that of the
    structure that it is in, and that of the object's class.
    """
    known: dict[tuple[object, ...], tuple[str, ...]] = {}

    def keys(picker: Foreign, context: Foreign) -> tuple[str, ...]:
        shape = context.shape
        parent = getattr(shape, "parent", None)
        which = (
            type(context.obj),
            context.key,
            context.service_model.service_name,
            shape.name,
            shape.serialization.get("name"),
            parent and parent.name,
            *picker.alias_providers,
        )
        found = known.get(which)
        if found is None:
            found = known[which] = tuple(find(picker, context))
        return found

    return keys
