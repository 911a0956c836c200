"""`cron2aws scan`: what is on a host, and what each entry would become."""

from __future__ import annotations

from typing import Any

import click

from cron2aws.cli import options
from cron2aws.errors import DecisionNeeded


@click.command()
@click.argument("source", nargs=-1)
@options.dialect_options
@options.source_options
@options.schedule_options
@options.selection_options
@options.output_options
@click.pass_context
def scan(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Show what is on a host, and what each entry would become.

    SOURCE is a crontab, a folder with a host's files, or - for standard input.
    Changes nothing and needs no AWS. Without a SOURCE this host's crontabs are read: /etc/crontab,
    /etc/cron.d and the users'.
    """
    ctx.exit(run(ctx.obj, given))


def run(settings: dict[str, Any], given: dict[str, Any]) -> int:
    """Show the assessment; the exit code."""
    from cron2aws.assess import select
    from cron2aws.cli import sources
    from cron2aws.cli.output import emit, style_of
    from cron2aws.report.scan import scan_json

    reading = sources.read(given)
    found = sources.assessment_of(reading, given)
    chosen = select(found, given["only"], given["exclude"])
    if given["output"] == "json":
        emit(scan_json(chosen), given)
    else:
        from cron2aws.report.scan_table import scan_table

        emit(scan_table(chosen, style_of(settings, given)), given)
    return DecisionNeeded.exit_code if given["strict"] and chosen.undecided else 0
