"""`cron2aws enable`: a stack update, as for disable, so that template and truth never part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from cron2aws.cli.prompt import confirmed

if TYPE_CHECKING:
    from cron2aws.cli.world import World

ENABLE = {"Enabled": "true", "NotAfter": ""}
"""A task whose time has ended (a rollback was cut short) would fire and always skip."""
DISABLE = {"Enabled": "false"}


@click.command()
@click.argument("task", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def enable(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Let the schedules of tasks fire.

    TASK is an id, a stack name, or a glob on stack names.
    """
    from cron2aws.cli.world import open_world

    with open_world(ctx.obj) as world:
        ctx.exit(switch(world, given, ENABLE))


def switch(world: World, given: dict[str, Any], parameters: Mapping[str, str]) -> int:
    """Give the tasks that are named these parameters; the exit code."""
    from cron2aws.cli.tasks import chosen

    word = "enable" if parameters["Enabled"] == "true" else "disable"
    changing = [
        stack
        for stack in chosen(world.stacks.deployed(), given["task"])
        if any(stack.parameters.get(name) != value for name, value in parameters.items())
    ]
    for stack in changing:
        click.echo(f"{word} {stack.stack_name}", err=True)
    if not changing:
        click.echo(f"Nothing to do: {word}d already.", err=True)
        return 0
    if not confirmed(f"{word.capitalize()} {len(changing)}?", given):
        click.echo("Nothing was changed.", err=True)
        return 0
    for stack in changing:
        world.journal.write(word, id=stack.id, stack=stack.stack_name)
        world.stacks.update(stack, parameters)
    for stack in changing:  # behind all of them: nobody who reads no more may stop it midway
        click.echo(f"{stack.stack_name} is {word}d")
    return 0
