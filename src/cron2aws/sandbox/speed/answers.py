"""Answers of moto's services, written sooner."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from moto.core.serialize import AttributePickerContext
from moto.core.utils import get_value

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable

_ABSENT = object()


@functools.cache  # one for all sandboxes of a process
def finding_sooner(find: Callable[..., Foreign]) -> Callable[..., Foreign]:
    """ResponseSerializer.get_value, with the names of a member remembered at its shape.

    By which names a member is looked for depends on names alone: its own, its shape's, that of the
    structure that it is in, and that of the object's class. A shape is in one structure.
    """

    def found(serializer: Foreign, value: Foreign, key: str, shape: Foreign) -> Foreign:
        picker = serializer._value_picker
        transformers = getattr(picker, "response_transformers", None)
        if transformers is None or _may_end(tuple(transformers), key):
            return find(serializer, value, key, shape)
        known = shape.__dict__.setdefault("names_by_class", {})
        which = (type(value), key, *picker.alias_providers)
        names = known.get(which)
        if names is None:
            model = serializer.operation_model.service_model
            context = AttributePickerContext(obj=value, key=key, shape=shape, service_model=model)
            names = known[which] = tuple(picker.get_possible_keys(context))
        if type(value) is dict:  # as most are
            for name in names:
                if name in value:
                    return value[name]
            if not any("." in name for name in names):
                return None
        for name in names:
            member = get_value(value, name, _ABSENT)
            if member is not _ABSENT:
                return member
        return None

    return found


@functools.lru_cache(maxsize=4096)
def _may_end(paths: tuple[str, ...], key: str) -> bool:
    """Whether a path to a member of this name may end as one of these."""
    return any(path.endswith(key) or key.endswith(path) for path in paths)


HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
"""In front of EC2's answers, which are whole documents."""


@functools.cache
def writing_sooner(write: Callable[..., str], head: str = "") -> Callable[..., str]:
    """_serialize_body of the services that answer in XML: the same text, by joining alone.

    What is not plain names and values is left to `write`; so is a document without its one root.
    """

    def written(serializer: Foreign, body: Foreign) -> str:
        if serializer.pretty_print or (head and not _has_one_root(body)):
            return write(serializer, body)
        out: list[str] = []
        try:
            for name, value in body.items():
                _write(out, name, value)
        except _NotPlainError:
            return write(serializer, body)
        return head + "".join(out)

    return written


def _has_one_root(body: Foreign) -> bool:
    return len(body) == 1 and not isinstance(next(iter(body.values())), list)


class _NotPlainError(Exception):
    """Something that is xmltodict's to write, or to refuse."""


def _write(out: list[str], name: str, value: Foreign) -> None:
    if not _is_plain(name):
        raise _NotPlainError
    for each in value if isinstance(value, list) else (value,):
        if isinstance(each, dict):
            _write_element(out, name, each)
        else:
            text = escape(_text(each))
            out.append(f"<{name}>{text}</{name}>" if text else f"<{name}/>")


def _write_element(out: list[str], name: str, parts: Foreign) -> None:
    attributes = ""
    inner: list[str] = []
    for key, value in parts.items():
        if isinstance(key, str) and key.startswith("@"):
            if not (_is_plain(key[1:]) and isinstance(value, str)):
                raise _NotPlainError
            attributes += f" {key[1:]}={quoteattr(value)}"
        elif value != []:
            _write(inner, key, value)
    text = "".join(inner)
    out.append(f"<{name}{attributes}>{text}</{name}>" if text else f"<{name}{attributes}/>")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise _NotPlainError


@functools.lru_cache(maxsize=4096)  # they are of the services' models
def _is_plain(name: object) -> bool:
    return isinstance(name, str) and name.replace("-", "").replace(":", "").isalnum()
