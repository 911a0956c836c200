"""When EventBridge Scheduler fires an expression in a zone.

A local time that does not exist is skipped, one that happens twice is used once, before the change
(its page "Daylight savings time"). Rules know only UTC, which has neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from cron2aws.schedule.days import members
from cron2aws.schedule.eventbridge import EventBridgeCron

A_DAY = timedelta(days=1)


def firings_after(value: EventBridgeCron, zone: tzinfo, moment: datetime) -> Iterator[datetime]:
    """When a trigger with this expression fires after `moment`, in the zone's time, one by one."""
    local = value.next_after(moment.astimezone(zone).replace(tzinfo=None))
    while local is not None:
        there = _there(local, zone)
        if there is not None and there.astimezone(UTC) > moment:
            yield there
        local = value.next_after(local)


def firings_between(
    value: EventBridgeCron, zone: tzinfo, after: datetime, until: datetime
) -> Iterator[datetime]:
    """Every fire time (UTC) after one time, up to and including another.

    In the order of the local clock: where that is put back, some come before earlier ones.
    """
    first, last = (each.astimezone(zone).replace(tzinfo=None) for each in (after, until))
    day, end = datetime(first.year, first.month, first.day), last + A_DAY  # noqa: DTZ001 (wall time)
    while day <= end:
        if value.fires_on(day):
            for moment in _of_day(day, zone, value.at):
                if after < moment <= until:
                    yield moment
        day += A_DAY


def _of_day(day: datetime, zone: tzinfo, at: int) -> Iterator[datetime]:
    """These minutes of a day in UTC. A day has up to 1,440, and few days a change of the clock."""
    offsets = {(day + A_DAY / 4 * part).replace(tzinfo=zone).utcoffset() for part in range(5)}
    if len(offsets) == 1:
        start = day.replace(tzinfo=zone).astimezone(UTC)
        for minute in _minutes(at):
            yield start + minute
        return
    for minute in _minutes(at):
        there = _there(day + minute, zone)
        if there is not None:
            yield there.astimezone(UTC)


@lru_cache(maxsize=256)
def _minutes(at: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=each) for each in members(at))


def _there(local: datetime, zone: tzinfo) -> datetime | None:
    """This time on the wall (naive) in its zone; None where there is none."""
    there = local.replace(tzinfo=zone)  # of a time that happens twice, the first
    exists = there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
    return there if exists else None
