"""`cron2aws history`."""

from __future__ import annotations

import click

from cron2aws.app.history import history as use_case
from cron2aws.app.options import HistoryOptions
from cron2aws.cli import options, reporting
from cron2aws.cli.command import command
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import OutputOptions, Terminal


@command()
@options.history
@reporting.output
@click.pass_context
def history(ctx: click.Context, /, *, asked: HistoryOptions, output: OutputOptions) -> None:
    """Show the last runs of tasks.

    TASK is an id or a stack name; without one the last runs of all tasks are shown. Times are in
    the zone of the task's schedule. Transitions and costs are worked out from how long a run took.
    """
    shell: Shell = ctx.obj
    terminal = Terminal(output, plain=shell.plain)
    with connect(shell, terminal) as context:
        terminal.show(use_case(asked, context))
