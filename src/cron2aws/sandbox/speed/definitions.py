"""Definitions of state machines, parsed as seldom as can be.

moto's parser takes 60 ms for a task's definition, at its creation and again at each start. The
machines of a hundred tasks differ in names and texts only: one of their shape is judged once, and
parsed once (`forms.py`).
"""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.speed.forms import PAYLOADS, Forms

if TYPE_CHECKING:
    from collections.abc import Callable

QUOTED = re.compile(r"'(?:\\.|[^'\\])*'")
"""A text in an intrinsic function."""


@functools.cache  # one memory for all sandboxes of a process
def remembering(parse: Callable[[str], Foreign]) -> Callable[[str], Foreign]:
    """AmazonStateLanguageParser.parse, each definition once, those of one form together.

    A parsed program keeps nothing of a run but where it has branches: those are parsed anew.
    """
    once = functools.lru_cache(maxsize=512)(Forms(parse).parsed)

    def parsed(definition: str) -> Foreign:
        branches = '"Map"' in definition or '"Parallel"' in definition
        return parse(definition) if branches else once(definition)

    return parsed


@functools.cache
def remembering_paths(parse: Callable[[str], Foreign]) -> Callable[[str], Foreign]:
    """jsonpath_ng's parse, each path once."""
    return functools.lru_cache(maxsize=1024)(parse)


@functools.cache
def judging(judge: Callable[..., None]) -> Callable[..., None]:
    """StepFunctionsParserBackend._validate_definition, each shape once; it raises what judge does.

    An error is never remembered: its message tells of this definition.
    """
    good: set[str] = set()

    def judged(definition: str) -> None:
        kind = shape(definition)
        if kind is None or kind not in good:
            judge(definition)
            if kind is not None:
                good.add(kind)

    return judged


def shape(definition: str) -> str | None:
    """The definition without its literal values and texts; None where it isn't JSON."""
    try:
        read = json.loads(definition)
    except ValueError:
        return None
    return json.dumps(_bare(read, inside_payload=False))


def _bare(value: Foreign, *, inside_payload: bool) -> Foreign:
    if isinstance(value, dict):
        return {
            key: QUOTED.sub("''", inner)
            if key.endswith(".$") and isinstance(inner, str)
            else _bare(inner, inside_payload=inside_payload or key in PAYLOADS)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_bare(inner, inside_payload=inside_payload) for inner in value]
    return "" if inside_payload and isinstance(value, str) else value
