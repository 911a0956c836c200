"""Who runs a scheduled minute of a task on a host. All times are seconds since 1970, host clock.

Cron runs the minute `S` when its file held the line at `S`. The task is delivered later and can
only look at the file as it is then: `Seen`. What looks found is kept in the history, so that a
minute has one answer, whenever it is delivered.

A look is: read the clock, read the history, read the crontab, decide, record. The clock comes
first, so that nothing that happens during a look counts as seen by it.

A daemon needs a moment at the beginning of a minute to read its files, so a look says nothing of
a minute that began less than `SETTLE` ago: the runner waits until then before it looks.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

SETTLE = 2

State = Literal["cron", "task", "stopped", "absent"]
"""What a host has of the line: active, so cron runs it; behind our mark, so the task does; behind
another comment; not at all."""
Known = Literal["cron", "task", "stopped", "absent", "unknown"]
Outcome = Literal["runs", "left-to-cron", "stopped-by-hand", "not-here", "not-run"]


class Seen(NamedTuple):
    """What a look found. `ctime` is the file's, or the folder's where the file is gone."""

    state: State
    ctime: int


class Line(NamedTuple):
    """`from MINUTE STATE`: from that minute on, until a later line says something else."""

    minute: int
    state: Known


class History(NamedTuple):
    """The lines in their order, and up to when they are complete (the file's mtime)."""

    lines: tuple[Line, ...] = ()
    looked: int | None = None


class Task(NamedTuple):
    """The stack's parameters that the rule knows: LiveFrom, and TakesOver=removal."""

    live_from: int | None = None
    removal: bool = False


def next_minute(moment: int) -> int:
    """The first full minute after a moment: a change in a minute counts from the next one on."""
    return moment // 60 * 60 + 60


def outcome(state: Known, minute: int, history: History, task: Task) -> Outcome:
    """What the runner does with a minute at whose beginning the host had this of the line."""
    if state == "cron":
        return "left-to-cron"
    if state == "task":
        return "runs"
    if state == "stopped":
        return "stopped-by-hand"
    if state == "unknown":
        return "not-run"
    if task.live_from is not None and minute >= task.live_from:
        return "runs"
    return "runs" if task.removal and was_active(history) else "not-here"


def was_active(history: History) -> bool:
    """Before the line went it was active; it was neither stopped by hand nor ours."""
    had = [line.state for line in history.lines if line.state in ("cron", "task", "stopped")]
    return had[-1:] == ["cron"]


def at(history: History, minute: int) -> Known:
    """What the history says of a minute: of the lines that concern it the last one counts."""
    for line in reversed(history.lines):
        if line.minute <= minute:
            return line.state
    return "unknown"


def changed(seen: Seen, history: History, *, now: int) -> int:
    """When what was found came about: what a look has not found came after it.

    The times of a file may be older than that: a folder or a link on its path was changed, or it
    is another file that has lost the line.
    """
    had = history.lines[-1].state if history.lines else "unknown"
    looked = history.looked if history.looked is not None else seen.ctime
    if had not in {seen.state, "unknown"} and seen.ctime < looked <= now:
        return now
    return min(seen.ctime, now)


def answer(minute: int, seen: Seen, history: History, task: Task, *, now: int) -> Outcome:
    """What to do with a minute, of which a delivery asks at `now` (`now >= minute + SETTLE`)."""
    would = outcome(seen.state, minute, history, task)
    if changed(seen, history, now=now) < minute:
        return would
    # the file was changed since the minute began
    before = outcome(at(history, minute), minute, history, task)
    if history.looked is not None and minute <= history.looked <= now:
        return before
    if would == before:
        # an edit that does not concern the line
        return would
    # The last change came after the minute. There may have been one before it, too, which this
    # one hides: so it is known that cron did not run the minute only where it is on no side.
    if before == "not-run" or {before, would} == {"left-to-cron", "runs"}:
        return "not-run"
    return "runs" if before == "runs" else would


def record(seen: Seen, history: History, task: Task, *, now: int) -> History:
    """The history after a look, whatever minute it was for.

    A command that edits the file looks, notes `edit_begins`, edits, and looks again. It holds
    the history's lock over all of it, as the runner does for a look.
    """
    added: list[Line] = []
    had = history.lines[-1].state if history.lines else "unknown"
    if seen.state != had or not history.lines:
        minute = next_minute(changed(seen, history, now=now))
        sides = {outcome(state, now, history, task) for state in (had, seen.state)}
        if sides == {"left-to-cron", "runs"} and history.looked is not None:
            doubt = next_minute(history.looked)
            if doubt < minute:
                added.append(Line(doubt, "unknown"))
        added.append(Line(minute, seen.state))
    return History((*history.lines, *added), now - SETTLE)


def edit_begins(history: History, *, now: int) -> History:
    """What a command notes before its edit: who is killed in between leaves this behind."""
    return history._replace(lines=(*history.lines, Line(next_minute(now), "unknown")))
