"""`cron2aws disable`."""

from __future__ import annotations

from typing import Any

import click

from cron2aws.cli.enable import DISABLE, switch


@click.command()
@click.argument("task", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def disable(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Stop the schedules of tasks.

    TASK is an id, a stack name, or a glob on stack names. What is running goes on.
    """
    from cron2aws.cli.world import open_world

    with open_world(ctx.obj) as world:
        ctx.exit(switch(world, given, DISABLE))
