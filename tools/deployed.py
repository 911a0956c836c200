"""What is sent to CloudFormation, which takes 51,200 bytes: cfn/task.yaml in two forms.

    python -m tools.deployed [--check]

- `cfn/task-own-roles.json` is the whole template without what only people read: comments,
  descriptions, groups, blanks in texts that are JSON, long names in functions. What such a text
  says more than once stands there once, and Fn::Sub puts it back. What CloudFormation acts on is
  the same.
- `cfn/task.json` is the same for a task whose roles and queue are given (GIVEN): no IAM resource.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from tools.pack_python import CannotPackError
from tools.repeated import without_repeats
from tools.settled import settled, with_short_conditions
from tools.short_names import with_short_names

CFN = Path(__file__).parent.parent / "cfn"
READABLE = CFN / "task.yaml"
GIVEN = frozenset(
    [
        *("SendRoleArn", "WaitRoleArn", "MachineRoleArn", "TriggerRoleArn", "UndeliveredQueueArn"),
        *("TargetId", "EntryId"),
    ]
)
"""What `cfn/task.json` is told: the outputs of a foundation and a target, and whose task it is."""
BODIES = {"task.json": (GIVEN, 43_100), "task-own-roles.json": (frozenset[str](), 51_900)}
"""By file: what is given to it, and how many bytes it may have."""
JUDGED_BY_AWS = GIVEN - {"TargetId", "EntryId"} | {"KmsKeyArn", "PermissionsBoundary", "RolePath"}
"""Parameters that stand for one property as they are. Patterns of others keep texts whole."""
STATEMENT = '"Statement"'
PACKED = re.compile(r"[^'\"\s]{1000,}")
NO_REFERENCE = re.compile(r"\$\{(?!Packed\d\})")
WORDS = ("Description", "ConstraintDescription")


def main() -> None:
    """Write the files, or end with 1 where they are not what they should be, or too large."""
    check = sys.argv[1:] == ["--check"]
    wrong = [name for name in BODIES if check and _read(CFN / name) != deployed(name)]
    if wrong:
        sys.exit(f"not what {READABLE.name} gives: {', '.join(wrong)}; make embed")
    texts = {name: deployed(name) for name in BODIES}
    for name, text in texts.items():
        if not check:
            (CFN / name).write_text(text, encoding="utf-8", newline="\n")
    for name, (_, most) in BODIES.items():
        if (size := len(texts[name].encode())) >= most:
            sys.exit(f"{name} has {size:,} bytes, and must stay under {most:,}")


@functools.cache
def deployed(name: str, readable: Path = READABLE) -> str:
    """The text of one of BODIES, on one line."""
    template = _plain(cfn_yaml.load(str(readable)))
    given, _ = BODIES[name]
    # a role of a task's own is for one tag: more of them need a role that is given
    template = settled(template, given) if given else _of_one_tag(template)
    del template["AWSTemplateFormatVersion"]  # there is one, and it need not be named
    template.pop("Rules", None)  # they are for who fills in a form
    template["Description"] = template["Description"].partition(". ")[0]
    template["Metadata"] = {"cron2aws": template["Metadata"]["cron2aws"]}
    for section in ("Parameters", "Outputs"):
        for called, each in template[section].items():
            for word in (*WORDS, *(["AllowedPattern"] if called in JUDGED_BY_AWS else [])):
                each.pop(word, None)
    for each in template["Resources"].values():
        if each["Type"] == "AWS::IAM::Role":
            del each["Properties"]["Description"]
    return _compact(_short_texts(with_short_conditions(template))) + "\n"


def _of_one_tag(template: dict[str, Any]) -> dict[str, Any]:
    """Without MoreTags, and what depends on it."""
    del template["Parameters"]["MoreTags"], template["Conditions"]["HasMoreTags"]

    def without(value: Any) -> Any:
        match value:
            case {"Fn::If": ["HasMoreTags", _, otherwise]}:
                return without(otherwise)
            case dict():
                return {key: without(each) for key, each in value.items()}
            case list():
                return [without(each) for each in value]
            case str():
                return value.replace("${MoreTags}", "")
            case _:
                return value

    return {section: without(value) for section, value in template.items()}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _short_texts(value: Any) -> Any:
    """With the JSON texts under Fn::Sub, the definition and a policy, and the code in few bytes."""
    match value:
        case {"ZipFile": str(code)}:
            return {"ZipFile": {"Fn::Sub": _short_code(code)}}
        case {"Fn::Sub": [str(text), own]} if text.startswith("{\n"):
            # a policy stays in one piece, for those who look for policies in what is deployed
            json_text = _compact(_uncommented(json.loads(text)))
            return {"Fn::Sub": [json_text, own] if STATEMENT in text else _short(json_text, own)}
        case dict():
            return {key: _short_texts(each) for key, each in value.items()}
        case list():
            return [_short_texts(each) for each in value]
        case _:
            return value


def _short(text: str, own: dict[str, Any]) -> list[Any]:
    text, pieces = without_repeats(text)
    return [text, own | pieces]


@functools.cache
def _short_code(code: str) -> list[Any]:
    """A function's program. What is compressed in it says nothing twice, and is a piece itself."""
    short = with_short_names(code)
    pieces = {f"Packed{at}": text for at, text in enumerate(PACKED.findall(short))}
    for name, text in pieces.items():
        short = short.replace(text, f"${{{name}}}")
    if NO_REFERENCE.search(short):
        raise CannotPackError("a program with ${ in it looks like a text with references")
    return _short(short, pieces)


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
