"""`cron2aws status`: what is deployed, beside what the crontabs say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cron2aws.cli import options

if TYPE_CHECKING:
    from cron2aws.cli.world import World


@click.command()
@click.argument("source", nargs=-1)
@options.dialect_options
@options.source_options
@options.output_options
@click.pass_context
def status(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Show the tasks and their crontab lines.

    Every task of the account's region is shown, with how it stands to its line in SOURCE. Without a
    SOURCE this host's crontabs are read. Exit 4 where a job runs twice or nowhere.
    """
    from cron2aws.cli.world import open_world

    with open_world(ctx.obj) as world:
        ctx.exit(run(world, ctx.obj, given))


def run(world: World, settings: dict[str, Any], given: dict[str, Any]) -> int:
    """Show the tasks; the exit code."""
    from cron2aws.cli import sources
    from cron2aws.cli.output import emit, style_of
    from cron2aws.cli.wish import wanted_by
    from cron2aws.cli.zones import resolve_zone
    from cron2aws.errors import SafetyError
    from cron2aws.migration.status import status as rows_of
    from cron2aws.report.status import status_json, status_table
    from cron2aws.task.task import TaskOptions
    from cron2aws.task.upcoming import next_run

    reading = sources.read_if_any(given)
    deployed = world.stacks.deployed()
    found = sources.assessment_of(reading, given, wanted_by(deployed, TaskOptions()))
    now = world.clock.now()
    rows = rows_of(
        found,
        deployed,
        world.runs,
        lambda stack: next_run(stack.parameters, now, resolve_zone),
        now=now,
        place=world.place,
    )
    if given["output"] == "json":
        emit(status_json(rows), given)
    else:
        emit(status_table(rows, style_of(settings, given)), given)
    return SafetyError.exit_code if any(row.is_bad for row in rows) else 0
