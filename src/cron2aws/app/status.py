"""`status`: who runs each job, as crontabs, stacks and the hosts' reports say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.options import ScheduleOptions, StatusOptions
from cron2aws.app.rewriting import ROOT
from cron2aws.app.sources import of_this_host, read_if_any
from cron2aws.app.zones import resolve_zone
from cron2aws.errors import SafetyError
from cron2aws.handover.history import Has, TaskFolder
from cron2aws.handover.status import Look, troubled
from cron2aws.handover.status import status as rows_of
from cron2aws.plan.reports import Seen
from cron2aws.plan.values import Deployed
from cron2aws.report.document import Tasks
from cron2aws.task.upcoming import next_run


@dataclass(frozen=True, kw_only=True)
class Looked:
    """The tasks as they stand, and the exit code: 4 where one needs a person."""

    tasks: Tasks
    exit_code: int


def status(options: StatusOptions, context: Context) -> Looked:
    """Every task of the account's region, with who runs its job."""
    reading = read_if_any(options.sources, context.console.note)
    deployed = context.stacks.deployed()
    now = context.clock.now()
    found = assess_reading(reading, ScheduleOptions(), now=now, deployed=deployed)
    here = not context.copies_sources and of_this_host(options.sources.named)
    rows = rows_of(
        found,
        deployed,
        Look(
            reports=lambda stack: _reports(stack, context),
            next_run=_next_run,
            was_handed_over=_handed_over if here else lambda _: False,
            unmatched=_unmatched(context, here=here),
            now=now,
            place=context.place,
        ),
    )
    return Looked(tasks=Tasks(rows=rows), exit_code=SafetyError.exit_code if troubled(rows) else 0)


def _reports(stack: Deployed, context: Context) -> Seen:
    machine = stack.outputs.get("StateMachineArn")
    return context.runs.seen(machine) if machine else Seen()


def _handed_over(stack: Deployed) -> bool:
    """Whether this host's own history has minutes of the task."""
    try:
        history = TaskFolder(stack.parameters.get("RuleName", ""), ROOT).history()
    except (OSError, SafetyError):
        return False
    return any(each.has is Has.TASK for each in history.lines)


def _unmatched(context: Context, *, here: bool) -> Callable[[Deployed], str]:
    """Why this host's marked lines run nowhere: its tag is gone, or it is no instance."""
    tagged: dict[str, set[str]] = {}

    def of(stack: Deployed) -> str:
        if not here or context.is_sandbox:
            return ""
        target = str(stack.target)
        if target not in tagged:
            tagged[target] = {each.id for each in context.instances.with_tag(stack.target)}
        if context.here in tagged[target]:
            return ""
        who = f"this host is {context.here}" if context.here else "this host is no EC2 instance"
        return f"{who}, without the tag {target}"

    return of


def _next_run(stack: Deployed, after: datetime) -> datetime | None:
    """None also where this machine does not know a zone that AWS has taken."""
    try:
        return next_run(stack.parameters, after, resolve_zone)
    except LookupError:
        return None
