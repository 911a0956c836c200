"""`cron2aws.rollback-file/1`: a rollback that can be carried out as it was reviewed.

Its own digest is that of all else in it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cron2aws.plan.recorded_rollback import RecordedReturn, RecordedRollback, StackBack
from cron2aws.report.json_object import target_json
from cron2aws.report.json_reviewed import file_json, read_json, reviewed_json

ROLLBACK_FILE = "cron2aws.rollback-file/1"


def rollback_file_json(recorded: RecordedRollback) -> dict[str, Any]:
    """The document, its digest behind its schema."""
    return reviewed_json(
        ROLLBACK_FILE,
        recorded,
        {
            "read": read_json(recorded.reread),
            "without_lines": recorded.without_lines,
            "instances": dict(recorded.instances),
            "returns": [_return(each) for each in recorded.returns],
            "files": [file_json(each) for each in recorded.files],
        },
    )


def _return(each: RecordedReturn) -> dict[str, Any]:
    return {
        "id": each.id,
        "host": each.host,
        "source": each.source,
        "rule_name": each.rule_name,
        "lines": [asdict(line) for line in each.lines],
        "stack": each.stack and _stack(each.stack),
    }


def _stack(each: StackBack) -> dict[str, Any]:
    return {
        "name": each.stack_name,
        "target": target_json(each.target),
        "schedule": each.schedule,
        "command": each.command,
        "enabled": each.enabled,
        "live_from": each.live_from,
        "is_protected": each.is_protected,
        "rests_on": asdict(each.basis),
    }
