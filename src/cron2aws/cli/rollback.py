"""`cron2aws rollback`."""

from __future__ import annotations

from pathlib import Path

import click

from cron2aws.app.lines_back import lines_back
from cron2aws.app.options import (
    ActingOptions,
    FromHosts,
    HostOptions,
    RollbackOptions,
    SourceOptions,
    Sources,
)
from cron2aws.app.rollback import RolledBack, check_rollback
from cron2aws.app.rollback import rollback as use_case
from cron2aws.app.sources import of_this_host
from cron2aws.cli import options
from cron2aws.cli.carry_out_command import carry_out_command
from cron2aws.cli.command import command
from cron2aws.cli.completing import files
from cron2aws.cli.connect import connect, on_this_host
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal
from cron2aws.errors import AwsError
from cron2aws.report.carried_out import steps_text

WITHOUT_AWS = "the same command with --lines-only puts the lines back without AWS"


@command()
@click.argument("tasks", nargs=-1, metavar="[TASK]...")
@click.option(
    "--source",
    "named",
    multiple=True,
    metavar="SOURCE",
    shell_complete=files,
    help="Where the lines are, as for `scan` (default: this host).",
)
@options.from_hosts
@options.host
@options.source
@click.option(
    "--without-lines",
    is_flag=True,
    help="Delete a stack even if no line with its mark was read.",
)
@click.option(
    "--lines-only",
    is_flag=True,
    help="Put the lines back and ask nothing of AWS; the stacks stay.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be taken back, and change nothing.")
@click.option(
    "--plan-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --dry-run: write the rollback to this file, mode 0600, for `apply`.",
)
@options.acting
@click.pass_context
def rollback(
    ctx: click.Context,
    /,
    *,
    tasks: tuple[str, ...],
    named: tuple[str, ...],
    hosts: FromHosts,
    host: HostOptions,
    source: SourceOptions,
    without_lines: bool,
    lines_only: bool,
    dry_run: bool,
    plan_file: Path | None,
    acting: ActingOptions,
) -> None:
    """Put the lines of tasks back, and delete their stacks.

    TASK is an id, a stack name, or a glob on stack names; without one, every task of the crontabs
    is taken back; with --from-hosts every task of the hosts with --tag, on all of them.

    As soon as a line is back, cron on its host runs the job, whatever becomes of the stack. Running
    executions are waited for, however long they take. If AWS cannot be reached, --lines-only puts
    the lines back.
    """
    shell: Shell = ctx.obj
    asked = RollbackOptions(
        tasks=tasks,
        sources=Sources(named=named, host=host, source=source),
        hosts=hosts,
        without_lines=without_lines,
        lines_only=lines_only,
        dry_run=dry_run,
        plan_file=plan_file,
        acting=acting,
        advised=carry_out_command(ctx),
    )
    terminal = Terminal(plain=shell.plain)
    if asked.lines_only:
        taken = lines_back(asked, on_this_host(shell, terminal))
        done = RolledBack(taken=taken)
    else:
        check_rollback(asked)
        try:
            asks_here = of_this_host(named) and not hosts.from_hosts
            with connect(shell, terminal, asks_here=asks_here) as context:
                done = use_case(asked, context)
        except AwsError as refused:
            if hosts.from_hosts:
                raise
            first = f"{refused.fix}; " if refused.fix else ""
            raise AwsError(refused.what, why=refused.why, fix=first + WITHOUT_AWS) from refused
    if done.taken:
        following = "the same command again goes on" if done.taken.failed else None
        taken = done.taken
        terminal.note(steps_text(taken.done, taken.failed, following, hosts=taken.hosts))
    ctx.exit(done.exit_code)
