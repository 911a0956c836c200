"""Templates as they are read: what moto's reader leaves wrong."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable


@functools.cache  # one function for all sandboxes of a process
def conditions_read(parse: Callable[[str], Foreign]) -> Callable[[str], Foreign]:
    """Stack.parse_template; what moto read as `Fn::Condition` is the function it stands for."""
    return lambda text: _with_conditions(parse(text))


def _with_conditions(value: Foreign) -> Foreign:
    if isinstance(value, dict):
        if "Fn::Condition" in value:
            return {"Condition": value["Fn::Condition"]}
        return {key: _with_conditions(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_conditions(inner) for inner in value]
    return value
