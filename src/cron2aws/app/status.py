"""`status`: what is deployed, beside what the crontabs say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.options import ScheduleOptions, StatusOptions
from cron2aws.app.sources import read_if_any
from cron2aws.app.zones import resolve_zone
from cron2aws.errors import SafetyError
from cron2aws.handover.status import status as rows_of
from cron2aws.report.document import Tasks
from cron2aws.task.upcoming import next_run


@dataclass(frozen=True, kw_only=True)
class Looked:
    """The tasks as they stand, and the exit code: 4 where a job runs twice or nowhere."""

    tasks: Tasks
    exit_code: int


def status(options: StatusOptions, context: Context) -> Looked:
    """Every task of the account's region, with how it stands to its line in the sources."""
    reading = read_if_any(options.sources, context.console.note)
    deployed = context.stacks.deployed()
    now = context.clock.now()
    found = assess_reading(reading, ScheduleOptions(), now=now, deployed=deployed)
    rows = rows_of(
        found,
        deployed,
        context.runs,
        lambda stack: _next_run(stack.parameters, now),
        now=now,
        place=context.place,
    )
    trouble = any(row.is_bad for row in rows)
    return Looked(tasks=Tasks(rows=rows), exit_code=SafetyError.exit_code if trouble else 0)


def _next_run(parameters: Mapping[str, str], now: datetime) -> datetime | None:
    """None also where this machine does not know a zone that AWS has taken."""
    try:
        return next_run(parameters, now, resolve_zone)
    except LookupError:
        return None
