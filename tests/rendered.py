"""The templates as AWS sees them: parameters filled in, policies in full. For linters.

    python -m tests.rendered FOLDER

writes each as JSON. Linters of templates follow neither Fn::Sub into policies nor conditions.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.role_calls import BUCKET, KEY, a_task
from tests.stack_template import Rendered, documents, foundation, target, task

GIVEN = {"KmsKeyArn": KEY, "PermissionsBoundary": "arn:aws:iam::123456789012:policy/bound"}
SECOND = {"SecondScheduleExpression": "rate(1 hour)"}
TAGS = {"Tag2Name": "env", "Tag2Values": "prod,test", "OutputS3Bucket": BUCKET}


def templates() -> dict[str, Rendered]:
    """By the name of what they are of: with nothing given, and with all that a company gives."""
    return {
        "foundation": foundation(),
        "foundation-of-a-company": foundation(**GIVEN, Email="ops@example.com"),
        "documents": documents(),
        "target": target(),
        "target-of-a-company": target(**GIVEN, **TAGS),
        "task": a_task(KmsKeyArn="", Trigger="rule", **SECOND),
        "task-with-a-key": a_task(**SECOND),
        "task-own-roles": task(Trigger="rule", **SECOND),
        "task-own-roles-of-a-company": task(**GIVEN, OutputS3Bucket=BUCKET),
    }


def text(made: Rendered) -> str:
    """A template without parameters and conditions. References to resources stay what they name."""
    resources = {}
    for name in made.resources:
        body = made.template["Resources"][name]
        kept = {key: each for key, each in body.items() if key not in ("Condition", "Properties")}
        resources[name] = kept | {"Properties": _objects(made.properties(name))}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, indent=1)


def policies(made: Rendered) -> Iterator[tuple[str, str]]:
    """Each policy that a role has, as a JSON text, and the role."""
    for name in made.resources:
        if made.template["Resources"][name]["Type"] == "AWS::IAM::Role":
            for each in _objects(made.properties(name)["Policies"]):
                yield name, json.dumps(each["PolicyDocument"])


def _objects(value: Any) -> Any:
    """With policies that are JSON texts as objects."""
    match value:
        case {"PolicyDocument": str(document)}:
            return {**value, "PolicyDocument": json.loads(document)}
        case dict():
            return {key: _objects(each) for key, each in value.items()}
        case list():
            return [_objects(each) for each in value]
        case _:
            return value


def main() -> None:
    """Write them."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in templates().items():
        (folder / f"{name}.json").write_text(text(made), encoding="utf-8")


if __name__ == "__main__":
    main()
