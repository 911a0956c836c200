"""`status`: who runs each job, as crontabs, stacks and the hosts' reports say."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cron2aws.app.advice import advice_of
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.fleet_status import HostsRead, has_left, of_this_place, ran_without
from cron2aws.app.from_hosts import check_hosts, read_hosts
from cron2aws.app.options import (
    THIS_HOST,
    FromHosts,
    ScheduleOptions,
    Sources,
    StatusOptions,
)
from cron2aws.app.rewriting import ROOT
from cron2aws.app.several import answers, say_how_long
from cron2aws.app.sources import Reading, of_this_host, read_if_any
from cron2aws.app.tagged import Tagged
from cron2aws.app.zones import resolve_zone
from cron2aws.errors import SafetyError
from cron2aws.handover.history import TaskFolder
from cron2aws.handover.status import status as rows_of
from cron2aws.handover.status import troubled
from cron2aws.handover.status_values import Look
from cron2aws.plan.reports import Seen
from cron2aws.plan.shared import Shared
from cron2aws.plan.values import Deployed
from cron2aws.report.document import Tasks
from cron2aws.task.upcoming import next_run

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Looked:
    """The tasks with who runs each job, and the exit code: 4 if one needs a person."""

    tasks: Tasks
    exit_code: int


def check_status(options: StatusOptions) -> None:
    """UsageError where the options contradict each other; nobody is asked for anything."""
    check_hosts(options.hosts, options.sources.named, options.sources.host)


def status(options: StatusOptions, context: Context) -> Looked:
    """Every task of the account's region, with who runs its job."""
    check_status(options)
    if options.hosts.from_hosts:
        reading = read_hosts(options.hosts, options.sources.host, context)
        return status_of(reading, context, here=False, hosts=options.hosts)
    reading = read_if_any(options.sources, context.console.note)
    here = not context.copies_sources and of_this_host(options.sources.named)
    return status_of(reading, context, here=here, sources=options.sources)


def status_of(
    reading: Reading,
    context: Context,
    *,
    here: bool,
    sources: Sources = THIS_HOST,
    hosts: FromHosts | None = None,
) -> Looked:
    """The same for what was read; `here`: it is what this host's daemon reads.

    `sources` is what was named, for the commands that are advised; `hosts` are those that were read
    themselves.
    """
    reading = of_this_place(reading, context.place, context.console.note)
    deployed = context.stacks.deployed()
    now = context.clock.now()
    found = assess_reading(reading, ScheduleOptions(), now=now, deployed=deployed)
    seen = _all_reports([stack for stack in deployed if stack.is_task], context)
    tagged = Tagged(context, [stack for stack in deployed if stack.is_task], here=here)
    fleet = HostsRead(reading, hosts or FromHosts(), tagged)
    lost = tagged.lost([(stack, seen[stack.stack_id]) for stack in deployed if stack.is_task])
    rows = rows_of(
        found,
        deployed,
        Look(
            reports=lambda stack: seen[stack.stack_id],
            next_run=_next_run,
            was_handed_over=_handed_over if here else lambda _: False,
            unmatched=tagged.unmatched,
            had=fleet.had,
            runs_on=fleet.runs_on,
            all_read=fleet.all_read,
            lost=lambda stack: lost.get(stack.stack_id, ()),
            now=now,
            place=context.place,
            name=tagged.name,
            advice=advice_of(sources, context.before, hosts),
            shared=_shared(context),
        ),
    )
    # what of its hosts cannot be read may run nowhere
    blind = any(fleet.is_blind(row.stack) for row in rows if row.stack)
    trouble = SafetyError.exit_code if blind or troubled(rows) else 0
    return Looked(tasks=Tasks(rows=rows, unread=reading.unread), exit_code=trouble)


def _all_reports(tasks: Sequence[Deployed], context: Context) -> Mapping[str, Seen]:
    """What the hosts of each task reported, by the stacks' ARNs."""
    ran = [stack for stack in tasks if not stack.was_never_enabled]
    say_how_long(context, "ListExecutions", len(ran))
    found = answers(context, lambda stack: _reports(stack, context), ran)
    nothing = {stack.stack_id: Seen() for stack in tasks}
    return nothing | {stack.stack_id: seen for stack, seen in zip(ran, found, strict=True)}


def _reports(stack: Deployed, context: Context) -> Seen:
    machine = stack.outputs.get("StateMachineArn")
    if not machine:
        return Seen()
    # with RunOn=one a run asks one host, and the next run another one
    return context.runs.seen(machine, compares=stack.parameters.get("RunOn") != "one")


def _handed_over(stack: Deployed) -> bool:
    """Whether the task has run the job here, since it was made or changed.

    This host keeps a line from the edit that marked it to the way back. Of one that a program
    dropped only the history tells.
    """
    try:
        folder = TaskFolder(stack.parameters.get("RuleName", ""), ROOT)
        if not stack.parameters.get("TakesOver"):
            return folder.kept() is not None and has_left(folder.history().lines)
        lines = folder.history().lines
    except (OSError, SafetyError):
        return False
    return ran_without(lines, stack)


def _shared(context: Context) -> Callable[[Deployed], Shared]:
    """What a task shares; each stack is asked for once, and a foreign one is none of ours."""
    foundation = functools.cache(lambda: _ours(context.shared.foundation))
    target = functools.cache(lambda of: _ours(lambda: context.shared.target(of)))
    return lambda stack: Shared(foundation=foundation(), target=target(stack.target))


def _ours(find: Callable[[], Found | None]) -> Found | None:
    try:
        return find()
    except SafetyError:
        return None


def _next_run(stack: Deployed, after: datetime) -> datetime | None:
    """None also where this machine does not know a zone that AWS has taken."""
    try:
        return next_run(stack.parameters, after, resolve_zone)
    except LookupError:
        return None
