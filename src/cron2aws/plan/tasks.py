"""The task that an entry becomes, and what a stack that it has already is to have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cron2aws.assess.values import AssessedEntry
from cron2aws.plan.values import Deployed
from cron2aws.schedule.cron import CronSchedule, parse_expression
from cron2aws.schedule.fields import DEBIAN
from cron2aws.task.target import Target
from cron2aws.task.task import (
    Origin,
    Task,
    TaskOptions,
    delivery_timeout,
    make_task,
    shortest_interval,
)


def wanted_parameters(
    task: Task, options: TaskOptions, live_from: str | None, stack: Deployed | None = None
) -> Mapping[str, str]:
    """The task's parameters; for a stack that exists, options not given keep their values.

    A delivery time-out that is the default of the deployed schedule was not given, and follows
    the schedule. Parameters that the template has no more are not among them.
    """
    deployed = stack.parameters if stack else {}
    keep = {"DeliveryTimeoutSeconds", "RuleName"} - set(options.parameters())
    if stack and deployed.get("DeliveryTimeoutSeconds") == _usual_delivery(stack):
        keep.discard("DeliveryTimeoutSeconds")
    kept = {name: deployed[name] for name in keep if name in deployed}
    run_on = options.run_on or deployed.get("RunOn")
    # only a host whose own line is marked runs it then
    live = "" if run_on == "marked" else live_from
    given = {} if live is None else {"LiveFrom": live}
    return MappingProxyType({**task.parameters, **kept, **given})


def _usual_delivery(stack: Deployed) -> str | None:
    # the widest grammar: what it reads and another daemon does not was never deployed
    timing = parse_expression(stack.schedule, DEBIAN)
    if not isinstance(timing, CronSchedule) or timing.never:
        return None
    return str(delivery_timeout(shortest_interval(timing)))


def task_of(entry: AssessedEntry, host: str, target: Target, options: TaskOptions) -> Task:
    """The task of an entry that is to be migrated."""
    job = entry.entry
    if entry.command is None or not isinstance(job.timing, CronSchedule):
        message = f"entry {entry.id} has nothing to run"  # decide() keeps such entries
        raise AssertionError(message)
    return make_task(
        entry_id=entry.id,
        origin=Origin(
            host=host,
            source=entry.source,
            user=job.user,
            schedule=entry.schedule,
            command=job.command,
            name=job.name,
            takes_over=job.managed is not None and job.managed.marks_job,
        ),
        triggers=entry.conversion.triggers,
        kind=entry.kind,
        command=entry.command,
        target=target,
        options=options,
        interval=shortest_interval(job.timing),
    )
