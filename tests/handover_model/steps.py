"""What may happen next in a world, under a design (`Design`), in a scenario."""

from __future__ import annotations

from collections.abc import Iterator

from tests.handover_model import rule
from tests.handover_model.command import ours
from tests.handover_model.design import (
    Design,
    Scenario,
    Step,
    active,
    is_wanted,
    look,
    see,
    task,
    with_host,
)
from tests.handover_model.world import (
    Change,
    Command,
    Due,
    Host,
    World,
    edited,
    next_position,
)

OLD = -9999


def begin(scenario: Scenario, design: Design) -> World:
    hosts: list[Host] = []
    for content in (scenario.start, ())[: 2 if scenario.one else 1]:
        histories: list[rule.History] = []
        for entry in range(len(scenario.schedules)):
            history = rule.History()
            if scenario.history and design.probe:
                seen = rule.Seen(see(content, entry, scenario, design), -7200)
                history = design.record(seen, history, task(scenario, None), now=0)
            histories.append(history)
        hosts.append(Host(content=content, histories=tuple(histories), read=content, ticked=60))
    command = Command(left=scenario.commands)
    return World(
        now=10, hosts=tuple(hosts), command=command, left=scenario.left, live=scenario.live
    )


def steps(world: World, scenario: Scenario, design: Design) -> Iterator[Step]:
    """All that may happen next, with its name."""
    yield from _deliver(world, scenario, design)
    yield from _tick(world)
    yield from _foreign(world, scenario)
    yield from ours(world, scenario, design)
    yield from _time(world, scenario)


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
        yield f"cron-{number + 1} reads", with_host(world, number, after)._replace(dues=dues)


# --- deliveries


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
                    after, outcome = look(
                        after, number, due.entry, scenario, design, due=due.minute
                    )
                    asked += f" to host {number + 1}: {outcome}"
            yield (
                f"S={due.minute} of {'AB'[due.entry]} delivered{asked}",
                after._replace(dues=_told(after.dues, index, outcome)),
            )
            if world.left.twice and outcome == "runs":
                # the ledger has the first one's answer
                twice = _told(after.dues, index, outcome, again=0 if design.ledger else 1)
                left = world.left._replace(twice=world.left.twice - 1)
                yield (
                    f"S={due.minute} of {'AB'[due.entry]} delivered twice{asked}",
                    after._replace(dues=twice, left=left),
                )


def _told(
    dues: tuple[Due, ...], index: int, outcome: rule.Outcome, *, again: int = 0
) -> tuple[Due, ...]:
    return (*dues[:index], dues[index]._replace(outcome=outcome, again=again), *dues[index + 1 :])


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
            with_host(world, 0, after)._replace(left=left, changes=changes),
        )


# --- time


def _time(world: World, scenario: Scenario) -> Iterator[Step]:
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
    for minute in range(60, scenario.minutes * 60 + 60, scenario.every):
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
    wanted = is_wanted(world, minute, entry, scenario)
    return Due(minute=minute, entry=entry, wanted=wanted)
