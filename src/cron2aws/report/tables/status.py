"""What is deployed, as a table."""

from __future__ import annotations

from datetime import datetime

from rich.text import Text

from cron2aws.migration.interfaces import RunLike
from cron2aws.migration.status import Row
from cron2aws.report.document import Tasks
from cron2aws.report.escapes import printable
from cron2aws.report.text import Style, sentence, table, text_of, where


def status_table(tasks: Tasks, style: Style) -> str:
    """A row a task."""
    rows = tasks.rows
    if not rows:
        return "No tasks of cron2aws are deployed here.\n"
    made = table("id!", "line", "schedule", "stack!", "state", "last run", "next run", "standing")
    several = len({row.host for row in rows if row.host}) > 1
    for row in rows:
        made.add_row(
            row.id,
            Text(where(row.source, row.line, row.host if several else None)),
            Text(printable(row.schedule)),
            row.stack.stack_name if row.stack else "-",
            _state(row),
            _last(row.last) if row.last else "-",
            _when(row.next) if row.next else "-",
            Text(row.standing.value, style="red" if row.is_bad else ""),
        )
    bad = sum(row.is_bad for row in rows)
    line = f"{sentence(len(rows), 'task')}, {bad} in trouble."
    return text_of(made, "", Text(line, style="bold"), style=style)


def _last(run: RunLike) -> str:
    return f"{run.status.lower().replace('_', ' ')} {_when(run.started)}"


def _state(row: Row) -> str:
    if row.stack is None:
        return "missing"
    if not row.stack.status.endswith("_COMPLETE"):
        return row.stack.status
    return "enabled" if row.stack.enabled else "disabled"


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}"
