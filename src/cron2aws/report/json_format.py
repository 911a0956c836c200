"""Every document as JSON: the field names of docs/reference/json.md, secrets verbatim."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, assert_never

from cron2aws.assess.values import Assessment, HostAssessment
from cron2aws.crontab.items import Unreadable
from cron2aws.crontab.tab import Tab
from cron2aws.handover.status import Row
from cron2aws.plan.actions import Change
from cron2aws.plan.shared import SetupStep
from cron2aws.plan.values import Plan, Step
from cron2aws.report.document import Answers, Document, Tasks
from cron2aws.report.json_entry import EntryWriter
from cron2aws.report.json_schedule import answer_json, finding_json
from cron2aws.report.text import Style
from cron2aws.task.target import Target

SCAN, PLAN, STATUS = "cron2aws.scan/1", "cron2aws.plan/1", "cron2aws.status/1"


class Json:
    """`--output json`."""

    is_for_eyes = False

    def write(self, document: Document, style: Style) -> Iterator[str]:  # noqa: ARG002
        """One object; answers are one object a line."""
        match document:
            case Assessment():
                return _object(scan_json(document))
            case Plan():
                return _object(plan_json(document))
            case Tasks():
                return _object(status_json(document))
            case Answers():
                return (f"{json.dumps(answer_json(each))}\n" for each in document.answers)
            case _:
                assert_never(document)


def _object(document: dict[str, Any]) -> Iterator[str]:
    """The document with each element of its lists on a line of its own.

    An iterator is a list whose elements are encoded already, in pieces, each when it is written:
    ten thousand entries with their scripts are never held as text.
    """
    before = "{"
    for name, value in document.items():
        yield f"{before}{json.dumps(name)}: "
        if isinstance(value, Iterator):
            yield from _elements(value)
        elif isinstance(value, list):
            yield from _elements((json.dumps(each),) for each in value)
        else:
            yield json.dumps(value)
        before = ",\n "
    yield "}\n"


def _elements(texts: Iterable[tuple[str, ...]]) -> Iterator[str]:
    before = "["
    for first, *rest in texts:
        yield f"{before}\n  {first}"
        yield from rest
        before = ","
    yield "[]" if before == "[" else "]"


def scan_json(found: Assessment) -> dict[str, Any]:
    """`cron2aws.scan/1`; `host` is null where several hosts were read.

    Its entries are an iterator of pieces (see `_object`).
    """
    hosts = [_host(each) for each in found.hosts]
    return {
        "schema": SCAN,
        "host": hosts[0] if len(hosts) == 1 else None,
        "hosts": hosts,
        "sources": [
            _source(tab, each.host.label) for each in found.hosts for tab in each.host.tabs
        ],
        "entries": map(EntryWriter().pieces, found.entries),
        "unreadable": [
            _unreadable(each.host.label, path, line)
            for each in found.hosts
            for path, line in each.unreadable
        ],
        "summary": found.summary,
    }


def _host(each: HostAssessment) -> dict[str, Any]:
    return {
        "name": each.host.label,
        "dialect": each.host.dialect.name,
        "dialect_from": each.host.dialect_from,
        "timezone": each.host.timezone,
        "findings": [finding_json(finding) for finding in each.host.findings],
    }


def _source(tab: Tab, host: str) -> dict[str, Any]:
    return {
        "host": host,
        "path": tab.path,
        "format": "system" if tab.system else "user",
        "sha256": tab.sha256,
        "lines": tab.lines,
        "loaded": tab.loaded,
        "findings": [finding_json(finding) for finding in tab.findings],
    }


def _unreadable(host: str, path: str, line: Unreadable) -> dict[str, Any]:
    return {
        "host": host,
        "source": path,
        "line": line.line,
        "text": line.text,
        "code": line.code,
        "message": line.message,
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    """`cron2aws.plan/1`; `host` is null where several hosts were read."""
    return {
        "schema": PLAN,
        "host": plan.hosts[0] if len(plan.hosts) == 1 else None,
        "hosts": list(plan.hosts),
        "account": plan.place.account,
        "region": plan.place.region,
        "tag": str(plan.target),
        "target": _target(plan.target),
        "sources": [asdict(each) for each in plan.sources],
        "setup": [_setup(step) for step in plan.setup],
        "steps": [_step(step) for step in plan.steps],
        "kept": [
            {"id": each.id, "host": each.host, "source": each.source, "line": each.entry.line,
             "decision": each.decision.value, "findings": [f.code for f in each.findings]}
            for each in plan.kept
        ],
        "problems": [asdict(each) for each in plan.problems],
        "strays": [asdict(each) for each in plan.strays],
        "orphans": [{"id": each.id, "stack": each.stack_name} for each in plan.orphans],
    }  # fmt: skip


def _setup(step: SetupStep) -> dict[str, Any]:
    return {
        "kind": step.kind.value,
        "action": step.action.value,
        "stack": step.stack_name,
        "parameters": dict(step.parameters),
        "changes": _changes(step.changes),
    }


def _changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [
        {"parameter": change.name, "before": change.before, "after": change.after}
        for change in changes
    ]


def _target(target: Target) -> dict[str, Any]:
    return {"id": target.id, "tags": dict(target.tags)}


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.task.id,
        "action": step.action.value,
        "stack": step.stack_name,
        "hosts": list(step.hosts),
        "source": step.source,
        "line": step.line,
        "user": step.user,
        "enabled": step.enabled,
        "comment_out": step.cut_over,
        "managed": step.managed,
        "then": step.then,
        "parameters": step.parameters,
        "tags": dict(step.task.tags),
        "changes": _changes(step.changes),
    }


def status_json(tasks: Tasks) -> dict[str, Any]:
    """`cron2aws.status/1`; times are ISO 8601 in UTC."""
    return {"schema": STATUS, "tasks": [_row(row) for row in tasks.rows]}


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "stack": row.stack.stack_name if row.stack else None,
        "stack_status": row.stack.status if row.stack else None,
        "target": _target(row.stack.target) if row.stack else None,
        "host": row.host,
        "source": row.source,
        "line": row.line,
        "schedule": row.schedule,
        "enabled": row.stack.enabled if row.stack else False,
        "standing": row.standing.value,
        "about": list(row.about),
        "told": row.told,
        "mend": row.mend or None,
        "reminder": row.reminder or None,
        "last_run": (
            {"status": last.status, "started": last.started.isoformat()}
            if (last := row.seen.last)
            else None
        ),
        "hosts": [
            {"instance": host, "outcome": word} for host, word in sorted(row.seen.hosts.items())
        ],
        "reported": row.seen.at.isoformat() if row.seen.at else None,
        "next_run": row.next.isoformat() if row.next else None,
    }
