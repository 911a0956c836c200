"""What is sent to CloudFormation, which takes 51,200 bytes: cfn/task.yaml in two forms.

    python -m tools.deployed [--check]

- `cfn/task-own-roles.json` is a task that makes roles and a queue of its own.
- `cfn/task.json` is one whose roles and queue are given (GIVEN): no IAM resource.

Both go without what only people read: comments, descriptions, groups, rules for forms, blanks in
texts that are JSON; the functions are compressed. What the machine's definition says more than once
stands there once, and Fn::Sub puts it back. What CloudFormation acts on is the same.
"""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from tools.pack_functions import function_code
from tools.pack_python import CannotPackError
from tools.packed_code import packed_code
from tools.repeated import without_repeats
from tools.settled import settled, with_short_conditions

CFN = Path(__file__).parent.parent / "cfn"
READABLE = CFN / "task.yaml"
ROLES = frozenset(
    ["SendRoleArn", "WaitRoleArn", "MachineRoleArn", "TriggerRoleArn", "UndeliveredQueueArn"]
)
GIVEN = ROLES | {"TargetId", "EntryId"}
"""What `cfn/task.json` is told: the outputs of a foundation and a target, and whose task it is."""
ABSENT = ROLES | {"TargetId", "MoreTags"}
"""What `cfn/task-own-roles.json` has no parameter for: it is of no target."""
BODIES = {"task.json": 40_000, "task-own-roles.json": 49_200}
"""How many bytes each may have."""
JUDGED_BY_AWS = ROLES | {
    *("KmsKeyArn", "PermissionsBoundary", "RolePath", "SecondScheduleTimezone"),
    *("Architecture", "LogRetentionInDays"),
}
"""Parameters that stand for one property as they are. Rules of others keep texts whole."""
STATEMENT = '"Statement"'
SIGNS = {"|": '","', "^": '":"', "`": '"'}
"""What stands in the definition for what it has most often, and JSON writes in more bytes.

No parameter that comes into the definition can have them: see their patterns.
"""
FUNCTIONS = ("send.py", "wait.py")
WORDS = ("Description", "ConstraintDescription")
RULES = ("AllowedPattern", "AllowedValues")


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
    for name, most in BODIES.items():
        if (size := len(texts[name].encode())) >= most:
            sys.exit(f"{name} has {size:,} bytes, and must stay under {most:,}")


@functools.cache
def deployed(name: str, readable: Path = READABLE) -> str:
    """The text of one of BODIES, on one line."""
    template = _plain(cfn_yaml.load(str(readable)))
    if name == "task.json":
        template = settled(template, GIVEN)
    else:
        template = settled(template, frozenset(), ABSENT)
    del template["AWSTemplateFormatVersion"]  # there is one, and it need not be named
    template["Description"] = template["Description"].partition(". ")[0]
    template["Metadata"] = {"cron2aws": template["Metadata"]["cron2aws"]}
    for section in ("Parameters", "Outputs"):
        for parameter, each in template[section].items():
            for word in (*WORDS, *(RULES if parameter in JUDGED_BY_AWS else [])):
                each.pop(word, None)
    for each in template["Resources"].values():
        if each["Type"] == "AWS::IAM::Role":
            del each["Properties"]["Description"]
    return _compact(_short_texts(with_short_conditions(template))) + "\n"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _short_texts(value: Any) -> Any:
    """With the JSON texts under Fn::Sub, the definition and a policy, and the code in few bytes."""
    match value:
        case {"ZipFile": str(code)}:
            return {"ZipFile": _packed(code)}
        case {"Fn::Sub": [str(text), own]} if text.startswith("{\n"):
            # a policy stays in one piece, for those who look for policies in what is deployed
            json_text = _compact(_uncommented(json.loads(text)))
            return {"Fn::Sub": [json_text, own]} if STATEMENT in text else _short(json_text, own)
        case dict():
            return {key: _short_texts(each) for key, each in value.items()}
        case list():
            return [_short_texts(each) for each in value]
        case _:
            return value


@functools.cache  # both bodies have the same functions, and the same definition
def _packed(code: str) -> str:
    """The program as it is deployed; of that file of cfn/functions that it is made from."""
    return packed_code(code, next(name for name in FUNCTIONS if function_code(name) == code))


_without_repeats = functools.cache(without_repeats)


def _short(text: str, own: dict[str, Any]) -> dict[str, Any]:
    """The definition, with SIGNS in it."""
    if any(sign in text for sign in SIGNS):
        raise CannotPackError(f"the definition has one of {' '.join(SIGNS)}")
    for sign, meant in SIGNS.items():
        text = text.replace(meant, sign)
    text, pieces = _without_repeats(text)
    made: dict[str, Any] = {"Fn::Sub": [text, own | pieces]}
    for sign, meant in SIGNS.items():
        made = {"Fn::Join": [meant, {"Fn::Split": [sign, made]}]}
    return made


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
