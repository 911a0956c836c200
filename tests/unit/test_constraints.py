"""constraints.txt pins what pyproject.toml asks for, and tells nothing of who made it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LINES = (ROOT / "constraints.txt").read_text().splitlines()
PINNED = re.compile(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*")


def asked_for() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"]
    named = [*PROJECT["dependencies"], *extras["sandbox"], *extras["dev"]]
    return [Requirement(each) for each in named if not each.startswith("cron2aws[")]


def test_every_line_is_an_exact_version() -> None:
    assert LINES[0].startswith("# Made by `make constraints` with Python 3.11.")
    assert [line for line in LINES[1:] if not PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("asked", asked_for(), ids=lambda asked: asked.name)
def test_what_is_asked_for_is_pinned(asked: Requirement) -> None:
    pinned = dict(line.split("==") for line in LINES[1:])
    versions = {canonicalize_name(name): version for name, version in pinned.items()}
    assert asked.specifier.contains(versions[canonicalize_name(asked.name)])
