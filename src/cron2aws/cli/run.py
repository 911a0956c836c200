"""`cron2aws run`: one task now, followed to its end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from cron2aws.errors import SafetyError, TaskFailed

if TYPE_CHECKING:
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
    from cron2aws.cli.world import console
    from cron2aws.report.run import run_text

    stack = only(world.stacks.deployed(), name)
    machine = stack.outputs.get("StateMachineArn")
    if machine is None:
        raise SafetyError(
            what=f"stack {stack.stack_name} has no state machine",
            why=f"it is in {stack.status}",
            fix=f"`cron2aws rollback {stack.id}` deletes it; then migrate again",
        )
    stamp = f"{world.clock.now():%Y%m%dT%H%M%S}"
    # no `:` or blank: AWS refuses them in names of executions
    arn = world.runs.start(machine, f"by-hand-{stamp}", {})
    with console(settings).status(f"{stack.stack_name}: running"):
        ended, output = _wait(world, arn)
    click.echo(run_text(stack.stack_name, ended.status, output))
    return 0 if ended.status == "SUCCEEDED" else TaskFailed.exit_code


def _wait(world: World, arn: str) -> tuple[Run, dict[str, Any]]:
    while True:
        found, output = world.runs.look(arn)
        if not found.running:
            return found, output
        world.clock.sleep_until(world.clock.now() + LOOK_AGAIN)
