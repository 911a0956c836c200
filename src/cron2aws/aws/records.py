"""The one reader of answers: a field that is missing or of another type is NotAws.

The stubs say which types AWS promises; what comes from an address may be anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TypeVar

from cron2aws.aws.answers import CAME, METADATA, Came, NotAws, excerpt

_Value = TypeVar("_Value")


@dataclass(frozen=True, kw_only=True)
class Record:
    """An answer or a part of it; `came` describes the whole. Each reader raises NotAws."""

    fields: Mapping[str, object]
    came: Came | str

    def text(self, name: str) -> str:
        """A text that must be there."""
        return self._there(name, str, "text")

    def text_or_none(self, name: str) -> str | None:
        """A text that may be missing."""
        return self.text(name) if name in self.fields else None

    def is_true(self, name: str) -> bool:
        """Whether a field is there, and true."""
        return self.fields.get(name) is True

    def number(self, name: str) -> int:
        """A whole number that must be there."""
        return self._there(name, int, "number")

    def moment(self, name: str) -> datetime:
        """A moment that must be there, in UTC."""
        found = self._there(name, datetime, "moment")
        try:
            return found.astimezone(UTC)
        except (ValueError, OverflowError):  # at the ends of the calendar
            raise self._missing(name, "moment") from None

    def moment_or_none(self, name: str) -> datetime | None:
        """A moment that may be missing, in UTC."""
        return self.moment(name) if name in self.fields else None

    def record(self, name: str) -> Record:
        """A structure that must be there."""
        return self._part(name, self.fields.get(name))

    def record_or_none(self, name: str) -> Record | None:
        """A structure that may be missing."""
        return self.record(name) if name in self.fields else None

    def records(self, name: str) -> tuple[Record, ...]:
        """A list of structures that must be there, even if it is empty."""
        rows: list[object] = self._there(name, list, "list")
        return tuple(self._part(name, row) for row in rows)

    def pairs(self, name: str, key: str, value: str) -> Mapping[str, str]:
        """Names and values from a list that may be missing: tags, parameters, outputs."""
        rows = self.records(name) if name in self.fields else ()
        return MappingProxyType({row.text(key): row.text(value) for row in rows})

    def document(self, name: str) -> Record:
        """A JSON object inside a text that must be there."""
        try:
            found: object = json.loads(self.text(name))
        except (ValueError, RecursionError):
            raise self._missing(name, "JSON") from None
        return self._part(name, found)

    def _there(self, name: str, kind: type[_Value], called: str) -> _Value:
        value = self.fields.get(name)
        if isinstance(value, kind) and not isinstance(value, bool):
            return value
        raise self._missing(name, called)

    def _part(self, name: str, value: object) -> Record:
        if isinstance(value, dict):
            return Record(fields=value, came=self.came)
        raise self._missing(name, "structure")

    def _missing(self, name: str, called: str) -> NotAws:
        return NotAws(lack=f"has no {called} `{name}`", came=self.came)


def answer(page: Mapping[str, object]) -> Record:
    """The answer to one call, or one page of it."""
    metadata = page.get(METADATA)
    noted: object = metadata.get(CAME) if isinstance(metadata, dict) else None
    if isinstance(noted, Came):
        return Record(fields=page, came=noted)
    names = excerpt(", ".join(name for name in page if name != METADATA))
    return Record(fields=page, came=f"it has {names or 'nothing'}")
