"""`cron2aws topics`."""

from __future__ import annotations

import click

from cron2aws.app.options import TopicsOptions
from cron2aws.app.topics import topics as use_case
from cron2aws.cli import options
from cron2aws.cli.connect import connect
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal


@click.command()
@options.group(
    TopicsOptions,
    "asked",
    click.option(
        "--email",
        metavar="ADDRESS",
        help="Tell this address of failures, instead of another; it must confirm once.",
    ),
    click.option(
        "--successes/--no-successes",
        default=None,
        help="Tell the address of successes, too, or no longer.",
    ),
    options.yes,
)
@click.pass_context
def topics(ctx: click.Context, /, *, asked: TopicsOptions) -> None:
    """Deploy the SNS topics that tasks report to.

    One for successes, one for failures, and a rule that reports the runs which could not report
    themselves. New tasks report to these topics where no others are named.
    """
    shell: Shell = ctx.obj
    terminal = Terminal(plain=shell.plain)
    with connect(shell, terminal) as context:
        made = use_case(asked, context)
    if made is None:
        return
    terminal.result(
        [f"--succeeded-topic-arn {made.succeeded}\n", f"--failed-topic-arn {made.failed}\n"]
    )
    if made.email:
        what = "failures and successes" if made.mails_successes else "failures"
        terminal.note(f"{made.email} is mailed of {what}, once it has confirmed.")
    else:
        terminal.note("Nobody is mailed: --email ADDRESS subscribes one.")
