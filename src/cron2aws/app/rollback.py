"""`rollback`: tasks ended, lines back, running executions waited for, stacks away."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.options import RollbackOptions, ScheduleOptions
from cron2aws.app.returns import check_lines_seen, returns_of
from cron2aws.app.rewriting import rewriting_of
from cron2aws.app.sources import check_sandbox, copied, only_host, read_if_any
from cron2aws.crontab.identity import shown_ids
from cron2aws.errors import PartlyApplied
from cron2aws.handover.rollback import Return, Rollback, Taken
from cron2aws.hosts.host import ReadHost
from cron2aws.report.text import sentence

MIDWAY = "The same command again goes on."


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
        returns = returns_of(found, deployed, options.tasks, context.place, console.note)
        if not options.without_lines:
            check_lines_seen(returns, found)
        if not returns:
            console.note("Nothing to roll back.")
            return RolledBack()
        ids = shown_ids(back.id for back in returns)
        for back in returns:
            console.note(f"{ids[back.id]}: {_described(back, found.host.name)}")
        question = f"Roll {sentence(len(returns), 'task')} back?"
        if not agreed(context, question, yes=options.acting.yes):
            return RolledBack()
        return RolledBack(taken=_take_back(options, returns, reading.hosts[0], context))


def _described(back: Return, host: str) -> str:
    stack = f"delete {back.stack.stack_name}" if back.stack else "no stack"
    if back.stack and not back.stack.comes_from(host):
        stack += f" (it was made for {back.stack.host}, whose line it may run, too)"
    line = f"put the line back in {back.source}" if back.source else "no line is marked here"
    return f"{stack}, {line}"


def _take_back(
    options: RollbackOptions, returns: Sequence[Return], host: ReadHost, context: Context
) -> Taken:
    parallel = 1 if context.one_at_a_time else options.acting.parallel
    with context.console.progress(midway=MIDWAY) as progress:
        return Rollback(
            context.stacks,
            context.runs,
            context.clock,
            progress,
            parallel=parallel,
        ).take_back(returns, rewriting_of(host, context).restoring())
