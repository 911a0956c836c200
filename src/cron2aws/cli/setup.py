"""`cron2aws setup`."""

from __future__ import annotations

import click

from cron2aws.app.options import SetupOptions
from cron2aws.app.policies import Policy, check_nothing_else, policy
from cron2aws.app.setup import setup as use_case
from cron2aws.cli import options
from cron2aws.cli.command import command
from cron2aws.cli.connect import connect
from cron2aws.cli.length import LengthParam
from cron2aws.cli.options import EnumParam
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal
from cron2aws.task.foundation import SharedOptions, Tell
from cron2aws.task.target import Target
from cron2aws.task.template import limits

_MAILED = {
    Tell.FAILURES: "failures",
    Tell.OUTPUT: "failures, and successes that printed something,",
    Tell.ALL: "every run",
}


_WATCHED = LengthParam(*limits("WatchSeconds"))


@command()
@options.optional_target
@options.group(
    SharedOptions,
    "shared",
    click.option(
        "--email",
        metavar="ADDRESS",
        help="Mail this address instead of the present one; it confirms each topic once.",
    ),
    click.option(
        "--tell",
        type=EnumParam(Tell),
        help="What to mail: failures; output, also what successes print, as cron did; or "
        "all (default: output).",
    ),
    click.option("--succeeded-topic-arn", metavar="ARN", help="Your own SNS topic for successes."),
    click.option("--failed-topic-arn", metavar="ARN", help="Your own SNS topic for failures."),
    click.option(
        "--watch-for",
        "watch_seconds",
        type=_WATCHED,
        metavar="TIME",
        help=f"How long a function itself watches a run: {_WATCHED.bounds} (default: 45 s; "
        "0 s where Lambda runs few functions at once).",
    ),
    click.option(
        "--output-s3-bucket",
        metavar="BUCKET",
        help="Let the target's hosts write output to this bucket.",
    ),
    click.option(
        "--permissions-boundary", metavar="ARN", help="The permissions boundary of the roles."
    ),
    click.option(
        "--role-path", metavar="PATH", help="The path of the roles (default: /cron2aws/REGION/)."
    ),
    click.option("--kms-key", metavar="ARN", help="Use this KMS key of yours instead of AWS's."),
    click.option(
        "--service-role", metavar="ARN", help="CloudFormation's service role for these stacks."
    ),
    options.stack_tags,
)
@click.option(
    "--delete", is_flag=True, help="Delete the target; without --tag, all else that tasks share."
)
@click.option(
    "--print-policy",
    type=EnumParam(Policy),
    help="Print the IAM policy of an administrator, an operator or a reader, and change nothing.",
)
@options.yes
@click.pass_context
def setup(
    ctx: click.Context,
    /,
    *,
    target: Target | None,
    shared: SharedOptions,
    delete: bool,
    print_policy: Policy | None,
    yes: bool,
) -> None:
    """Make what tasks share: the foundation, and a target's roles.

    The foundation of an account and region has the topics that tasks report to, the rule and the
    alarms for what they cannot report themselves, the queue of undelivered starts, and roles. The
    documents that commands with --from-hosts send to hosts are made with it. With --tag the
    target's roles are made as well. What exists is updated; options that you leave out keep their
    values. `migrate` makes the foundation and the target by itself.
    """
    shell: Shell = ctx.obj
    asked = SetupOptions(target=target, shared=shared, delete=delete, yes=yes)
    terminal = Terminal(plain=shell.plain)
    if print_policy is not None:
        check_nothing_else(asked)
        with connect(shell, terminal) as context:
            printed = policy(print_policy, target, context)
        terminal.result([printed.text])
        for note in printed.notes:
            terminal.note(note)
        return
    with connect(shell, terminal) as context:
        made = use_case(asked, context)
    if made.foundation is None:
        return
    stacks = (made.foundation, made.documents, made.target)
    terminal.result([f"{each.stack_name}\n" for each in stacks if each])
    if email := made.foundation.parameters.get("Email"):
        what = _MAILED[Tell(made.foundation.parameters.get("Tell") or Tell.OUTPUT)]
        terminal.note(f"{email} gets {what} by mail, once it has confirmed.")
