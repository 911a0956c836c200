"""What CloudFormation calls by itself: AWS's registry of resource types, as cfn-lint ships it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from tests.iam import Statement
from tests.stack_template import REGION, read

PAGE = Path(__file__).parents[1] / "docs/decisions/0024-a-foundation-and-targets.md"
OF_TASKS = "What CloudFormation needs for a task"
OF_OTHERS = "What it needs for what is shared, and for roles"


def types_of(*templates: str) -> set[str]:
    """The resource types in these templates."""
    return {each["Type"] for name in templates for each in read(name)["Resources"].values()}


def called_for(types: Iterable[str]) -> set[str]:
    """Actions of the handlers of these types, and of their tags."""
    found: set[str] = set()
    for kind in types:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
        for handler in schema.get("handlers", {}).values():
            found |= set(handler["permissions"])
        found |= set(schema.get("tagging", {}).get("permissions", []))
    return found


def excluded(heading: str) -> list[str]:
    """The actions of a table of the page, each with the reason why it is not given."""
    (section,) = (
        part
        for part in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if part.startswith(f"{heading}\n")
    )
    return re.findall(r"^\| `(\w+:[\w.]+)` \| \S", section, re.MULTILINE)


def actions_of(statements: Iterable[Statement]) -> set[str]:
    """Every action that statements allow."""
    actions = [each["Action"] for each in statements]
    return {name for each in actions for name in ([each] if isinstance(each, str) else each)}
