"""Our command, step by step: hand over, roll back, and LiveFrom."""

from __future__ import annotations

from collections.abc import Iterator

from tests.handover_model import rule
from tests.handover_model.design import Design, Scenario, Step, look, see, with_host
from tests.handover_model.world import Command, World, edited


def ours(world: World, scenario: Scenario, design: Design) -> Iterator[Step]:
    """What the command may do next. It may be killed between any two of its steps."""
    command = world.command
    if not command.left:
        return
    operation = command.left[0]
    over = world._replace(command=Command(left=command.left[1:]))
    if world.left.kills:
        left = world.left._replace(kills=world.left.kills - 1)
        if command.step:
            yield f"{operation}: killed", over._replace(left=left)
        elif world.live is None and operation.startswith("live"):
            yield f"{operation}: killed", over._replace(command=Command(left=()), left=left)
    if operation.startswith("live"):
        yield operation, _live(world, over, scenario, design)
    elif not command.step:
        yield from _begin(world, over, scenario, design)
    elif command.step == "looked":
        yield f"{operation}: renames", _rename(world, design)
    else:
        after = _look(over, scenario, design) if design.look_after else over
        yield f"{operation}: looks again", after


def _live(world: World, over: World, scenario: Scenario, design: Design) -> World:
    operation = world.command.left[0]
    if operation == "live off":
        return over._replace(live=None)
    marked = see(world.hosts[0].content, 0, scenario, design) == "task"
    if not marked and world.hosts[0].content and design.live_last:
        # LiveFrom is set when all hosts that have the line are handed over
        return over
    return over._replace(live=world.now // 60 * 60 + 60)


def _begin(world: World, over: World, scenario: Scenario, design: Design) -> Iterator[Step]:
    operation, host = world.command.left[0], world.hosts[0]
    entry = int(operation[-1]) if operation[-1].isdigit() else 0
    kind, state = ("mark", "cron") if operation.startswith("hand over") else ("start", "task")
    content = edited(host.content, kind, entry)
    refused = kind == "start" and world.live is not None and design.live_last
    if see(host.content, entry, scenario, design) != state or content is None or refused:
        yield f"{operation}: nothing to do", over
        return
    if (design.quiet and world.now % 60 == 0) or (design.tick and host.ticked <= world.now):
        return
    if host.mtime == world.now:
        # the daemon may have read it in this second, and would not see that it is another one
        return
    looked = _look(world, scenario, design) if design.look_before else world
    step = world.command._replace(
        step="looked", looked=world.now, before=host.content, plan=content
    )
    yield (
        f"{operation}: looks, and checks the file",
        (_edit_begins(looked) if design.begins else looked)._replace(command=step),
    )


def _rename(world: World, design: Design) -> World:
    command, host = world.command, world.hosts[0]
    after = host._replace(
        content=command.plan,
        ctime=world.now,
        mtime=world.now if design.fresh_mtime else command.looked,
    )
    return with_host(world, 0, after)._replace(
        command=command._replace(step="renamed", before=(), plan=()),
        renames=(*world.renames, world.now),
        overwritten=world.overwritten or host.content != command.before,
    )


def _look(world: World, scenario: Scenario, design: Design) -> World:
    for entry in range(len(scenario.schedules)):
        world, _ = look(world, 0, entry, scenario, design)
    return world


def _edit_begins(world: World) -> World:
    host = world.hosts[0]
    noted = tuple(rule.edit_begins(history, now=world.now) for history in host.histories)
    return with_host(world, 0, host._replace(histories=noted))
