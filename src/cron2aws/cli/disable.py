"""`cron2aws disable`."""

from __future__ import annotations

import click

from cron2aws.app.options import SwitchOptions
from cron2aws.app.switch import Switch
from cron2aws.cli import options
from cron2aws.cli.command import command
from cron2aws.cli.enable import turn


@command()
@click.argument("task", nargs=-1, required=True)
@options.yes
@click.pass_context
def disable(ctx: click.Context, /, *, task: tuple[str, ...], yes: bool) -> None:
    """Disable the schedules of tasks.

    TASK is an id, a stack name, or a glob on stack names. Runs that have started go on.
    """
    turn(ctx, Switch.DISABLE, SwitchOptions(tasks=task, yes=yes))
