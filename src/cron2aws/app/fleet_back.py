"""`rollback --from-hosts`: the lines of a fleet back, through Run Command, and its stacks away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.fleet import contents_of, tabs_of
from cron2aws.app.fleet_back_files import write_fleet_rollback
from cron2aws.app.fleet_returns import Hosts, check_narrowed, fleet_returns
from cron2aws.app.from_hosts import read_hosts
from cron2aws.app.options import RollbackOptions, ScheduleOptions
from cron2aws.app.probing import edits_over, probe_of
from cron2aws.app.remote import RemoteFleet
from cron2aws.app.rollback_files import check_rollback_file
from cron2aws.app.sources import Reading
from cron2aws.app.taking_back import told_what_stays
from cron2aws.assess.values import Assessment
from cron2aws.crontab.identity import shown_ids
from cron2aws.errors import Cron2AwsError
from cron2aws.handover.fleet_back import FleetRollback, HostTabs
from cron2aws.handover.history import Kept, read_kept, read_since, was_never_there
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Return, Taken
from cron2aws.plan.advice import Advice
from cron2aws.report.text import quantity


def check_fleet_back(options: RollbackOptions) -> None:
    """UsageError where the options contradict each other."""
    check_rollback_file(options)
    check_narrowed(options)


def fleet_back(options: RollbackOptions, context: Context) -> Taken | None:
    """Say what would be taken back, ask, and do it; None where nothing was done.

    Raises UsageError, SourceError, SafetyError or AwsError before anything is changed.
    """
    if options.dry_run:
        return _fleet_back(options, context)
    with alone(context, "rollback", way_back=True):
        return _fleet_back(options, context)


def _fleet_back(options: RollbackOptions, context: Context) -> Taken | None:
    console = context.console
    advice = advice_of(options.sources, context.before, options.hosts)
    reading = read_hosts(options.hosts, options.sources.host, context)
    found, returns = _returns(reading, options, advice, context)
    if not returns:
        console.note("Nothing to roll back.")
        return None
    ids = shown_ids(back.id for back in returns)
    for back in returns:
        console.note(f"{ids[back.id]}: {described_on_hosts(back)}")
    write_fleet_rollback(options, returns, reading, found, context)
    if options.dry_run:
        return None
    hosts = {id_ for back in returns for id_ in back.on}
    question = f"Roll {quantity(len(returns), 'task')} back on {quantity(len(hosts), 'host')}?"
    if not agreed(context, question, yes=options.acting.yes):
        return None
    parallel = options.acting.parallel
    taken = _take(returns, reading, advice, context, parallel=parallel)
    if taken.failed and not options.without_lines:
        returns, taken = _taken_meanwhile(returns, taken, options, advice, context)
    told_what_stays(returns, taken, advice, context)
    return taken


def take_fleet_back(
    returns: Sequence[Return], reading: Reading, advice: Advice, context: Context, *, parallel: int
) -> Taken:
    """Lines back on all hosts, then the stacks that none of them needs; what fails is told."""
    taken = _take(returns, reading, advice, context, parallel=parallel)
    told_what_stays(returns, taken, advice, context)
    return taken


def _take(
    returns: Sequence[Return], reading: Reading, advice: Advice, context: Context, *, parallel: int
) -> Taken:
    parallel = 1 if context.one_at_a_time else parallel
    tabs = [
        HostTabs(
            id=each.host.instance,
            label=each.host.label,
            crontabs=tabs_of(each),
            contents=contents_of(each),
        )
        for each in reading.hosts
    ]
    midway = f"`{advice.status()}` shows what stands. The same command again goes on."
    with context.console.progress(midway=midway) as progress:
        return FleetRollback(
            context.stacks,
            Leaving(context.stacks, context.runs, context.clock, progress),
            probe_of(context, progress, parallel),
            RemoteFleet(Way.BACK, context),
            progress,
            edits=edits_over(context, progress),
            parallel=parallel,
        ).take_back(returns, tabs)


def _taken_meanwhile(
    returns: tuple[Return, ...],
    taken: Taken,
    options: RollbackOptions,
    advice: Advice,
    context: Context,
) -> tuple[tuple[Return, ...], Taken]:
    """What it comes to once lines are back as well that another command has marked meanwhile.

    A hand-over of the same hosts may have been in the midst of a wave: its edits have ended by now.
    """
    note = context.console.note
    lost, before = {each.id for each in taken.failed}, {back.id: back.on for back in returns}
    try:
        reading = read_hosts(options.hosts, options.sources.host, context)
        _, found = _returns(reading, options, advice, context)
    except Cron2AwsError as error:  # what has failed is told, and this is no more than an attempt
        note(f"note: not looked at again: {error.what}")
        return returns, taken
    late = [
        back
        for back in found
        if back.id in lost and back.id in before and back.on.keys() - before[back.id].keys()
    ]
    if not late:
        return returns, taken
    hosts = {id_ for back in late for id_ in back.on.keys() - before[back.id].keys()}
    note(
        f"{quantity(len(hosts), 'host')} took part in a hand-over meanwhile, by another command: "
        "their lines come back, too"
    )
    more = _take(late, reading, advice, context, parallel=options.acting.parallel)
    again = {back.id for back in late}
    done = tuple(id_ for id_ in more.done if id_ not in taken.done)
    failed = tuple(each for each in taken.failed if each.id not in again)
    merged = Taken(
        done=(*taken.done, *done),
        failed=(*failed, *more.failed),
        hosts=(*taken.hosts, *more.hosts),
    )
    return (*(back for back in returns if back.id not in again), *late), merged


def _returns(
    reading: Reading, options: RollbackOptions, advice: Advice, context: Context
) -> tuple[Assessment, tuple[Return, ...]]:
    """What was read, as it was assessed, and what is meant of it."""
    target, stacks = options.hosts.target, context.stacks.deployed()
    deployed = [each for each in stacks if target is None or each.target == target]
    found = assess_reading(reading, ScheduleOptions(), now=context.clock.now(), deployed=deployed)
    hosts = Hosts(
        found=found,
        kept=kept_by(reading),
        tagged=context.instances.of_targets,
        place=context.place,
        advice=advice,
        note=context.console.note,
        never_had=never_had_by(reading),
    )
    return found, fleet_returns(hosts, stacks, options)


def kept_by(reading: Reading) -> Callable[[str, str], Kept | None]:
    """The line that a host, by its label, keeps of a task, by its rule's name."""
    of_tasks = {each.host.label: each.of_tasks for each in reading.hosts}
    return lambda label, rule: read_kept(of_tasks[label].get(f"{rule}/line", b""))


def never_had_by(reading: Reading) -> Callable[[str, str], bool]:
    """Whether a host, by its label, has never had the line of a task, by its rule's name."""
    of_tasks = {each.host.label: each.of_tasks for each in reading.hosts}
    return lambda label, rule: was_never_there(
        read_since(of_tasks[label].get(f"{rule}/history", b""))
    )


def described_on_hosts(back: Return) -> str:
    """What becomes of its lines and its stack, for the person who is asked."""
    stack = f"delete {back.stack.stack_name}" if back.stack else "no stack"
    if back.stack and back.stack.is_protected:
        stack += " (protected: its termination protection is lifted)"
    if not back.on:
        return f"{stack}, no line is marked on the hosts that were read"
    sources = ", ".join(dict.fromkeys(each.source for each in back.on.values()))
    lost = sum(each.lost is not None for each in back.on.values())
    ends = f" (at its end on {quantity(lost, 'host')}, where the mark is gone)" if lost else ""
    return f"put the line back in {sources}{ends} on {quantity(len(back.on), 'host')}, {stack}"
