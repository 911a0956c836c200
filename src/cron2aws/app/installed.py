"""Templates that ship beside the code, as AWS takes them."""

from __future__ import annotations

from cron2aws.app.shipped import installed, template_text
from cron2aws.aws.foundation import SharedTemplates
from cron2aws.aws.requests import Template
from cron2aws.aws.stacks import TaskTemplates
from cron2aws.task.documents import EDIT, READ


def task_templates() -> TaskTemplates:
    """The template of tasks, as it is deployed."""
    return TaskTemplates(
        shared=Template(body=template_text("task.json"), makes_roles=False),
        own_roles=Template(body=template_text("task-own-roles.json"), makes_roles=True),
    )


def shared_templates() -> SharedTemplates:
    """The templates of what tasks share."""
    return SharedTemplates(
        foundation=template_text("foundation.yaml"),
        target=template_text("target.yaml"),
        documents=template_text("documents.yaml"),
    )


def reading_script() -> str:
    """The script by which hosts elsewhere are read."""
    return READ.script(_function)


def editing_script() -> str:
    """The script by which crontabs of hosts elsewhere are edited."""
    return EDIT.script(_function)


def _function(name: str) -> str:
    return installed("cfn", f"functions/{name}").read_text(encoding="utf-8")
