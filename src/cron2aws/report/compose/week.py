"""The week that a report of crontabs shows: how full it is, and where it is crowded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cron2aws.assess.values import Assessment
from cron2aws.calendar.make import CalendarParts, calendar_of, shown_zone
from cron2aws.calendar.week import span_of_days
from cron2aws.report.compose.busy import busiest_grid, week_heat
from cron2aws.report.document import View
from cron2aws.report.model import Part


def week(found: Assessment, view: View, ids: Mapping[str, str]) -> Iterator[Part]:
    """Seven days from the day that is asked for on, or the report's, in the hosts' common zone."""
    name = shown_zone(found)
    try:
        zone = view.resolve_zone(name)
    except LookupError:
        name = "UTC"
        zone = view.resolve_zone(name)
    first = found.since or view.made_at.astimezone(zone).date()
    made = calendar_of(
        found,
        view.resolve_zone,
        timezone=name,
        parts=CalendarParts(week=first, busiest=span_of_days(first, zone)),
    )
    if made.week and made.week.busiest:
        yield week_heat(made.week, name)
    # one entry waits for nobody
    if made.busiest and any(len(crowd.due) > 1 for crowd in made.busiest.crowds):
        yield busiest_grid(made.busiest, ids, name)
