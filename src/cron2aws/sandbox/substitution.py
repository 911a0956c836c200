"""Fn::Sub with values of its own, `[text, {Name: value}]`, and elements of lists that are none.

moto fills the values in with Python's string.Template, which reads the `$$` of `$$.Execution.Id` as
an escaped `$`; and an element that comes to AWS::NoValue stays in its list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable


def with_values(clean: Callable[[Foreign, Foreign], Foreign]) -> Callable[..., Foreign]:
    """parsing.clean_json, where the text has its own values in it before moto looks at it."""

    def cleaned(piece: Foreign, resources: Foreign) -> Foreign:
        if isinstance(piece, list):
            # nothing but AWS::NoValue comes to None
            return [each for each in (cleaned(one, resources) for one in piece) if each is not None]
        given = piece.get("Fn::Sub") if isinstance(piece, dict) else None
        if not isinstance(given, list):
            return clean(piece, resources)
        text, values = given
        for name, value in values.items():
            text = text.replace(f"${{{name}}}", str(cleaned(value, resources)))
        return clean({"Fn::Sub": text}, resources)

    return cleaned
