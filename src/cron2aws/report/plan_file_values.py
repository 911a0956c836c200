"""Values of a plan file that somebody may have edited or made up: each is what it must be, or told.

Every function raises ValueError for a value that no plan file of ours has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import UsageError
from cron2aws.handover.waves import Waves
from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.target import Target

FORMATS = ("system", "user")

Json = dict[str, Any]


class Wrong(ValueError):
    """A value that no plan file of ours has."""

    def __init__(self, value: object, wanted: str) -> None:
        super().__init__(f"{value!r} is not {wanted}")


def loaded(text: str) -> Any:  # noqa: ANN401
    """What a text of JSON says; no name may stand twice in an object.

    RecursionError for one that is too deep.
    """
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: Sequence[tuple[str, object]]) -> Json:
    """Readers differ in which of two values counts: nobody is shown the other one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Wrong(twice, "a name that may stand twice in one object")
    return found


def text(value: object) -> str:
    """A text; also one of bytes that are no UTF-8, as crontabs have them."""
    if not isinstance(value, str):
        raise Wrong(value, "a text")
    value.encode("utf-8", "surrogateescape")
    return value


def text_or_none(value: object) -> str | None:
    """A text, or null."""
    return None if value is None else text(value)


def texts(values: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(values, list):
        raise Wrong(values, "a list")
    return tuple(map(text, values))


def mapping(values: object) -> dict[str, str]:
    """An object whose values are texts."""
    if not isinstance(values, dict):
        raise Wrong(values, "an object")
    return {text(name): text(value) for name, value in values.items()}


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong(value, "true or false")
    return value


def flag_or_none(value: object) -> bool | None:
    """True, false, or null."""
    return None if value is None else flag(value)


def whole(value: object) -> int:
    """A whole number that is not negative: a line, or a version."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Wrong(value, "a whole number")
    return value


def whole_or_none(value: object) -> int | None:
    """The same, or null."""
    return None if value is None else whole(value)


def like(form: re.Pattern[str], value: object) -> str:
    """A text of this form."""
    found = text(value)
    if not form.fullmatch(found):
        raise Wrong(found, f"like {form.pattern}")
    return found


def paths(values: object) -> tuple[str, ...]:
    """Names of files."""
    found = texts(values)
    for each in found:
        if not each.startswith("/") or "\0" in each:
            raise Wrong(each, "the absolute path of a file")
    return found


def one_of(names: Sequence[str], value: object) -> str | None:
    """One of these, or null."""
    found = text_or_none(value)
    if found is not None and found not in names:
        raise Wrong(found, f"one of {', '.join(names)}")
    return found


def dialect(value: object) -> str | None:
    """The name of a daemon, or null."""
    return one_of(tuple(DIALECTS), value)


def trigger(value: object) -> str | None:
    """What fires, or null."""
    return one_of(tuple(each.value for each in TriggerKind), value)


def day(value: object) -> str | None:
    """A date, or null."""
    found = text_or_none(value)
    return None if found is None else date.fromisoformat(found).isoformat()


def waves(value: object) -> str | None:
    """In which waves hosts are edited, or null."""
    found = text_or_none(value)
    if found is None:
        return None
    try:
        return Waves.read(found).text
    except UsageError as refused:
        raise Wrong(value, f"what waves are: {refused.why}") from refused


def target(value: object) -> Target:
    """Tags that a target can have."""
    if not isinstance(value, dict):
        raise Wrong(value, "an object")
    found = Target.having({text(key): texts(values) for key, values in value.items()})
    try:
        given = Target.parse(found.options[1::2])
    except UsageError as refused:
        raise Wrong(value, f"a target: {refused.what}") from refused
    if given != found:
        raise Wrong(value, "a target")
    return found


def otherwise(read: object, said: object, place: str = "it") -> str:
    """Where a file says otherwise than what was read of it; empty where it does nowhere.

    What it says besides is nothing that is carried out.
    """
    if isinstance(read, Mapping) and isinstance(said, dict):
        found = (
            otherwise(value, said.get(name), f"{place}.{name}") for name, value in read.items()
        )
        return next(filter(None, found), "")
    if isinstance(read, list | tuple) and isinstance(said, list) and len(read) == len(said):
        pairs = enumerate(zip(read, said, strict=True))
        found = (otherwise(one, other, f"{place}[{at}]") for at, (one, other) in pairs)
        return next(filter(None, found), "")
    same = type(read) is type(said) and read == said
    return "" if same else f"{place} is {said!r}, and not {read!r}"
