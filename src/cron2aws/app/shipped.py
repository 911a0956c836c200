"""Finds the files that ship beside the code."""

from __future__ import annotations

from pathlib import Path

from cron2aws.errors import Bug


def template_text(name: str) -> str:
    """The text of a template of cfn/."""
    return installed("cfn", name).read_text(encoding="utf-8")


def installed(folder: str, name: str) -> Path:
    """A file that ships beside the code: in the wheel's package, or in an editable checkout."""
    package = Path(__file__).resolve().parent.parent
    for base in (package, package.parent.parent):
        if (base / folder / name).exists():
            return base / folder / name
    raise Bug(what=f"{folder}/{name} is not installed", fix="install cron2aws again")
