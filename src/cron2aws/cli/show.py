"""`cron2aws show`."""

from __future__ import annotations

import click

from cron2aws.app.advice import which_aws
from cron2aws.app.options import (
    HostOptions,
    MigrateOptions,
    ScanOptions,
    ScheduleOptions,
    SelectionOptions,
    SourceOptions,
    Sources,
)
from cron2aws.app.show import show as use_case
from cron2aws.app.show import show_planned
from cron2aws.app.sources import of_this_host
from cron2aws.cli import options, reporting
from cron2aws.cli.command import command
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import OutputOptions, Terminal
from cron2aws.task.target import Target


@command()
@click.argument("entry", metavar="ID")
@click.argument("named", nargs=-1, metavar="[SOURCE]...")
@options.optional_target
@options.host
@options.source
@options.schedule
@reporting.output
@click.pass_context
def show(
    ctx: click.Context,
    /,
    *,
    entry: str,
    named: tuple[str, ...],
    target: Target | None,
    host: HostOptions,
    source: SourceOptions,
    schedule: ScheduleOptions,
    output: OutputOptions,
) -> None:
    """Show everything about one entry.

    ID is what `scan` and `status` show, 8 digits or more; SOURCE is as for `scan`. Shows when the
    entry is due, in words and in the next runs, its user, environment and script, the proof, and
    the findings. With --tag it asks AWS, and shows what `migrate` would do about the entry as well.
    Changes nothing.
    """
    shell: Shell = ctx.obj
    sources = Sources(named=named, host=host, source=source)
    chosen = SelectionOptions(only=(entry,))
    terminal = Terminal(output, plain=shell.plain, sources=named)
    if target is None:
        asked = ScanOptions(
            sources=sources, schedule=schedule, selection=chosen, before=which_aws(shell.aws)
        )
        terminal.show(use_case(entry, asked, shell.clock))
        return

    planned = MigrateOptions(
        target=target,
        sources=sources,
        schedule=schedule,
        selection=chosen,
    )
    with connect(shell, terminal, asks_here=of_this_host(named)) as context:
        terminal.show(show_planned(entry, planned, context))
