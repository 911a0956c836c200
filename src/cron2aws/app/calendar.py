"""`calendar`: what runs when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from cron2aws.app.assessing import check_day
from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.app.options import CalendarOptions, ScanOptions, ShownOptions
from cron2aws.app.scan import scan
from cron2aws.app.zones import checked_zone, resolve_zone
from cron2aws.calendar.make import CalendarParts, at_each_day, calendar_of, shown_zone
from cron2aws.calendar.minutes import Span, first_minute
from cron2aws.calendar.values import Calendar
from cron2aws.calendar.week import DAYS, span_of_days
from cron2aws.errors import UsageError

if TYPE_CHECKING:
    from cron2aws.handover.interfaces import Clock


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A calendar, and the exit code that goes with it."""

    calendar: Calendar
    exit_code: int


def calendar(options: CalendarOptions, clock: Clock = SYSTEM_CLOCK) -> Dated:
    """Read, judge, and say what starts when; nothing is changed, and AWS is not asked.

    Errors as of `scan`; UsageError, too, for a zone or a day that is none, and for two of the
    things that can be shown.
    """
    shown = options.shown
    _check(shown, options.schedule.since)
    if shown.zone is not None:
        checked_zone(shown.zone)
    asked = ScanOptions(
        sources=options.sources, schedule=options.schedule, selection=options.selection
    )
    found = scan(asked, clock)
    name = shown.zone or _usable(shown_zone(found.survey.found))
    made = calendar_of(
        found.survey.found,
        resolve_zone,
        timezone=name,
        parts=_parts(shown, options.schedule.since, resolve_zone(name), clock.now()),
        zones_said=options.sources.host.timezone is not None,
    )
    return Dated(calendar=made, exit_code=found.exit_code)


def _usable(zone: str) -> str:
    """UTC where the hosts' zone is none that is known."""
    try:
        resolve_zone(zone)
    except LookupError:
        return "UTC"
    return zone


def _parts(shown: ShownOptions, since: date | None, zone: tzinfo, now: datetime) -> CalendarParts:
    if isinstance(shown.at, datetime):
        return CalendarParts(looks=(shown.at,))
    today = since or now.astimezone(zone).date()
    if isinstance(shown.at, time):
        # what has gone by today comes again when the seven days are over
        passed = since is None and shown.at < now.astimezone(zone).time().replace(
            second=0, microsecond=0
        )
        return CalendarParts(looks=at_each_day(shown.at, today + timedelta(days=passed)))
    if shown.week:
        return CalendarParts(week=today, busiest=span_of_days(today, zone))
    if shown.day is not None:
        day = span_of_days(shown.day, zone, 1)
        return CalendarParts(listing=day, busiest=day)
    start = first_minute(since, zone) if since else now.astimezone(UTC)
    return CalendarParts(
        listing=Span.between(start, start + timedelta(days=1)),
        busiest=Span.between(start, start + timedelta(days=DAYS)),
    )


def _check(shown: ShownOptions, since: date | None) -> None:
    asked = {"--at": shown.at is not None, "--day": shown.day is not None, "--week": shown.week}
    said = [option for option, is_said in asked.items() if is_said]
    if len(said) > 1:
        raise UsageError(
            what=f"{' and '.join(said)} contradict each other",
            why="a calendar shows one minute, one day, or one week",
            fix="for a time on a certain day say --at 2027-03-14T03:00, for another week --from",
        )
    at = shown.at.date() if isinstance(shown.at, datetime) else None
    for option, day in (("--at", at), ("--day", shown.day), ("--from", since)):
        check_day(option, day)
