"""`cron2aws upgrade`."""

from __future__ import annotations

import click

from cron2aws.app.options import ActingOptions, UpgradeOptions
from cron2aws.app.upgrade import upgrade as use_case
from cron2aws.cli import options
from cron2aws.cli.command import command
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal
from cron2aws.report.carried_out import AGAIN, carried_out_text


@command()
@click.argument("task", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@options.acting
@click.pass_context
def upgrade(
    ctx: click.Context, /, *, task: tuple[str, ...], dry_run: bool, acting: ActingOptions
) -> None:
    """Upgrade tasks, and what they share, to this release.

    TASK is an id, a stack name, or a glob on stack names; without one, all tasks of the account and
    region, the foundation and the targets are upgraded. No crontab is read: schedules, commands and
    who runs each job stay as they are. CloudFormation's change set is shown for the first stack of
    each kind. Tasks of releases without shared roles get those of their target.
    """
    shell: Shell = ctx.obj
    asked = UpgradeOptions(tasks=task, dry_run=dry_run, acting=acting)
    terminal = Terminal(plain=shell.plain)
    with connect(shell, terminal) as context:
        done = use_case(asked, context)
    terminal.result(f"{name} is upgraded\n" for name in done.done)
    if done.done or done.failed:
        following = AGAIN if done.failed else None
        terminal.note(carried_out_text(done, following))
    ctx.exit(done.exit_code)
