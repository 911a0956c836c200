"""What is deployed, as a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from cron2aws.crontab.identity import shown_ids
from cron2aws.handover.status_values import Row, Standing
from cron2aws.report.compose.hosts import unread_hosts
from cron2aws.report.document import Tasks
from cron2aws.report.model import Act, Checklist, Facts, Grid, Part, Report, StyledText, Tone
from cron2aws.report.text import quantity

HOSTS_NAMED = 3
"""So many hosts on which a task stands alike are named."""

GOOD = frozenset({Standing.HANDED_OVER})


def status_report(tasks: Tasks) -> Report:
    """A row a task, or one for each host with its line; and what can be done about each."""
    rows = tasks.rows
    unread = tuple(unread_hosts(tasks.unread))
    parts = (Facts("", unread),) if unread else ()
    if not rows:
        return Report(title="No tasks of cron2aws are deployed here.", parts=parts)
    bad = len({_task(row) for row in rows if row.is_bad})
    shown = len({_task(row) for row in rows})
    return Report(
        title=f"{quantity(shown, 'task')}, {bad} in trouble", parts=(*parts, *_parts(rows))
    )


def _parts(rows: Sequence[Row]) -> Iterator[Part]:
    ids = shown_ids(row.id for row in rows)
    several = len({row.host for row in rows if row.host}) > 1
    host = ("host",) if several else ()
    columns = ("id", *host, "line", "schedule", "state", "standing", "last run", "next run")
    alike = _alike(rows)
    yield Grid(
        "",
        (*columns, "stack"),
        tuple(
            tuple((each,) for each in _cells(group, ids[group[0].id], several=several))
            for group in alike
        ),
    )
    firsts = [group[0] for group in alike]
    acts = tuple(act for row in firsts for act in _acts(row, ids[row.id]))
    if acts:
        yield Checklist("What can be done", acts)


def _alike(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of hosts on which a task stands alike, together; in the order of the first of each."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        key = (_task(row), row.source, row.line, row.told, row.mend, row.reminder)
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _cells(group: Sequence[Row], shown_id: str, *, several: bool) -> Iterator[StyledText]:
    row = group[0]
    zone = row.zone
    yield StyledText(shown_id, code=True)
    if several:
        names = [each.host or "-" for each in group]
        more = f" and {len(names) - HOSTS_NAMED} more" if len(names) > HOSTS_NAMED else ""
        yield StyledText(", ".join(names[:HOSTS_NAMED]) + more)
    yield StyledText(row.source if row.line is None else f"{row.source}:{row.line}")
    yield StyledText(row.schedule, code=True)
    yield StyledText(_state(row))
    yield StyledText(row.told_in(zone), _tone(row))
    last = row.seen.last
    yield StyledText(
        f"{last.status.lower().replace('_', ' ')} {_when(last.started, zone)}" if last else "-"
    )
    yield StyledText(_when(row.next, zone) if row.next else "-")
    yield StyledText(row.stack.stack_name if row.stack else "-")


def _tone(row: Row) -> Tone:
    if row.is_bad:
        return Tone.BAD
    return Tone.GOOD if row.standing in GOOD else Tone.PLAIN


def _acts(row: Row, shown_id: str) -> Iterator[Act]:
    """What can be done about each thing: a command by itself, and what the rest says of that."""
    for each in (row.first, *row.also):
        if not each.mend and not row.reminder:
            continue
        rest = each.mend.removeprefix(each.command)
        if each.command and rest:
            rest = f"this{rest}" if rest.startswith(" ") else f"do this{rest}"
        said = row.reminder or row.told_of(each, row.zone)
        yield Act(f"{shown_id}: {said}", rest, each.command)


def _task(row: Row) -> str:
    """What tells tasks apart: one may have a row for each of several hosts."""
    return row.stack.stack_name if row.stack else f"{row.id} of {row.host}"


def _state(row: Row) -> str:
    if row.stack is None:
        return "missing"
    if not row.stack.status.endswith("_COMPLETE"):
        return row.stack.status
    return "enabled" if row.stack.enabled else "disabled"


def _when(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"
