"""`apply`: a plan that was reviewed is carried out; what has moved since is left out, and told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.applicable import (
    check_all_made,
    check_files,
    check_no_edits,
    check_place,
    part_of,
    refuse,
    sees,
)
from cron2aws.app.apply_checks import Applying, checks_left
from cron2aws.app.apply_reading import Here, looked
from cron2aws.app.apply_showing import problem_of, problem_of_deletion, show
from cron2aws.app.ask import agreed
from cron2aws.app.carry_out import Ground, carry_out, exit_code
from cron2aws.app.context import Context
from cron2aws.app.fleet import Fleet
from cron2aws.app.options import THIS_HOST, ApplyOptions, FromHosts
from cron2aws.app.plan_files import PlanFile
from cron2aws.app.preflight import check_preflight
from cron2aws.app.previews import of_plan
from cron2aws.app.sharing import Common
from cron2aws.app.view import view_of
from cron2aws.assess.values import Assessment
from cron2aws.errors import PartlyApplied, SafetyError
from cron2aws.handover.migrate import Outcome
from cron2aws.handover.preflight import check_any, check_this_host
from cron2aws.handover.waves import USUAL, Waves
from cron2aws.plan.moved import Now, Part, Verdict, judge
from cron2aws.plan.moved_deletions import DeletionVerdict, judge_deletion
from cron2aws.plan.moved_hosts import judge_on_hosts, without
from cron2aws.plan.moved_shared import setup_left
from cron2aws.plan.prune import doubt, orphans_of
from cron2aws.plan.recorded import Recorded, RecordedStep
from cron2aws.plan.recording import by_job
from cron2aws.plan.setup import SetupWish
from cron2aws.plan.shared import Shared
from cron2aws.plan.values import Plan, Source
from cron2aws.report.text import quantity

UNPROVED = (
    "note: without --digest nothing here can tell whether its commands are those of the lines that "
    "{} shows"
)


@dataclass(frozen=True, kw_only=True)
class Applied:
    """The plan as it is now, and what was done: None where nothing was to do, or allowed."""

    plan: Plan
    outcome: Outcome | None
    exit_code: int


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """What is to be done of each part of the plan."""

    steps: tuple[Verdict, ...]
    deletions: tuple[DeletionVerdict, ...]

    @property
    def all(self) -> tuple[Verdict | DeletionVerdict, ...]:
        """In the order in which they are carried out."""
        return (*self.steps, *self.deletions)


def apply(options: ApplyOptions, file: PlanFile, context: Context) -> Applied:
    """Show what the plan comes to now, ask, and carry it out.

    Raises UsageError, SourceError, SafetyError or AwsError before anything is changed.
    """
    part = part_of(options)
    recorded = file.recorded
    check_place(recorded, context.place)
    sees_lines = sees(recorded, part, context)
    if not sees_lines:
        check_no_edits(part, file)
        context = replace(context, here=None)
        if options.digest is None:
            context.console.note(UNPROVED.format(file.name))
    with alone(context, "apply"), looked(file, context, sees_lines=sees_lines) as here:
        return _apply(options, part, file, here, context)


def _apply(
    options: ApplyOptions, part: Part, file: PlanFile, here: Here, context: Context
) -> Applied:
    ground, recorded = _ground(options, file, here, context), file.recorded
    shared = ground.common.shared
    setup = setup_left(recorded, shared, recorded.command)
    if setup:
        check_all_made(part, file)
    now = Now(
        place=context.place,
        stacks={each.stack_name: each for each in ground.deployed},
        entries=by_job(here.found.entries) if here.sees_lines else None,
        outputs=shared.outputs,
    )
    gone = _gone(here, ground, recorded)
    judged = _Judged(
        steps=tuple(_judged(each, now, part, here, recorded) for each in recorded.steps),
        deletions=tuple(judge_deletion(each, now, part, gone) for each in recorded.deletions),
    )
    moved = [each for each in judged.all if each.reasons]
    if options.all_or_nothing and moved:
        refuse(moved, len(judged.all), recorded.command)
    plan = _plan(file, judged, here, context)
    plan = replace(plan, setup=setup if plan.work else ())
    if plan.edits:
        check_files(recorded, plan, here.reading)
    if plan.work and (recorded.comment_out or recorded.rehearse):
        check_any(plan.target, ground.tagged)
    how = Applying(part=part, sees_lines=here.sees_lines, parallel=options.acting.parallel)
    ground = replace(ground, checks=checks_left(recorded, plan, ground, context, how))
    # the plan was reviewed with them: it can be carried out without the right to them
    previews = of_plan(plan, ground.deployed, context, must=False)
    show(file, plan, judged.all, ground, context)
    for line in previews:
        context.console.note(line)
    check_preflight(ground.checks)
    trouble = SafetyError.exit_code if moved else 0
    if plan.is_idle or not agreed(context, "Carry out this plan?", yes=options.acting.yes):
        return Applied(plan=plan, outcome=None, exit_code=trouble)
    outcome = carry_out(plan, ground, context, parallel=options.acting.parallel)
    failed = exit_code(outcome, plan)
    if moved:
        where = ", whole or on some hosts" if recorded.fleet else ""
        context.console.note(f"{quantity(len(moved), 'step')} left out{where}: see above.")
    left = PartlyApplied.exit_code if moved and outcome.done else trouble
    return Applied(plan=plan, outcome=outcome, exit_code=failed or left)


def _judged(recorded: RecordedStep, now: Now, part: Part, here: Here, of: Recorded) -> Verdict:
    if of.fleet is None:
        return judge(recorded, now, part)
    return judge_on_hosts(without(recorded, here.ended), now, part, here.away)


def _ground(options: ApplyOptions, file: PlanFile, here: Here, context: Context) -> Ground:
    """What there is now."""
    recorded = file.recorded
    is_here = here.sees_lines and recorded.fleet is None
    if is_here and not file.sources.named:
        check_this_host(recorded.target, here.tagged, context.here)
    fleet = None
    if here.sees_lines and recorded.fleet is not None:
        waves = Waves.read(recorded.fleet.waves or USUAL)
        fleet = Fleet(waves=waves, unread=here.reading.unread)
    shared = Shared(
        foundation=context.shared.foundation(), target=context.shared.target(recorded.target)
    )
    return Ground(
        sources=file.sources if is_here else THIS_HOST,
        reading=here.reading,
        tagged=here.tagged,
        common=Common(shared=shared, wish=SetupWish(target=recorded.target), steps=()),
        deployed=here.deployed,
        view=view_of(context.clock.now(), advised=options.advised),
        fleet=fleet,
    )


def _gone(here: Here, ground: Ground, recorded: Recorded) -> frozenset[str]:
    """The names of the target's stacks whose lines surely are gone."""
    tasks = [each for each in ground.deployed if each.is_task]
    orphans = orphans_of(here.found, tasks, recorded.target, recorded.place)
    return frozenset(each.stack_name for each in orphans if not doubt(each, here.found))


def _plan(file: PlanFile, judged: _Judged, here: Here, context: Context) -> Plan:
    """What is to be done, as a plan; what was left out is a problem of it."""
    recorded = file.recorded
    ids = {each.step.id for each in recorded.steps}
    found = Assessment(
        hosts=tuple(
            replace(
                one,
                entries=tuple(each for each in one.entries if each.id in ids),
            )
            for one in here.found.hosts
        ),
        unread=here.found.unread if here.sees_lines else recorded.unread,
    )
    hosts = FromHosts(from_hosts=recorded.fleet is not None, target=recorded.target)
    return Plan(
        hosts=recorded.hosts,
        place=recorded.place,
        target=recorded.target,
        sources=tuple(
            Source(host=one.host.label, path=tab.path, sha256=tab.sha256)
            for one in here.found.hosts
            for tab in one.host.tabs
        ),
        steps=tuple(each.step for each in judged.steps if each.step is not None),
        kept=(),
        problems=(
            *(problem_of(each, file) for each in judged.steps if each.why),
            *(problem_of_deletion(each, file) for each in judged.deletions if each.why),
        ),
        orphans=(),
        deletions=tuple(each.stack for each in judged.deletions if each.stack is not None),
        advice=advice_of(file.sources, context.before, hosts),
        found=found,
    )
