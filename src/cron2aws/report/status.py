"""What is deployed, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from cron2aws.migration.status import Row
from cron2aws.report.text import Style, printable, sentence, table, text_of

SCHEMA = "cron2aws.status/1"


def status_json(rows: Sequence[Row]) -> dict[str, Any]:
    """The rows as a document; times are ISO 8601 in UTC."""
    return {"schema": SCHEMA, "tasks": [_row_json(row) for row in rows]}


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "stack": row.stack.stack_name if row.stack else None,
        "stack_status": row.stack.status if row.stack else None,
        "source": row.source,
        "line": row.line,
        "schedule": row.schedule,
        "enabled": row.stack.enabled if row.stack else False,
        "standing": row.standing.value,
        "last_run": (
            {"status": row.last.status, "started": row.last.started.isoformat()}
            if row.last
            else None
        ),
        "next_run": row.next.isoformat() if row.next else None,
    }


def status_table(rows: Sequence[Row], style: Style) -> str:
    """A row a task."""
    if not rows:
        return "No tasks of cron2aws are deployed here.\n"
    made = table("id!", "line", "schedule", "stack!", "state", "last run", "next run", "standing")
    for row in rows:
        made.add_row(
            row.id,
            Text(printable(f"{row.source}:{row.line}" if row.line else row.source)),
            Text(printable(row.schedule)),
            row.stack.stack_name if row.stack else "-",
            _state(row),
            f"{row.last.status.lower()} {_when(row.last.started)}" if row.last else "-",
            _when(row.next) if row.next else "-",
            Text(row.standing.value, style="red" if row.is_bad else ""),
        )
    bad = sum(row.is_bad for row in rows)
    line = f"{sentence(len(rows), 'task')}, {bad} in trouble."
    return text_of(made, "", Text(line, style="bold"), style=style)


def _state(row: Row) -> str:
    if row.stack is None:
        return "missing"
    if not row.stack.status.endswith("_COMPLETE"):
        return row.stack.status
    return "enabled" if row.stack.enabled else "disabled"


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}"
