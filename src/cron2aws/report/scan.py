"""An assessment as the JSON of `cron2aws.scan/1`."""

from __future__ import annotations

from typing import Any

from cron2aws.assess import AssessedEntry, HostAssessment, Tab
from cron2aws.crontab.items import Unreadable
from cron2aws.report.conversion import conversion_json, finding_json

SCHEMA = "cron2aws.scan/1"


def scan_json(assessment: HostAssessment) -> dict[str, Any]:
    """The document of docs/reference/json.md; secrets stand verbatim in it.

    Its entries are an iterator: each is made when it is written.
    """
    return {
        "schema": SCHEMA,
        "host": {
            "name": assessment.host,
            "dialect": assessment.dialect,
            "timezone": assessment.timezone,
            "findings": [finding_json(finding) for finding in assessment.findings],
        },
        "sources": [_source_json(tab) for tab in assessment.tabs],
        "entries": map(_entry_json, assessment.entries),
        "unreadable": [_unreadable_json(path, line) for path, line in assessment.unreadable],
        "summary": assessment.summary,
    }


def _source_json(tab: Tab) -> dict[str, Any]:
    return {
        "path": tab.path,
        "format": "system" if tab.system else "user",
        "sha256": tab.sha256,
        "lines": tab.lines,
        "loaded": tab.loaded,
        "findings": [finding_json(finding) for finding in tab.findings],
    }


def _entry_json(each: AssessedEntry) -> dict[str, Any]:
    entry = each.entry
    return {
        "id": each.id,
        "source": each.source,
        "line": entry.line,
        "text": each.text,
        "user": entry.user,
        "schedule": each.schedule,
        "command": entry.command,
        "stdin": entry.stdin,
        "environment": dict(entry.environment),
        "timezone": each.timezone,
        "state": "migrated" if each.migrated else "active",
        **conversion_json(each.conversion),
        "decision": each.decision.value,
        "findings": [finding_json(finding) for finding in each.findings],
        "script": each.script,
    }


def _unreadable_json(path: str, line: Unreadable) -> dict[str, Any]:
    return {
        "source": path,
        "line": line.line,
        "text": line.text,
        "code": line.code,
        "message": line.message,
    }
