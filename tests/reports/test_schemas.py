"""Each document is what its schema says, and what is no such document is told from it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cron2aws.assess.values import Decision
from cron2aws.calendar.values import Where, Without
from cron2aws.findings import Level
from cron2aws.handover.status_values import Standing
from cron2aws.plan.actions import Action
from cron2aws.plan.past import Ending
from cron2aws.plan.shared import Kind
from cron2aws.report.export.stacks import Kind as ExportedKind
from cron2aws.schedule.outcome import Verdict
from cron2aws.schedule.trigger import TriggerKind
from tests.functional.cli import cron2aws
from tests.golden.golden import EXPECTED
from tools.documents import fields, resolved

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    file.name.removesuffix(".json"): json.loads(file.read_text(encoding="utf-8"))
    for file in (files("cron2aws.report") / "schemas").iterdir()
}
_NAMED = chain.from_iterable(
    re.findall(r'"cron2aws\.([a-z-]+)/(\d+)"', path.read_text(encoding="utf-8"))
    for path in (ROOT / "src/cron2aws").rglob("*.py")
)
PUBLISHED = {f"{name}-{number}" for name, number in _NAMED}
HOSTS = sorted(path.name for path in (ROOT / "fixtures/crontabs").iterdir() if path.is_dir())
OPTIONAL = {"runs[].hosts[].printed"}
"""Fields that are there where an option asks for them."""

Document = dict[str, Any]
GOLDENS = sorted(path.stem for path in (EXPECTED / "json").iterdir())


def golden(name: str) -> Iterator[Document]:
    """The document, or one a line."""
    text = (EXPECTED / f"json/{name}.txt").read_text(encoding="utf-8")
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        document, end = decoder.raw_decode(text, at)
        yield document
        at = end + 1


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[name])


def schema_name(document: Document) -> str:
    return str(document["schema"]).removeprefix("cron2aws.").replace("/", "-")


def is_valid(document: Document, name: str | None = None) -> bool:
    return bool(validator(name or schema_name(document)).is_valid(document))


def check(document: Document) -> None:
    validator(schema_name(document)).validate(document)


# --- documents


@pytest.mark.parametrize("name", GOLDENS)
def test_a_reviewed_document_is_what_its_schema_says(name: str) -> None:
    for document in golden(name):
        check(document)


@pytest.mark.parametrize("host", HOSTS)
def test_a_scan_is_what_its_schema_says(host: str) -> None:
    check(cron2aws("scan", "-o", "json", str(ROOT / "fixtures/crontabs" / host)).document)


def test_a_scan_of_several_hosts_is_what_its_schema_says() -> None:
    fleet = [str(ROOT / "fixtures/crontabs" / host) for host in HOSTS if host.startswith("fleet")]
    document = cron2aws("scan", "-o", "json", *fleet).document
    assert document["host"] is None
    check(document)


# --- what is no such document

Spoil = Callable[[Document, str], None]


def drop(within: Document, name: str) -> None:
    del within[name]


def rename(within: Document, name: str) -> None:
    within[f"{name}_"] = within.pop(name)


def mistype(within: Document, name: str) -> None:
    match within[name]:
        case str():
            within[name] = 17
        case bool() | int() | float():
            within[name] = "17"
        case None:
            within[name] = [[]]
        case _:
            within[name] = True


def places(node: Any, schema: Mapping[str, Any], root: Document, path: str) -> Iterator[Any]:
    """Each field's path, and the object that has it: the first of a list that has it set."""
    schema = resolved(root, schema)
    if isinstance(node, list) and "items" in schema:
        for each in node:
            yield from places(each, schema["items"], root, f"{path}[]")
    elif isinstance(node, dict):
        for name, field in schema.get("properties", {}).items():
            if name in node:
                inner = f"{path}.{name}" if path else name
                yield inner, node, name
                yield from places(node[name], field, root, inner)


def fields_of(document: Document) -> dict[str, tuple[Document, str]]:
    """Where each field is, and where it is something if it is anywhere."""
    found: dict[str, tuple[Document, str]] = {}
    root = SCHEMAS[schema_name(document)]
    for path, within, name in places(document, root, root, ""):
        if path not in found or found[path][0][found[path][1]] in (None, [], {}):
            found[path] = (within, name)
    return found


@pytest.mark.parametrize("name", GOLDENS)
@pytest.mark.parametrize("spoil", [drop, rename, mistype])
def test_a_field_that_is_not_as_told_is_noticed(name: str, spoil: Spoil) -> None:
    unnoticed = set()
    for document in golden(name):
        schema = schema_name(document)
        for path, (within, field) in fields_of(document).items():
            whole = dict(within)
            spoil(within, field)
            if is_valid(document, schema):
                unnoticed.add(path)
            within.clear()
            within.update(whole)
    assert unnoticed <= (set() if spoil is mistype else OPTIONAL)


def untold(node: Any, schema: Mapping[str, Any], root: Document, path: str) -> Iterator[str]:
    """The fields that a document has and its schema does not tell."""
    schema = resolved(root, schema)
    if isinstance(node, list):
        for each in node:
            yield from untold(each, schema["items"], root, f"{path}[]")
    elif isinstance(node, dict) and "additionalProperties" not in schema:  # else a map
        told = schema["properties"]
        yield from (f"{path}.{name}" for name in node if name not in told)
        for name in told.keys() & node.keys():
            yield from untold(node[name], told[name], root, f"{path}.{name}")


@pytest.mark.parametrize("name", GOLDENS)
def test_every_field_of_a_reviewed_document_is_told(name: str) -> None:
    for document in golden(name):
        root = SCHEMAS[schema_name(document)]
        assert set(untold(document, root, root, "")) == set()


def test_a_field_that_is_not_told_is_found() -> None:
    document = next(golden("calendar"))
    document["listing"]["often"][0]["further"] = 1
    document["later"] = None
    root = SCHEMAS["calendar-1"]
    assert set(untold(document, root, root, "")) == {".listing.often[].further", ".later"}


def test_every_field_is_in_some_reviewed_document() -> None:
    """So that nothing is untried above."""
    for name, schema in SCHEMAS.items():
        documents = [each for kind in GOLDENS for each in golden(kind) if schema_name(each) == name]
        told = {path for path, _ in fields(schema)}
        found = {path for document in documents for path in fields_of(document)}
        assert told <= found, f"{name}: no golden has {told - found}"


@pytest.mark.parametrize("name", GOLDENS)
def test_a_field_may_be_added_anywhere(name: str) -> None:
    for document in golden(name):
        for within, _ in list(fields_of(document).values()):
            within["added"] = {"later": [1]}
        check(document)


# --- schemas


def test_every_document_that_is_published_has_a_schema() -> None:
    assert set(SCHEMAS) == PUBLISHED


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    kind, _, number = name.rpartition("-")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == schema["properties"]["schema"]["const"] == f"cron2aws.{kind}/{number}"
    assert schema["$id"] == f"urn:cron2aws:schema:{kind}/{number}"
    page = (ROOT / "docs/reference/json.md").read_text(encoding="utf-8")
    assert f"\n## `{schema['title']}`\n" in page


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema that has properties."""
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        yield from chain.from_iterable(map(objects, node.values()))
    elif isinstance(node, list):
        yield from chain.from_iterable(map(objects, node))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described(name: str) -> None:
    for each in objects(SCHEMAS[name]):
        for field in each["properties"].values():
            assert re.match(r"\S", field["description"])
            assert "](" not in field["description"]  # it is read without the page


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_documents_share_is_the_same(name: str) -> None:
    explained = SCHEMAS["explain-1"]["properties"]
    shared = {
        "finding": explained["findings"]["items"],
        "trigger": explained["triggers"]["items"],
        "clock_change": explained["clock_changes"]["items"],
        "proof": explained["proof"],
        "target": SCHEMAS["plan-1"]["properties"]["target"],
    }
    aside = ("title", "description")
    for kind, here in SCHEMAS[name].get("$defs", {}).items():
        if kind in shared:
            bare = {key: value for key, value in here.items() if key not in aside}
            there = {key: value for key, value in shared[kind].items() if key not in aside}
            assert bare == there


SHARED = (Kind.FOUNDATION, Kind.TARGET)
"""What a plan of tasks makes; documents are made by `setup` alone."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "explain-1.trigger": tuple(TriggerKind),
    "explain-1.verdict": tuple(Verdict),
    "explain-1.findings[].level": tuple(Level),
    "explain-aws-1.verdict": ("valid", "invalid"),
    "explain-finding-1.level": tuple(Level),
    "scan-1.sources[].format": ("system", "user"),
    "scan-1.entries[].state": ("active", "migrated"),
    "scan-1.entries[].verdict": tuple(each for each in Verdict if each is not Verdict.INVALID),
    "scan-1.entries[].decision": tuple(Decision),
    "calendar-1.entries[].decision": tuple(Decision),
    "calendar-1.entries[].state": ("active", "migrated"),
    "calendar-1.untimed[].why": tuple(Without),
    "calendar-1.listing.starts[].where": tuple(Where),
    "calendar-1.looks[].due[].where": tuple(Where),
    "plan-1.setup[].kind": SHARED,
    "plan-1.setup[].action": (Action.CREATE, Action.UPDATE),
    "plan-1.steps[].action": tuple(Action),
    "plan-1.kept[].decision": (Decision.KEEP, Decision.REVIEW),
    "plan-file-1.shared[].kind": SHARED,
    "plan-file-1.setup[].kind": SHARED,
    "plan-file-1.setup[].action": (Action.CREATE, Action.UPDATE),
    "plan-file-1.steps[].action": tuple(Action),
    "status-1.tasks[].standing": tuple(Standing),
    "history-1.runs[].outcome": tuple(Ending),
    "export-1.stacks[].kind": tuple(ExportedKind),
    "export-1.kept[].decision": (Decision.KEEP, Decision.REVIEW),
}


def test_words_are_those_of_the_program() -> None:
    found = {
        f"{name}.{path}": set(field["enum"])
        for name, schema in SCHEMAS.items()
        for path, field in fields(schema)
        if "enum" in field
    }
    assert {name: found.get(name) for name in WORDS} == {
        name: {str(word) for word in words} for name, words in WORDS.items()
    }
