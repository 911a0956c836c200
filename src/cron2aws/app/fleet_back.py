"""`rollback --from-hosts`: the lines of a fleet back, through Run Command, and its stacks away."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.fleet import contents_of, tabs_of
from cron2aws.app.fleet_back_files import write_fleet_rollback
from cron2aws.app.from_hosts import NO_CRONTAB, read_hosts
from cron2aws.app.options import RollbackOptions, ScheduleOptions
from cron2aws.app.probing import probe_of
from cron2aws.app.remote import RemoteFleet
from cron2aws.app.returns import returns_of
from cron2aws.app.rollback_files import check_rollback_file
from cron2aws.app.sources import Reading
from cron2aws.app.taking_back import told_what_stays
from cron2aws.assess.values import Assessment, HostAssessment
from cron2aws.crontab.identity import is_meant, shown_ids
from cron2aws.handover.fleet_back import FleetRollback, HostTabs
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Return, Taken
from cron2aws.plan.advice import Advice
from cron2aws.plan.stack_states import goes
from cron2aws.plan.values import Deployed
from cron2aws.report.text import quantity


def fleet_back(options: RollbackOptions, context: Context) -> Taken | None:
    """Say what would be taken back, ask, and do it; None where nothing was done.

    Raises UsageError, SourceError, SafetyError or AwsError before anything is changed.
    """
    check_rollback_file(options)
    if options.dry_run:
        return _fleet_back(options, context)
    with alone(context, "rollback", way_back=True):
        return _fleet_back(options, context)


def _fleet_back(options: RollbackOptions, context: Context) -> Taken | None:
    console, target = context.console, options.hosts.target
    reading = read_hosts(options.hosts, options.sources.host, context)
    stacks = context.stacks.deployed()
    deployed = [each for each in stacks if target is None or each.target == target]
    found = assess_reading(reading, ScheduleOptions(), now=context.clock.now(), deployed=deployed)
    # a host may have the tags of several targets: what was handed over to another one stays
    others = {each.stack_name for each in stacks} - {each.stack_name for each in deployed}
    found = replace(found, hosts=tuple(_without(one, others) for one in found.hosts))
    returns = tuple(_joined(found, deployed, options, context))
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
    advice = advice_of(options.sources, context.before, options.hosts)
    return take_fleet_back(returns, reading, advice, context, parallel=options.acting.parallel)


def take_fleet_back(
    returns: Sequence[Return], reading: Reading, advice: Advice, context: Context, *, parallel: int
) -> Taken:
    """Lines back on all hosts, then the stacks that none of them needs; what fails is told."""
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
        taken = FleetRollback(
            context.stacks,
            Leaving(context.stacks, context.runs, context.clock, progress),
            probe_of(context, progress, parallel),
            RemoteFleet(Way.BACK, context),
            progress,
            parallel=parallel,
        ).take_back(returns, tabs)
    told_what_stays(returns, taken, advice, context)
    return taken


def _without(one: HostAssessment, stacks: Collection[str]) -> HostAssessment:
    """The host without the lines that are marked for these stacks."""
    entries = (e for e in one.entries if not (e.entry.mark and e.entry.mark.stack in stacks))
    return replace(one, entries=tuple(entries))


def _joined(
    found: Assessment,
    deployed: Sequence[Deployed],
    options: RollbackOptions,
    context: Context,
) -> Iterator[Return]:
    """The tasks that are meant, each with its lines on all hosts."""
    by_task: dict[tuple[str, str | None], Return] = {}
    for one in found.hosts:
        for back in _on_host(one, found, deployed, options, context):
            key = (back.id, back.stack.stack_name if back.stack else None)
            known = by_task.get(key, replace(back, line=None))
            on = {**known.on, one.host.instance: back.line} if back.line else known.on
            by_task[key] = replace(known, on=on, seen=known.seen or back.seen)
    silent = {each.id: each.label for each in found.unread if each.why != NO_CRONTAB}
    for back in by_task.values():
        # one that never came up runs nothing on any host
        alone_ = back.stack is None or goes(back.stack) or options.without_lines
        yield replace(back, elsewhere=not alone_, unread={} if alone_ else silent)


def _on_host(
    one: HostAssessment,
    found: Assessment,
    deployed: Sequence[Deployed],
    options: RollbackOptions,
    context: Context,
) -> Sequence[Return]:
    """What is meant, as one host has it."""
    names, note = options.tasks, context.console.note
    if names:
        marked = {entry.id for each in found.hosts for entry in each.entries if entry.migrated}
        here = {entry.id for entry in one.entries if entry.migrated}
        elsewhere = [name for name in names if any(is_meant(name, id_) for id_ in marked - here)]
        tasks = [stack for stack in deployed if stack.is_task]
        known = [stack.id for stack in tasks]
        names = tuple(
            name
            for name in names
            if name not in elsewhere or any(is_meant(name, id_) for id_ in known)
        )
        return returns_of(one, deployed, names, context.place, note) if names else ()
    returns = returns_of(one, deployed, (), context.place, note)
    # a task of the fleet was made from one of its hosts; its line may be active on all of them
    standing = {entry.id: entry for entry in one.entries if not entry.migrated}
    more = [
        Return(id=stack.id, stack=stack, line=None, seen=True)
        for stack in deployed
        if stack.is_task
        and (entry := standing.get(stack.id))
        and stack.belongs_to(entry.source, entry.entry.user)
    ]
    return (*returns, *more)


def described_on_hosts(back: Return) -> str:
    """What becomes of its lines and its stack, for the person who is asked."""
    stack = f"delete {back.stack.stack_name}" if back.stack else "no stack"
    if back.stack and back.stack.is_protected:
        stack += " (protected: its termination protection is lifted)"
    if not back.on:
        return f"{stack}, no line is marked on the hosts that were read"
    sources = ", ".join(dict.fromkeys(each.source for each in back.on.values()))
    return f"put the line back in {sources} on {quantity(len(back.on), 'host')}, {stack}"
