"""`cron2aws.export/1`: the manifest of an export, for programs and for the next export."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from cron2aws.lint.secrets import mask
from cron2aws.report.export.stacks import ExportedStack
from cron2aws.report.export.values import CrontabPatch, Export, digest
from cron2aws.report.json_object import object_of, target_json

SCHEMA = "cron2aws.export/1"
MANIFEST = "manifest.json"


def manifest_text(export: Export, files: Collection[str]) -> str:
    """The manifest of an export whose further files are these."""
    plan = export.plan
    document = {
        "schema": SCHEMA,
        "version": export.version,
        "account": plan.place.account,
        "region": plan.place.region,
        "target": target_json(plan.target),
        "templates": [
            {"file": f"templates/{name}", "sha256": digest(export.templates[name].encode())}
            for name in export.used_templates
        ],
        "stacks": [_stack(each) for each in export.stacks],
        "patches": [_patch(each) for each in export.patches],
        "kept": [
            {"id": each.id, "host": each.host, "source": each.source, "line": each.entry.line,
             "decision": each.decision.value, "findings": [f.code for f in each.reasons]}
            for each in plan.kept
        ],
        "problems": [
            {"id": each.id, "host": each.host, "source": each.source, "line": each.line,
             "what": each.what, "fix": each.fix}
            for each in plan.problems
        ],
        "files": sorted([*files, MANIFEST]),
    }  # fmt: skip
    return "".join(object_of(document))


def _stack(stack: ExportedStack) -> dict[str, Any]:
    return {
        "kind": stack.kind.value,
        "name": stack.name,
        "template": stack.template_file,
        "parameters": stack.parameters_file,
        "tags": stack.tags_file,
        "outputs": dict(stack.outputs),
        "role": stack.role,
        "role_of": stack.role_of,
        "capabilities": ["CAPABILITY_IAM"] if stack.makes_roles else [],
        "protected": stack.protected,
        "task": _task(stack),
    }


def _task(stack: ExportedStack) -> dict[str, Any] | None:
    step = stack.step
    if step is None:
        return None
    return {
        "id": step.id,
        "hosts": list(step.hosts),
        "source": step.source,
        "line": step.line,
        "user": step.user,
        "schedule": step.parameters["OriginalSchedule"],
        "command": mask(step.parameters["CommandShown"]),
        "managed": step.managed,
    }


def _patch(patch: CrontabPatch) -> dict[str, Any]:
    return {
        "file": patch.file,
        "host": patch.host,
        "source": patch.source,
        "sha256": patch.sha256,
        "ids": list(patch.ids),
    }
