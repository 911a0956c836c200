"""`apply`: a plan that was reviewed is carried out; what has moved since is left out, and told."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.applicable import (
    check_all_made,
    check_files,
    check_instances,
    check_no_edits,
    check_place,
    made_here,
    part_of,
    refuse,
)
from cron2aws.app.apply_checks import Applying, checks_left
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.carry_out import Ground, carry_out, exit_code
from cron2aws.app.context import Context
from cron2aws.app.homes import check_nothing_assumed, host_of
from cron2aws.app.options import THIS_HOST, ApplyOptions
from cron2aws.app.plan_files import PlanFile
from cron2aws.app.preflight import check_preflight
from cron2aws.app.previews import of_plan
from cron2aws.app.sharing import Common
from cron2aws.app.sources import Reading, copied, only_host, read
from cron2aws.app.view import view_of
from cron2aws.assess.values import Assessment
from cron2aws.errors import PartlyApplied, SafetyError
from cron2aws.handover.migrate import Outcome
from cron2aws.handover.preflight import check_any, check_this_host
from cron2aws.plan.moved import Now, Part, Verdict, judge
from cron2aws.plan.moved_deletions import DeletionVerdict, judge_deletion
from cron2aws.plan.moved_shared import setup_left
from cron2aws.plan.prune import doubt, orphans_of
from cron2aws.plan.recorded import Recorded, by_job
from cron2aws.plan.setup import SetupWish
from cron2aws.plan.shared import Shared
from cron2aws.plan.values import NOTHING_FOUND, Deployed, Plan, Problem, Source
from cron2aws.report.document import Review
from cron2aws.report.document import TargetInstance as ReportedInstance
from cron2aws.report.text import quantity

UNPROVED = (
    "note: without --digest nothing here can tell whether its commands are those of the lines that "
    "{} shows"
)


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What was done of a plan; None where nothing was to do, or nothing was allowed."""

    outcome: Outcome | None
    exit_code: int


@dataclass(frozen=True, kw_only=True)
class _Here:
    """The plan's crontabs where this is its machine; elsewhere no more than a host without any."""

    is_here: bool
    reading: Reading
    found: Assessment
    deployed: Sequence[Deployed]


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
    is_here = made_here(recorded.made_on, context)
    if not is_here:
        check_no_edits(part, file)
        context = replace(context, here=None)
        if options.digest is None:
            context.console.note(UNPROVED.format(file.name))
    with alone(context, "apply"), _looked(file, context, is_here=is_here) as here:
        return _apply(options, part, file, here, context)


def _apply(
    options: ApplyOptions, part: Part, file: PlanFile, here: _Here, context: Context
) -> Applied:
    ground, recorded = _ground(options, file, here, context), file.recorded
    shared = ground.common.shared
    setup = setup_left(recorded, shared, recorded.command)
    if setup:
        check_all_made(part, file)
    now = Now(
        place=context.place,
        stacks={each.stack_name: each for each in ground.deployed},
        entries=by_job(here.found.entries) if here.is_here else None,
        outputs=shared.outputs,
    )
    gone = _gone(here, ground, recorded)
    judged = _Judged(
        steps=tuple(judge(each, now, part) for each in recorded.steps),
        deletions=tuple(judge_deletion(each, now, part, gone) for each in recorded.deletions),
    )
    moved = [each for each in judged.all if each.why]
    if options.all_or_nothing and moved:
        refuse(moved, len(judged.all), recorded.command)
    plan = _plan(file, judged, here, context)
    plan = replace(plan, setup=setup if plan.work else ())
    if plan.edits:
        check_files(recorded, plan, only_host(here.reading, "--comment-out"))
    if plan.work and (recorded.comment_out or recorded.rehearse):
        check_any(plan.target, ground.tagged)
    how = Applying(part=part, is_here=here.is_here, parallel=options.acting.parallel)
    ground = replace(ground, checks=checks_left(recorded, plan, ground, context, how))
    # the plan was reviewed with them: it can be carried out without the right to them
    previews = of_plan(plan, ground.deployed, context, must=False)
    _show(file, plan, judged.all, ground, context)
    for line in previews:
        context.console.note(line)
    check_preflight(ground.checks)
    trouble = SafetyError.exit_code if moved else 0
    if plan.is_idle or not agreed(context, "Carry out this plan?", yes=options.acting.yes):
        return Applied(outcome=None, exit_code=trouble)
    outcome = carry_out(plan, ground, context, parallel=options.acting.parallel)
    failed = exit_code(outcome, plan)
    if moved:
        context.console.note(f"{quantity(len(moved), 'step')} left out: see above.")
    left = PartlyApplied.exit_code if moved and outcome.done else trouble
    return Applied(outcome=outcome, exit_code=failed or left)


@contextmanager
def _looked(file: PlanFile, context: Context, *, is_here: bool) -> Iterator[_Here]:
    """The crontabs as they are now; a sandbox's copies are there until the end."""
    deployed = context.stacks.deployed()
    if not is_here:
        empty = host_of((), THIS_HOST)
        nothing = Reading(hosts=(empty.read(label=empty.facts.name),))
        yield _Here(is_here=False, reading=nothing, found=NOTHING_FOUND, deployed=deployed)
        return
    reading = read(file.sources)
    check_nothing_assumed(reading.hosts)
    with ExitStack() as stack:
        if context.copies_sources:
            reading = stack.enter_context(copied(reading, context.console.note))
        found = assess_reading(
            reading,
            file.schedule,
            now=context.clock.now(),
            selection=file.selection,
            deployed=[each for each in deployed if each.target == file.recorded.target],
        )
        yield _Here(is_here=True, reading=reading, found=found, deployed=deployed)


def _ground(options: ApplyOptions, file: PlanFile, here: _Here, context: Context) -> Ground:
    """What there is now; SafetyError where tasks would run on hosts that nobody reviewed."""
    recorded = file.recorded
    if context.stand_ins and here.is_here:
        for read_host in here.reading.hosts:
            context.stand_ins.add(read_host.host.name, recorded.target)
    tagged = context.instances.with_tag(recorded.target)
    check_instances(recorded, tagged)
    gone = recorded.instances.keys() - {each.id for each in tagged}
    for each in sorted(gone):
        name = recorded.instances[each]
        context.console.note(f"note: {name} ({each}) has the tags no more: nothing runs there")
    if here.is_here and not file.sources.named:
        check_this_host(recorded.target, tagged, context.here)
    shared = Shared(
        foundation=context.shared.foundation(), target=context.shared.target(recorded.target)
    )
    return Ground(
        sources=file.sources if here.is_here else THIS_HOST,
        reading=here.reading,
        tagged=tagged,
        common=Common(shared=shared, wish=SetupWish(target=recorded.target), steps=()),
        deployed=here.deployed,
        view=view_of(context.clock.now(), advised=options.advised),
    )


def _gone(here: _Here, ground: Ground, recorded: Recorded) -> frozenset[str]:
    """The names of the target's stacks whose lines surely are gone."""
    tasks = [each for each in ground.deployed if each.is_task]
    orphans = orphans_of(here.found, tasks, recorded.target)
    return frozenset(each.stack_name for each in orphans if not doubt(each, here.found))


def _plan(
    file: PlanFile,
    judged: _Judged,
    here: _Here,
    context: Context,
) -> Plan:
    """What is to be done, as a plan; what was left out is a problem of it."""
    recorded = file.recorded
    ids = {each.step.id for each in recorded.steps}
    found = Assessment(
        hosts=tuple(
            replace(one, entries=tuple(each for each in one.entries if each.id in ids))
            for one in here.found.hosts
        )
    )
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
            *(_problem(each, file) for each in judged.steps if each.why),
            *(_undeleted(each, file) for each in judged.deletions if each.why),
        ),
        orphans=(),
        deletions=tuple(each.stack for each in judged.deletions if each.stack is not None),
        advice=advice_of(file.sources, context.before),
        found=found,
    )


def _undeleted(verdict: DeletionVerdict, file: PlanFile) -> Problem:
    gone = verdict.recorded
    return Problem(
        id=gone.id,
        what=f"the deletion of {gone.stack_name} is left out, as it has moved: {verdict.why}",
        fix=f"plan anew: `{file.recorded.command}`",
        host=gone.host,
        source=gone.source,
        line=0,
    )


def _problem(verdict: Verdict, file: PlanFile) -> Problem:
    what = f"left out, as it has moved: {verdict.why}"
    fix = f"plan anew: `{file.recorded.command}`"
    if verdict.is_early:
        what = f"left out: {verdict.why}"
        fix = f"first `cron2aws apply {shlex.quote(file.name)} --stacks-only`"
    step = verdict.recorded.step
    host, source, line = step.hosts[0], step.source, step.line
    return Problem(id=step.id, what=what, fix=fix, host=host, source=source, line=line)


def _show(
    file: PlanFile,
    plan: Plan,
    verdicts: Sequence[Verdict | DeletionVerdict],
    ground: Ground,
    context: Context,
) -> None:
    console, recorded = context.console, file.recorded
    console.note(
        f"{file.name}: made {recorded.made} by cron2aws {recorded.version}, digest {file.digest}"
    )
    tagged = tuple(
        ReportedInstance(id=each.id, name=each.name, state=each.state) for each in ground.tagged
    )
    console.show(Review(plan=plan, view=ground.view, instances=tagged, checks=ground.checks))
    for each in verdicts:
        if each.note:
            console.note(f"note: {each.recorded.place}: {each.note}")
    if not console.shows_tables:
        for problem in plan.problems:
            console.note(f"{problem.place}: {problem.what}")
    waiting = [each for each in verdicts if each.waits]
    for each in waiting:
        name = each.recorded.stack_name
        console.note(f"waits: {name} ({each.recorded.place}): {each.waits}")
    if waiting:
        hosts = ", ".join(recorded.hosts)
        words = ["cron2aws", *context.before, "apply", file.name, "--digest", file.digest]
        rest = shlex.join(words)
        console.note(f"On {hosts}, where the crontabs are, this does the rest: {rest}")
