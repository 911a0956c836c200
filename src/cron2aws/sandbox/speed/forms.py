"""Programs of state machines that differ in literal texts only: one is parsed, the others copied.

A form is a definition with blanks, numbered, for the literal texts of its payloads. The program of
a form is kept as `pickle` writes it, and read back with a definition's own texts in the blanks: a
millisecond, where moto's parser takes sixty.
"""

from __future__ import annotations

import io
import json
import pickle
import re
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAYLOADS = ("Parameters", "ResultSelector", "Result", "ItemSelector")
"""Their literal values say nothing about the machine."""
_BLANK = re.compile("\ue000([0-9]+)\ue001")
_SPECIAL = re.compile(r"\$|States\.|\{%")
"""How a text begins that the parser may take for more than a text."""
_ELSEWHERE = ("\\u", "\\/", "\ue000", "{%")
"""What moto does not read as JSON does, a blank's own sign, and another language than JSONPath."""


class Forms:
    """The forms that were parsed."""

    def __init__(self, parse: Callable[[str], Foreign]) -> None:
        self._parse = parse
        self._known: dict[str, tuple[bytes, Foreign] | None] = {}

    def parsed(self, definition: str) -> Foreign:
        """What `parse` gives: the program, and the form's tree; it raises what `parse` does."""
        form = form_of(definition)
        if form is None:
            return self._parse(definition)
        text, given = form
        if text not in self._known:
            self._known[text] = self._learnt(text)
        known = self._known[text]
        if known is None:
            return self._parse(definition)
        return _Filling(known[0], given).load(), known[1]

    def _learnt(self, text: str) -> tuple[bytes, Foreign] | None:
        try:
            program, tree = self._parse(text)
        except Exception:  # which tells of a definition in its own words
            return None
        kept = _kept(program)
        return None if kept is None else (kept, tree)


def form_of(definition: str) -> tuple[str, Mapping[str, str]] | None:
    """A definition's form, and what stands in its blanks; None where it has to be read whole."""
    if any(sign in definition for sign in _ELSEWHERE):
        return None
    try:
        read = json.loads(definition)
    except ValueError:
        return None
    given: dict[str, str] = {}
    return json.dumps(_blank(read, given, inside=False), ensure_ascii=False), given


def _blank(value: Foreign, given: dict[str, str], *, inside: bool) -> Foreign:
    if isinstance(value, dict):
        return {
            key: inner
            if key.endswith(".$")
            else _blank(inner, given, inside=inside or key in PAYLOADS)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_blank(inner, given, inside=inside) for inner in value]
    if not inside or not isinstance(value, str) or _SPECIAL.match(value):
        return value
    blank = f"\ue000{len(given)}\ue001"
    given[blank] = value
    return blank


def _kept(program: Foreign) -> bytes | None:
    """A program as `pickle` writes it; None where it can't, or a blank became part of more."""
    written = io.BytesIO()
    writing = _Keeping(written)
    try:
        writing.dump(program)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return None if writing.is_mixed else written.getvalue()


class _Keeping(pickle.Pickler):
    is_mixed = False

    def persistent_id(self, value: object) -> str | None:
        """Blanks are filled when it is read."""
        if not isinstance(value, str) or "\ue000" not in value:
            return None
        self.is_mixed = self.is_mixed or not _BLANK.fullmatch(value)
        return value


class _Filling(pickle.Unpickler):
    def __init__(self, kept: bytes, given: Mapping[str, str]) -> None:
        super().__init__(io.BytesIO(kept))
        self._given = given

    def persistent_load(self, blank: str) -> str:
        """What stands in the blank."""
        return self._given[blank]
