"""Two hosts, one after the other, with each `RunOn`, one target or two, a line or none.

What each minute's runs were is held against what both hosts' files had at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.counted.count import MINUTE, Wrong
from tests.counted.fleet import Fleet, all_back
from tests.counted.rounds import Story, pause, write
from tests.counted.tabs import ALICE, EVERY, SYSTEM, tabs

PAIR = tabs((SYSTEM, "root", EVERY, "s1"), (ALICE, "alice", EVERY, "a1"))
NONE = tabs((SYSTEM, "root", "17 3 1 1 *", "s0"), (ALICE, "alice", "17 3 1 1 *", "a0"))
"""What two hosts have, and what one has without the lines."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Two hosts; which of them have the lines, and in which order they are handed over."""

    run_on: str
    targets: int = 1
    lines: tuple[bool, bool] = (True, True)
    order: tuple[int, int] = (0, 1)

    def __str__(self) -> str:
        has = ", ".join("line" if each else "none" for each in self.lines)
        return f"RunOn={self.run_on}, {self.targets} target(s), {has}, order {self.order}"


RUN_ON = ("all", "one", "marked")
ROWS = (
    *(Row(run_on=run_on, targets=targets) for targets in (1, 2) for run_on in RUN_ON),
    *(Row(run_on=run_on, lines=(True, False)) for run_on in RUN_ON),
    Row(run_on="one", lines=(False, True)),
    Row(run_on="one", order=(1, 0)),
)


def phases(fleet: Fleet, row: Row) -> list[Story]:
    """Out one after the other, and back one after the other, with minutes between."""
    having = [number for number in row.order if row.lines[number]]
    pause(60)
    for number in having:
        tag = f"Name={fleet.tags[number]}"
        out = ("migrate", "--tag", tag, "--run-on", row.run_on, "--comment-out", "--yes")
        fleet.rounds[number].to_its_end(out)
        pause(100)
    for number in sorted(having):
        all_back(fleet.rounds[number])
        pause(100)
    for each in fleet.rounds:
        each.check_bytes()
    stories = fleet.end()
    for story in stories:
        story.name = f"{fleet.folder.name}/{story.name}"
    _by_the_files(fleet, row, stories)
    for each in fleet.rounds:
        write(each.story, each.host.folder)
    return stories


def _by_the_files(fleet: Fleet, row: Row, stories: Sequence[Story]) -> None:
    """Each minute of each job, judged by `RunOn` and what the files of both hosts had at it."""
    ran = [each.ran() for each in fleet.rounds]
    told = fleet.rounds[0].told()
    for story in stories:
        found = story.counted
        found.wrong, found.runs, found.by_cron, found.by_task = [], 0, 0, 0
    first = fleet.rounds[0].first
    for number in range(stories[0].counted.minutes):
        minute = first + number * MINUTE
        had = [watch.had[minute] for watch in fleet.watches]
        for job in PAIR.names:
            runs = [tuple(each.get((job, minute), ())) for each in ran]
            expected = _expected(row, job, had, runs)
            for story, those, wanted in zip(stories, runs, expected, strict=True):
                found = story.counted
                found.runs += wanted
                found.by_cron += those.count("cron")
                found.by_task += len(those) - those.count("cron")
                if len(those) != wanted:
                    found.wrong.append(
                        Wrong(
                            host=f"{story.name} ({row})",
                            job=job,
                            minute=minute,
                            expected=wanted,
                            runs=those,
                            told=tuple(told.get((job, minute), ())),
                        )
                    )


def _expected(
    row: Row,
    job: str,
    had: Sequence[tuple[frozenset[str], frozenset[str]]],
    runs: Sequence[tuple[str, ...]],
) -> list[int]:
    """How often each host was to run it.

    A host whose line is active runs it, as cron does; a marked one has the task. With `RunOn=one`
    the older host is asked: where it has the line, active or marked, nobody asks the other one.
    With `all` hosts without the line run it as well, from LiveFrom on, as long as there is the
    task: either is right, but never twice.
    """
    active = [int(job in each[0]) for each in had]
    is_its = [job in each[0] or job in each[1] for each in had]
    if row.run_on != "one" or row.targets == 2:
        free = 1 if row.run_on == "all" else 0
        return [1 if has else min(len(run), free) for has, run in zip(is_its, runs, strict=True)]
    if row.lines[0]:
        return [1, active[1]]
    # the older one without the line runs it from LiveFrom on, the other one before
    return [0, 1] if active[1] or not runs[0] else [1, 0]
