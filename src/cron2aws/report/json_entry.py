"""An entry of `cron2aws.scan/1` as text: what thousands of entries share is encoded once.

Entries have the same few findings word for word, and a crontab has fewer schedules than lines.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cron2aws.assess.values import AssessedEntry
from cron2aws.findings import Finding
from cron2aws.report.json_schedule import conversion_json, finding_json
from cron2aws.schedule.outcome import Conversion


class EntryWriter:
    """Encodes the entries of one document, which holds their conversions all the while."""

    def __init__(self) -> None:
        self._conversions: dict[int, str] = {}  # by identity: a hash would go through all of it

    def text(self, each: AssessedEntry) -> str:
        """The entry as `json.dumps` writes its fields, in the order of docs/reference/json.md."""
        findings = ", ".join(map(_finding, each.findings))
        return (
            f"{{{_members(_own(each))}, {self._conversion(each.conversion)}, "
            f'"decision": "{each.decision.value}", "findings": [{findings}], '
            f'"script": {json.dumps(each.script)}}}'
        )

    def _conversion(self, conversion: Conversion) -> str:
        text = self._conversions.get(id(conversion))
        if text is None:
            text = self._conversions[id(conversion)] = _members(conversion_json(conversion))
        return text


def _own(each: AssessedEntry) -> dict[str, Any]:
    entry = each.entry
    return {
        "id": each.id,
        "host": each.host,
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
        "written_by": entry.managed.manager if entry.managed else None,
    }


@lru_cache(maxsize=1024)
def _finding(finding: Finding) -> str:
    return json.dumps(finding_json(finding))


def _members(fields: dict[str, Any]) -> str:
    """The fields without the braces around them."""
    return json.dumps(fields)[1:-1]
