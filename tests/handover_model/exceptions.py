"""Where a minute does not run exactly once, or is told wrongly: when, why, and what a person sees.

Whatever the search finds beyond these rows is a fault of the rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.handover_model.world import Due, World

TOLD = ("not-run", "stopped-by-hand")
FAULTS = ("DOUBLE", "LOSS", "UNWANTED", "told loss", "false alarm")


class Row(NamedTuple):
    """A class of exceptions: `kinds` are the ways in which a minute may end in it."""

    name: str
    kinds: tuple[str, ...]
    when: str
    runs: str
    sees: str
    why: str
    holds: Callable[[Due, World], bool]


def kind_of(due: Due) -> str:
    """How a minute ended, whatever the reason."""
    runs = (due.cron or 0) + (due.outcome == "runs") + due.again
    told = due.outcome in TOLD
    if runs > 1:
        return "DOUBLE"
    if due.wanted and not runs:
        return "told loss" if told else "LOSS"
    if runs and due.wanted is False:
        return "UNWANTED"
    if runs and told:
        return "false alarm"
    return "once" if runs else "none"


def _line_changes(world: World) -> int:
    return sum(change.kind not in ("unrelated", "touch") for change in world.changes)


def _equal_lines(world: World) -> bool:
    """A line to run beside the marks of two entries with its schedule."""
    content = world.hosts[0].content
    jobs = [text.schedule for text in content if text.kind == "job"]
    marks = [text.schedule for text in content if text.kind == "mark"]
    return any(marks.count(schedule) > 1 for schedule in jobs)


def _same_mtime(world: World) -> bool:
    times = [change.second for change in world.changes if change.kind != "touch"]
    old = sum(change.old_mtime for change in world.changes)
    return old > 1 or len(set(times) | set(world.renames)) < len(times) + len(world.renames)


ROWS = (
    Row(
        name="the crontab was changed around the minute",
        kinds=("told loss", "false alarm"),
        when="between the scheduled minute and the delivery (or between two late looks) the file was changed, the line is cron's on one side of that and the task's on the other, and nobody had looked since the minute began",
        runs="once by cron, or not at all",
        sees="`not-run`, a failure: the crontab was changed around this minute, so it is not known whether cron ran it",
        why="a file shows its last change only; a run too many cannot be taken back, a missing one can be started",
        holds=lambda due, _: due.outcome == "not-run",
    ),
    Row(
        name="the line was stopped right after the minute",
        kinds=("false alarm",),
        when="cron ran the minute, and before its delivery somebody put a `#` before the line",
        runs="once, by cron",
        sees="`stopped-by-hand`, a failure: it did not run",
        why="nobody looked between the minute and the `#`; the line is stopped from now on, and that is told",
        holds=lambda due, _: due.outcome == "stopped-by-hand",
    ),
    Row(
        name="the mark came right after the minute",
        kinds=("UNWANTED",),
        when="the line was stopped or gone when the minute began, and before its delivery somebody put our mark there",
        runs="once, by the task",
        sees="`ran`",
        why="cron had no part in it, so it cannot be a run too many; who puts the mark there wants it to run",
        holds=lambda due, world: due.outcome == "runs" and not due.cron and _line_changes(world) > 0,
    ),
    Row(
        name="the line was marked and then stopped",
        kinds=("told loss",),
        when="another program put our mark there, nobody looked, the minute began, and before its delivery somebody put a `#` before the line",
        runs="not at all",
        sees="`stopped-by-hand`, a failure: it did not run",
        why="it is stopped from now on, and that is told",
        holds=lambda due, _: due.outcome == "stopped-by-hand",
    ),
    Row(
        name="an edit within our own",
        kinds=("DOUBLE", "LOSS", "UNWANTED"),
        when="our command was stopped (SIGSTOP, a hung disk) between its last check of the file and its rename, and another program wrote the file meanwhile",
        runs="as the file has it then: what the other program wrote is lost",
        sees="nothing",
        why="no program can replace a file on condition that it is unchanged; without a stop the two are microseconds apart",
        holds=lambda _, world: world.overwritten,
    ),
    Row(
        name="the daemon was late",
        kinds=("DOUBLE", "LOSS", "UNWANTED"),
        when="the daemon read its files more than two seconds after the minute began (a stopped or overloaded host), and another program had changed the line in between, or did before the daemon read",
        runs="twice, or not at all",
        sees="nothing",
        why="no file says when the daemon reads; our own edits wait until it has",
        holds=lambda due, _: due.late,
    ),
    Row(
        name="the line came back on one host of several",
        kinds=("DOUBLE",),
        when="with `RunOn=one` and LiveFrom another program writes the line again on one host, and another host, which never had it, is asked to run the minute",
        runs="once by cron on the one, once by the task on the other",
        sees="`status`: the line came back on that host, cron runs it there",
        why="a host knows its own crontab only; without LiveFrom the next host would be asked",
        holds=lambda _, world: len(world.hosts) > 1 and bool(world.changes),
    ),
    Row(
        name="one of several equal lines came back",
        kinds=("LOSS",),
        when="two lines of a file are equal in user, command and schedule, both are handed over, and another program writes one of them again beside the marks",
        runs="once, by cron, and not twice",
        sees="`status`: the line came back, cron runs it",
        why="equal lines cannot be told apart, and a run too many cannot be taken back",
        holds=lambda _, world: _equal_lines(world),
    ),
    Row(
        name="two changes between two looks",
        kinds=("DOUBLE", "LOSS", "UNWANTED"),
        when="other programs changed the line twice (wrote it again and took it away again) with the minute between the two, and the second time before its delivery",
        runs="twice, or not at all",
        sees="nothing",
        why="the file is as it was when somebody last looked, and looks as after an unrelated edit",
        holds=lambda _, world: _line_changes(world) > 1,
    ),
    Row(
        name="two writes with one mtime",
        kinds=("DOUBLE", "LOSS", "UNWANTED"),
        when="a file was written twice in one second or with the same old mtime, and the daemon read it in between",
        runs="twice, or not at all, until the file's next change",
        sees="`status` on the host: the file is newer than what its daemon has read",
        why="the daemons read a file again when its mtime, in whole seconds, is another one",
        holds=lambda _, world: _same_mtime(world),
    ),
)  # fmt: skip


def judge(due: Due, world: World) -> str:
    """`once`, `none`, or the kind and the row that it belongs to; a fault without a row is bare."""
    kind = kind_of(due)
    if kind in ("once", "none"):
        return kind
    for row in ROWS:
        if kind in row.kinds and row.holds(due, world):
            return f"{row.name}: {kind}"
    return kind
