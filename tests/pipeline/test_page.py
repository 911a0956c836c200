"""The Terraform and the CDK of docs/how-to/deploy-by-a-pipeline.md, held against the templates."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import hcl2
import pytest

from tests.functional.cli import cron2aws
from tests.golden.hosts import fixture
from tests.sandboxes import ROOT
from tests.stack_template import read

PAGE = (ROOT / "docs/how-to/deploy-by-a-pipeline.md").read_text(encoding="utf-8")
OUTPUT = re.compile(r'aws_cloudformation_stack\.(\w+)\.outputs\["(\w+)"\]')
GIVEN = re.compile(rf"\b([A-Z]\w+)\s*=\s*{OUTPUT.pattern}")
"""A parameter that is given; its name begins with a capital, unlike Terraform's."""
TEMPLATES = {"foundation": "foundation.yaml", "target": "target.yaml", "task": "task.json"}


def block(language: str) -> str:
    [text] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(text)


def resources() -> dict[str, str]:
    """What Terraform's own language calls them, each with its text."""
    found: dict[str, str] = {}
    for each in hcl2.loads(block("hcl"))["resource"]:
        for kind, named in each.items():
            assert kind.strip('"') == "aws_cloudformation_stack"
            for name, body in named.items():
                found[name.strip('"')] = json.dumps(body).replace('\\"', '"')
    return found


def template(name: str) -> dict[str, Any]:
    if name.endswith(".json"):
        return dict(json.loads((ROOT / "cfn" / name).read_text(encoding="utf-8")))
    return dict(read(name))


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    words = ["--tag", "Name=web", "--account", "123456789012"]
    source = str(fixture("tokyo-reports", tmp_path))
    assert cron2aws("export", str(tmp_path / "out"), source, *words).code == 0
    made = dict(json.loads((tmp_path / "out/manifest.json").read_bytes()))
    for stack in made["stacks"]:
        listed = json.loads((tmp_path / "out" / stack["parameters"]).read_bytes())
        stack["told"] = {each["ParameterKey"] for each in listed}
    return made


def test_there_is_a_resource_for_each_kind() -> None:
    assert resources().keys() == TEMPLATES.keys()


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_resource_gives_what_the_manifest_says_and_the_template_takes(
    kind: str, manifest: dict[str, Any]
) -> None:
    given = {name: (of, output) for name, of, output in GIVEN.findall(block_of(kind))}
    stack = next(each for each in manifest["stacks"] if each["kind"] == kind)
    kinds = {each["name"]: each["kind"] for each in manifest["stacks"]}
    assert given == {name: (kinds[of], name) for name, of in stack["outputs"].items()}
    parameters = template(TEMPLATES[kind])["Parameters"]
    assert given.keys() | stack["told"] <= parameters.keys()
    needed = {name for name, each in parameters.items() if "Default" not in each}
    assert needed <= given.keys() | stack["told"]


def block_of(kind: str) -> str:
    """A resource as the page has it; that it is one the parser has said."""
    assert kind in resources()
    _, _, rest = block("hcl").partition(f'"aws_cloudformation_stack" "{kind}"')
    return rest.partition("\nresource ")[0]


def test_outputs_are_those_of_the_templates() -> None:
    found = OUTPUT.findall(block("hcl"))
    assert len(found) == 13
    for of, name in found:
        assert name in template(TEMPLATES[of])["Outputs"]


@pytest.mark.parametrize("kind", TEMPLATES)
def test_what_makes_roles_says_so(kind: str, manifest: dict[str, Any]) -> None:
    stack = next(each for each in manifest["stacks"] if each["kind"] == kind)
    assert ("CAPABILITY_IAM" in resources()[kind]) == bool(stack["capabilities"])
    assert ("DeployRoleArn" in resources()[kind]) == bool(stack["role_of"])


def test_each_field_of_the_manifest_that_the_page_reads_is_there(manifest: dict[str, Any]) -> None:
    of_stacks = set(re.findall(r"\b(?:stack|each\.value)\.(\w+)", block("hcl")))
    assert of_stacks == {"name", "kind", "parameters", "tags", "template"}
    python = ast.parse(block("python"))
    read_by_python = {
        str(each.slice.value)
        for each in ast.walk(python)
        if isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Constant)
        if isinstance(each.value, ast.Name) and each.value.id in {"task", "manifest"}
    }
    assert read_by_python == {"account", "region", "stacks", "name", "tags", "template",
                              "parameters", "outputs"}  # fmt: skip
    assert of_stacks | read_by_python <= manifest.keys() | manifest["stacks"][0].keys()
