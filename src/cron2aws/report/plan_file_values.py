"""Reads values of a plan file that somebody may have edited or made up, and checks each.

Every function returns the value, or raises ValueError for one that no plan file of ours has.
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

JsonObject = dict[str, Any]


class WrongValue(ValueError):
    """A value that no plan file of ours has."""

    def __init__(self, value: object, wanted: str) -> None:
        super().__init__(f"{value!r} is not {wanted}")


def loaded(text: str) -> Any:  # noqa: ANN401
    """Parse a text of JSON; an object that has a name twice is refused.

    RecursionError for one that is too deep.
    """
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: Sequence[tuple[str, object]]) -> JsonObject:
    """Readers differ in which of two values counts: nobody is shown the other one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise WrongValue(twice, "a name that may stand twice in one object")
    return found


def text(value: object) -> str:
    """A text; also one of bytes that are no UTF-8, as crontabs have them."""
    if not isinstance(value, str):
        raise WrongValue(value, "a text")
    value.encode("utf-8", "surrogateescape")
    return value


def text_or_none(value: object) -> str | None:
    """A text, or null."""
    return None if value is None else text(value)


def texts(values: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(values, list):
        raise WrongValue(values, "a list")
    return tuple(map(text, values))


def mapping(values: object) -> dict[str, str]:
    """An object whose values are texts."""
    if not isinstance(values, dict):
        raise WrongValue(values, "an object")
    return {text(name): text(value) for name, value in values.items()}


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise WrongValue(value, "true or false")
    return value


def flag_or_none(value: object) -> bool | None:
    """True, false, or null."""
    return None if value is None else flag(value)


def whole(value: object) -> int:
    """A whole number that is not negative: a line, or a version."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise WrongValue(value, "a whole number")
    return value


def whole_or_none(value: object) -> int | None:
    """A whole number that is not negative, or null."""
    return None if value is None else whole(value)


def like(form: re.Pattern[str], value: object) -> str:
    """A text of this form."""
    found = text(value)
    if not form.fullmatch(found):
        raise WrongValue(found, f"like {form.pattern}")
    return found


def paths(values: object) -> tuple[str, ...]:
    """Names of files."""
    found = texts(values)
    for each in found:
        if not each.startswith("/") or "\0" in each:
            raise WrongValue(each, "the absolute path of a file")
    return found


def one_of(names: Sequence[str], value: object) -> str | None:
    """One of these, or null."""
    found = text_or_none(value)
    if found is not None and found not in names:
        raise WrongValue(found, f"one of {', '.join(names)}")
    return found


def dialect(value: object) -> str | None:
    """The name of a dialect, or null."""
    return one_of(tuple(DIALECTS), value)


def trigger(value: object) -> str | None:
    """A trigger kind's name, or null."""
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
        raise WrongValue(value, f"what waves are: {refused.why}") from refused


def target(value: object) -> Target:
    """Tags that a target can have."""
    if not isinstance(value, dict):
        raise WrongValue(value, "an object")
    found = Target.having({text(key): texts(values) for key, values in value.items()})
    try:
        given = Target.parse(found.options[1::2])
    except UsageError as refused:
        raise WrongValue(value, f"a target: {refused.what}") from refused
    if given != found:
        raise WrongValue(value, "a target")
    return found


def first_difference(read: object, said: object, place: str = "it") -> str:
    """The first place where a file differs from what was read of it; empty where there is none.

    What the file has besides does not count: it is not carried out.
    """
    if isinstance(read, Mapping) and isinstance(said, dict):
        found = (
            first_difference(value, said.get(name), f"{place}.{name}")
            for name, value in read.items()
        )
        return next(filter(None, found), "")
    if isinstance(read, list | tuple) and isinstance(said, list) and len(read) == len(said):
        pairs = enumerate(zip(read, said, strict=True))
        found = (first_difference(one, other, f"{place}[{at}]") for at, (one, other) in pairs)
        return next(filter(None, found), "")
    same = type(read) is type(said) and read == said
    return "" if same else f"{place} is {said!r}, and not {read!r}"
