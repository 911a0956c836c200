"""`cron2aws enable`."""

from __future__ import annotations

import click

from cron2aws.app.options import SwitchOptions
from cron2aws.app.switch import Switch, switch
from cron2aws.cli import options
from cron2aws.cli.command import command
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal


@command()
@click.argument("task", nargs=-1, required=True)
@options.yes
@click.pass_context
def enable(ctx: click.Context, /, *, task: tuple[str, ...], yes: bool) -> None:
    """Enable the schedules of tasks.

    TASK is an id, a stack name, or a glob on stack names.
    """
    turn(ctx, Switch.ENABLE, SwitchOptions(tasks=task, yes=yes))


def turn(ctx: click.Context, way: Switch, asked: SwitchOptions) -> None:
    """Carry it out, then tell: nobody who reads no more may stop it midway."""
    shell: Shell = ctx.obj
    terminal = Terminal(plain=shell.plain)
    with connect(shell, terminal) as context:
        done = switch(way, asked, context)
    terminal.result(f"{name} is {way}d\n" for name in done.stacks)
