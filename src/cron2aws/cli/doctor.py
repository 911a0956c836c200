"""`cron2aws doctor`."""

from __future__ import annotations

import click

from cron2aws.app.doctor import doctor as use_case
from cron2aws.app.options import (
    DoctorOptions,
    HostOptions,
    ScheduleOptions,
    SourceOptions,
    Sources,
)
from cron2aws.app.sources import of_this_host
from cron2aws.cli import options, reporting
from cron2aws.cli.command import command
from cron2aws.cli.completing import files
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import OutputOptions, Terminal
from cron2aws.task.target import Target


@command()
@click.argument("named", nargs=-1, metavar="[SOURCE]...", shell_complete=files)
@options.target
@options.host
@options.source
@options.schedule
@reporting.output
@click.pass_context
def doctor(
    ctx: click.Context,
    /,
    *,
    named: tuple[str, ...],
    target: Target,
    host: HostOptions,
    source: SourceOptions,
    schedule: ScheduleOptions,
    output: OutputOptions,
) -> None:
    """Check whether hosts and account can take the tasks.

    Checks credentials and permissions, quotas, topics, the target's instances and their agents,
    clocks, and names that are taken, for the lines in SOURCE, which is as for `scan`. Without a
    SOURCE it checks for this host's crontabs if this host is in the target, else for no line.
    Changes nothing. Exit 4 if a check stops.
    """
    shell: Shell = ctx.obj
    asked = DoctorOptions(
        target=target,
        sources=Sources(named=named, host=host, source=source),
        schedule=schedule,
    )
    terminal = Terminal(output, plain=shell.plain, sources=named)
    with connect(shell, terminal, asks_here=of_this_host(named)) as context:
        found = use_case(asked, context)
        terminal.show(found.examined)
    ctx.exit(found.exit_code)
