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

State = Literal["active", "mark", "stopped", "absent"]
"""What a host has of the line: to run, behind our mark, behind another comment, or not at all."""
Who = Literal["cron", "task", "nobody"]
Said = Literal["cron", "task", "nobody", "unknown"]
Outcome = Literal["runs", "left-to-cron", "stopped-by-hand", "not-here", "not-run"]


class Seen(NamedTuple):
    """What a look found. `ctime` is the file's, or the folder's where the file is gone."""

    state: State
    ctime: int


class Line(NamedTuple):
    """`from MINUTE WHO`: from that minute on, until a later line says something else."""

    minute: int
    who: Said


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


def who(state: State, minute: int, history: History, task: Task) -> Who:
    """Who runs a minute, if this is what the file held when it began."""
    if state == "active":
        return "cron"
    if state == "mark":
        return "task"
    if state == "stopped":
        return "nobody"
    if task.live_from is not None and minute >= task.live_from:
        return "task"
    if task.removal and was_active(history):
        return "task"
    return "nobody"


def was_active(history: History) -> bool:
    """The line was active here, and it was not stopped by hand before it went."""
    said = [line.who for line in history.lines if line.who != "unknown"]
    return "cron" in said and said[-1] != "nobody"


def at(history: History, minute: int) -> Said:
    """What the history says of a minute: of the lines that concern it the last one counts."""
    for line in reversed(history.lines):
        if line.minute <= minute:
            return line.who
    # nobody looked before the first line. A task took over from cron, and when is not known
    first = history.lines[0].who if history.lines else "cron"
    return "unknown" if first == "task" else first


def last(history: History) -> Said:
    """What was so when somebody last looked. Before the first look cron ran the line."""
    return history.lines[-1].who if history.lines else "cron"


def answer(minute: int, seen: Seen, history: History, task: Task, *, now: int) -> Said:
    """Who runs the minute, of which a delivery asks at `now` (`now >= minute + SETTLE`)."""
    changed = min(seen.ctime, now)
    would = who(seen.state, minute, history, task)
    if changed < minute:
        return would
    # the file was changed since the minute began
    if history.looked is not None and minute <= history.looked <= now:
        return at(history, minute)
    before = at(history, minute)
    if would == before:
        # an edit that does not concern the line
        return would
    # The last change came after the minute. There may have been one before it, too, which this
    # one hides: so it is known that nobody else runs the minute only where cron is on no side.
    if {before, would} == {"cron", "task"} or before == "unknown":
        return "unknown"
    return "task" if before == "task" else would


def record(seen: Seen, history: History, task: Task, *, now: int) -> History:
    """The history after a look: what is so now, not what was so at the minute that is asked for.

    A command that edits the file looks right before its edit and right after it, and writes
    nothing else: where both stand in one minute, all is known.
    """
    changed = min(seen.ctime, now)
    looked = history.looked if history.looked is not None and history.looked <= now else None
    is_so = who(seen.state, now, history, task)
    before = last(history)
    added: list[Line] = []
    # a history that ends with `unknown` lost its next line to a kill
    if is_so != before or not history.lines:
        minute = next_minute(changed)
        if is_so == "task" and seen.state == "absent" and task.live_from is not None:
            minute = max(minute, task.live_from)
        if {before, is_so} == {"cron", "task"} and looked is not None:
            doubt = next_minute(looked)
            if doubt < minute:
                added.append(Line(minute=doubt, who="unknown"))
        added.append(Line(minute=minute, who=is_so))
    return History(lines=(*history.lines, *added), looked=now - SETTLE)


def outcome(said: Said, seen: Seen) -> Outcome:
    """The word of the report's first line (`runs`: whatever the job's own end is called)."""
    if said == "task":
        return "runs"
    if said == "cron":
        return "left-to-cron"
    if said == "unknown":
        return "not-run"
    return "stopped-by-hand" if seen.state == "stopped" else "not-here"
