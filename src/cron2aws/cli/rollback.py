"""`cron2aws rollback`: tasks ended, lines back, running executions waited for, stacks away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cron2aws.cli import options
from cron2aws.cli.prompt import confirmed
from cron2aws.errors import PartlyApplied, SafetyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cron2aws.assess import AssessedEntry, HostAssessment
    from cron2aws.cli.sources import Reading
    from cron2aws.cli.world import World
    from cron2aws.migration.rollback import Return
    from cron2aws.plan import Deployed, Place


@click.command()
@click.argument("task", nargs=-1)
@click.option(
    "--source",
    multiple=True,
    metavar="SOURCE",
    help="Where the lines are, as for `scan` (default: this host).",
)
@options.dialect_options
@options.source_options
@click.option(
    "--without-lines",
    is_flag=True,
    help="Delete a stack although no line with its mark was read.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--parallel",
    type=click.IntRange(1, 20),
    default=4,
    show_default=True,
    metavar="N",
    help="How many stacks at a time.",
)
@click.pass_context
def rollback(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Take tasks back: lines back, stacks away.

    TASK is an id, a stack name, or a glob on stack names; without one, every task of the
    crontabs is taken back.

    The job changes hands at one minute, as in a cut-over: none is lost, none runs twice. Running
    executions are waited for, however long they take.
    """
    from cron2aws.cli import sources
    from cron2aws.cli.world import open_world

    sources.check_sandbox(ctx.obj, given["source"], "rollback --source")
    with open_world(ctx.obj) as world:
        ctx.exit(run(world, ctx.obj, given))


def run(world: World, settings: dict[str, Any], given: dict[str, Any]) -> int:
    """Show what would be taken back, ask, and do it; the exit code."""
    from cron2aws.cli import sources

    with sources.editable(sources.read_if_any(given), settings) as reading:
        return _run(world, reading, settings, given)


def _run(world: World, reading: Reading, settings: dict[str, Any], given: dict[str, Any]) -> int:
    from cron2aws.cli import sources
    from cron2aws.cli.progress import Display
    from cron2aws.cli.world import console
    from cron2aws.migration.crontabs import Rewriting
    from cron2aws.migration.rollback import Rollback
    from cron2aws.report.plan import outcome_text

    found = sources.assessment_of(reading, given)
    returns = returns_of(found, world.stacks.deployed(), given["task"], world.place)
    if not given["without_lines"]:
        check_lines_seen(returns, found, certain=sources.names_its_host(given["source"]))
    if not returns:
        click.echo("Nothing to roll back.", err=True)
        return 0
    for back in returns:
        stack = f"delete {back.stack.stack_name}" if back.stack else "no stack"
        line = f"put the line back in {back.source}" if back.source else "no line is marked here"
        click.echo(f"{back.id}: {stack}, {line}", err=True)
    if not confirmed(f"Roll {len(returns)} back?", given):
        click.echo("Nothing was changed.", err=True)
        return 0
    parallel = 1 if world.sandbox else given["parallel"]
    rewriting = Rewriting(reading.store(world.backups), reading.tabs, reading.dialect)
    with Display(console(settings), midway="The same command again goes on.") as progress:
        taken = Rollback(
            world.stacks, world.runs, world.clock, world.journal, progress, parallel=parallel
        ).take_back(returns, rewriting.restoring())
    following = "the same command again goes on" if taken.failed else None
    click.echo(outcome_text(taken.done, taken.failed, following), err=True)
    return PartlyApplied.exit_code if taken.failed else 0


def returns_of(
    found: HostAssessment, deployed: Sequence[Deployed], names: Sequence[str], place: Place
) -> tuple[Return, ...]:
    """What the names mean: stacks, marked lines, or both; without names, the assessment's own.

    SafetyError where a line would come back while its task goes on: in another account or region,
    or as a stack that says it is of another line.
    """
    from cron2aws.cli.tasks import chosen

    lines = {entry.id: entry for entry in found.entries if entry.migrated}
    standing = {entry.id: entry for entry in found.entries}
    mine = [
        stack
        for stack in deployed
        if stack.id not in standing
        or stack.belongs_to(standing[stack.id].source, standing[stack.id].entry.user)
    ]
    if names:
        marked = [name for name in names if name in lines]
        stacks = chosen(mine, [name for name in names if name not in lines])
    else:
        marked = [each for each in standing if each in lines]
        unmarked = [stack for stack in mine if stack.id in standing and stack.id not in lines]
        stacks = [stack for stack in unmarked if stack.comes_from(found.host)]
    foreign = {stack.id for stack in deployed} - {stack.id for stack in mine}
    for each in (*marked, *(stack.id for stack in stacks if stack.id in lines)):
        _check(lines[each], foreign, place)
    returns = [_of_line(lines[each], mine, found.host) for each in marked]
    returns += [_of_stack(stack, lines) for stack in stacks]
    each_once = {(back.id, back.stack and back.stack.stack_name): back for back in returns}
    return tuple(each_once.values())


def _of_line(line: AssessedEntry, mine: Sequence[Deployed], host: str) -> Return:
    """A marked line with its stack, the one that the mark names.

    SafetyError where that is gone and this host has another of the line's id: it may run the job.
    """
    from cron2aws.migration.rollback import Return

    marked = line.entry.mark.stack if line.entry.mark else None
    found = {stack.stack_name: stack for stack in mine if stack.id == line.id}
    others = [name for name, stack in found.items() if stack.comes_from(host)]
    if marked not in found and others:
        raise SafetyError(
            what=f"{line.source}:{line.entry.line} was handed over to {marked}, which is not here",
            why=f"{', '.join(others)} has the same id, and may run the job when the line is back",
            fix=f"`cron2aws rollback {others[0]}` first",
        )
    return Return(id=line.id, stack=found.get(marked or ""), source=line.source)


def _of_stack(stack: Deployed, lines: Mapping[str, AssessedEntry]) -> Return:
    """A stack with the line that is marked with its name, if there is one."""
    from cron2aws.migration.rollback import Return

    line = lines.get(stack.id)
    mark = line.entry.mark if line else None
    marked = line is not None and mark is not None and mark.stack == stack.stack_name
    return Return(id=stack.id, stack=stack, source=line.source if line and marked else None)


def check_lines_seen(returns: Sequence[Return], found: HostAssessment, *, certain: bool) -> None:
    """Refuse to delete a stack whose line may stand commented out where nobody looked.

    Two hosts can have the same line in the same file, and so the same id. `certain`: what was
    read says of which host it is; copies of single files do not.
    """
    from cron2aws.task.task import TAG_SOURCE, tag_value

    read = {tag_value(tab.path) for tab in found.tabs}
    for back in returns:
        stack = back.stack
        if stack is None or back.source is not None:
            continue
        if stack.tags.get(TAG_SOURCE) not in read:
            raise SafetyError(
                what=f"the crontab of {stack.stack_name} was not read",
                why=f"its line, {stack.parameters.get('SourceLine')}, may be commented out there, "
                "and the job would run nowhere",
                fix="name the crontab with --source, or say --without-lines if it has no mark",
            )
        if not stack.comes_from(found.host):
            raise SafetyError(
                what=f"{stack.stack_name} was made for another host: {stack.host}, "
                f"not {found.host}",
                why="its line may be commented out there, and the job would run nowhere",
                fix="roll it back on that host, or say --without-lines if no line has its mark",
            )
        # NotAfter: a rollback that was cut short has put its line back already
        if not certain and stack.enabled and not stack.parameters.get("NotAfter"):
            raise SafetyError(
                what=f"{stack.stack_name} runs a job, and no line here has its mark",
                why="a file does not say of which host it is; on that of the stack the line may "
                "be commented out, and the job would run nowhere",
                fix="read this host or its file tree, or say --without-lines if no line has its "
                "mark",
            )


def _check(line: AssessedEntry, foreign: set[str], place: Place) -> None:
    from cron2aws.plan import at_home

    where, mark = f"{line.source}:{line.entry.line}", line.entry.mark
    if mark and not at_home(line, place):
        raise SafetyError(
            what=f"{where} was handed over to account {mark.account}, {mark.region}",
            why=f"its task there would go on while the line is back; this is {place}",
            fix="give the --profile and --region of that place",
        )
    if line.id in foreign:
        raise SafetyError(
            what=f"the stack with the id of {where} is of another source or user",
            why="one of them was edited; the task would go on while the line is back",
            fix="compare the stack's tags with the mark in the crontab",
        )
