"""A reading judged as the options say, with what is deployed in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from cron2aws.app.options import ScheduleOptions, SelectionOptions
from cron2aws.app.sources import Reading
from cron2aws.app.zones import resolve_zone
from cron2aws.assess.judge import assess
from cron2aws.assess.values import Assessment, Settings, TriggerChoice
from cron2aws.errors import UsageError
from cron2aws.schedule.eventbridge import FIRST_YEAR, LAST_YEAR
from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.command import has_quiet_guards

if TYPE_CHECKING:  # a scan goes without
    from cron2aws.plan.values import Deployed


def assess_reading(
    reading: Reading,
    schedule: ScheduleOptions,
    *,
    now: datetime,
    selection: SelectionOptions | None = None,
    deployed: Sequence[Deployed] = (),
) -> Assessment:
    """Every entry of a reading; one that is deployed is triggered as asked for, else as it is.

    The ids of lines depend on the tasks in `deployed`.

    `now`: clock changes count from its day on where the options name none; the next runs of a
    report count from its own moment on then.

    UsageError for a day that EventBridge does not know.
    """
    check_day("--from", schedule.since)
    tasks = tuple(each for each in deployed if each.is_task)
    quiet = selection.quiet_guards if selection else None
    settings = Settings(
        since=schedule.since or now.date(),
        wanted=_wanted({}, schedule, quiet),
        deployed={each.id: _wanted(each.parameters, schedule, quiet) for each in tasks},
        known=tasks,
        allowed_secrets=frozenset(selection.allow_secret if selection else ()),
    )
    found = assess(reading.assessable, settings, resolve_zone)
    return replace(found, since=schedule.since, unread=reading.unread)


def check_day(option: str, day: date | None) -> None:
    """UsageError for a day around which EventBridge knows no years."""
    if day is not None and not FIRST_YEAR < day.year < LAST_YEAR:
        raise UsageError(
            what=f"{option} {day} is out of reach",
            why=f"EventBridge knows the years {FIRST_YEAR} to {LAST_YEAR}, and a report looks at "
            "the days around",
            fix=f"for example {option} 2027-03-14",
        )


def _wanted(
    parameters: Mapping[str, str], schedule: ScheduleOptions, quiet: bool | None
) -> TriggerChoice:
    rate = parameters.get("ScheduleExpression", "").startswith("rate(")
    return TriggerChoice(
        kind=schedule.trigger or TriggerKind(parameters.get("Trigger", "scheduler")),
        prefer_rate=schedule.prefer_rate or rate,
        quiet_guards=has_quiet_guards(parameters.get("Command", "")) if quiet is None else quiet,
    )
