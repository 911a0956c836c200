"""`cron2aws rollback`."""

from __future__ import annotations

import click

from cron2aws.app.options import (
    ActingOptions,
    HostOptions,
    RollbackOptions,
    SourceOptions,
    Sources,
)
from cron2aws.app.rollback import rollback as use_case
from cron2aws.cli import options
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal
from cron2aws.report.outcome import outcome_text


@click.command()
@click.argument("tasks", nargs=-1, metavar="[TASK]...")
@click.option(
    "--source",
    "named",
    multiple=True,
    metavar="SOURCE",
    help="Where the lines are, as for `scan` (default: this host).",
)
@options.host
@options.source
@click.option(
    "--without-lines",
    is_flag=True,
    help="Delete a stack although no line with its mark was read.",
)
@options.acting
@click.pass_context
def rollback(
    ctx: click.Context,
    /,
    *,
    tasks: tuple[str, ...],
    named: tuple[str, ...],
    host: HostOptions,
    source: SourceOptions,
    without_lines: bool,
    acting: ActingOptions,
) -> None:
    """Take tasks back: lines back, stacks away.

    TASK is an id, a stack name, or a glob on stack names; without one, every task of the
    crontabs is taken back.

    The job changes hands at one minute, as in a cut-over: none is lost, none runs twice. Running
    executions are waited for, however long they take.
    """
    shell: Shell = ctx.obj
    asked = RollbackOptions(
        tasks=tasks,
        sources=Sources(named=named, host=host, source=source),
        without_lines=without_lines,
        acting=acting,
    )
    terminal = Terminal(plain=shell.plain)
    with connect(shell, terminal) as context:
        done = use_case(asked, context)
    if done.taken:
        following = "the same command again goes on" if done.taken.failed else None
        terminal.note(outcome_text(done.taken.done, done.taken.failed, following))
    ctx.exit(done.exit_code)
