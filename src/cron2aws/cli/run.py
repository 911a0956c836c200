"""`cron2aws run`."""

from __future__ import annotations

import click

from cron2aws.app.options import RunOptions
from cron2aws.app.run import run as use_case
from cron2aws.cli.command import command
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal
from cron2aws.report.run import run_text


@command()
@click.argument("task")
@click.pass_context
def run(ctx: click.Context, /, *, task: str) -> None:
    """Run a task now and show its output.

    TASK is an id or a stack name; its schedule does not matter. Exit 0 if it succeeded, 7 if it
    failed. ^C leaves it running.
    """
    shell: Shell = ctx.obj
    terminal = Terminal(plain=shell.plain)
    with connect(shell, terminal) as context:
        ended = use_case(RunOptions(task=task), context)
    terminal.result([run_text(ended.stack_name, ended.status, ended.output), "\n"])
    ctx.exit(ended.exit_code)
