"""The runs that a task should have had in a span of time, and those of them that it missed.

A run is an execution that its schedule started; what is due is what the expressions say, as the
guard on days of the month is judged in the execution. A rate counts from a time that no parameter
tells: only the number of its runs is known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cron2aws.schedule.eventbridge import EventBridgeCron, Rate, parse_aws
from cron2aws.schedule.fire_times import firings_between

LATEST = timedelta(minutes=6)
"""How late a run may start: a trigger tries for 300 s (cfn/task.yaml)."""
USUAL = timedelta(days=1)
"""Between two looks."""
SOON = timedelta(minutes=1)
SLOTS = ("", "Second")
_Due = tuple[datetime, str]
"""When (UTC), and in which zone that was said."""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """How many runs are missing; and which, in their schedule's zone, if no rate is among them."""

    count: int
    minutes: Sequence[datetime]


def span_of(parameters: Mapping[str, str]) -> timedelta:
    """How far back one has to look: a rate of more than a day is seen in its whole length only.

    ValueError for an expression that is neither a cron() nor a rate() of EventBridge's.
    """
    return max([USUAL, *(each for each, _ in _slots(parameters) if isinstance(each, timedelta))])


def is_due(parameters: Mapping[str, str], after: datetime, until: datetime) -> bool:
    """Whether there was to be any run; errors as of `missing`."""
    return any(
        _number(value, after, until)
        if isinstance(value, timedelta)
        else any(firings_between(value, ZoneInfo(zone), after, until))
        for value, zone in _slots(parameters)
    )


def missing(
    parameters: Mapping[str, str], starts: Sequence[datetime], after: datetime, until: datetime
) -> Missing:
    """What was due after one moment, up to and with another, and was not started.

    Of `starts` those from LATEST before `after` to LATEST after `until` have to be there.
    ValueError as of `span_of`; ZoneInfoNotFoundError where a zone is unknown.
    """
    slots = _slots(parameters)
    due = sorted(
        (moment, zone)
        for value, zone in slots
        if isinstance(value, EventBridgeCron)
        for moment in firings_between(value, ZoneInfo(zone), after - LATEST, until + LATEST)
    )
    rates = [value for value, _ in slots if isinstance(value, timedelta)]
    if rates:
        number = sum(after < moment <= until for moment, _ in due)
        number += sum(_number(each, after, until) for each in rates)
        had = sum(after < each <= until + LATEST for each in starts)
        return Missing(count=max(number - had, 0), minutes=())
    left = [each for each in _unmatched(due, starts) if after < each[0] <= until]
    minutes = [moment.astimezone(ZoneInfo(zone)) for moment, zone in left]
    return Missing(count=len(left), minutes=minutes)


def _number(rate: timedelta, after: datetime, until: datetime) -> int:
    """How often it fires at least, whenever it began."""
    return max(until - after, timedelta(0)) // rate


def _slots(parameters: Mapping[str, str]) -> list[tuple[EventBridgeCron | timedelta, str]]:
    found: list[tuple[EventBridgeCron | timedelta, str]] = []
    for slot in SLOTS:
        text = parameters.get(f"{slot}ScheduleExpression", "")
        value = parse_aws(text) if text else None
        if isinstance(value, Rate):
            found.append((timedelta(minutes=value.minutes), "UTC"))
        elif isinstance(value, EventBridgeCron):
            found.append((value, parameters.get(f"{slot}ScheduleTimezone") or "UTC"))
        elif value:
            message = f"{text}: {value.why}"
            raise ValueError(message)
    return found


def _unmatched(due: list[_Due], starts: Sequence[datetime]) -> list[_Due]:
    """What no start belongs to: first each start to its own minute, then late ones.

    Else, of a run every minute, each next start would be taken for the late one of the minute
    before, and none would be missing but the last.
    """
    left = sorted(each.astimezone(UTC) for each in starts)
    for latest in (SOON, LATEST):
        still: list[_Due] = []
        for moment, zone in due:
            at = bisect_left(left, moment)
            if at < len(left) and left[at] < moment + latest:
                del left[at]
            else:
                still.append((moment, zone))
        due = still
    return due
