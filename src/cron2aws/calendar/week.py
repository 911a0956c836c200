"""A week by quarters of an hour, in one zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from cron2aws.calendar.counting import Counts
from cron2aws.calendar.due import Minutes
from cron2aws.calendar.minutes import MINUTE, Span, first_minute
from cron2aws.calendar.values import DayCounts, StartedBy, Week

DAYS = 7
QUARTER = 15


def span_of_days(first: date, zone: tzinfo, count: int = DAYS) -> Span:
    """The span of a number of days in a zone, from the beginning of the first."""
    start, end = (first_minute(first + timedelta(days=n), zone) for n in (0, count))
    return Span(start=start, minutes=(end - start) // MINUTE)


def week_of(due: Minutes, first: date, zone: tzinfo) -> Week:
    """The week from a day on; `due` is of its span."""
    starts, on_host = _counts(due)
    made: list[DayCounts] = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        begin, end = (
            due.span.minute_of(first_minute(each, zone)) for each in (day, day + timedelta(days=1))
        )
        quarters = [range(at, min(at + QUARTER, end)) for at in range(begin, end, QUARTER)]
        made.append(
            DayCounts(
                day=day,
                quarters=tuple(due.span.time_of(each.start).astimezone(zone) for each in quarters),
                starts=tuple(sum(starts[each.start : each.stop]) for each in quarters),
                on_host=tuple(sum(on_host[each.start : each.stop]) for each in quarters),
            )
        )
    return Week(days=tuple(made))


def timeline_of(due: Minutes, zone: tzinfo) -> Week:
    """The days of a span by quarters; of the first and the last day only the span's part."""
    starts, on_host = _counts(due)
    found: dict[date, dict[datetime, tuple[int, int]]] = {}
    for at, (every, staying) in enumerate(zip(starts, on_host, strict=True)):
        moment = due.span.time_of(at).astimezone(zone)
        quarter = moment - timedelta(minutes=moment.minute % QUARTER)
        day = found.setdefault(moment.date(), {})
        before = day.get(quarter, (0, 0))
        day[quarter] = before[0] + every, before[1] + staying
    return Week(
        days=tuple(
            DayCounts(
                day=day,
                quarters=tuple(counts),
                starts=tuple(every for every, _ in counts.values()),
                on_host=tuple(staying for _, staying in counts.values()),
            )
            for day, counts in found.items()
        )
    )


def _counts(due: Minutes) -> tuple[list[int], list[int]]:
    """Starts in each minute of the span, and those of them that stay on cron."""
    every, staying = Counts(), Counts()
    for group in due.starts:
        every.add(group.minutes, len(group.entries))
        if group.where is StartedBy.HOST:
            staying.add(group.minutes, len(group.entries))
    return every.first_counts(due.span.minutes), staying.first_counts(due.span.minutes)
