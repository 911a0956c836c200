"""`migrate`: plan, show, ask, deploy, cut over."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace

from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.homes import check_said
from cron2aws.app.options import MigrateOptions
from cron2aws.app.rewriting import rewriting_of
from cron2aws.app.sources import Reading, check_sandbox, copied, only_host, read
from cron2aws.app.warnings import written_elsewhere
from cron2aws.app.wish import arns_of, checked_wish, needs_topics
from cron2aws.assess.choose import select
from cron2aws.assess.values import Assessment
from cron2aws.crontab.identity import shown_ids
from cron2aws.errors import DecisionNeeded, PartlyApplied, SafetyError
from cron2aws.handover.crontabs import Rewriting
from cron2aws.handover.cutover import CutOver
from cron2aws.handover.deploy import Deployer
from cron2aws.handover.migrate import Outcome, carry_out
from cron2aws.handover.preflight import check_hosts, check_this_host
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Plan, Wish
from cron2aws.report.text import sentence

SILENT = (
    "Nobody is told where these tasks fail: first `cron2aws topics --email ADDRESS`, "
    "or give --failed-topic-arn."
)
UNDECIDED = "Nothing was changed: with --strict these entries need a decision first."
MIDWAY = "The same command again goes on; `cron2aws rollback` takes it back."


@dataclass(frozen=True, kw_only=True)
class Migrated:
    """The plan, and what it has come to: None where nothing was to do, or nothing was allowed."""

    plan: Plan
    outcome: Outcome | None
    exit_code: int


def migrate(options: MigrateOptions, context: Context) -> Migrated:
    """Plan and, unless it is a dry run, ask and carry out.

    Raises UsageError, SourceError, SafetyError or AwsError before anything is changed.
    """
    if options.hand_over.dry_run:
        return _migrate(options, context)
    with alone(context, "migrate"):
        return _migrate(options, context)


def _migrate(options: MigrateOptions, context: Context) -> Migrated:
    sources = options.sources
    check_sandbox(sources, "migrate --tag Name=web", copies=context.copies_sources)
    wish = checked_wish(options)
    reading = read(sources)
    check_said(reading.hosts)
    if wish.comment_out:
        only_host(reading, "--comment-out")
    with ExitStack() as stack:
        if context.copies_sources:
            reading = stack.enter_context(copied(reading, context.console.note))
        found, plan = _planned(options, wish, reading, context)
        return _after_showing(options, found, plan, reading, context)


def _planned(
    options: MigrateOptions, wish: Wish, reading: Reading, context: Context
) -> tuple[Assessment, Plan]:
    deployed = context.stacks.deployed()
    selection = options.selection
    found = assess_reading(
        reading,
        options.schedule,
        now=context.clock.now(),
        selection=selection,
        deployed=[stack for stack in deployed if stack.target == wish.target],
    )
    chosen = select(found, selection.only, selection.exclude)
    if needs_topics(options.task):
        wish = replace(wish, topics=arns_of(context.topics.deployed()))
    plan = make_plan(chosen, deployed, wish, context.place)
    check_tagged(options, wish, reading, context)
    return chosen, plan


def check_tagged(options: MigrateOptions, wish: Wish, reading: Reading, context: Context) -> None:
    """SafetyError where a host's own lines would go on running, or no host would run the tasks.

    A sandbox has a stand-in for each host that was read.
    """
    if context.stand_ins:
        for each in reading.hosts:
            context.stand_ins.add(each.host.name, wish.target)
    tagged = context.instances.with_tag(wish.target)
    if not options.sources.named:
        check_this_host(wish.target, tagged, context.here)
    if wish.comment_out or wish.rehearse:
        read_here = {context.here or ""}
        was_read = {instance.id for instance in tagged} if context.is_sandbox else read_here
        only_this = options.hand_over.only_this_host
        check_hosts(wish.target, tagged, was_read, only_this_host=only_this)


def _after_showing(
    options: MigrateOptions, found: Assessment, plan: Plan, reading: Reading, context: Context
) -> Migrated:
    _show(plan, context)
    for warning in written_elsewhere(found.entries, plan):
        context.console.note(warning)
    if options.selection.strict and found.undecided:
        ids = shown_ids(each.id for each in found.entries)
        for each in found.undecided:
            context.console.note(f"review: {ids[each.id]} {each.source}:{each.entry.line}")
        context.console.note(UNDECIDED)
        return Migrated(plan=plan, outcome=None, exit_code=DecisionNeeded.exit_code)
    trouble = SafetyError.exit_code if plan.problems else 0
    if options.hand_over.dry_run or not plan.work:
        return Migrated(plan=plan, outcome=None, exit_code=trouble)
    if not agreed(context, "Carry this plan out?", yes=options.acting.yes):
        return Migrated(plan=plan, outcome=None, exit_code=trouble)
    outcome = _carry_out(options, plan, reading, context)
    failed = PartlyApplied.exit_code if outcome.failed else 0
    return Migrated(plan=plan, outcome=outcome, exit_code=failed or trouble)


def _show(plan: Plan, context: Context) -> None:
    console = context.console
    console.show(plan)
    if plan.problems and not console.shows_tables:
        console.note(f"{sentence(len(plan.problems), 'problem')}: see the report.")
    if plan.is_silent:
        console.note(SILENT)


def _carry_out(options: MigrateOptions, plan: Plan, reading: Reading, context: Context) -> Outcome:
    parallel = 1 if context.one_at_a_time else options.acting.parallel
    with context.console.progress(midway=MIDWAY) as progress:
        return carry_out(
            plan,
            Deployer(context.stacks, progress, parallel=parallel),
            CutOver(context.stacks, context.clock, progress, parallel=parallel),
            _rewriting(plan, reading, context),
        )


def _rewriting(plan: Plan, reading: Reading, context: Context) -> Rewriting:
    """The crontabs of the one host that hands over; of none where no line is commented out."""
    host = only_host(reading, "--comment-out") if plan.cut_overs else reading.hosts[0]
    return rewriting_of(host, context)
