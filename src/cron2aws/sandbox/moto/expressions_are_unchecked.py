"""Any schedule expression, time zone, name and retry policy is taken.

AWS: refused (CreateSchedule, PutRule, API references; "Schedule types on EventBridge Scheduler").
Report: Scheduler: create_schedule validates neither expression nor time zone
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """Schedules and scheduled rules."""
    from cron2aws.sandbox.time.refusals import checked_rule, checked_schedule

    scheduler = "moto.scheduler.models:EventBridgeSchedulerBackend"
    yield Hook(owner=scheduler, name="create_schedule", replace=checked_schedule)
    yield Hook(owner=scheduler, name="update_schedule", replace=checked_schedule)
    yield Hook(owner="moto.events.models:EventsBackend", name="put_rule", replace=checked_rule)
