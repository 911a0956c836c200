"""`cron2aws.plan/1`: what a migration would do, secrets verbatim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from cron2aws.plan.actions import Change
from cron2aws.plan.prune import once_deleted
from cron2aws.plan.shared import SetupStep
from cron2aws.plan.spread import RunOn
from cron2aws.plan.values import Step
from cron2aws.report.document import Review
from cron2aws.report.json_doctor import checks_json
from cron2aws.report.json_fleet import matrix_json, unread_json
from cron2aws.report.json_object import target_json

PLAN = "cron2aws.plan/1"


def plan_json(review: Review) -> dict[str, Any]:
    """`cron2aws.plan/1`; `host` is null where several hosts were read."""
    plan = review.plan
    return {
        "schema": PLAN,
        "made": f"{review.view.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "version": review.view.version,
        "carried_out_by": review.view.advised,
        "host": plan.hosts[0] if len(plan.hosts) == 1 else None,
        "hosts": list(plan.hosts),
        "hosts_not_read": unread_json(plan.found.unread),
        "account": plan.place.account,
        "region": plan.place.region,
        "tag": str(plan.target),
        "target": target_json(plan.target),
        "instances": [asdict(each) for each in review.instances],
        "sources": [asdict(each) for each in plan.sources],
        "matrix": matrix_json(plan.found),
        "setup": [_setup(step) for step in plan.setup],
        "steps": [_step(step) for step in plan.steps],
        "kept": [
            {"id": each.id, "host": each.host, "source": each.source, "line": each.entry.line,
             "decision": each.decision.value, "findings": [f.code for f in each.findings]}
            for each in plan.kept
        ],
        "problems": [asdict(each) for each in plan.problems],
        "strays": [asdict(each) for each in plan.strays],
        "checks": checks_json(review.checks),
        "orphans": [{"id": each.id, "stack": each.stack_name} for each in plan.orphans],
        "deletions": [
            {"id": each.id, "stack": each.stack_name, "source": each.source,
             "enabled": each.enabled, "then": once_deleted(each)}
            for each in plan.deletions
        ],
    }  # fmt: skip


def _setup(step: SetupStep) -> dict[str, Any]:
    return {
        "kind": step.kind.value,
        "action": step.action.value,
        "stack": step.stack_name,
        "parameters": dict(step.parameters),
        "changes": _changes(step.changes),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.task.id,
        "action": step.action.value,
        "stack": step.stack_name,
        "hosts": list(step.hosts),
        "hosts_without": list(step.without),
        "hosts_not_known": step.not_known,
        "hosts_left_out": dict(step.left_on),
        "run_on": step.run_on.value,
        "runs": {run_on.value: step.spread.runs(run_on) for run_on in RunOn},
        "runs_without_line": step.without_line.value,
        "source": step.source,
        "line": step.line,
        "user": step.user,
        "enabled": step.enabled,
        "comment_out": step.comment_out,
        "managed": step.managed,
        "then": step.then,
        "parameters": step.parameters,
        "tags": dict(step.task.tags),
        "template": step.template and {"before": step.template[0], "after": step.template[1]},
        "changes": _changes(step.changes),
    }


def _changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [
        {"parameter": each.name, "before": each.before, "after": each.after} for each in changes
    ]
