"""`cron2aws calendar`."""

from __future__ import annotations

import click

from cron2aws.app.calendar import calendar as use_case
from cron2aws.app.options import (
    CalendarOptions,
    HostOptions,
    ScheduleOptions,
    SelectionOptions,
    ShownOptions,
    SourceOptions,
    Sources,
)
from cron2aws.cli import options, reporting
from cron2aws.cli.command import command
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import OutputOptions, Terminal


@command()
@click.argument("named", nargs=-1, metavar="[SOURCE]...")
@options.shown
@options.host_of_calendar
@options.source
@options.schedule
@options.selection
@reporting.output
@click.pass_context
def calendar(
    ctx: click.Context,
    /,
    *,
    named: tuple[str, ...],
    shown: ShownOptions,
    host: HostOptions,
    source: SourceOptions,
    schedule: ScheduleOptions,
    selection: SelectionOptions,
    output: OutputOptions,
) -> None:
    """Show what runs when.

    SOURCE is as for `scan`. Shows when AWS would start the entries that migrate, and when cron
    starts the others, in one time zone. Without --at, --day or --week it shows the next 24 hours,
    and the busiest minutes of the next seven days; with --from, from that day on. Changes nothing
    and needs no AWS.
    """
    shell: Shell = ctx.obj
    sources = Sources(named=named, host=host, source=source)
    asked = CalendarOptions(sources=sources, schedule=schedule, selection=selection, shown=shown)
    terminal = Terminal(output, plain=shell.plain, sources=named)
    with terminal.working("reading the crontabs and converting their schedules"):
        found = use_case(asked, shell.clock)
    terminal.show(found.calendar)
    ctx.exit(found.exit_code)
