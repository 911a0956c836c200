"""An entry of `cron2aws.scan/1` as text: what thousands of entries share is encoded once.

Entries have the same few findings word for word, and a crontab has fewer schedules than lines.
"""

from __future__ import annotations

import json
from functools import lru_cache
from json.encoder import encode_basestring_ascii as encoded

from cron2aws.assess.values import AssessedEntry
from cron2aws.findings import Finding
from cron2aws.report.json_schedule import conversion_json, finding_json
from cron2aws.schedule.outcome import Conversion
from cron2aws.task.command import own_script_of
from cron2aws.task.runner import RUNNER


class EntryWriter:
    """Encodes the entries of one document, which holds their conversions all the while."""

    def __init__(self) -> None:
        self._conversions: dict[int, str] = {}  # by identity: a hash would go through all of it

    def pieces(self, each: AssessedEntry) -> tuple[str, ...]:
        """The entry as `json.dumps` writes its fields, in the order of docs/reference/json.md.

        The runner, which is the end of nearly all of them, is a piece of its own: never copied.
        """
        findings = ", ".join(map(_finding, each.findings))
        text = (
            f"{{{_own(each)}, {self._conversion(each.conversion)}, "
            f'"decision": "{each.decision.value}", "findings": [{findings}], "script": '
        )
        if each.command is None:
            return (f"{text}null}}",)
        return f"{text}{encoded(own_script_of(each.command, each.id))[:-1]}", _RUNNER

    def _conversion(self, conversion: Conversion) -> str:
        text = self._conversions.get(id(conversion))
        if text is None:
            written = json.dumps(conversion_json(conversion))
            text = self._conversions[id(conversion)] = written[1:-1]
        return text


_RUNNER = f"{encoded(RUNNER)[1:]}}}"
"""How a script ends, and its entry with it."""


def _own(each: AssessedEntry) -> str:
    """What few entries share; `json.dumps` of a dictionary takes three times as long."""
    entry = each.entry
    environment = json.dumps(dict(entry.environment)) if entry.environment else "{}"
    settings = json.dumps(dict(entry.settings)) if entry.settings else "{}"
    state = "migrated" if each.migrated else "active"
    return (
        f'"id": {encoded(each.id)}, "host": {encoded(each.host)}, '
        f'"source": {encoded(each.source)}, "line": {entry.line}, "text": {encoded(each.text)}, '
        f'"user": {encoded(entry.user)}, "schedule": {encoded(each.schedule)}, '
        f'"command": {encoded(entry.command)}, "stdin": {_or_null(entry.stdin)}, '
        f'"environment": {environment}, "timezone": {encoded(each.timezone)}, "state": "{state}", '
        f'"written_by": {_or_null(entry.managed.manager if entry.managed else None)}, '
        f'"quiet_guard": {"true" if each.quiet_guard else "false"}, "settings": {settings}'
    )


def _or_null(text: str | None) -> str:
    return "null" if text is None else encoded(text)


@lru_cache(maxsize=1024)
def _finding(finding: Finding) -> str:
    return json.dumps(finding_json(finding))
