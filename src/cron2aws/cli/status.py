"""`cron2aws status`."""

from __future__ import annotations

import click

from cron2aws.app.options import (
    FromHosts,
    HostOptions,
    SourceOptions,
    Sources,
    StatusOptions,
)
from cron2aws.app.sources import of_this_host
from cron2aws.app.status import check_status
from cron2aws.app.status import status as use_case
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
@reporting.output
@click.pass_context
def status(
    ctx: click.Context,
    /,
    *,
    named: tuple[str, ...],
    hosts: FromHosts,
    host: HostOptions,
    source: SourceOptions,
    output: OutputOptions,
) -> None:
    """Show who runs each job.

    Shows every task of the account and region, who runs its job, by the lines in SOURCE and the
    hosts' own reports, and what to do where something is wrong. Without a SOURCE this host's
    crontabs are read; if it has none, the reports alone count. With --from-hosts the hosts with
    --tag are read themselves, from anywhere. Exit 4 if something needs a person.
    """
    shell: Shell = ctx.obj
    sources = Sources(named=named, host=host, source=source)
    asked = StatusOptions(sources=sources, hosts=hosts)
    check_status(asked)
    terminal = Terminal(output, plain=shell.plain, sources=named)
    asks_here = of_this_host(named) and not hosts.from_hosts
    with connect(shell, terminal, asks_here=asks_here) as context:
        found = use_case(asked, context)
        terminal.show(found.tasks)
    ctx.exit(found.exit_code)
