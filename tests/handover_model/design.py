"""What is tried out (`Scenario`) under which design (`Design`), and a look under both."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from tests.handover_model import reading, rule, which
from tests.handover_model.world import Content, Host, Left, World

Step = tuple[str, World]
IDS = ("0" * 16, "1" * 16)


class Design(NamedTuple):
    """The design, and what can be left out of it or done in another way."""

    answer: Callable[..., rule.Outcome] = rule.answer
    record: Callable[..., rule.History] = rule.record
    state: Callable[..., rule.State] = which.state
    waits: bool = True
    """The runner waits until the host's clock has reached the minute."""
    settle: int = rule.SETTLE
    """And so many seconds more."""
    mtime: bool = False
    """Changes are dated by mtime."""
    siblings: bool = True
    quiet: bool = True
    """Our edits come in the quiet part of a minute."""
    tick: bool = True
    """Our edits come after the daemon was seen to tick in this minute."""
    look_before: bool = True
    begins: bool = True
    """The command notes that an edit begins."""
    look_after: bool = True
    lock: bool = True
    """Nobody looks while the command is between its two looks."""
    fresh_mtime: bool = True
    """Our rename gives the file the mtime of the moment."""
    ledger: bool = True
    probe: bool = True
    """Somebody looked before all this: the probe of the command that made the task."""
    live_last: bool = True
    """LiveFrom is set behind the edits of a wave, and cleared before those of a rollback."""


class Scenario(NamedTuple):
    """What is tried out. Minutes are the scheduled ones: 1, 2, ... at 60, 120, ... seconds."""

    name: str
    minutes: int
    delay: int
    """Seconds by which a delivery may be late."""
    start: Content
    schedules: tuple[str, ...] = ("A",)
    commands: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    left: Left = Left()
    early: bool = False
    """The host's clock is behind: a delivery may come 20 seconds before its minute."""
    removal: bool = False
    live: int | None = None
    every: int = 60
    """Seconds between two scheduled minutes."""
    one: bool = False
    """RunOn=one; the second host has no line."""
    history: bool = True
    """There was a look before."""


def task(scenario: Scenario, live: int | None) -> rule.Task:
    return rule.Task(live_from=live, removal=scenario.removal)


def see(content: Content, entry: int, scenario: Scenario, design: Design) -> rule.State:
    return _see(content, entry, scenario.schedules, design.siblings, design.state)


@cache
def _see(
    content: Content,
    entry: int,
    schedules: tuple[str, ...],
    siblings: bool,
    state: Callable[..., rule.State],
) -> rule.State:
    items = tuple(
        reading.Item(
            kind=text.kind,
            schedule=text.schedule,
            user="root",
            command=text.command.encode(),
            id=IDS[text.origin] if text.kind == "mark" else "",
            place=f"stack-{text.origin}" if text.kind == "mark" else "",
        )
        for text in content
    )
    others = tuple(each for number, each in enumerate(schedules) if number != entry)
    return state(
        items,
        which.Entry(
            user="root",
            command=b"run",
            schedule=schedules[entry],
            id=IDS[entry],
            place=f"stack-{entry}",
            siblings=others if siblings else (),
        ),
    )


def is_wanted(world: World, minute: int, entry: int, scenario: Scenario) -> bool:
    """By what the file holds now the minute is to run, by whomsoever."""
    kinds = {text.kind for text in world.hosts[0].content if text.origin == entry}
    if kinds:
        return bool(kinds & {"job", "mark"})
    return scenario.removal or (world.live is not None and minute >= world.live)


def active(content: Content, entry: int) -> int:
    return sum(text.kind == "job" and text.origin == entry for text in content)


def with_host(world: World, number: int, host: Host) -> World:
    hosts = (*world.hosts[:number], host, *world.hosts[number + 1 :])
    return world._replace(hosts=hosts)


def look(
    world: World,
    number: int,
    entry: int,
    scenario: Scenario,
    design: Design,
    *,
    due: int | None = None,
) -> tuple[World, rule.Outcome]:
    """One look: the answer for a minute, if one is asked for, and the record."""
    host = world.hosts[number]
    seen = rule.Seen(
        see(host.content, entry, scenario, design), host.mtime if design.mtime else host.ctime
    )
    history, parameters = host.histories[entry], task(scenario, world.live)
    outcome: rule.Outcome = "not-run"
    if due is not None:
        outcome = design.answer(due, seen, history, parameters, now=world.now)
    after = design.record(seen, history, parameters, now=world.now)
    histories = (*host.histories[:entry], after, *host.histories[entry + 1 :])
    return with_host(world, number, host._replace(histories=histories)), outcome
