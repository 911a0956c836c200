"""What is to be said of a task: by its line on a host, and by what hosts reported of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cron2aws.assess.values import AssessedEntry
from cron2aws.handover.history import read_stamp
from cron2aws.handover.shared import Ties, ties
from cron2aws.handover.status_values import LEFT, NOT_HERE, STOPPED, Look, Standing, Trouble
from cron2aws.plan.reports import Seen
from cron2aws.plan.stack_states import Doing, Way, way
from cron2aws.plan.values import Deployed
from cron2aws.task.line_identity import digest, raw_in
from cron2aws.task.task import as_messages_name

GRACE = timedelta(minutes=15)
"""How late a report may be before its task counts as not seen."""
_TIED = {Ties.MISSING: Standing.UNTIED, Ties.OTHERS: Standing.OTHER_ROLES}


def all_of(
    stack: Deployed,
    entry: AssessedEntry | None,
    seen: Seen,
    look: Look,
    *,
    was_read: bool,
    out: bool,
) -> list[Trouble]:
    """All that is to be said, the gravest first; what is no trouble counts where nothing is."""
    found = dict.fromkeys(_each_of(stack, entry, seen, look, was_read=was_read, out=out))
    if stack.shares_roles and (tied := _TIED.get(ties(stack, look.shared(stack)))):
        return [*found, Trouble(standing=tied)]
    return list(found)


def _each_of(
    stack: Deployed,
    entry: AssessedEntry | None,
    seen: Seen,
    look: Look,
    *,
    was_read: bool,
    out: bool,
) -> Iterator[Trouble]:
    if way(stack.status, Doing.CHANGE) not in {Way.GO, Way.WAIT}:
        yield Trouble(standing=Standing.BROKEN)
    if not stack.enabled:
        yield Trouble(standing=_disabled(stack, entry, was_read=was_read))
        return
    if entry is not None:
        yield from _with_line(stack, entry, seen, look, out=out)
    elif was_read and not stack.needs_no_line:
        yield Trouble(standing=Standing.NOWHERE)
    else:
        yield from _by_reports(stack, seen, look)
    if lost := look.lost(stack):
        yield Trouble(standing=Standing.NOWHERE, about=lost)


def _disabled(stack: Deployed, entry: AssessedEntry | None, *, was_read: bool) -> Standing:
    if entry is None:
        return Standing.NOWHERE if was_read and stack.needs_no_line else Standing.OFF
    return Standing.NOWHERE if entry.migrated else Standing.CRON


def _with_line(
    stack: Deployed, entry: AssessedEntry, seen: Seen, look: Look, *, out: bool
) -> Iterator[Trouble]:
    """What a host has of it comes before what the task's last run came to."""
    if _differs(stack, entry):
        yield Trouble(standing=Standing.CHANGED)
    if entry.migrated and look.unmatched(stack):
        yield Trouble(standing=Standing.NOWHERE)
    if not entry.migrated:
        yield Trouble(standing=_active(stack, entry, seen, look, out=out))
    if _is_failing(seen):
        yield _failing(seen)
    if entry.migrated:
        overdue = _is_overdue(stack, seen, look)
        yield Trouble(standing=Standing.NOT_SEEN if overdue else Standing.HANDED_OVER)


def _active(
    stack: Deployed, entry: AssessedEntry, seen: Seen, look: Look, *, out: bool
) -> Standing:
    """Of a line that cron runs."""
    had = look.had(stack, entry.host)
    if had is not None:
        not_out = Standing.NOT_OUT if out or _has_run(stack, seen) else Standing.REHEARSING
        return Standing.CAME_BACK if had else not_out
    back = look.was_handed_over(stack) or _has_run(stack, seen)
    return Standing.CAME_BACK if back else Standing.REHEARSING


def _has_run(stack: Deployed, seen: Seen) -> bool:
    """Whether the task is past its rehearsal, as far as AWS tells."""
    return bool(stack.parameters.get("LiveFrom")) or seen.ran


def _differs(stack: Deployed, entry: AssessedEntry) -> bool:
    """Whether schedule or command are others than the task's."""
    raw = raw_in(stack.parameters.get("Command", ""))
    changed = raw is not None and raw != digest(entry.entry.raw_command)
    return changed or as_messages_name(entry.schedule) != stack.schedule


def _by_reports(stack: Deployed, seen: Seen, look: Look) -> Iterator[Trouble]:
    """Away from the hosts, what they said last."""
    left = tuple(host for host, word in sorted(seen.hosts.items()) if word == LEFT)
    if _is_before_hand_over(stack, seen):
        left = ()  # the lines were active then, as they should be
    is_back = left and (_has_run(stack, seen) or len(left) < len(seen.hosts))
    back = Trouble(standing=Standing.CAME_BACK, about=left)
    overdue = _is_overdue(stack, seen, look)
    if is_back and not overdue:
        yield back
    if _is_failing(seen):
        yield _failing(seen)
    if overdue:
        yield Trouble(standing=Standing.NOT_SEEN)
        if is_back:
            yield back
    if seen.at is None and seen.last is None:
        yield Trouble(standing=Standing.NOT_YET)
    yield Trouble(standing=Standing.REHEARSING if left else Standing.HANDED_OVER)


def _is_before_hand_over(stack: Deployed, seen: Seen) -> bool:
    """Whether the newest report is from before the last of its lines was handed over."""
    since = read_stamp(stack.parameters.get("LiveFrom", ""))
    return since is not None and seen.at is not None and seen.at < since


def _failing(seen: Seen) -> Trouble:
    """What a run failed for; a job that did not run, as its line says so, is not a bad one."""
    words = set(seen.failed.values())
    if words == {STOPPED}:
        return Trouble(standing=Standing.STOPPED, about=tuple(sorted(seen.failed)))
    return Trouble(standing=Standing.NOWHERE if words == {NOT_HERE} else Standing.FAILING)


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
