"""Fn::Sub with values loses a `$`, and an element that comes to nothing stays in its list.

moto fills the values of `[text, {Name: value}]` in with Python's string.Template, which reads the
`$$` of `$$.Execution.Id` as an escaped `$`.

AWS: `$$` stays, and AWS::NoValue takes the element away ("Fn::Sub", "Pseudo parameters", template
    reference).
Report: CloudFormation: Fn::Sub with a mapping turns $$ into $
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """What resolves a template's functions."""
    yield Hook(owner="moto.cloudformation.parsing", name="clean_json", replace=with_values)


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
