"""`cron2aws run`: one task now, followed to its end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from cron2aws.errors import AwsError, SafetyError, TaskFailed

if TYPE_CHECKING:
    from cron2aws.aws.commands import HostState
    from cron2aws.aws.runs import Run
    from cron2aws.cli.world import World

LOOK_AGAIN = timedelta(seconds=2)


@click.command()
@click.argument("task")
@click.pass_context
def run(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Run a task now and show its output.

    TASK is an id or a stack name; its schedule does not matter.
    Exit 0 where it succeeded, 7 where it failed. ^C leaves it running.
    """
    from cron2aws.cli.world import open_world

    with open_world(ctx.obj) as world:
        ctx.exit(follow(world, ctx.obj, given["task"]))


def follow(world: World, settings: dict[str, Any], name: str) -> int:
    """Start the task, wait for its end, show its output; the exit code."""
    from cron2aws.cli.tasks import only
    from cron2aws.report.run import run_text

    stack = only(world.stacks.deployed(), name)
    machine = stack.outputs.get("StateMachineArn")
    if machine is None:
        raise SafetyError(
            what=f"stack {stack.stack_name} has no state machine",
            why=f"it is in {stack.status}",
            fix=f"`cron2aws rollback {stack.id}` deletes it; then migrate again",
        )
    # no `:` or blank: AWS refuses them in names of executions, and gives a name only once
    execution = f"by-hand-{world.clock.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    arn = world.runs.start(machine, execution, {})
    click.echo(f"{stack.stack_name}: started {execution}; ^C leaves it running", err=True)
    with _display(world, settings, stack.stack_name) as show:
        ended, output = _wait(world, arn, show)
    click.echo(run_text(stack.stack_name, ended.status, output))
    return 0 if ended.status == "SUCCEEDED" else TaskFailed.exit_code


@contextmanager
def _display(
    world: World, settings: dict[str, Any], stack_name: str
) -> Iterator[Callable[[Run], None]]:
    """What shows a run that goes on: its time and its hosts, in a terminal."""
    from rich.text import Text

    from cron2aws.cli.world import console
    from cron2aws.report.run import progress_text

    shown_on = console(settings)
    if not shown_on.is_terminal:
        yield lambda _: None
        return
    watched = Watched(world)

    def show(run: Run) -> None:
        elapsed = world.clock.now() - run.started
        # as it is: brackets in a host's name are no markup
        status.update(Text(progress_text(stack_name, elapsed, watched.hosts(run.arn))))

    with shown_on.status(f"{stack_name}: running") as status:
        yield show


class Watched:
    """The hosts of one run, for as long as we may look at them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._command: str | None = None
        self._may_look = True

    def hosts(self, arn: str) -> tuple[HostState, ...]:
        """How they stand; none before the command is known, or where AWS does not let us see."""
        try:
            if self._may_look:
                self._command = self._world.runs.command_of(arn) or self._command
            if self._may_look and self._command:
                return self._world.commands.hosts(self._command)
        except AwsError:  # the run does not depend on what is shown of it
            self._may_look = False
        return ()


def _wait(world: World, arn: str, show: Callable[[Run], None]) -> tuple[Run, dict[str, Any]]:
    while True:
        found, output = world.runs.look(arn)
        if not found.running:
            return found, output
        show(found)
        world.clock.sleep_until(world.clock.now() + LOOK_AGAIN)
