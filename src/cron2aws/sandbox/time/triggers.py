"""The schedules and scheduled rules of a sandbox: what they start, with what, and when.

moto keeps them and never fires them. Whether one fires at a minute is somebody else's to say
(expressions.py), in the trigger's time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.time import fire
from cron2aws.sandbox.time.expressions import BadExpressionError, Rate, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """`created` (UTC) is what a rate counts from; `given` is the input for a scheduled time."""

    name: str
    expression: str
    timezone: str
    enabled: bool
    created: datetime
    target: str
    given: Callable[[datetime], str]
    of_scheduler: bool
    role: str | None = None
    """The ARN of the role that starts the target."""

    dead_letters: str | None = None
    """The ARN of the queue for what can't be delivered."""

    def fires_at(self, minute: datetime) -> bool:
        """Whether it fires in that minute (UTC), were it enabled.

        A local time that comes twice counts once, before the shift; one that doesn't exist is
        nobody's minute, so it is skipped: as on AWS.
        """
        try:
            when = read(self.expression)
        except BadExpressionError:
            return False
        if isinstance(when, Rate):
            return when.fires(minute, created=_whole(self.created))
        local = minute.astimezone(ZoneInfo(self.timezone))
        return local.fold == 0 and when.fires(local.replace(tzinfo=None))


def of_stack(stack: Foreign) -> list[Trigger]:
    """A stack's schedules and scheduled rules, in the template's order."""
    made = [stack.resource_map._parsed_resources.get(name) for name in stack.resource_map.resources]
    found: list[Trigger] = []
    for resource in made:
        if hasattr(resource, "schedule"):
            found.append(_of_schedule(resource.schedule))
        elif getattr(resource, "scheduled_expression", None):
            found.append(_of_rule(resource))
    return found


def everywhere(account: str, region: str) -> list[Trigger]:
    """Every schedule and every scheduled rule, in stacks or not."""
    from moto.events.models import events_backends
    from moto.scheduler.models import scheduler_backends

    groups = scheduler_backends[account][region].schedule_groups.values()
    schedules = [schedule for group in groups for schedule in list(group.schedules.values())]
    rules = events_backends[account][region].list_rules()[0]
    return [_of_schedule(each) for each in schedules] + [
        _of_rule(each) for each in rules if each.scheduled_expression and each.targets
    ]


def minutes_between(before: datetime, now: datetime) -> Iterator[datetime]:
    """The minutes that began after `before`, until now; both UTC."""
    minute = _whole(before) + MINUTE
    while minute <= now:
        yield minute
        minute += MINUTE


def _of_schedule(schedule: Foreign) -> Trigger:
    return Trigger(
        name=schedule.name,
        expression=schedule.schedule_expression,
        timezone=schedule.schedule_expression_timezone,
        enabled=schedule.state == "ENABLED",
        created=datetime.fromtimestamp(schedule.creation_date, UTC),
        target=schedule.target["Arn"],
        given=lambda moment: fire.scheduler_input(schedule.target, schedule.arn, moment),
        of_scheduler=True,
        role=schedule.target.get("RoleArn"),
        dead_letters=schedule.target.get("DeadLetterConfig", {}).get("Arn"),
    )


def _of_rule(rule: Foreign) -> Trigger:
    target = rule.targets[0]

    def given(moment: datetime) -> str:
        event = fire.rule_event(rule.arn, rule.account_id, rule.region_name, moment)
        return fire.rule_input(target, event)

    return Trigger(
        name=rule.name,
        expression=rule.scheduled_expression,
        timezone="UTC",
        enabled=rule.state == "ENABLED",
        created=datetime.fromtimestamp(0, UTC),  # moto doesn't keep when a rule was made
        target=target["Arn"],
        given=given,
        of_scheduler=False,
        role=target.get("RoleArn"),
        dead_letters=target.get("DeadLetterConfig", {}).get("Arn"),
    )


def _whole(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
