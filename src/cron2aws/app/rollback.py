"""`rollback`: lines back, schedules stopped, running executions waited for, stacks away."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.fleet_back import check_fleet_back, fleet_back
from cron2aws.app.from_hosts import check_hosts
from cron2aws.app.options import RollbackOptions, ScheduleOptions
from cron2aws.app.returns import returns_of
from cron2aws.app.rewriting import editable
from cron2aws.app.rollback_files import check_rollback_file, write_rollback
from cron2aws.app.sources import check_sandbox, copied, only_host, read_if_any
from cron2aws.app.taking_back import asking, take_back
from cron2aws.crontab.identity import shown_ids
from cron2aws.errors import PartlyApplied
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Return, Taken
from cron2aws.report.text import quantity


@dataclass(frozen=True, kw_only=True)
class RolledBack:
    """What was taken back; None where nothing was to do, or nothing was allowed."""

    taken: Taken | None = None

    @property
    def exit_code(self) -> int:
        """6 where something is left to take back."""
        return PartlyApplied.exit_code if self.taken and self.taken.failed else 0


def check_rollback(options: RollbackOptions) -> None:
    """UsageError where the options contradict each other; nobody is asked for anything."""
    check_hosts(options.hosts, options.sources.named, options.sources.host)
    if options.hosts.from_hosts:
        check_fleet_back(options)
    else:
        check_rollback_file(options)


def rollback(options: RollbackOptions, context: Context) -> RolledBack:
    """Say what would be taken back, ask, and do it.

    Raises UsageError, SourceError, SafetyError or AwsError before anything is changed.
    """
    check_rollback(options)
    if options.hosts.from_hosts:
        return RolledBack(taken=fleet_back(options, context))
    if options.dry_run:
        return _rollback(options, context)
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
            returns = asking(returns, files, context)
        if not returns:
            console.note("Nothing to roll back.")
            return RolledBack()
        ids = shown_ids(back.id for back in returns)
        for back in returns:
            console.note(f"{ids[back.id]}: {described(back)}")
        write_rollback(options, returns, context, found=found, read=reading.hosts[0], files=files)
        if options.dry_run:
            return RolledBack()
        question = f"Roll {quantity(len(returns), 'task')} back?"
        if not agreed(context, question, yes=options.acting.yes):
            return RolledBack()
        advice = advice_of(options.sources, context.before)
        taken = take_back(returns, files, advice, context, parallel=options.acting.parallel)
        return RolledBack(taken=taken)


def described(back: Return) -> str:
    """What becomes of its line and its stack, for the person who is asked."""
    stack = f"delete {back.stack.stack_name}" if back.stack else "no stack"
    if back.stack and back.stays:
        stack = f"{back.stack.stack_name} stays"
    elif back.stack and back.stack.is_protected:
        stack += " (protected: its termination protection is lifted)"
    if back.line is None:
        return f"{stack}, no line is marked here"
    if back.line.lost is None:
        return f"put the line back in {back.line.source}, {stack}"
    return (
        f"its mark is gone from {back.line.source}: put the line at the end of it, as it was kept "
        f"on this host, {stack}"
    )
