"""`cron2aws export`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from cron2aws.app.export import check_export, export_from_hosts
from cron2aws.app.export import export as use_case
from cron2aws.app.options import (
    ExportOptions,
    HostOptions,
    ScheduleOptions,
    SelectionOptions,
    SourceOptions,
    Sources,
)
from cron2aws.cli import options
from cron2aws.cli.command import command
from cron2aws.cli.completing import files
from cron2aws.cli.connect import connect, on_this_host, places
from cron2aws.cli.length import LengthParam
from cron2aws.cli.minute import AccountParam, MinuteParam
from cron2aws.cli.options import EnumParam
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal
from cron2aws.report.text import quantity
from cron2aws.task.foundation import Tell
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from cron2aws.task.template import limits

_WATCHED = LengthParam(*limits("WatchSeconds"))


@command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("named", nargs=-1, metavar="[SOURCE]...", shell_complete=files)
@options.target
@click.option(
    "--from-hosts",
    is_flag=True,
    help="Read the hosts with --tag themselves, through Run Command.",
)
@options.host
@options.source
@options.schedule
@options.selection
@options.task
@click.option(
    "--account",
    type=AccountParam(),
    metavar="NUMBER",
    help="The account that the stacks are for (default: that of the credentials).",
)
@click.option(
    "--live-from",
    type=MinuteParam(),
    metavar="WHEN",
    help="Also run the tasks on hosts without the line, from this minute on: by then every "
    "host that had it must be patched.",
)
@click.option("--email", metavar="ADDRESS", help="The foundation mails this address.")
@click.option(
    "--tell",
    type=EnumParam(Tell),
    help="What it mails: failures; output, also what successes print, as cron did; or all "
    "(default: output).",
)
@click.option(
    "--watch-for",
    "watch_seconds",
    type=_WATCHED,
    metavar="TIME",
    help=f"How long a function itself watches a run: {_WATCHED.bounds} (default: 45 s).",
)
@click.option("--kms-key", metavar="ARN", help="Use this KMS key of yours instead of AWS's.")
@click.pass_context
def export(
    ctx: click.Context,
    /,
    *,
    folder: Path,
    named: tuple[str, ...],
    target: Target,
    from_hosts: bool,
    host: HostOptions,
    source: SourceOptions,
    schedule: ScheduleOptions,
    selection: SelectionOptions,
    task: TaskOptions,
    account: str | None,
    live_from: datetime | None,
    email: str | None,
    tell: Tell | None,
    watch_seconds: int | None,
    kms_key: str | None,
) -> None:
    """Write the stacks as files, for a pipeline.

    DIR gets the templates, each stack's parameters and tags, a script that deploys them with the
    aws CLI, a patch for each crontab that hands its lines over, a manifest and a README. Nothing is
    deployed, and no crontab changes. The same crontabs and options give the same bytes, so that a
    pull request shows what changes. SOURCE is as for `scan`; with --from-hosts the hosts with --tag
    are read, from anywhere.
    """
    shell: Shell = ctx.obj
    asked = ExportOptions(
        folder=folder,
        target=target,
        sources=Sources(named=named, host=host, source=source),
        from_hosts=from_hosts,
        schedule=schedule,
        selection=selection,
        task=task,
        account=account,
        live_from=live_from,
        email=email,
        tell=tell,
        watch_seconds=watch_seconds,
        kms_key=kms_key,
    )
    check_export(asked)
    terminal = Terminal(plain=shell.plain)
    if from_hosts:
        with connect(shell, terminal) as context:
            done = export_from_hosts(asked, context)
    else:
        done = use_case(asked, on_this_host(shell, terminal), places(shell, terminal))
    if done.export and done.swapped:
        written = "Wrote" if done.swapped.changed else "Nothing is new in"
        tasks = quantity(len(done.export.tasks), "task")
        patches = quantity(len(done.export.patches), "patch", "patches")
        terminal.result([f"{written} {folder}: {tasks}, {patches}.\n"])
    ctx.exit(done.exit_code)
