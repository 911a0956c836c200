"""What is no Python comes with the wheel too, by what pyproject.toml says of it.

Hatchling takes every file below a package that is named, but for what .gitignore or `exclude`
names, and apart from it what is forced in or shared.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BUILD: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BUILD = BUILD["tool"]["hatch"]["build"]
IGNORED = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
PLAIN = {"packages", "force-include", "shared-data"}
"""What this file knows how to read; another setting may keep a file out."""


def in_the_wheel(path: Path, build: dict[str, Any], ignored: Sequence[str]) -> bool:
    """Whether the wheel of such settings has a file of the tree, at its place or another."""
    wheel = build["targets"]["wheel"]
    forced = [*wheel.get("force-include", ()), *wheel.get("shared-data", ())]
    if any(path.is_relative_to(each) for each in forced):
        return True
    kept_out = any(fnmatch(part, each.rstrip("/")) for part in path.parts for each in ignored)
    return not kept_out and any(path.is_relative_to(each) for each in wheel["packages"])


def shipped() -> Iterator[Path]:
    """The files beside the code, those in other folders, and the manual page."""
    for folder in ("src/cron2aws", "cfn", "fixtures/crontabs", "man"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".py":
                yield path.relative_to(ROOT)


SHIPPED = list(shipped())


def test_every_file_beside_the_code_is_in_the_wheel() -> None:
    assert [path for path in SHIPPED if not in_the_wheel(path, BUILD, IGNORED)] == []


@pytest.mark.parametrize(
    "path",
    [
        "src/cron2aws/py.typed",
        "src/cron2aws/policies/operator.json",
        "src/cron2aws/report/schemas/calendar-1.json",
        "src/cron2aws/report/html/page.css",
        "src/cron2aws/report/html/page.js",
        "cfn/task.json",
        "cfn/functions/runner.sh",
        "fixtures/crontabs/debian-web/etc/crontab",
        "man/cron2aws.1",
    ],
)
def test_a_file_of_each_kind_is_among_them(path: str) -> None:
    assert Path(path) in SHIPPED


def test_nothing_else_says_what_the_wheel_has() -> None:
    assert set(BUILD) == {"targets"}
    assert set(BUILD["targets"]["wheel"]) == PLAIN


def test_what_is_named_is_there() -> None:
    wheel = BUILD["targets"]["wheel"]
    named = [*wheel["packages"], *wheel["force-include"], *wheel["shared-data"]]
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_a_file_that_is_left_out_is_found() -> None:
    schema = Path("src/cron2aws/report/schemas/scan-1.json")
    bare = {"targets": {"wheel": {"packages": ["src/cron2aws"]}}}
    assert in_the_wheel(schema, bare, IGNORED)
    assert not in_the_wheel(schema, bare, [*IGNORED, "schemas/"])
    assert not in_the_wheel(Path("man/cron2aws.1"), bare, IGNORED)
