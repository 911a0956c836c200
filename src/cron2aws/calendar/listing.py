"""Starts by time: of a day, or of one minute and the hour after it."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from itertools import pairwise

from cron2aws.calendar.due import Minutes
from cron2aws.calendar.minutes import MINUTE, Span
from cron2aws.calendar.values import Due, FrequentStarts, HourView, Listing, Start
from cron2aws.schedule.days import members

OFTEN_IN_A_DAY = 12
"""An entry with more starts than that gets one row for all of them."""

OFTEN_IN_AN_HOUR = 3
HOUR = 60


def listing_of(due: Minutes, part: Span, zone: tzinfo, *, often: int) -> Listing:
    """What starts in a part of the span, by time; apart what starts more than `often` times."""
    first = due.span.minute_of(part.start)
    whole = ((1 << part.minutes) - 1) << first
    starts: list[tuple[datetime, int, Start]] = []
    repeated: list[tuple[int, FrequentStarts]] = []
    for group in due.groups:
        minutes = group.minutes & whole
        count = minutes.bit_count()
        if not count:
            continue
        if count > often:
            moments, every = _ends(due.span, minutes, zone)
            repeated += [
                (
                    order,
                    FrequentStarts(
                        entry=entry,
                        where=group.where,
                        count=count,
                        first=moments[0],
                        last=moments[1],
                        every=every,
                    ),
                )
                for order, entry in group.entries
            ]
            continue
        for minute in members(minutes):
            utc = due.span.time_of(minute)
            at = utc.astimezone(zone)
            starts += [
                (utc, order, Start(at=at, entry=entry, where=group.where))
                for order, entry in group.entries
            ]
    return Listing(
        start=part.start.astimezone(zone),
        end=part.end.astimezone(zone),
        starts=tuple(start for _, _, start in sorted(starts, key=lambda each: each[:2])),
        often=tuple(each for _, each in sorted(repeated, key=lambda each: each[0])),
    )


def _ends(span: Span, minutes: int, zone: tzinfo) -> tuple[tuple[datetime, datetime], int | None]:
    """The first and the last of at least two minutes, and what lies between any two."""
    found = list(members(minutes))
    gaps = {later - earlier for earlier, later in pairwise(found)}
    ends = (span.time_of(found[0]).astimezone(zone), span.time_of(found[-1]).astimezone(zone))
    return ends, gaps.pop() if len(gaps) == 1 else None


def times_at(local: datetime, zone: tzinfo) -> list[datetime]:
    """When (UTC) the wall clock shows this time: never, once, or twice."""
    found = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    there = [each for each in found if each.astimezone(zone).replace(tzinfo=None) == local]
    return sorted(set(there))


def hour_view(due: Minutes, at: datetime, zone: tzinfo) -> HourView:
    """What is due in a minute, and what starts in the 59 after it, all within the span."""
    minute = due.span.minute_of(at)
    there = [
        (order, Due(entry=entry, where=group.where))
        for group in due.groups
        if group.minutes >> minute & 1
        for order, entry in group.entries
    ]
    part = Span(start=due.span.time_of(minute) + MINUTE, minutes=HOUR - 1)
    shown = at.astimezone(zone)
    return HourView(
        local=shown.replace(tzinfo=None, fold=0),
        at=shown,
        due=tuple(each for _, each in sorted(there, key=lambda each: each[0])),
        after=listing_of(due, part, zone, often=OFTEN_IN_AN_HOUR),
    )
