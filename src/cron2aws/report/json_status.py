"""`cron2aws.status/1`: the tasks and the lines that they came from."""

from __future__ import annotations

from typing import Any

from cron2aws.handover.status_values import Row
from cron2aws.report.document import Tasks
from cron2aws.report.json_fleet import unread_json
from cron2aws.report.json_object import target_json

STATUS = "cron2aws.status/1"


def status_json(tasks: Tasks) -> dict[str, Any]:
    """`cron2aws.status/1`; times are ISO 8601 in UTC."""
    return {
        "schema": STATUS,
        "hosts_not_read": unread_json(tasks.unread),
        "tasks": [_row(row) for row in tasks.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "stack": row.stack.stack_name if row.stack else None,
        "stack_status": row.stack.status if row.stack else None,
        "target": target_json(row.stack.target) if row.stack else None,
        "host": row.host,
        "source": row.source,
        "line": row.line,
        "schedule": row.schedule,
        "enabled": row.stack.enabled if row.stack else False,
        "standing": row.standing.value,
        "about": list(row.about),
        "told": row.told,
        "mend": row.mend or None,
        "also": [
            {
                "standing": each.standing.value,
                "about": list(each.about),
                "told": row.told_of(each),
                "mend": each.mend or None,
            }
            for each in row.also
        ],
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
