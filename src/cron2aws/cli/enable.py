"""`cron2aws enable`: a stack update, as for disable, so that template and truth never part."""

from __future__ import annotations

from typing import Any

import click

from cron2aws.cli.prompt import confirmed


@click.command()
@click.argument("task", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def enable(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Let the schedules of tasks fire.

    TASK is an id, a stack name, or a glob on stack names.
    """
    ctx.exit(switch(ctx.obj, given, enabled=True))


def switch(settings: dict[str, Any], given: dict[str, Any], *, enabled: bool) -> int:
    """Set Enabled of the tasks that are named; the exit code."""
    from cron2aws.cli.tasks import chosen
    from cron2aws.cli.world import open_world

    word = "enable" if enabled else "disable"
    with open_world(settings) as world:
        stacks = chosen(world.stacks.deployed(), given["task"])
        changing = [stack for stack in stacks if stack.enabled is not enabled]
        for stack in changing:
            click.echo(f"{word} {stack.stack_name}")
        if not changing:
            click.echo(f"Nothing to do: {word}d already.", err=True)
            return 0
        if not confirmed(f"{word.capitalize()} {len(changing)}?", given):
            click.echo("Nothing was changed.", err=True)
            return 0
        for stack in changing:
            world.journal.write(word, id=stack.id, stack=stack.stack_name)
            world.stacks.update(stack, {"Enabled": str(enabled).lower()})
    return 0
