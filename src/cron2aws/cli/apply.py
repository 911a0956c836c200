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
from cron2aws.cli.command import command
from cron2aws.cli.connect import connect
from cron2aws.cli.given import carried_out_by
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import OutputOptions, Terminal
from cron2aws.report.outcome import AGAIN, came_text, outcome_text


@command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--digest",
    metavar="HEX",
    help="Only the plan that has this digest, as the dry run told it, whole.",
)
@click.option("--stacks-only", is_flag=True, help="Make or delete the stacks, and leave the lines.")
@click.option(
    "--edits-only",
    is_flag=True,
    help="Edit the lines alone: comment them out where the stacks are as planned, or put them "
    "back.",
)
@click.option(
    "--all-or-nothing",
    is_flag=True,
    help="Do nothing where anything that the plan rests on has moved.",
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
    """Carry a plan out as it was reviewed.

    PLAN is a file that `--dry-run --plan-file PLAN` of `migrate` or of `rollback` has written. What
    it comes to now is shown first, and nothing is done before a yes. An entry or a stack that has
    moved since is left out, and told. A plan of --from-hosts is carried out from anywhere: its
    hosts are read once more, and one that has moved stays as it is. Of any other plan no line is
    edited elsewhere than on the machine where it was made: the stacks alone are made, or go where
    no host leaves its line to them.
    """
    shell: Shell = ctx.obj
    asked = ApplyOptions(
        plan=plan,
        digest=digest,
        stacks_only=stacks_only,
        edits_only=edits_only,
        all_or_nothing=all_or_nothing,
        acting=acting,
        advised=carried_out_by(ctx),
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
            terminal.note(outcome_text(taken.done, taken.failed, following, hosts=taken.hosts))
        ctx.exit(back.exit_code)
    with connect(shell, terminal, asks_here=file.asks_here) as context:
        done = use_case(asked, file, context)
    if done.outcome:
        came = done.outcome
        following = None if came.is_whole else AGAIN
        if came.hosts and came.is_whole:
            following = done.plan.advice.status()
        terminal.note(came_text(came, following, came.hosts))
    ctx.exit(done.exit_code)
