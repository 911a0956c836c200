"""How each task stands: who runs its job, as the crontabs and the hosts' own reports say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta

from cron2aws.assess.values import AssessedEntry, Assessment
from cron2aws.handover.status_mends import mended
from cron2aws.handover.status_rules import all_of
from cron2aws.handover.status_values import BAD, Look, Row, Standing, Trouble
from cron2aws.plan.reports import Seen
from cron2aws.plan.standing import at_home
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.task import TAG_SOURCE, tag_value

REHEARSED = timedelta(days=14)
"""How long a rehearsal goes on before it is called to mind."""


def status(assessment: Assessment, deployed: Iterable[Deployed], look: Look) -> tuple[Row, ...]:
    """A row for each task, one a host with its line, and for marked lines without a stack."""
    stacks = tuple(stack for stack in deployed if stack.is_task)
    rows: list[Row] = []
    paired: set[int] = set()
    for stack in stacks:
        lines = _lines_of(stack, assessment, look.place)
        paired |= {id(entry) for entry in lines}
        seen = look.reports(stack)
        was_read = not lines and (look.all_read(stack) or _was_read(stack, assessment, look))
        # an active line of a host without the target's tag is none of its: cron's, or another's
        matches = not look.unmatched(stack)
        its = [
            entry
            for entry in lines
            if entry.migrated or (matches and look.runs_on(stack, entry.host))
        ]
        gone = _without_line(stack, its, assessment, look)
        rows += gone
        its_rows: Sequence[AssessedEntry | None] = its or (() if gone else (None,))
        # where one host has handed over, another that has not was left out, or is new
        out = any(entry.migrated for entry in its)
        rows += [_row(stack, each, seen, look, was_read=was_read, out=out) for each in its_rows]
    rows += [
        _without_stack(entry, look)
        for entry in assessment.entries
        if entry.migrated and id(entry) not in paired
    ]
    return tuple(sorted(rows, key=lambda row: (row.source, row.line or 0, row.id, row.host or "")))


def _without_line(
    stack: Deployed, its: Sequence[AssessedEntry], assessment: Assessment, look: Look
) -> list[Row]:
    """Hosts that left their line to the task, and whose crontab has it no more."""
    if stack.needs_no_line or not stack.enabled:
        return []
    having = {entry.host for entry in its}
    lacking = (
        one.host.label
        for one in assessment.hosts
        if one.host.label not in having
        and look.runs_on(stack, one.host.label)
        and look.had(stack, one.host.label)
        and not any(entry.id == stack.id for entry in one.left_out)
    )
    seen = look.reports(stack)
    return [replace(_row(stack, None, seen, look, was_read=True), host=label) for label in lacking]


def _lines_of(stack: Deployed, assessment: Assessment, place: Place) -> list[AssessedEntry]:
    found = []
    for entry in assessment.entries:
        mark = entry.entry.mark
        if mark is not None:
            is_its = (mark.stack, mark.id) == (stack.stack_name, stack.id)
            is_its = is_its and at_home(entry, place)
        else:
            is_its = entry.id == stack.id and stack.belongs_to(entry.source, entry.entry.user)
        if is_its:
            found.append(entry)
    return found


def _row(
    stack: Deployed,
    entry: AssessedEntry | None,
    seen: Seen,
    look: Look,
    *,
    was_read: bool,
    out: bool = False,
) -> Row:
    following = look.next_run(stack, look.now)
    row = Row(
        id=stack.id,
        host=entry.host if entry else None,
        stack=stack,
        source=entry.source if entry else stack.source,
        line=entry.entry.line if entry else None,
        schedule=stack.schedule,
        standing=Standing.NOT_YET,
        seen=seen,
        next=following if stack.enabled else None,
        zone=(following and following.tzinfo) or UTC,
    )
    found = all_of(stack, entry, seen, look, was_read=was_read, out=out)
    bad = [each for each in found if each.standing in BAD]
    first, *also = [
        mended(row, _named(each, stack, look), entry, look) for each in bad or found[:1]
    ]
    row = replace(
        row,
        standing=first.standing,
        about=first.about,
        mend=first.mend,
        command=first.command,
        also=tuple(also),
    )
    return replace(row, reminder=_reminder(row, look))


def _named(one: Trouble, stack: Deployed, look: Look) -> Trouble:
    return replace(one, about=tuple(look.name(stack, each) for each in one.about))


def _reminder(row: Row, look: Look) -> str:
    """A rehearsal is to end: it costs as much as the runs, and shows nothing new."""
    changed = row.stack.changed if row.stack else None
    if row.standing is not Standing.REHEARSING or changed is None:
        return ""
    days = (look.now - changed) // timedelta(days=1)
    return f"rehearsing for {days} days" if look.now - changed > REHEARSED else ""


def _was_read(stack: Deployed, assessment: Assessment, look: Look) -> bool:
    return any(
        stack.comes_from(one.host.name)
        and look.runs_on(stack, one.host.label)
        and stack.tags.get(TAG_SOURCE) in {tag_value(tab.path) for tab in one.host.tabs}
        for one in assessment.hosts
    )


def _without_stack(entry: AssessedEntry, look: Look) -> Row:
    home = at_home(entry, look.place)
    mark = entry.entry.mark
    row = Row(
        id=entry.id,
        host=entry.host,
        stack=None,
        source=entry.source,
        line=entry.entry.line,
        schedule=entry.schedule,
        standing=Standing.NOWHERE if home else Standing.ELSEWHERE,
    )
    where = (
        f"give the --profile of account {mark.account} and --region {mark.region}" if mark else ""
    )
    rollback = look.advice.rollback(entry.id)
    return replace(row, mend=rollback if home else where, command=rollback if home else "")


def troubled(rows: Sequence[Row]) -> bool:
    """Whether one of them needs a person."""
    return any(row.is_bad for row in rows)
