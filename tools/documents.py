"""The tables of docs/reference/json.md, from the schemas that the program brings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

Schema = Mapping[str, Any]

SCHEMAS = files("cron2aws.report") / "schemas"
MORE = {
    "explain.dialect": "[their names](cli.md)",
    "explain.verdict": "[all of them](#verdicts)",
    "explain.findings": "[what one has](#findings)",
    "explain-finding.code": "[all of them](findings.md)",
    "scan.entries[].verdict": "[all of them](#verdicts)",
    "scan.entries[].findings": "[what one has](#findings)",
    "calendar.busiest.crowds[].due[].where": "[what each says](#who-starts-an-entry)",
    "calendar.listing.starts[].where": "[what each says](#who-starts-an-entry)",
    "calendar.listing.often[].where": "[what each says](#who-starts-an-entry)",
    "calendar.looks[].due[].where": "[what each says](#who-starts-an-entry)",
    "calendar.looks[].after.starts[].where": "[what each says](#who-starts-an-entry)",
    "calendar.looks[].after.often[].where": "[what each says](#who-starts-an-entry)",
    "plan.steps[].parameters": "[all of them](parameters.md)",
    "status.tasks[].standing": "[all of them](#standings)",
    "history.runs[].hosts[].outcome": "[all of them](stack-behaviour.md)",
}
"""Where more is told of a field."""


def schema_of(name: str) -> dict[str, Any]:
    """The schema of `cron2aws.NAME/1`, such as `explain`."""
    made: dict[str, Any] = json.loads((SCHEMAS / f"{name}-1.json").read_text(encoding="utf-8"))
    return made


def fields_table(name: str) -> str:
    """A row for each field, below the one that it belongs to."""
    return "\n".join(_rows(name, schema_of(name)))


def fields(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Every field's path, `runs[].hosts[].exit`, and what is said of it."""
    yield from _fields(schema, schema, "")


def _rows(name: str, schema: Schema) -> Iterator[str]:
    yield "| field | type | what it is |"
    yield "| --- | --- | --- |"
    for path, field in fields(schema):
        more = MORE.get(f"{name}.{path}", "")
        said = "; ".join(filter(None, (field["description"], more)))
        yield f"| `{path}` | {_kind(schema, field)} | {said} |"


def _fields(root: Schema, node: Schema, before: str) -> Iterator[tuple[str, Schema]]:
    for name, field in node.get("properties", {}).items():
        yield f"{before}{name}", field
        inner = resolved(root, field)
        many = "items" in inner
        inner = resolved(root, inner["items"]) if many else inner
        if "title" not in inner:  # else it is told elsewhere
            yield from _fields(root, inner, f"{before}{name}{'[]' if many else ''}.")


def resolved(root: Schema, node: Schema) -> Schema:
    """The schema that is meant, of something or null the something's."""
    node = next((each for each in node.get("anyOf", ()) if "$ref" in each), node)
    found: Schema = root["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    return found


def _kind(root: Schema, field: Schema) -> str:
    inner = resolved(root, field)
    kinds = inner.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    null = " or null" if ("anyOf" in field and inner is not field) or kind != kinds else ""
    match kind:
        case "array":
            return f"{_list(resolved(root, inner['items']))}{null}"
        case "object":
            name = "map" if "additionalProperties" in inner else inner.get("title", "object")
            return f"{name}{null}"
        case "integer":
            return f"number{null}"
        case _:
            return f"{kind}{null}"


def _list(items: Schema) -> str:
    if "title" in items:
        return f"list of {items['title']}s"
    kind = "number" if items["type"] == "integer" else items["type"]
    return "list" if kind == "object" else f"list of {kind}s"
