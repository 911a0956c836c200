"""Files that ship beside the code."""

from __future__ import annotations

from pathlib import Path

from cron2aws.aws.foundation import SharedTemplates
from cron2aws.aws.requests import Template
from cron2aws.aws.stacks import TaskTemplates
from cron2aws.errors import Bug


def task_templates() -> TaskTemplates:
    """The template of tasks, as it is deployed."""
    return TaskTemplates(
        shared=Template(body=template_text("task.json"), makes_roles=False),
        own_roles=Template(body=template_text("task-own-roles.json"), makes_roles=True),
    )


def shared_templates() -> SharedTemplates:
    """The templates of what tasks share."""
    return SharedTemplates(
        foundation=template_text("foundation.yaml"), target=template_text("target.yaml")
    )


def reading_script() -> str:
    """What hosts run that are read from elsewhere."""
    return installed("cfn", "functions/read.sh").read_text(encoding="utf-8")


def template_text(name: str) -> str:
    """A template of cfn/."""
    return installed("cfn", name).read_text(encoding="utf-8")


def installed(folder: str, name: str) -> Path:
    """A file that ships beside the code: in the wheel's package, or in an editable checkout."""
    package = Path(__file__).resolve().parent.parent
    for base in (package, package.parent.parent):
        if (base / folder / name).exists():
            return base / folder / name
    raise Bug(what=f"{folder}/{name} is not installed", fix="install cron2aws again")
