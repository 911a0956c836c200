"""`cron2aws topics`."""

from __future__ import annotations

import click

from cron2aws.app.options import Tell, TopicsOptions
from cron2aws.app.topics import topics as use_case
from cron2aws.cli import options
from cron2aws.cli.connect import connect
from cron2aws.cli.options import OneOf
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal

_MAILED = {
    Tell.FAILURES: "failures",
    Tell.OUTPUT: "failures, and successes that printed something,",
    Tell.ALL: "every run",
}


@click.command()
@options.group(
    TopicsOptions,
    "asked",
    click.option(
        "--email",
        metavar="ADDRESS",
        help="Mail this address instead of the present one; it confirms each topic once.",
    ),
    click.option(
        "--tell",
        type=OneOf(Tell),
        help="Mail failures; also what successes print, as cron did; or all (default: output).",
    ),
    options.yes,
)
@click.pass_context
def topics(ctx: click.Context, /, *, asked: TopicsOptions) -> None:
    """Deploy the SNS topics that tasks report to.

    One for successes, one for failures, and a rule that reports the runs which could not report
    themselves. An address is mailed as cron mailed, or as --tell says. New tasks report to these
    topics where no others are named.
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
        what = _MAILED[Tell(made.tell)]
        terminal.note(f"{made.email} gets {what} by mail, once it has confirmed.")
    else:
        terminal.note("Nobody is mailed: --email ADDRESS subscribes one.")
