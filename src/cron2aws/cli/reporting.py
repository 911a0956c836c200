"""The options of a report. They have a module of their own, as it imports all formats."""

from __future__ import annotations

from pathlib import Path

import click

from cron2aws.cli.options import group
from cron2aws.cli.terminal import OutputOptions
from cron2aws.report.formats import DEFAULT, FORMATS

output = group(
    OutputOptions,
    "output",
    click.option(
        "-o",
        "--output",
        type=click.Choice(list(FORMATS)),
        default=DEFAULT,
        show_default=True,
        help="The format of the report.",
    ),
    click.option(
        "--report-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the report to this file, mode 0600, instead of standard output.",
    ),
    click.option(
        "--all", "everything", is_flag=True, help="Show each entry, even if there are many."
    ),
)

compare = click.option(
    "--compare",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Show what has changed since an earlier `scan -o json`.",
)
