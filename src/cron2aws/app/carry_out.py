"""A plan carried out: what its tasks share, their stacks, the probe, the lines.

`migrate` makes the plan that it hands in; whoever has one from elsewhere hands in that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cron2aws.app.context import Context
from cron2aws.app.fleet import Fleet, fleet_hosts
from cron2aws.app.from_hosts import unknown
from cron2aws.app.options import Sources
from cron2aws.app.probing import probe_of
from cron2aws.app.remote import RemoteFleet
from cron2aws.app.rewriting import editable
from cron2aws.app.sharing import Common, make
from cron2aws.app.sources import Reading, only_host
from cron2aws.app.taking_back import asking, take_back
from cron2aws.errors import AwsError, PartlyApplied
from cron2aws.handover.deploy import Deployer
from cron2aws.handover.fleet import FleetMigration
from cron2aws.handover.interfaces import Progress
from cron2aws.handover.looks import Wanted
from cron2aws.handover.migrate import Migration, Outcome, check_edits
from cron2aws.handover.preflight import check_clock
from cron2aws.handover.quiet import Quiet
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Return
from cron2aws.plan.values import Deployed, Plan
from cron2aws.preflight.values import Check
from cron2aws.report.document import View

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.instances import Instance

NAMED = 10
"""How many tasks a command that is advised names."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a plan was made from."""

    sources: Sources
    """How the hosts that were read were named."""

    reading: Reading
    tagged: Sequence[Instance]
    """The instances that its tasks run on."""

    common: Common
    deployed: Sequence[Deployed]
    """The stacks that were there."""

    view: View
    checks: tuple[Check, ...] = ()
    """What was checked beforehand."""

    fleet: Fleet | None = None
    """Hosts elsewhere, which are edited through Run Command."""


def carry_out(plan: Plan, ground: Ground, context: Context, *, parallel: int) -> Outcome:
    """Carry a plan out; a step that fails leaves its line to cron, and the others go on.

    UsageError, SourceError, SafetyError or AwsError before any task is changed: where lines could
    not be edited, or what the tasks share did not come up.
    """
    parallel = 1 if context.one_at_a_time else parallel
    if ground.fleet:
        outcome = _of_a_fleet(plan, ground, ground.fleet, context, parallel=parallel)
        if not plan.deletions:
            return outcome
        return _pruned(outcome, plan, ground, context, parallel=parallel)
    # where nothing is commented out no file is edited, of whichever host
    hosts = ground.reading.hosts
    host = only_host(ground.reading, "--comment-out") if plan.edits else hosts[0]
    files = editable(host, Way.OUT, ground.sources, context)
    check_edits(files.editor, plan, files.crontabs)
    plan = make(plan, ground.common, context)
    wanted = Wanted(tagged=ground.tagged, here=context.here if files.here else None)
    _tell_stopped(plan, wanted, context)
    with context.console.progress(midway=midway(plan)) as progress:
        outcome = Migration(
            context.stacks,
            _deployer(context, progress, parallel),
            probe_of(context, progress, parallel),
            files.editor,
            progress,
            parallel=parallel,
        ).carry_out(plan, files.crontabs, wanted, ready=lambda: check_clock(context.ahead()))
    return _pruned(outcome, plan, ground, context, parallel=parallel) if plan.deletions else outcome


def _of_a_fleet(
    plan: Plan, ground: Ground, fleet: Fleet, context: Context, *, parallel: int
) -> Outcome:
    plan = make(plan, ground.common, context)
    away = {each.id for each in fleet.unread}
    wanted = Wanted(tagged=[each for each in ground.tagged if each.id not in away])
    _tell_stopped(plan, Wanted(tagged=ground.tagged), context)
    with context.console.progress(midway=midway(plan)) as progress:
        return FleetMigration(
            context.stacks,
            _deployer(context, progress, parallel),
            probe_of(context, progress, parallel),
            RemoteFleet(Way.OUT, context),
            progress,
            clock=context.clock,
            waves=fleet.waves,
            parallel=parallel,
        ).carry_out(
            plan,
            fleet_hosts(plan, ground.reading),
            wanted,
            unread=[each.id for each in unknown(fleet.unread)],
        )


def _tell_stopped(plan: Plan, wanted: Wanted, context: Context) -> None:
    if plan.edits and wanted.stopped:
        names = ", ".join(each.name for each in wanted.stopped)
        context.console.note(f"note: not looked at, as they are stopped: {names}")


def _deployer(context: Context, progress: Progress, parallel: int) -> Deployer:
    return Deployer(
        context.stacks,
        progress,
        parallel=parallel,
        quiet=Quiet(context.stacks, context.runs, context.clock, progress).wait,
    )


def _pruned(
    outcome: Outcome, plan: Plan, ground: Ground, context: Context, *, parallel: int
) -> Outcome:
    """The same with the deletions; where AWS refused the first stack none is begun."""
    ids = tuple(stack.id for stack in plan.deletions)
    if outcome.untried or outcome.denied:
        why = outcome.why_untried or "AWS denied the first stack"
        return replace(outcome, untried=(*outcome.untried, *ids), why_untried=why)
    # no line is touched; the host's files say whether it is this one, which then need not be asked
    files = editable(ground.reading.hosts[0], Way.BACK, ground.sources, context)
    returns = [Return(id=each.id, stack=each, line=None, seen=True) for each in plan.deletions]
    asked = asking(returns, files, context, read_long_ago=True)
    taken = take_back(asked, files, plan.advice, context, parallel=parallel)
    return replace(
        outcome,
        done=(*outcome.done, *taken.done),
        failed=(*outcome.failed, *taken.failed),
    )


def exit_code(outcome: Outcome, plan: Plan) -> int:
    """6 where something is left to do, and 5 where AWS denied all of it: nothing was changed."""
    if outcome.is_whole:
        return 0
    return AwsError.exit_code if outcome.denied and not plan.setup else PartlyApplied.exit_code


def midway(plan: Plan) -> str:
    """What to do where carrying it out is interrupted; only its own changes are taken back."""
    advice, ids = plan.advice, [step.task.id for step in plan.work]
    one = "takes it back" if len(ids) <= NAMED else "takes one of them back"
    shown = f"`{advice.status()}` shows what stands"
    if not ids:
        return f"{shown}. The same command again goes on."
    rollback = advice.rollback(*(ids if len(ids) <= NAMED else ids[:1]))
    return f"{shown}. The same command again goes on; `{rollback}` {one}."
