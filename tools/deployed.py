"""`cfn/task.json`: cfn/task.yaml as it is sent to CloudFormation, which takes 51,200 bytes.

    python -m tools.deployed [--check]

The same template without what only people read: comments, descriptions, blanks in texts that are
JSON, long names in functions. What such a text says more than once stands there once, and Fn::Sub
puts it back. What CloudFormation acts on is the same.
"""

from __future__ import annotations

import json
import string
import sys
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from tools.repeated import without_repeats
from tools.short_names import with_short_names

CFN = Path(__file__).parent.parent / "cfn"
READABLE, DEPLOYED = CFN / "task.yaml", CFN / "task.json"
WORDS = ("Description", "ConstraintDescription")


def main() -> None:
    """Write the file, or end with 1 where it is not what it should be."""
    text = deployed()
    if sys.argv[1:] != ["--check"]:
        DEPLOYED.write_text(text, encoding="utf-8")
    elif not DEPLOYED.exists() or DEPLOYED.read_text(encoding="utf-8") != text:
        sys.exit(f"{DEPLOYED.name} is not what {READABLE.name} gives: make embed")


def deployed() -> str:
    """The template's text, on one line."""
    template = _plain(cfn_yaml.load(str(READABLE)))
    del template["AWSTemplateFormatVersion"]  # there is one, and it need not be named
    template["Description"] = template["Description"].partition(". ")[0]
    for section in ("Parameters", "Outputs"):
        for each in template[section].values():
            for word in WORDS:
                each.pop(word, None)
    for each in template["Resources"].values():
        each["Properties"].pop("Description", None)
    for name, short in zip(template["Conditions"], string.ascii_uppercase, strict=False):
        template = _renamed(template, name, short)
    return _compact(_short_texts(template)) + "\n"


def _renamed(value: Any, name: str, short: str) -> Any:
    """With another name for a condition, which no other thing is called by."""
    if isinstance(value, dict):
        pairs = ((key, _renamed(each, name, short)) for key, each in value.items())
        return {short if key == name else key: each for key, each in pairs}
    if isinstance(value, list):
        return [_renamed(each, name, short) for each in value]
    return short if value == name else value


def _short_texts(value: Any) -> Any:
    """With the JSON texts under Fn::Sub, the definition and a policy, and the code in few bytes."""
    match value:
        case {"ZipFile": str(code)}:
            return {"ZipFile": with_short_names(code)}
        case {"Fn::Sub": str(text)} if text.startswith("{\n"):
            # a policy stays in one piece, for those who look for policies in what is deployed
            return {"Fn::Sub": _compact(json.loads(text))}
        case {"Fn::Sub": [str(text), own]}:
            return {"Fn::Sub": _short_text(text, own)}
        case dict():
            return {key: _short_texts(each) for key, each in value.items()}
        case list():
            return [_short_texts(each) for each in value]
        case _:
            return value


def _short_text(text: str, own: dict[str, Any]) -> list[Any]:
    text, pieces = without_repeats(_compact(_uncommented(json.loads(text))))
    return [text, own | pieces]


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _uncommented(value: Any) -> Any:
    """Without the comments of states: ASL's own, which nothing reads."""
    if isinstance(value, dict):
        return {key: _uncommented(each) for key, each in value.items() if key != "Comment"}
    return [_uncommented(each) for each in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """Without cfn-lint's own classes, which know the place of each value."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


if __name__ == "__main__":
    main()
