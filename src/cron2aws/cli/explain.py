"""`cron2aws explain`."""

from __future__ import annotations

import click

from cron2aws.app.explain import explain as use_case
from cron2aws.app.options import ExplainOptions, HostOptions, ScheduleOptions
from cron2aws.cli import options, reporting
from cron2aws.cli.command import command
from cron2aws.cli.completing import codes
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import OutputOptions, Terminal


@command()
@click.argument("expressions", nargs=-1, metavar="[EXPR|CODE]...", shell_complete=codes)
@click.option("--from-aws", is_flag=True, help="EXPR is EventBridge's: cron(...) or rate(...).")
@options.host
@options.schedule
@click.option("--strict", is_flag=True, help="Exit 1 if an expression needs a decision.")
@reporting.output
@click.pass_context
def explain(
    ctx: click.Context,
    /,
    *,
    expressions: tuple[str, ...],
    from_aws: bool,
    host: HostOptions,
    schedule: ScheduleOptions,
    strict: bool,
    output: OutputOptions,
) -> None:
    """Explain a schedule, with proof, or the code of a finding.

    EXPR is a cron expression of five fields or a nickname such as @daily, CODE the code of a
    finding such as C314; - reads them from standard input, one a line, and answers each in order.
    Needs no AWS.
    """
    shell: Shell = ctx.obj
    found = use_case(
        ExplainOptions(
            expressions=expressions,
            from_aws=from_aws,
            strict=strict,
            host=host,
            schedule=schedule,
        ),
        shell.clock,
    )
    Terminal(output, plain=shell.plain).show(found.answers)
    ctx.exit(found.exit_code)
