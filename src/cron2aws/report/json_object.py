"""A document as one JSON object, written in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from cron2aws.task.target import Target


def object_of(document: dict[str, Any]) -> Iterator[str]:
    """The document with each element of its lists on a line of its own.

    An iterator is a list whose elements are encoded already, in pieces, each when it is written:
    ten thousand entries with their scripts are never held as text.
    """
    before = "{"
    for name, value in document.items():
        yield f"{before}{json.dumps(name)}: "
        if isinstance(value, Iterator):
            yield from _elements(value)
        elif isinstance(value, list):
            yield from _elements((json.dumps(each),) for each in value)
        else:
            yield json.dumps(value)
        before = ",\n "
    yield "}\n"


def target_json(target: Target) -> dict[str, Any]:
    """A target, with the id that the names of its stacks have."""
    return {"id": target.id, "tags": dict(target.tags)}


def _elements(texts: Iterable[tuple[str, ...]]) -> Iterator[str]:
    before = "["
    for first, *rest in texts:
        yield f"{before}\n  {first}"
        yield from rest
        before = ","
    yield "[]" if before == "[" else "]"
