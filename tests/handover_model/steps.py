"""What may happen next in a world, under a design (`Design`), in a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from tests.handover_model import reading, rule, which
from tests.handover_model.world import (
    Change,
    Command,
    Content,
    Due,
    Host,
    Left,
    World,
    edited,
    next_position,
)

IDS = ("0" * 16, "1" * 16)
OLD = -9999
Step = tuple[str, World]


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
    one: bool = False
    """RunOn=one; the second host has no line."""
    history: bool = True
    """There was a look before."""


def begin(scenario: Scenario, design: Design) -> World:
    hosts: list[Host] = []
    for content in (scenario.start, ())[: 2 if scenario.one else 1]:
        histories: list[rule.History] = []
        for entry in range(len(scenario.schedules)):
            history = rule.History()
            if scenario.history:
                seen = rule.Seen(see(content, entry, scenario, design), -7200)
                history = design.record(seen, history, task(scenario, None), now=0)
            histories.append(history)
        hosts.append(Host(content=content, histories=tuple(histories), read=content, ticked=60))
    command = Command(left=scenario.commands)
    return World(
        now=10, hosts=tuple(hosts), command=command, left=scenario.left, live=scenario.live
    )


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


def active(content: Content, entry: int) -> int:
    return sum(text.kind == "job" and text.origin == entry for text in content)


def steps(world: World, scenario: Scenario, design: Design) -> Iterator[Step]:
    """All that may happen next, with its name."""
    yield from _deliver(world, scenario, design)
    yield from _tick(world)
    yield from _foreign(world, scenario)
    yield from _ours(world, scenario, design)
    yield from _time(world, scenario, design)


# --- the daemon


def _tick(world: World) -> Iterator[Step]:
    for number, host in enumerate(world.hosts):
        if host.ticked > world.now:
            continue
        read, read_mtime = host.read, host.read_mtime
        if host.mtime != read_mtime:
            read, read_mtime = host.content, host.mtime
        late = any(change.second >= host.ticked for change in world.changes)
        dues = tuple(
            due._replace(
                cron=active(read, due.entry),
                late=late,
                wanted=due.wanted if active(read, due.entry) or not late else None,
            )
            if number == 0 and due.cron is None and due.minute <= world.now
            else due
            for due in world.dues
        )
        after = host._replace(read=read, read_mtime=read_mtime, ticked=world.now // 60 * 60 + 60)
        yield f"cron-{number + 1} reads", _with(world, number, after)._replace(dues=dues)


def _with(world: World, number: int, host: Host) -> World:
    hosts = world.hosts[:number] + (host,) + world.hosts[number + 1 :]
    return world._replace(hosts=hosts)


# --- deliveries


def look(
    world: World, number: int, entry: int, scenario: Scenario, design: Design, due: int | None
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
    histories = host.histories[:entry] + (after,) + host.histories[entry + 1 :]
    return _with(world, number, host._replace(histories=histories)), outcome


def _deliver(world: World, scenario: Scenario, design: Design) -> Iterator[Step]:
    for index, due in enumerate(world.dues):
        if due.outcome is not None or (design.waits and world.now < due.minute + design.settle):
            continue
        if design.lock and world.command.step and world.command.looked == world.now:
            # the runner waits for the lock; a command that is stopped lets it wait in vain
            continue
        for hosts in ((0, 1), (1, 0)) if scenario.one else ((0,),):
            after, asked = world, ""
            outcome: rule.Outcome = "not-here"
            for number in hosts:
                # where a host has nothing of it the next one is tried
                if number == 0 and design.lock and world.command.step:
                    outcome = "not-run"
                elif outcome == "not-here":
                    after, outcome = look(after, number, due.entry, scenario, design, due.minute)
                    asked += f" to host {number + 1}: {outcome}"
            yield (
                f"S={due.minute} of {'AB'[due.entry]} delivered{asked}",
                after._replace(dues=_told(after.dues, index, outcome)),
            )
    if world.left.twice:
        for due in world.dues:
            if due.outcome == "runs":
                after = world._replace(left=world.left._replace(twice=world.left.twice - 1))
                if not design.ledger:
                    # nothing knows that it ran: it runs again, as another delivery of the minute
                    after = after._replace(dues=(*after.dues, due._replace(cron=1)))
                yield f"S={due.minute} of {'AB'[due.entry]} delivered again", after


def _told(dues: tuple[Due, ...], index: int, outcome: rule.Outcome) -> tuple[Due, ...]:
    return dues[:index] + (dues[index]._replace(outcome=outcome),) + dues[index + 1 :]


# --- others


def _foreign(world: World, scenario: Scenario) -> Iterator[Step]:
    if not world.left.foreign:
        return
    left = world.left._replace(foreign=world.left.foreign - 1)
    for kind in scenario.kinds:
        name, old = kind.removesuffix(" old"), kind.endswith(" old")
        content = edited(world.hosts[0].content, name, 0)
        if content is None:
            continue
        host = world.hosts[0]
        mtime = host.mtime if name == "touch" else OLD if old else world.now
        after = host._replace(content=content, ctime=world.now, mtime=mtime)
        changes = (*world.changes, Change(world.now, 0, name, old))
        yield (
            f"another program: {kind}",
            _with(world, 0, after)._replace(left=left, changes=changes),
        )


# --- our command


def _ours(world: World, scenario: Scenario, design: Design) -> Iterator[Step]:
    command, host = world.command, world.hosts[0]
    if not command.left:
        return
    operation = command.left[0]
    over = Command(left=command.left[1:])
    if operation.startswith("live "):
        live = world.now // 60 * 60 + 60 if operation == "live on" else None
        yield operation, world._replace(command=over, live=live)
        if world.left.kills:
            left = world.left._replace(kills=world.left.kills - 1)
            yield f"killed before {operation}", world._replace(command=Command(left=()), left=left)
        return
    entry = int(operation[-1]) if operation[-1].isdigit() else 0
    kind = "mark" if operation.startswith("hand over") else "start"
    if not command.step:
        found = see(host.content, entry, scenario, design)
        content = edited(host.content, kind, entry)
        if found != ("cron" if kind == "mark" else "task") or content is None:
            yield f"{operation}: nothing to do", world._replace(command=over)
            return
        if design.quiet and world.now % 60 == 0:
            return
        if design.tick and host.ticked <= world.now:
            return
        looked = world
        if design.look_before:
            for number in range(len(scenario.schedules)):
                looked, _ = look(looked, 0, number, scenario, design, None)
        if design.begins:
            looked = _edit_begins(looked)
        step = command._replace(step="looked", looked=world.now, before=host.content, plan=content)
        yield f"{operation}: looks, and checks the file", looked._replace(command=step)
        return
    if world.left.kills:
        left = world.left._replace(kills=world.left.kills - 1)
        yield f"{operation}: killed", world._replace(command=over, left=left)
    if command.step == "looked":
        after = host._replace(
            content=command.plan,
            ctime=world.now,
            mtime=world.now if design.fresh_mtime else command.looked,
        )
        yield (
            f"{operation}: renames",
            _with(world, 0, after)._replace(
                command=command._replace(step="renamed", before=(), plan=()),
                renames=(*world.renames, world.now),
                overwritten=world.overwritten or host.content != command.before,
            ),
        )
        return
    looked = world
    if design.look_after:
        for number in range(len(scenario.schedules)):
            looked, _ = look(looked, 0, number, scenario, design, None)
    yield f"{operation}: looks again", looked._replace(command=over)


def _edit_begins(world: World) -> World:
    host = world.hosts[0]
    noted = tuple(rule.edit_begins(history, now=world.now) for history in host.histories)
    return _with(world, 0, host._replace(histories=noted))


# --- time


def _time(world: World, scenario: Scenario, design: Design) -> Iterator[Step]:
    """The clock goes on, where nothing must happen first."""
    left, name = world.left, ""
    if any(due.outcome is None and due.minute + scenario.delay <= world.now for due in world.dues):
        return
    if any(host.ticked <= world.now for host in world.hosts):
        # the daemon is late: it reads later in the minute, or in the next ones
        if not left.late:
            return
        left, name = left._replace(late=left.late - 1), " (cron is late)"
    if world.command.step:
        # nothing stands between two steps but a signal
        if not left.stops:
            return
        left, name = left._replace(stops=left.stops - 1), name + " (the command is stopped)"
    later = world._replace(now=next_position(world.now), left=left)
    if later.now > scenario.minutes * 60 + 40 and not later.dues:
        return
    ahead = 20 if scenario.early else 0
    dues = later.dues
    for minute in range(60, scenario.minutes * 60 + 60, 60):
        entries = range(len(scenario.schedules))
        if later.now == minute - ahead:
            dues += tuple(_due(minute, entry, later, scenario) for entry in entries)
        elif later.now == minute:
            dues = tuple(
                _due(minute, due.entry, later, scenario)._replace(outcome=due.outcome)
                if due.minute == minute
                else due
                for due in dues
            )
    yield f"{later.now // 60:02}:{later.now % 60:02}{name}", later._replace(dues=dues)


def _due(minute: int, entry: int, world: World, scenario: Scenario) -> Due:
    """A delivery, and who should run the minute by what the file holds now."""
    content = world.hosts[0].content
    found = _see(content, entry, scenario.schedules, True, which.state)
    wanted = found in ("cron", "task") or (
        found == "absent"
        and (scenario.removal or (world.live is not None and minute >= world.live))
    )
    return Due(minute=minute, entry=entry, wanted=wanted)
