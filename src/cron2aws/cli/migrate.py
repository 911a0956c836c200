"""`cron2aws migrate`: plan, show, ask, deploy, cut over."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from cron2aws.cli import options
from cron2aws.cli.prompt import confirmed
from cron2aws.cli.wish import wanted_by, wish_of
from cron2aws.errors import DecisionNeeded, PartlyApplied, SafetyError

if TYPE_CHECKING:
    from cron2aws.assess import HostAssessment
    from cron2aws.cli.sources import Reading
    from cron2aws.cli.world import World
    from cron2aws.plan import Plan, Wish


@click.command()
@click.argument("source", nargs=-1)
@click.option(
    "--tag", metavar="KEY=VALUE", required=True, help="The tag of the instances to run on."
)
@options.dialect_options
@options.source_options
@options.schedule_options
@options.selection_options
@options.output_options
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--comment-out",
    is_flag=True,
    help="Hand over: lines commented out, tasks enabled, at one minute.",
)
@click.option("--enable", is_flag=True, help="Enable new tasks although the local lines still run.")
@click.option("--only-this-host", is_flag=True, help="No other tagged host has these lines.")
@click.option(
    "--run-on", type=click.Choice(["all", "one"]), help="On all tagged hosts (default) or on one."
)
@click.option("--succeeded-topic-arn", metavar="ARN", help="SNS topic for runs that succeeded.")
@click.option("--failed-topic-arn", metavar="ARN", help="SNS topic for runs that failed.")
@click.option(
    "--execution-timeout",
    type=click.IntRange(5, 172800),
    metavar="SECONDS",
    help="How long a job may run (default: 48 hours).",
)
@click.option(
    "--delivery-timeout",
    type=click.IntRange(30, 172800),
    metavar="SECONDS",
    help="How late a host may start a job (default: its interval, at most 1 hour).",
)
@click.option(
    "--overlap",
    type=click.Choice(["allow", "skip"]),
    help="Whether a run may start while an earlier one goes on (default: allow, as cron does).",
)
@click.option(
    "--output-log-group", metavar="G", help="The hosts write the whole output to this log group."
)
@click.option(
    "--output-s3-bucket", metavar="B", help="The hosts write the whole output to this bucket."
)
@click.option("--max-concurrency", metavar="N|N%", help="On how many hosts at once.")
@click.option(
    "--name-prefix", metavar="P", help="What new stacks' names begin with (default: cron2aws)."
)
@click.option(
    "--parallel",
    type=click.IntRange(1, 20),
    default=4,
    show_default=True,
    metavar="N",
    help="How many stacks at a time.",
)
@click.pass_context
def migrate(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Make a task of every entry, and hand over.

    The plan is shown first, and nothing is done before a yes. SOURCE is as for `scan`; without
    one this host's crontabs are migrated. Without --comment-out new tasks are deployed disabled,
    because the local lines still run.
    """
    from cron2aws.cli import sources
    from cron2aws.cli.world import open_world

    sources.check_sandbox(ctx.obj, given["source"], "migrate --tag Name=web")
    with open_world(ctx.obj, asks_here=sources.of_this_host(given["source"])) as world:
        ctx.exit(run(world, ctx.obj, given))


SILENT = (
    "Nobody is told where these tasks fail: first `cron2aws topics --email ADDRESS`, "
    "or give --failed-topic-arn."
)


def run(world: World, settings: dict[str, Any], given: dict[str, Any]) -> int:
    """Plan and, unless it is a dry run, ask and carry out; the exit code."""
    from cron2aws.cli import sources

    wish = wish_of(given)
    with sources.editable(sources.read(given), settings) as reading:
        return _run(world, wish, reading, settings, given)


def _run(
    world: World, wish: Wish, reading: Reading, settings: dict[str, Any], given: dict[str, Any]
) -> int:
    from cron2aws.assess import select
    from cron2aws.cli import sources
    from cron2aws.plan import make_plan
    from cron2aws.report.text import sentence

    deployed = world.stacks.deployed()
    found = sources.assessment_of(reading, given, wanted_by(deployed, wish.options))
    chosen = select(found, given["only"], given["exclude"])
    if None in (wish.options.succeeded_topic_arn, wish.options.failed_topic_arn):
        topics = world.topics.deployed()
        wish = replace(wish, topics=(topics.succeeded, topics.failed) if topics else None)
    plan = make_plan(chosen, deployed, wish, world.place)
    if world.sandbox:
        _stand_in(world, reading.host, wish, runs=bool(settings.get("run_commands")))
    _preflight(world, wish, given)
    _show(plan, settings, given)
    if plan.problems and (given["output"] == "json" or given["report_file"]):
        click.echo(f"{sentence(len(plan.problems), 'problem')}: see the report.", err=True)
    if plan.is_silent:
        click.echo(SILENT, err=True)
    if given["strict"] and chosen.undecided:
        return _undecided(chosen)
    trouble = SafetyError.exit_code if plan.problems else 0
    if given["dry_run"] or not plan.work:
        return trouble
    if not confirmed("Carry this plan out?", given):
        click.echo("Nothing was changed.", err=True)
        return trouble
    return _carry_out(plan, world, reading, settings, given) or trouble


def _stand_in(world: World, name: str, wish: Wish, *, runs: bool) -> None:
    from cron2aws.sandbox import RunWithShell, stand_in

    tags = {wish.target.name: wish.target.value}
    if world.sandbox:
        world.sandbox.add_host(
            stand_in(name, tags=tags, behaviour=RunWithShell() if runs else None)
        )


def _preflight(world: World, wish: Wish, given: dict[str, Any]) -> None:
    from cron2aws.migration.preflight import check_hosts, check_this_host

    tagged = world.instances.with_tag(wish.target)
    if not given["source"]:
        check_this_host(wish.target, tagged, world.here)
    if wish.comment_out or wish.enable:
        read = {instance.id for instance in tagged} if world.sandbox else {world.here or ""}
        check_hosts(wish.target, tagged, read, only_this_host=given["only_this_host"])


def _show(plan: Plan, settings: dict[str, Any], given: dict[str, Any]) -> None:
    from cron2aws.cli.output import emit, style_of
    from cron2aws.report.plan import plan_json, plan_table

    if given["output"] == "json":
        emit(plan_json(plan), given)
    else:
        emit(plan_table(plan, style_of(settings, given)), given)


def _undecided(found: HostAssessment) -> int:
    for each in found.undecided:
        click.echo(f"review: {each.id} {each.source}:{each.entry.line}", err=True)
    return DecisionNeeded.exit_code


def _carry_out(
    plan: Plan, world: World, reading: Reading, settings: dict[str, Any], given: dict[str, Any]
) -> int:
    from cron2aws.cli.progress import Display
    from cron2aws.cli.world import console
    from cron2aws.migration.crontabs import Rewriting
    from cron2aws.migration.cutover import CutOver
    from cron2aws.migration.deploy import Deployer
    from cron2aws.migration.migrate import carry_out
    from cron2aws.report.plan import outcome_text

    parallel = 1 if world.sandbox else given["parallel"]
    midway = "The same command again goes on; `cron2aws rollback` takes it back."
    with Display(console(settings), midway=midway) as progress:
        outcome = carry_out(
            plan,
            Deployer(world.stacks, world.journal, progress, parallel=parallel),
            CutOver(world.stacks, world.clock, world.journal, progress, parallel=parallel),
            Rewriting(reading.store(world.backups), reading.tabs, reading.dialect),
        )
    look = shlex.join(["cron2aws", "status", *given["source"]])
    following = look if not outcome.failed else "the same command again goes on"
    click.echo(outcome_text(outcome.done, outcome.failed, following), err=True)
    return PartlyApplied.exit_code if outcome.failed else 0
