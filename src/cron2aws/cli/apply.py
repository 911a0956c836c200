"""`cron2aws apply`."""

from __future__ import annotations

from pathlib import Path

import click

from cron2aws.app.apply import apply as use_case
from cron2aws.app.apply_fleet_back import apply_fleet_back
from cron2aws.app.apply_rollback import apply_rollback
from cron2aws.app.options import ActingOptions, ApplyOptions
from cron2aws.app.plan_files import load
from cron2aws.app.rollback_files import RollbackFile, check_no_report
from cron2aws.cli import options, reporting
from cron2aws.cli.carry_out_command import carry_out_command
from cron2aws.cli.command import command
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import OutputOptions, Terminal
from cron2aws.report.carried_out import AGAIN, carried_out_text, steps_text


@command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--digest",
    metavar="HEX",
    help="Refuse a plan that does not have this digest: the whole one that the dry run printed.",
)
@click.option("--stacks-only", is_flag=True, help="Make or delete the stacks, and leave the lines.")
@click.option(
    "--edits-only",
    is_flag=True,
    help="Only edit the lines, on their host: comment them out where the stacks are as "
    "planned, or put them back.",
)
@click.option(
    "--all-or-nothing",
    is_flag=True,
    help="Do nothing if anything that the plan rests on has changed.",
)
@reporting.output
@options.acting
@click.pass_context
def apply(
    ctx: click.Context,
    /,
    *,
    plan: Path,
    digest: str | None,
    stacks_only: bool,
    edits_only: bool,
    all_or_nothing: bool,
    output: OutputOptions,
    acting: ActingOptions,
) -> None:
    """Carry out a plan as it was reviewed.

    PLAN is a file that `migrate` or `rollback` has written with `--dry-run --plan-file PLAN`. Shows
    first what the plan comes to now, and does nothing before you confirm it. An entry, a stack or a
    host that has changed since is left out, and named. A plan of --from-hosts is carried out from
    anywhere: its hosts are read once more. Any other plan edits lines only on the machine where it
    was made: elsewhere only the stacks are made, or deleted if no host leaves its line to them.
    """
    shell: Shell = ctx.obj
    asked = ApplyOptions(
        plan=plan,
        digest=digest,
        stacks_only=stacks_only,
        edits_only=edits_only,
        all_or_nothing=all_or_nothing,
        acting=acting,
        advised=carry_out_command(ctx),
    )
    file = load(asked)
    sources = (str(plan), *file.sources.named)
    terminal = Terminal(output, plain=shell.plain, sources=sources)
    if isinstance(file, RollbackFile):
        check_no_report(output != OutputOptions(), file)
        fleet = file.recorded.fleet
        with connect(shell, terminal, asks_here=file.asks_here) as context:
            if fleet is None:
                back = apply_rollback(asked, file, context)
            else:
                back = apply_fleet_back(asked, file, fleet, context)
        if back.taken:
            following = AGAIN if back.taken.failed else None
            taken = back.taken
            terminal.note(steps_text(taken.done, taken.failed, following, hosts=taken.hosts))
        ctx.exit(back.exit_code)
    with connect(shell, terminal, asks_here=file.asks_here) as context:
        done = use_case(asked, file, context)
    if done.outcome:
        came = done.outcome
        following = None if came.is_whole else AGAIN
        if came.hosts and came.is_whole:
            following = done.plan.advice.status()
        terminal.note(carried_out_text(came, following, came.hosts))
    ctx.exit(done.exit_code)
