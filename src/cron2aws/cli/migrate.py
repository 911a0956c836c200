"""`cron2aws migrate`."""

from __future__ import annotations

from pathlib import Path

import click

from cron2aws.app.migrate import check_migrate
from cron2aws.app.migrate import migrate as use_case
from cron2aws.app.options import (
    ActingOptions,
    FleetOptions,
    HandOverOptions,
    HostOptions,
    MigrateOptions,
    PlanFileOptions,
    ScheduleOptions,
    SelectionOptions,
    SourceOptions,
    Sources,
)
from cron2aws.app.sources import of_this_host
from cron2aws.cli import options, reporting
from cron2aws.cli.carry_out_command import carry_out_command
from cron2aws.cli.command import command
from cron2aws.cli.completing import files
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import OutputOptions, Terminal
from cron2aws.report.carried_out import carried_out_text, how_to_go_on
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions


@command()
@click.argument("named", nargs=-1, metavar="[SOURCE]...", shell_complete=files)
@options.target
@options.fleet
@options.host
@options.source
@options.schedule
@options.selection
@reporting.output
@reporting.compare
@options.hand_over
@options.plan_file
@options.acting
@options.task
@click.pass_context
def migrate(
    ctx: click.Context,
    /,
    *,
    named: tuple[str, ...],
    target: Target,
    fleet: FleetOptions,
    host: HostOptions,
    source: SourceOptions,
    schedule: ScheduleOptions,
    selection: SelectionOptions,
    output: OutputOptions,
    compare: Path | None,
    hand_over: HandOverOptions,
    file: PlanFileOptions,
    acting: ActingOptions,
    task: TaskOptions,
) -> None:
    """Make a task of every entry, and hand over.

    Shows the plan first, and does nothing before you confirm it. SOURCE is as for `scan`; without
    one this host's crontabs are migrated, with --from-hosts those of all instances with --tag, from
    anywhere. Without --comment-out new tasks are deployed disabled, because the local lines still
    run.
    """
    shell: Shell = ctx.obj
    asked = MigrateOptions(
        target=target,
        sources=Sources(named=named, host=host, source=source),
        fleet=fleet,
        schedule=schedule,
        selection=selection,
        hand_over=hand_over,
        file=file,
        task=task,
        acting=acting,
        compare=compare,
        advised=carry_out_command(ctx),
    )
    check_migrate(asked)
    terminal = Terminal(output, plain=shell.plain, sources=named)
    with connect(shell, terminal, asks_here=_is_here(named, fleet)) as context:
        done = use_case(asked, context)
    if done.outcome:
        came = done.outcome
        following = done.plan.advice.status() if came.is_whole else how_to_go_on(came.untried)
        terminal.note(carried_out_text(came, following, came.hosts))
    ctx.exit(done.exit_code)


def _is_here(named: tuple[str, ...], fleet: FleetOptions) -> bool:
    return of_this_host(named) and not fleet.from_hosts
