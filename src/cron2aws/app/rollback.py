"""`rollback`: lines back, schedules stopped, running executions waited for, stacks away."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.options import RollbackOptions, ScheduleOptions
from cron2aws.app.probing import probe_of
from cron2aws.app.returns import returns_of
from cron2aws.app.rewriting import Editable, editable
from cron2aws.app.sources import check_sandbox, copied, only_host, read_if_any
from cron2aws.crontab.identity import shown_ids
from cron2aws.errors import AwsError, PartlyApplied
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.record import Way
from cron2aws.handover.rollback import Return, Rollback, Taken
from cron2aws.plan.stack_states import goes
from cron2aws.report.text import sentence
from cron2aws.task.target import Target

STAYS = (
    "The foundation and the {} stay, for other tasks: {}, then {}, takes them away when no task "
    "uses them."
)


@dataclass(frozen=True, kw_only=True)
class RolledBack:
    """What was taken back; None where nothing was to do, or nothing was allowed."""

    taken: Taken | None = None

    @property
    def exit_code(self) -> int:
        """6 where something is left to take back."""
        return PartlyApplied.exit_code if self.taken and self.taken.failed else 0


def rollback(options: RollbackOptions, context: Context) -> RolledBack:
    """Say what would be taken back, ask, and do it.

    Raises UsageError, SourceError, SafetyError or AwsError before anything is changed.
    """
    with alone(context, "rollback", way_back=True):
        return _rollback(options, context)


def _rollback(options: RollbackOptions, context: Context) -> RolledBack:
    console = context.console
    check_sandbox(options.sources, "rollback --source", copies=context.copies_sources)
    reading = read_if_any(options.sources, console.note)
    only_host(reading, "a rollback")
    with ExitStack() as stack:
        if context.copies_sources:
            reading = stack.enter_context(copied(reading, console.note))
        now = context.clock.now()
        deployed = context.stacks.deployed()
        found_here = assess_reading(reading, ScheduleOptions(), now=now, deployed=deployed)
        (found,) = found_here.hosts
        files = editable(reading.hosts[0], Way.BACK, options.sources, context)
        returns = returns_of(
            found, deployed, options.tasks, context.place, console.note, kept=files.kept
        )
        if not options.without_lines:
            returns = _asking(returns, files, context)
        if not returns:
            console.note("Nothing to roll back.")
            return RolledBack()
        ids = shown_ids(back.id for back in returns)
        for back in returns:
            console.note(f"{ids[back.id]}: {_described(back)}")
        question = f"Roll {sentence(len(returns), 'task')} back?"
        if not agreed(context, question, yes=options.acting.yes):
            return RolledBack()
        return RolledBack(taken=_take_back(options, returns, files, context))


def _asking(returns: Sequence[Return], files: Editable, context: Context) -> tuple[Return, ...]:
    """The same, with those whose target has more hosts than this one: they are asked first."""
    asked: list[Return] = []
    tagged: dict[Target, set[str]] = {}
    for back in returns:
        if back.stack is not None:
            target = back.stack.target
            if target not in tagged:
                tagged[target] = _tagged(target, context)
            here = files.here and tagged[target] <= {context.here or ""} and back.seen
            # another program may have dropped the line, even here
            here = here and not back.stack.parameters.get("TakesOver")
            # one that never came up runs nothing on any host
            alone = here or goes(back.stack)
            back = replace(back, elsewhere=not alone)  # noqa: PLW2901
        asked.append(back)
    return tuple(asked)


def _tagged(target: Target, context: Context) -> set[str]:
    """The ids of the target's instances; where EC2 may not be asked, one that is not this host."""
    try:
        return {each.id for each in context.instances.with_tag(target)}
    except AwsError as refused:
        why = f": {refused.why}" if refused.why else ""
        context.console.note(f"note: {refused.what}{why}; the tasks ask their hosts themselves")
        return {"unknown"}


def _described(back: Return) -> str:
    stack = f"delete {back.stack.stack_name}" if back.stack else "no stack"
    if back.stack and back.stack.is_protected:
        stack += " (protected: its termination protection is lifted)"
    if back.line is None:
        return f"{stack}, no line is marked here"
    if back.line.lost is None:
        return f"put the line back in {back.line.source}, {stack}"
    return (
        f"its mark is gone from {back.line.source}: put the line at the end of it, as it was kept "
        f"on this host, {stack}"
    )


def _take_back(
    options: RollbackOptions, returns: Sequence[Return], files: Editable, context: Context
) -> Taken:
    parallel = 1 if context.one_at_a_time else options.acting.parallel
    advice = advice_of(options.sources, context.before)
    midway = f"`{advice.status()}` shows what stands. The same command again goes on."
    with context.console.progress(midway=midway) as progress:
        taken = Rollback(
            context.stacks,
            Leaving(context.stacks, context.runs, context.clock, progress),
            probe_of(context, progress, parallel),
            files.editor,
            progress,
            parallel=parallel,
        ).take_back(returns, files.crontabs)
    gone = [back.stack for back in returns if back.id in taken.done and back.stack]
    targets = dict.fromkeys(stack.target for stack in gone if stack.shares_roles)
    if targets:
        ends = [f"`{advice.setup('--delete', *target.options)}`" for target in targets]
        last = f"`{advice.setup('--delete')}`"
        what = "target" if len(ends) == 1 else "targets"
        context.console.note(STAYS.format(what, ", ".join(ends), last))
    for back in returns:
        if back.id in taken.done and back.stack:
            files.forget(back.stack.parameters.get("RuleName", ""))
    return taken
