"""`cron2aws.plan-file/1`: a plan that can be carried out as it was reviewed.

Secrets stand in it by reference, or verbatim where that was asked for. Its own digest is that of
all else in it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cron2aws.plan.recorded import LineEdit, Recorded, RecordedStep
from cron2aws.plan.shared import SetupStep
from cron2aws.report.json_object import target_json
from cron2aws.report.json_reviewed import file_json, read_json, reviewed_json

PLAN_FILE = "cron2aws.plan-file/1"


def plan_file_json(recorded: Recorded) -> dict[str, Any]:
    """The document, its digest behind its schema."""
    return reviewed_json(PLAN_FILE, recorded, _rest(recorded))


def _rest(recorded: Recorded) -> dict[str, Any]:
    reread = recorded.reread
    return {
        "target": target_json(recorded.target),
        "instances": dict(recorded.instances),
        "templates": dict(recorded.templates),
        "read": {
            **read_json(reread),
            "trigger": reread.trigger,
            "since": reread.since,
            "prefer_rate": reread.prefer_rate,
            "quiet_guards": reread.quiet_guards,
            "allow_secret": list(reread.allow_secret),
        },
        "comment_out": recorded.comment_out,
        "rehearse": recorded.rehearse,
        "shared": [
            {"kind": each.kind.value, "stack": each.stack_name, "state": each.state}
            for each in recorded.shared
        ],
        "setup": [_setup(step) for step in recorded.setup],
        "steps": [_step(step) for step in recorded.steps],
        "files": [file_json(each) for each in recorded.files],
        "deletions": [
            {"id": each.id, "stack": each.stack_name, "host": each.host, "source": each.source,
             "rests_on": {"stack": asdict(each.stack)}}
            for each in recorded.deletions
        ],
        "problems": [asdict(each) for each in recorded.problems],
    }  # fmt: skip


def _setup(step: SetupStep) -> dict[str, Any]:
    return {
        "kind": step.kind.value,
        "action": step.action.value,
        "stack": step.stack_name,
        "parameters": dict(step.parameters),
        "tags": dict(step.tags),
        "role_arn": step.role_arn,
    }


def _step(recorded: RecordedStep) -> dict[str, Any]:
    step = recorded.step
    return {
        "id": step.id,
        "action": step.action.value,
        "stack": step.stack_name,
        "hosts": list(step.hosts),
        "hosts_without": list(step.without),
        "hosts_not_known": step.not_known,
        "run_on": step.run_on.value,
        "source": step.source,
        "line": step.line,
        "user": step.user,
        "enabled": step.enabled,
        "comment_out": step.comment_out,
        "handed_over": step.handed_over,
        "managed": step.managed,
        "deploy_role": step.deploy_role,
        "protect": step.protect,
        "parameters": step.parameters,
        "command": {
            "file": step.source,
            "line": step.line,
            "sha256": recorded.command,
            "is_secret": recorded.is_hidden,
        },
        "tags": dict(step.tags),
        "template": step.template and {"before": step.template[0], "after": step.template[1]},
        "edits": [_edit(each) for each in recorded.edits],
        "rests_on": {
            "stack": recorded.stack and asdict(recorded.stack),
            "entries": [asdict(each) for each in recorded.entries],
        },
    }


def _edit(edit: LineEdit) -> dict[str, Any]:
    return {**asdict(edit), "hosts": list(edit.hosts)}
