"""`cron2aws scan`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from cron2aws.app.advice import which_aws
from cron2aws.app.options import (
    FromHosts,
    HostOptions,
    ScanOptions,
    ScheduleOptions,
    SelectionOptions,
    SourceOptions,
    Sources,
)
from cron2aws.app.scan import scan as use_case
from cron2aws.cli import options, reporting
from cron2aws.cli.command import command
from cron2aws.cli.completing import files
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import OutputOptions, Terminal


@command()
@click.argument("named", nargs=-1, metavar="[SOURCE]...", shell_complete=files)
@options.from_hosts
@options.host
@options.source
@options.schedule
@options.selection
@reporting.output
@reporting.compare
@click.pass_context
def scan(
    ctx: click.Context,
    /,
    *,
    named: tuple[str, ...],
    hosts: FromHosts,
    host: HostOptions,
    source: SourceOptions,
    schedule: ScheduleOptions,
    selection: SelectionOptions,
    output: OutputOptions,
    compare: Path | None,
) -> None:
    """Show what is on hosts, and what each entry would become.

    SOURCE is a crontab, a folder of crontabs, a folder with a host's files, a saved scan (-o json),
    or - for standard input; a file among a host's files belongs to that host. Without a SOURCE this
    host's crontabs are read: /etc/crontab, /etc/cron.d and the users'. With --from-hosts those of
    the instances with --tag are read, from anywhere; a host that cannot be read is named, and the
    others are read all the same. Changes nothing and needs no AWS.
    """
    shell: Shell = ctx.obj
    sources = Sources(named=named, host=host, source=source)
    asked = ScanOptions(
        sources=sources,
        hosts=hosts,
        schedule=schedule,
        selection=selection,
        compare=compare,
        before=which_aws(shell.aws),
    )
    terminal = Terminal(output, plain=shell.plain, sources=named)
    what = "reading the crontabs and converting their schedules"
    with nullcontext() if hosts.from_hosts else terminal.working(what):
        found = use_case(asked, shell.clock, lambda: connect(shell, terminal))
    terminal.show(found.survey)
    ctx.exit(found.exit_code)
