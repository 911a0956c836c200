"""`migrate`: plan, show, ask, deploy, probe, hand over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.carry_out import Ground, carry_out, exit_code
from cron2aws.app.context import Context
from cron2aws.app.fleet import check_all_read, check_fleet, read_fleet
from cron2aws.app.from_hosts import check_hosts
from cron2aws.app.homes import check_nothing_assumed
from cron2aws.app.options import FromHosts, MigrateOptions
from cron2aws.app.plan_files import check_plan_file, write
from cron2aws.app.preflight import There, check_preflight, preflight
from cron2aws.app.previews import of_plan
from cron2aws.app.sharing import common, planned, sharing_notes, with_common
from cron2aws.app.sources import Reading, check_sandbox, copied, of_this_host, only_host, read
from cron2aws.app.view import view_of
from cron2aws.app.warnings import written_elsewhere
from cron2aws.app.wish import checked_wish
from cron2aws.assess.choose import select
from cron2aws.assess.values import Assessment
from cron2aws.crontab.identity import shown_ids
from cron2aws.errors import DecisionNeeded, SafetyError
from cron2aws.handover.migrate import Outcome
from cron2aws.handover.preflight import check_any, check_this_host
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Deployed, Plan, Wish
from cron2aws.preflight.values import Check
from cron2aws.report.document import Review
from cron2aws.report.document import TargetInstance as ReportedInstance
from cron2aws.report.text import quantity

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.instances import Instance


SILENT = "Nobody is told where these tasks fail: first `{}`, or give --failed-topic-arn."
UNDECIDED = "Nothing was changed: with --strict these entries need a decision first."


@dataclass(frozen=True, kw_only=True)
class Migrated:
    """A plan, and what was done of it: None where nothing was to do, or nothing was allowed."""

    plan: Plan
    outcome: Outcome | None
    exit_code: int


def check_migrate(options: MigrateOptions) -> None:
    """UsageError where the options contradict each other; nobody is asked for anything."""
    check_hosts(FromHosts(), (), options.sources.host)
    check_plan_file(options)
    check_fleet(options)
    checked_wish(options)


def migrate(options: MigrateOptions, context: Context) -> Migrated:
    """Plan and, unless it is a dry run, ask and carry out.

    Raises UsageError, SourceError, SafetyError or AwsError before anything is changed.
    """
    if options.hand_over.dry_run:
        return _migrate(options, context)
    with alone(context, "migrate"):
        return _migrate(options, context)


def reviewed(options: MigrateOptions, context: Context) -> Review:
    """The plan alone, to be shown; nothing is changed. Raises as `migrate` does."""
    with _looked(options, context) as (_, plan, hosts):
        return _review(plan, hosts)


def _migrate(options: MigrateOptions, context: Context) -> Migrated:
    with _looked(options, context) as (found, plan, hosts):
        return _after_showing(options, found, plan, hosts, context)


@contextmanager
def _looked(options: MigrateOptions, context: Context) -> Iterator[tuple[Assessment, Plan, Ground]]:
    """What there is to be done; a sandbox's copies of the crontabs are there until the end."""
    sources, remote = options.sources, options.fleet.from_hosts
    check_migrate(options)
    if not remote:
        check_sandbox(sources, "migrate --tag Name=web", copies=context.copies_sources)
    asked = FromHosts(from_hosts=remote, target=options.target)
    wish = replace(checked_wish(options), advice=advice_of(sources, context.before, asked))
    view = view_of(context.clock.now(), advised=options.advised, compare=options.compare)
    reading, fleet = read_fleet(options, context) if remote else (read(sources), None)
    check_nothing_assumed(reading.hosts)
    if wish.comment_out and fleet is None:
        only_host(reading, "--comment-out")
    with ExitStack() as stack:
        if context.copies_sources and fleet is None:
            reading = stack.enter_context(copied(reading, context.console.note))
        shared = common(wish, context)
        deployed = context.stacks.deployed()
        found, plan = _planned(options, with_common(wish, shared), reading, deployed, context)
        plan = planned(plan, shared)
        tagged = _tagged(options, wish, reading, context)
        hosts = Ground(
            sources=sources,
            reading=reading,
            tagged=tagged,
            common=shared,
            deployed=deployed,
            view=view,
            fleet=fleet,
        )
        yield found, plan, hosts


def _planned(
    options: MigrateOptions,
    wish: Wish,
    reading: Reading,
    deployed: Sequence[Deployed],
    context: Context,
) -> tuple[Assessment, Plan]:
    selection = options.selection
    found = assess_reading(
        reading,
        options.schedule,
        now=context.clock.now(),
        selection=selection,
        deployed=[stack for stack in deployed if stack.target == wish.target],
    )
    chosen = select(found, selection.only, selection.exclude)
    return chosen, make_plan(chosen, deployed, wish, context.place)


def _tagged(
    options: MigrateOptions, wish: Wish, reading: Reading, context: Context
) -> Sequence[Instance]:
    """The instances that the tasks run on.

    SafetyError where this host's lines would be handed over to others, or to none. A sandbox has a
    stand-in for each host that was read.
    """
    remote = options.fleet.from_hosts
    if context.stand_ins and not remote:
        for each in reading.hosts:
            context.stand_ins.add(each.host.name, wish.target)
    tagged = context.instances.with_tag(wish.target)
    if not options.sources.named and not remote:
        check_this_host(wish.target, tagged, context.here)
    if wish.comment_out or wish.rehearse:
        check_any(wish.target, tagged)
    return tagged


def _after_showing(
    options: MigrateOptions,
    found: Assessment,
    plan: Plan,
    hosts: Ground,
    context: Context,
) -> Migrated:
    hosts = replace(hosts, checks=_checks(options, plan, hosts, context))
    previews = of_plan(plan, hosts.deployed, context, must=not options.hand_over.dry_run)
    _show(plan, hosts, previews, context)
    if options.selection.strict and found.undecided:
        ids = shown_ids(each.id for each in found.entries)
        for each in found.undecided:
            context.console.note(f"review: {ids[each.id]} {each.source}:{each.entry.line}")
        context.console.note(UNDECIDED)
        return Migrated(plan=plan, outcome=None, exit_code=DecisionNeeded.exit_code)
    check_preflight(hosts.checks)
    if hosts.fleet:
        check_all_read(hosts.fleet, options.fleet)
    write(options, plan, hosts, context)
    trouble = SafetyError.exit_code if plan.needs_a_person else 0
    if options.hand_over.dry_run or plan.is_idle:
        return Migrated(plan=plan, outcome=None, exit_code=trouble)
    if not agreed(context, "Carry out this plan?", yes=options.acting.yes):
        return Migrated(plan=plan, outcome=None, exit_code=trouble)
    outcome = carry_out(plan, hosts, context, parallel=options.acting.parallel)
    failed = exit_code(outcome, plan)
    return Migrated(plan=plan, outcome=outcome, exit_code=failed or trouble)


def _checks(
    options: MigrateOptions, plan: Plan, hosts: Ground, context: Context
) -> tuple[Check, ...]:
    """Preflight; none where nothing is to be done."""
    if plan.is_idle:
        return ()
    doing = options.hand_over
    return preflight(
        plan,
        There(
            setup=hosts.common.steps,
            instances=hosts.tagged,
            deployed=hosts.deployed,
            concurrency=hosts.common.concurrency,
        ),
        context,
        parallel=options.acting.parallel,
        runs=doing.comment_out or doing.rehearse,
        edits_here=doing.comment_out
        and hosts.fleet is None
        and of_this_host(options.sources.named),
    )


def _show(plan: Plan, hosts: Ground, previews: Sequence[str], context: Context) -> None:
    console, shared = context.console, hosts.common
    console.show(_review(plan, hosts))
    if not console.shows_tables:  # else it was read just now
        if plan.problems:
            console.note(f"{quantity(len(plan.problems), 'problem')}: see the report.")
        for warning in written_elsewhere(plan):
            console.note(warning)
        if plan.is_silent:
            console.note(SILENT.format(plan.advice.setup("--email", "ADDRESS")))
    for note in (*previews, *sharing_notes(plan, shared)):
        console.note(note)


def _review(plan: Plan, hosts: Ground) -> Review:
    tagged = tuple(
        ReportedInstance(id=each.id, name=each.name, state=each.state) for each in hosts.tagged
    )
    return Review(plan=plan, view=hosts.view, instances=tagged, checks=hosts.checks)
