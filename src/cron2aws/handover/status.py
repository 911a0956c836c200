"""How each task stands: who runs its job, as the crontabs and the hosts' own reports say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from cron2aws.assess.values import AssessedEntry, Assessment
from cron2aws.crontab.managers import Managed
from cron2aws.handover.shared import Ties, ties
from cron2aws.plan.advice import PLAIN, Advice
from cron2aws.plan.reports import Seen
from cron2aws.plan.shared import Shared
from cron2aws.plan.stack_states import Doing, Way, way
from cron2aws.plan.standing import at_home
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.line_identity import digest, raw_in
from cron2aws.task.task import TAG_SOURCE, as_messages_name, tag_value

GRACE = timedelta(minutes=15)
"""How late a report may be before its task counts as not seen."""
REHEARSED = timedelta(days=14)
"""How long a rehearsal goes on before it is called to mind."""
RAN, DUPLICATE = "ran", "duplicate"
LEFT, NOT_HERE, STOPPED = "left-to-cron", "not-here", "stopped-by-hand"
"""Words of the runner's first line (cfn/functions/outcomes.txt) that say who runs the job."""


class Standing(StrEnum):
    """Who runs a task's job."""

    HANDED_OVER = "handed over"
    REHEARSING = "rehearsing"
    CRON = "cron runs it"
    NOT_YET = "no run yet"
    CAME_BACK = "the line came back"
    NOT_OUT = "not handed over"
    CHANGED = "the line differs"
    STOPPED = "stopped by hand"
    FAILING = "failing"
    NOT_SEEN = "not seen"
    NOWHERE = "runs nowhere"
    OFF = "disabled"
    BROKEN = "stack is broken"
    UNTIED = "its foundation or target is missing"
    OTHER_ROLES = "its roles are not the shared ones"
    ELSEWHERE = "in another account or region"


_CRON_RUNS_IT = frozenset(
    {Standing.CRON, Standing.REHEARSING, Standing.CAME_BACK, Standing.NOT_OUT}
)
BAD = frozenset(
    {
        Standing.CAME_BACK,
        Standing.NOT_OUT,
        Standing.CHANGED,
        Standing.STOPPED,
        Standing.FAILING,
        Standing.NOT_SEEN,
        Standing.NOWHERE,
        Standing.BROKEN,
        Standing.UNTIED,
        Standing.OTHER_ROLES,
    }
)
"""Standings that need a person."""


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
    seen: Seen = field(default_factory=Seen)
    next: datetime | None = None
    about: tuple[str, ...] = ()
    """The hosts that the standing is about, where it is not about all."""

    reminder: str = ""
    """What has gone on for too long."""

    mend: str = ""
    """The command that mends it, or what to do."""

    command: str = ""
    """The command that `mend` begins with, by itself."""

    @property
    def is_bad(self) -> bool:
        """Whether it needs a person."""
        return self.standing in BAD

    @property
    def since(self) -> datetime | None:
        """When a host was last heard of."""
        times = (self.seen.at, self.seen.last.started if self.seen.last else None)
        return max((each for each in times if each), default=None)

    @property
    def told(self) -> str:
        """The standing, with the date and the hosts that it is about."""
        return self.told_in(None)

    def told_in(self, zone: tzinfo | None) -> str:
        """The same, its date in a zone; without one as it was read."""
        on = f" on {', '.join(self.about)}" if self.about else ""
        match self.standing:
            case Standing.CAME_BACK | Standing.NOT_OUT:
                return f"{self.standing}{on}: cron runs it"
            case Standing.NOT_SEEN if self.since:
                since = self.since.astimezone(zone) if zone else self.since
                return f"{self.standing} since {since:%Y-%m-%d %H:%M %Z}"
            case _:
                return f"{self.standing}{on}"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What `status` is made from, beside the crontabs and the stacks."""

    reports: Callable[[Deployed], Seen]
    next_run: Callable[[Deployed, datetime], datetime | None]
    """The first scheduled minute after a moment; None where there is none, or nobody knows."""

    was_handed_over: Callable[[Deployed], bool]
    """Whether this host keeps the line of the task, as it was handed over here."""

    unmatched: Callable[[Deployed], str]
    """Why this host, which has the line, is not one of the task's; empty where it is."""

    now: datetime
    place: Place
    had: Callable[[Deployed, str], bool | None] = lambda *_: None
    """Whether a host elsewhere, by its label, has ever left its line to the task; None: not known.

    Its own record of the task says so.
    """

    of_hosts: Callable[[Deployed], bool] = lambda _: True
    """Whether the hosts that were read are the task's: else an active line there is none of its."""

    all_read: Callable[[Deployed], bool] = lambda _: False
    """Whether all hosts of its target were read."""

    lost: Callable[[Deployed], tuple[str, ...]] = lambda _: ()
    """The instances that ran its job until they lost the tag, and still run."""

    name: Callable[[Deployed, str], str] = lambda _, instance: instance
    """What an instance of a task's target is called; its id where nobody knows."""

    advice: Advice = PLAIN
    """For the commands that mend."""

    shared: Callable[[Deployed], Shared] = lambda _: Shared()
    """The foundation, and the stack of a task's target."""


def status(assessment: Assessment, deployed: Iterable[Deployed], look: Look) -> tuple[Row, ...]:
    """A row for each task, one a host with its line, and for marked lines without a stack."""
    stacks = tuple(stack for stack in deployed if stack.is_task)
    rows: list[Row] = []
    paired: set[int] = set()
    for stack in stacks:
        lines = _lines_of(stack, assessment)
        paired |= {id(entry) for entry in lines}
        seen = look.reports(stack)
        was_read = not lines and (look.all_read(stack) or _was_read(stack, assessment))
        # an active line of a host without the target's tag is none of its: cron's, or another's
        matches = not look.unmatched(stack) and look.of_hosts(stack)
        its = [entry for entry in lines if entry.migrated or matches]
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
        and look.of_hosts(stack)
        and look.had(stack, one.host.label)
        and not any(entry.id == stack.id for entry in one.left_out)
    )
    seen = look.reports(stack)
    return [replace(_row(stack, None, seen, look, was_read=True), host=label) for label in lacking]


def _lines_of(stack: Deployed, assessment: Assessment) -> list[AssessedEntry]:
    found = []
    for entry in assessment.entries:
        mark = entry.entry.mark
        if mark is not None:
            is_its = (mark.stack, mark.id) == (stack.stack_name, stack.id)
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
    row = Row(
        id=stack.id,
        host=entry.host if entry else None,
        stack=stack,
        source=entry.source if entry else stack.source,
        line=entry.entry.line if entry else None,
        schedule=stack.schedule,
        standing=Standing.NOT_YET,
        seen=seen,
        next=look.next_run(stack, look.now) if stack.enabled else None,
    )
    standing, about = _standing(stack, entry, seen, look, was_read=was_read, out=out)
    lost = look.lost(stack) if stack.enabled and standing not in BAD else ()
    if lost:
        standing, about = Standing.NOWHERE, lost
    if standing not in BAD and stack.shares_roles:
        standing = _TIED.get(ties(stack, look.shared(stack)), standing)
    about = tuple(look.name(stack, each) for each in about)
    row = replace(row, standing=standing, about=about)
    mend = _mend(row, look)
    if entry and entry.entry.managed and standing in _CRON_RUNS_IT:
        mend = _mend_managed(entry.entry.managed)
    command = _first_command(mend, stack, look.advice)
    return replace(row, mend=mend, command=command, reminder=_reminder(row, look))


_TIED = {Ties.MISSING: Standing.UNTIED, Ties.OTHERS: Standing.OTHER_ROLES}


def _reminder(row: Row, look: Look) -> str:
    """A rehearsal is to end: it costs as much as the runs, and shows nothing new."""
    changed = row.stack.changed if row.stack else None
    if row.standing is not Standing.REHEARSING or changed is None:
        return ""
    days = (look.now - changed) // timedelta(days=1)
    return f"rehearsing for {days} days" if look.now - changed > REHEARSED else ""


def _standing(
    stack: Deployed,
    entry: AssessedEntry | None,
    seen: Seen,
    look: Look,
    *,
    was_read: bool,
    out: bool,
) -> tuple[Standing, tuple[str, ...]]:
    if way(stack.status, Doing.CHANGE) not in {Way.GO, Way.WAIT}:
        return Standing.BROKEN, ()
    if not stack.enabled:
        return _disabled(stack, entry, was_read=was_read), ()
    if entry is not None:
        standing = _with_line(stack, entry, seen, look, out=out)
        return _failing(seen) if standing is Standing.FAILING else (standing, ())
    if was_read and not stack.needs_no_line:
        return Standing.NOWHERE, ()
    return _by_reports(stack, seen, look)


def _disabled(stack: Deployed, entry: AssessedEntry | None, *, was_read: bool) -> Standing:
    if entry is None:
        return Standing.NOWHERE if was_read and stack.needs_no_line else Standing.OFF
    return Standing.NOWHERE if entry.migrated else Standing.CRON


def _with_line(
    stack: Deployed, entry: AssessedEntry, seen: Seen, look: Look, *, out: bool
) -> Standing:
    if _differs(stack, entry):
        return Standing.CHANGED
    if entry.migrated and look.unmatched(stack):
        return Standing.NOWHERE
    if _is_failing(seen):
        return Standing.FAILING
    if not entry.migrated:
        had = look.had(stack, entry.host)
        if had is not None:
            not_out = Standing.NOT_OUT if out or _has_run(stack, seen) else Standing.REHEARSING
            return Standing.CAME_BACK if had else not_out
        back = look.was_handed_over(stack) or _has_run(stack, seen)
        return Standing.CAME_BACK if back else Standing.REHEARSING
    return Standing.NOT_SEEN if _is_overdue(stack, seen, look) else Standing.HANDED_OVER


def _has_run(stack: Deployed, seen: Seen) -> bool:
    """Whether the task is past its rehearsal, as far as AWS tells."""
    return bool(stack.parameters.get("LiveFrom")) or seen.ran


def _differs(stack: Deployed, entry: AssessedEntry) -> bool:
    """Whether schedule or command are others than the task's."""
    raw = raw_in(stack.parameters.get("Command", ""))
    changed = raw is not None and raw != digest(entry.entry.raw_command)
    return changed or as_messages_name(entry.schedule) != stack.schedule


def _by_reports(stack: Deployed, seen: Seen, look: Look) -> tuple[Standing, tuple[str, ...]]:
    """Away from the hosts, what they said last."""
    if _is_failing(seen):
        return _failing(seen)
    if seen.at is None and seen.last is None:
        return Standing.NOT_YET, ()
    if _is_overdue(stack, seen, look):
        return Standing.NOT_SEEN, ()
    left = tuple(host for host, said in sorted(seen.hosts.items()) if said == LEFT)
    if left and (_has_run(stack, seen) or len(left) < len(seen.hosts)):
        return Standing.CAME_BACK, left
    return Standing.REHEARSING if left else Standing.HANDED_OVER, ()


def _failing(seen: Seen) -> tuple[Standing, tuple[str, ...]]:
    """What a run failed for; a job that did not run, as its line says so, is not a bad one."""
    words = set(seen.failed.values())
    if words == {STOPPED}:
        return Standing.STOPPED, tuple(sorted(seen.failed))
    return Standing.NOWHERE if words == {NOT_HERE} else Standing.FAILING, ()


def _is_failing(seen: Seen) -> bool:
    """The newest run that has ended failed: the one that goes on may end as it did."""
    return seen.ended is not None and seen.ended.status in {"FAILED", "TIMED_OUT", "ABORTED"}


def _is_overdue(stack: Deployed, seen: Seen, look: Look) -> bool:
    """Two scheduled minutes have gone by since the last report."""
    times = [each for each in (seen.at, seen.last.started if seen.last else None) if each]
    if not times:
        return False
    first = look.next_run(stack, max(times))
    second = look.next_run(stack, first) if first else None
    return second is not None and look.now > second + GRACE


def _was_read(stack: Deployed, assessment: Assessment) -> bool:
    return any(
        stack.comes_from(one.host.name)
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


def _mend(row: Row, look: Look) -> str:
    """The command that mends it; empty where nothing is to be done."""
    stack, rollback = row.stack, look.advice.rollback(row.id)
    if stack is None:
        return ""
    if row.standing is Standing.NOWHERE:
        return _mend_nowhere(row, stack, rollback, look)
    advice, target = look.advice, stack.target
    migrate, hand_over = advice.migrate(target), advice.migrate(target, "--comment-out")
    rehearse = f"{advice.migrate(target, '--rehearse')}, or --comment-out"
    disable, run = advice.of_task("disable", row.id), advice.of_task("run", row.id)
    return {
        Standing.CRON: rehearse,
        Standing.OFF: rehearse,
        Standing.REHEARSING: hand_over,
        Standing.CAME_BACK: f"take the line out of what writes it, or {hand_over}; "
        f"{rollback} leaves it to cron",
        Standing.NOT_OUT: f"{hand_over}; it was left out, or has joined with an older crontab",
        Standing.CHANGED: f"{migrate} takes the line as it is now",
        Standing.STOPPED: f"{disable}; or have who commented it out take that back, then migrate",
        Standing.FAILING: f"{run} shows it; its message says what to do",
        Standing.NOT_SEEN: "see whether an instance with the tag is on, and its agent runs",
        Standing.BROKEN: f"{migrate} repairs it, {rollback} deletes it",
        Standing.UNTIED: f"{advice.setup(*target.options)} makes it again; then {migrate}",
        Standing.OTHER_ROLES: f"{migrate} gives it the shared ones",
    }.get(row.standing, "")


def _first_command(mend: str, stack: Deployed, advice: Advice) -> str:
    target = stack.target
    commands = (
        *(advice.migrate(target, *how) for how in ((), ("--rehearse",), ("--comment-out",))),
        *(advice.of_task(how, stack.id) for how in ("enable", "disable", "run")),
        advice.rollback(stack.id),
        advice.setup(*target.options),
    )
    return max((each for each in commands if mend.startswith(each)), key=len, default="")


def _mend_managed(managed: Managed) -> str:
    """How a line goes that is never commented out."""
    takes = ": then the task takes over" if managed.marks_job else ", into a crontab of your own"
    return f"{managed.manager} writes its line; {managed.remedy}{takes}"


def _mend_nowhere(row: Row, stack: Deployed, rollback: str, look: Look) -> str:
    if row.about:
        return (
            f"give {', '.join(row.about)} {stack.target.words} again; if it is to leave for "
            f"good, then {rollback} there, and take the tag off after the task's next run"
        )
    if row.line is None:
        return f"{rollback} deletes the task, or put its line into {row.source} again"
    if not stack.enabled:
        return f"{look.advice.of_task('enable', row.id)}, or {rollback}"
    return f"{look.unmatched(stack)}; give it {stack.target.words}, or {rollback}"


def troubled(rows: Sequence[Row]) -> bool:
    """Whether one of them needs a person."""
    return any(row.is_bad for row in rows)
