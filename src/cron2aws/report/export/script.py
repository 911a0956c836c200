"""deploy.sh: the aws CLI's own commands, in their order."""

from __future__ import annotations

import shlex
from importlib.resources import files

from cron2aws.report.export.stacks import FROM_OUTPUTS, SEND_ROLE, TASK, TASK_WITH_ROLES, StackKind
from cron2aws.report.export.values import Export

SCRIPT = "deploy.sh"
_SETTINGS = "# (settings)\n"


def script(export: Export) -> str:
    """The script, with the names of this export's stacks in it."""
    head, found, rest = _text().partition(_SETTINGS)
    if not found:
        message = "deploy.sh has no line for its settings"
        raise AssertionError(message)
    return head + _settings(export) + rest


def _text() -> str:
    return (files("cron2aws.report.export") / SCRIPT).read_text(encoding="utf-8")


def _settings(export: Export) -> str:
    foundation, target = export.of(StackKind.FOUNDATION), export.of(StackKind.TARGET)
    role = next((each.role for each in export.stacks if each.role), None)
    names = "".join(f"{each.name}\n" for each in export.tasks)
    values = {
        "account": export.plan.place.account,
        "region": export.plan.place.region,
        "foundation": foundation.name if foundation else "",
        "target": target.name if target else "",
        "role": role or "",
        "template": TASK if foundation else TASK_WITH_ROLES,
        "protected": "yes" if any(each.protected for each in export.tasks) else "",
        "of_target": " ".join(sorted(target.outputs)) if target else "",
        "from_foundation": " ".join(FROM_OUTPUTS) if foundation else "",
        "from_target": SEND_ROLE if target else "",
    }
    lines = "".join(f"{name}={_quoted(value)}\n" for name, value in values.items())
    return f"{lines}tasks='\n{names}'\n"


def _quoted(value: str) -> str:
    """As a shell takes it, always in quotes: a bare `task-x` looks like a sum to shellcheck."""
    quoted = shlex.quote(value)
    return quoted if quoted != value else f"'{value}'"
