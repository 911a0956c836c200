"""`status`: who runs each job, as crontabs, stacks and the hosts' reports say."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.options import ScheduleOptions, StatusOptions
from cron2aws.app.rewriting import ROOT
from cron2aws.app.sources import Reading, of_this_host, read_if_any
from cron2aws.app.zones import resolve_zone
from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover.history import Has, TaskFolder
from cron2aws.handover.status import Look, troubled
from cron2aws.handover.status import status as rows_of
from cron2aws.plan.reports import Seen
from cron2aws.plan.shared import Shared
from cron2aws.plan.values import Deployed
from cron2aws.report.document import Tasks
from cron2aws.task.target import Target
from cron2aws.task.upcoming import next_run

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Looked:
    """The tasks as they stand, and the exit code: 4 where one needs a person."""

    tasks: Tasks
    exit_code: int


def status(options: StatusOptions, context: Context) -> Looked:
    """Every task of the account's region, with who runs its job."""
    reading = read_if_any(options.sources, context.console.note)
    here = not context.copies_sources and of_this_host(options.sources.named)
    return status_of(reading, context, here=here, named=options.sources.named)


def status_of(
    reading: Reading, context: Context, *, here: bool, named: tuple[str, ...] = ()
) -> Looked:
    """The same of what was read; `here`: it is what this host's daemon reads.

    `named` are the SOURCEs, for the commands that are advised.
    """
    deployed = context.stacks.deployed()
    now = context.clock.now()
    found = assess_reading(reading, ScheduleOptions(), now=now, deployed=deployed)
    tagged = _tagged(context)
    rows = rows_of(
        found,
        deployed,
        Look(
            reports=lambda stack: _reports(stack, context),
            next_run=_next_run,
            was_handed_over=_handed_over if here else lambda _: False,
            unmatched=_unmatched(tagged, context, here=here),
            now=now,
            place=context.place,
            name=_named(tagged),
            shared=_shared(context),
            named=named,
        ),
    )
    return Looked(tasks=Tasks(rows=rows), exit_code=SafetyError.exit_code if troubled(rows) else 0)


def _reports(stack: Deployed, context: Context) -> Seen:
    machine = stack.outputs.get("StateMachineArn")
    return context.runs.seen(machine) if machine else Seen()


def _handed_over(stack: Deployed) -> bool:
    """Whether the task has run the job here, since it was made or changed.

    This host keeps a line from the edit that marked it to the way back. Of one that a program
    dropped only the history tells.
    """
    try:
        folder = TaskFolder(stack.parameters.get("RuleName", ""), ROOT)
        if not stack.parameters.get("TakesOver"):
            return folder.kept() is not None
        lines = folder.history().lines
    except (OSError, SafetyError):
        return False
    since = stack.changed
    return any(each.has is Has.ABSENT and (since is None or each.minute > since) for each in lines)


def _tagged(context: Context) -> Callable[[Deployed], Mapping[str, str]]:
    """The names of the instances that a task's target matches, by id; each target asked once."""
    names: dict[Target, Mapping[str, str]] = {}

    def of(stack: Deployed) -> Mapping[str, str]:
        if stack.target not in names:
            found = context.instances.with_tag(stack.target)
            names[stack.target] = {each.id: each.name for each in found}
        return names[stack.target]

    return of


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


def _named(
    tagged: Callable[[Deployed], Mapping[str, str]],
) -> Callable[[Deployed, str], str]:
    """An instance's name; its id where it has none, is gone, or EC2 may not be asked."""

    def of(stack: Deployed, instance: str) -> str:
        try:
            return tagged(stack).get(instance, instance)
        except AwsError:
            return instance

    return of


def _unmatched(
    tagged: Callable[[Deployed], Mapping[str, str]], context: Context, *, here: bool
) -> Callable[[Deployed], str]:
    """Why this host's marked lines run nowhere: its tag is gone, or it is no instance."""

    def of(stack: Deployed) -> str:
        if not here or context.is_sandbox or context.here in tagged(stack):
            return ""
        who = f"this host is {context.here}" if context.here else "this host is no EC2 instance"
        return f"{who}, without {stack.target.words}"

    return of


def _next_run(stack: Deployed, after: datetime) -> datetime | None:
    """None also where this machine does not know a zone that AWS has taken."""
    try:
        return next_run(stack.parameters, after, resolve_zone)
    except LookupError:
        return None
