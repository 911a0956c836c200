"""`cron2aws.scan/1`: what was found on hosts, secrets verbatim."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from typing import Any

from cron2aws.assess.values import HostAssessment
from cron2aws.crontab.items import Unreadable
from cron2aws.crontab.run_parts import Anacron
from cron2aws.crontab.tab import Tab
from cron2aws.crontab.text import encode_text
from cron2aws.report.document import Survey
from cron2aws.report.json_entry import EntryWriter
from cron2aws.report.json_fleet import matrix_json, unread_json
from cron2aws.report.json_schedule import finding_json

SCAN = "cron2aws.scan/1"


def scan_json(survey: Survey) -> dict[str, Any]:
    """`cron2aws.scan/1`; `host` is null where several hosts were read.

    Its entries are an iterator of pieces (see `object_of`).
    """
    found = survey.found
    hosts = [_host(each) for each in found.hosts]
    return {
        "schema": SCAN,
        "made": f"{survey.view.moment:%Y-%m-%dT%H:%M:%SZ}",
        "version": survey.view.version,
        "host": hosts[0] if len(hosts) == 1 else None,
        "hosts": hosts,
        "hosts_not_read": unread_json(found.unread),
        "sources": [
            _source(tab, each.host.label) for each in found.hosts for tab in each.host.tabs
        ],
        "entries": map(EntryWriter().pieces, found.entries),
        "unreadable": [
            _unreadable(each.host.label, path, line)
            for each in found.hosts
            for path, line in each.unreadable
        ],
        "matrix": matrix_json(found),
        "summary": found.summary,
    }


def _host(each: HostAssessment) -> dict[str, Any]:
    unknown = each.host.unknown_users
    lines = {script.path: line for script, line in each.host.own_scripts}
    return {
        "name": each.host.label,
        "own_name": each.host.name,
        "named": each.host.named,
        "instance": each.host.instance or None,
        "account": each.host.account or None,
        "region": each.host.region or None,
        "dialect": each.host.dialect.name,
        "dialect_from": each.host.dialect_from,
        "timezone": each.host.timezone,
        "timezone_from": each.host.timezone_from,
        "unknown_users": None if unknown is None else sorted(unknown),
        "borrowed": [asdict(taken) for taken in each.host.borrowed],
        "scripts": [
            {
                **asdict(script),
                "own": not script.is_packages,
                "passed_over": script.passed_over(each.host.dialect) or None,
                "line": lines.get(script.path),
            }
            for script in each.host.scripts
        ],
        "anacron": _anacron(each.host.anacron),
        "findings": [finding_json(finding) for finding in each.host.findings],
    }


def _anacron(found: Anacron | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"jobs": [asdict(job) for job in found.jobs], "hour": found.hour}


def _source(tab: Tab, host: str) -> dict[str, Any]:
    return {
        "host": host,
        "path": tab.path,
        "format": "system" if tab.system else "user",
        "owner": tab.owner,
        "package": tab.package,
        "sha256": tab.sha256,
        "lines": tab.lines,
        "loaded": tab.loaded,
        "findings": [finding_json(finding) for finding in tab.findings],
        "content": b64encode(encode_text(tab.crontab.text)).decode(),
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
