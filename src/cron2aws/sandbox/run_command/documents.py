"""Documents of Systems Manager: what a host's agent runs of one.

moto keeps documents, but sends none and checks no parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.run_command.agent import limit_of

SHELL = "AWS-RunShellScript"
SIZE_LIMIT = 65_536
"""Bytes of a document, and of the values that a command gives it (CreateDocument, Content)."""
Values = Mapping[str, Sequence[str]]


class Refused(Exception):
    """An error of the API: its code and its message."""

    def __init__(self, *, code: str, message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, kw_only=True)
class Script:
    """What the hosts' `sh` gets, and the seconds that it may take."""

    text: str
    seconds: int


def script_of(backend: Foreign, name: str, version: str, values: Values) -> Script:
    """Of a command: the document with these values of its parameters.

    Refused as SendCommand refuses a document, a version or a value.
    """
    if name == SHELL:
        limit = next(iter(values.get("executionTimeout", ())), "3600")
        return Script(text="\n".join(values.get("commands", ())), seconds=limit_of(limit))
    content = _content(backend, name, version)
    if len(json.dumps(content)) + len(json.dumps(values)) > SIZE_LIMIT:
        raise Refused(code="MaxDocumentSizeExceeded")
    slots = content.get("parameters") or {}
    for wrong in _refusals(slots, values):
        raise Refused(code="InvalidParameters", message=wrong)
    given = {each: _text(values.get(each, slot.get("default"))) for each, slot in slots.items()}
    steps = content["mainSteps"]
    lines = [line for step in steps for line in step["inputs"]["runCommand"]]
    limit = steps[0]["inputs"].get("timeoutSeconds", "3600")
    return Script(text=_put("\n".join(lines), given), seconds=limit_of(_put(str(limit), given)))


def _content(backend: Foreign, name: str, version: str) -> Mapping[str, Any]:
    found = backend._documents.get(name)
    if found is None:
        raise Refused(code="InvalidDocument", message=f"Document {name} does not exist.")
    version = "" if version == "$DEFAULT" else version
    document = found.find(version, strict=False)
    if document is None:
        raise Refused(code="InvalidDocumentVersion", message=f"no version {version} of {name}")
    content: Mapping[str, Any] = document.content_json
    return content


def _refusals(slots: Mapping[str, Mapping[str, Any]], values: Values) -> Iterator[str]:
    """What is wrong with the values: "Parameters" in the syntax reference of documents."""
    for name in values.keys() - slots.keys():
        yield f"{name} is no parameter of the document"
    for name, slot in slots.items():
        given = values.get(name)
        if given is None:
            if "default" not in slot:
                yield f"{name} has no value"
            continue
        if slot.get("type", "String") == "String" and len(given) != 1:
            yield f"{name} takes one value"
        for each in given:
            # by no more than its words a pattern has no anchors, and `$` stands before a last \n
            if "allowedPattern" in slot and not re.search(slot["allowedPattern"], each):
                yield f"{name} must match the pattern {slot['allowedPattern']}"
            if "allowedValues" in slot and each not in slot["allowedValues"]:
                yield f"{name} must be one of {slot['allowedValues']}"
            if not int(slot.get("minChars", 0)) <= len(each) <= int(slot.get("maxChars", 1 << 20)):
                yield f"{name} is too short or too long"


def _text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _put(text: str, values: Mapping[str, str]) -> str:
    """With each `{{ name }}` replaced by the value as it is: nothing is quoted for a shell."""
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: values.get(found[1], found[0]), text)
