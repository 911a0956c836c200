"""What is deployed, beside what the crontabs say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cron2aws.assess.values import AssessedEntry, Assessment
from cron2aws.handover.interfaces import RunLike, RunLog
from cron2aws.handover.moment import stamp
from cron2aws.lint.words import name_of
from cron2aws.plan.standing import at_home
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.slug import slug
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
    host: str | None
    """The label of the host whose line it is; None where no line of its was read."""

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
    if told(entry.schedule) != stack.schedule:
        return Standing.CHANGED
    return Standing.OK if runs else Standing.DISABLED


def _runs(stack: Deployed, now: datetime) -> bool:
    """Whether its schedules fire and its time has not ended; NotBefore is minutes ahead at most."""
    ends = stack.parameters.get("NotAfter")
    return stack.enabled and not (ends and stamp(now) >= ends)


def status(
    assessment: Assessment,
    deployed: Iterable[Deployed],
    runs: RunLog,
    next_run: Callable[[Deployed], datetime | None],
    *,
    now: datetime,
    place: Place,
) -> tuple[Row, ...]:
    """A row for each stack of ours, one a host with its line, and for marked lines without one."""
    lines: dict[str, list[AssessedEntry]] = {}
    for entry in assessment.entries:
        lines.setdefault(entry.id, []).append(entry)
    stacks = tuple(deployed)
    rows = [
        _of_stack(stack, entry, runs, next_run, seen=_was_read(stack, assessment), now=now)
        for stack in stacks
        for entry in (lines.get(stack.id) or (_written_again(stack, assessment, stacks),))
    ]
    known = {stack.id for stack in stacks}
    rows += [
        _without_stack(entry, place)
        for entry in assessment.entries
        if entry.migrated and entry.id not in known
    ]
    return tuple(sorted(rows, key=lambda row: (row.source, row.line or 0, row.id, row.host or "")))


def _written_again(
    stack: Deployed, assessment: Assessment, stacks: Iterable[Deployed]
) -> AssessedEntry | None:
    """The line that a program has written again with another command, so with another id.

    It is known by what that program calls the job, which is part of the stack's name.
    """
    others = {each.id for each in stacks}
    for each in assessment.entries:
        managed = each.entry.managed
        if managed is None or managed.job is None or each.migrated or each.id in others:
            continue
        name = f"-{slug(name_of(managed.job))}-{stack.id}"
        if stack.stack_name.endswith(name) and stack.belongs_to(each.source, each.entry.user):
            return each
    return None


def _was_read(stack: Deployed, assessment: Assessment) -> bool:
    return any(
        stack.comes_from(one.host.name)
        and stack.tags.get(TAG_SOURCE) in {tag_value(tab.path) for tab in one.host.tabs}
        for one in assessment.hosts
    )


def _without_stack(entry: AssessedEntry, place: Place) -> Row:
    return Row(
        id=entry.id,
        host=entry.host,
        stack=None,
        source=entry.source,
        line=entry.entry.line,
        schedule=entry.schedule,
        standing=Standing.NOWHERE if at_home(entry, place) else Standing.ELSEWHERE,
        last=None,
        next=None,
    )


def _of_stack(
    stack: Deployed,
    entry: AssessedEntry | None,
    runs: RunLog,
    next_run: Callable[[Deployed], datetime | None],
    *,
    seen: bool,
    now: datetime,
) -> Row:
    machine = stack.outputs.get("StateMachineArn")
    return Row(
        id=stack.id,
        host=entry.host if entry else None,
        stack=stack,
        source=entry.source if entry else stack.source,
        line=entry.entry.line if entry else None,
        schedule=stack.schedule,
        standing=standing_of(stack, entry, seen=seen, now=now),
        last=runs.last(machine) if machine else None,
        next=next_run(stack) if _runs(stack, now) else None,
    )
