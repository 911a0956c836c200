"""What is deployed, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from cron2aws.crontab.identity import shown_ids
from cron2aws.escapes import printable
from cron2aws.handover.status import Row
from cron2aws.plan.reports import RunLike
from cron2aws.report.document import Tasks
from cron2aws.report.layout import table
from cron2aws.report.text import BAD, HEAD, PLAIN, sentence, where


def status_parts(tasks: Tasks) -> Iterator[RenderableType]:
    """A row a task."""
    rows = tasks.rows
    if not rows:
        yield "No tasks of cron2aws are deployed here."
        return
    many = len({row.host for row in rows if row.host}) > 1
    columns = ("id!", "line", "schedule", "stack", "state", "last run", "next run", "standing")
    made = table(*(["host"] if many else []), *columns)
    ids = shown_ids(row.id for row in rows)
    for row in rows:
        made.add_row(
            *([Text(printable(row.host or "-"))] if many else []),
            ids[row.id],
            Text(where(row.source, row.line)),
            Text(printable(row.schedule)),
            row.stack.stack_name if row.stack else "-",
            _state(row),
            _last(row.seen.last) if row.seen.last else "-",
            _when(row.next) if row.next else "-",
            Text(printable(row.told), style=BAD if row.is_bad else PLAIN),
        )
    yield made
    yield from _to_do(rows)
    bad = len({_task(row) for row in rows if row.is_bad})
    shown = len({_task(row) for row in rows})
    line = f"{sentence(shown, 'task')}, {bad} in trouble."
    yield from ("", Text(line, style=HEAD))


def _to_do(rows: Sequence[Row]) -> Iterator[RenderableType]:
    """What each row that needs a person, or is not at its end, can be done about."""
    told = [row for row in rows if row.mend or row.reminder]
    if told:
        yield ""
    ids = shown_ids(row.id for row in rows)
    for row in told:
        style = BAD if row.is_bad else PLAIN
        said = row.reminder or row.told
        yield Text(f"{ids[row.id]}: {printable(said)}", style=style)
        yield Text(f"  next: {printable(row.mend)}")


def _task(row: Row) -> str:
    """What tells tasks apart: one may have a row for each of several hosts."""
    return row.stack.stack_name if row.stack else f"{row.id} of {row.host}"


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
