"""What is deployed, beside what the crontabs say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cron2aws.assess import AssessedEntry, HostAssessment
from cron2aws.migration.interfaces import RunLike, RunLog
from cron2aws.migration.moment import stamp
from cron2aws.plan import Deployed, Place, at_home
from cron2aws.task.task import TAG_SOURCE, tag_value, told


class Standing(StrEnum):
    """How a task and its crontab line stand to each other."""

    OK = "ok"
    DISABLED = "disabled"
    BOTH = "runs twice"
    NOWHERE = "runs nowhere"
    CHANGED = "line differs"
    BROKEN = "stack is broken"
    ORPHAN = "no line"
    UNSEEN = "crontab not read"
    ELSEWHERE = "in another account or region"


BAD = frozenset({Standing.BOTH, Standing.NOWHERE, Standing.BROKEN})
"""Standings that are errors: a job runs twice, nowhere, or cannot be told."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task as `status` shows it."""

    id: str
    stack: Deployed | None
    source: str
    line: int | None
    schedule: str
    standing: Standing
    last: RunLike | None
    next: datetime | None

    @property
    def is_bad(self) -> bool:
        """Whether something must be done."""
        return self.standing in BAD


def standing_of(
    stack: Deployed | None, entry: AssessedEntry | None, *, seen: bool, now: datetime
) -> Standing:
    """`seen`: the crontab that the stack names was read."""
    if stack is None:
        return Standing.NOWHERE
    if "FAILED" in stack.status or stack.status == "ROLLBACK_COMPLETE":
        return Standing.BROKEN
    if entry is None:
        return Standing.ORPHAN if seen else Standing.UNSEEN
    runs = _runs(stack, now)
    if entry.migrated and not runs:
        return Standing.NOWHERE
    if runs and not entry.migrated:
        return Standing.BOTH
    if told(entry.schedule) != stack.parameters.get("OriginalSchedule"):
        return Standing.CHANGED
    return Standing.OK if runs else Standing.DISABLED


def _runs(stack: Deployed, now: datetime) -> bool:
    """Whether its schedules fire and its time has not ended; NotBefore is minutes ahead at most."""
    ends = stack.parameters.get("NotAfter")
    return stack.enabled and not (ends and stamp(now) >= ends)


def status(
    assessment: HostAssessment,
    deployed: Iterable[Deployed],
    runs: RunLog,
    next_run: Callable[[Deployed], datetime | None],
    *,
    now: datetime,
    place: Place,
) -> tuple[Row, ...]:
    """A row for each stack of ours and for each marked line whose stack is missing."""
    entries = {entry.id: entry for entry in assessment.entries}
    read = {tag_value(tab.path) for tab in assessment.tabs}
    stacks = tuple(deployed)
    rows = [
        _of_stack(
            stack,
            entries.get(stack.id),
            runs,
            next_run,
            seen=stack.tags.get(TAG_SOURCE) in read and stack.comes_from(assessment.host),
            now=now,
        )
        for stack in stacks
    ]
    known = {stack.id for stack in stacks}
    rows += [
        Row(
            id=entry.id,
            stack=None,
            source=entry.source,
            line=entry.entry.line,
            schedule=entry.schedule,
            standing=Standing.NOWHERE if at_home(entry, place) else Standing.ELSEWHERE,
            last=None,
            next=None,
        )
        for entry in entries.values()
        if entry.migrated and entry.id not in known
    ]
    return tuple(sorted(rows, key=lambda row: (row.source, row.line or 0, row.id)))


def _of_stack(
    stack: Deployed,
    entry: AssessedEntry | None,
    runs: RunLog,
    next_run: Callable[[Deployed], datetime | None],
    *,
    seen: bool,
    now: datetime,
) -> Row:
    source, _, line = stack.parameters.get("SourceLine", "").rpartition(":")
    machine = stack.outputs.get("StateMachineArn")
    return Row(
        id=stack.id,
        stack=stack,
        source=entry.source if entry else source,
        line=entry.entry.line if entry else (int(line) if line.isdigit() else None),
        schedule=stack.parameters.get("OriginalSchedule", ""),
        standing=standing_of(stack, entry, seen=seen, now=now),
        last=runs.last(machine) if machine else None,
        next=next_run(stack) if _runs(stack, now) else None,
    )
