"""`cron2aws.calendar/1`: what runs when."""

from __future__ import annotations

from typing import Any

from cron2aws.assess.values import AssessedEntry
from cron2aws.calendar.values import (
    Busiest,
    Calendar,
    DayCounts,
    Due,
    FrequentStarts,
    HourView,
    Listing,
    Start,
)
from cron2aws.lint.crowd import AGENT_WORKERS

CALENDAR = "cron2aws.calendar/1"


def calendar_json(found: Calendar) -> dict[str, Any]:
    """`cron2aws.calendar/1`; times are ISO 8601, in the calendar's zone."""
    return {
        "schema": CALENDAR,
        "timezone": found.timezone,
        "workers": AGENT_WORKERS,
        "hosts": [vars(each) for each in found.hosts],
        "entries": [_entry(each) for each in found.entries],
        "rates": [{**_name(each.entry), "minutes": each.minutes} for each in found.rates],
        "untimed": [{**_name(each.entry), "why": each.why.value} for each in found.untimed],
        "week": [_day(each) for each in found.week.days] if found.week else None,
        "busiest": _busiest(found.busiest) if found.busiest else None,
        "listing": _listing(found.listing) if found.listing else None,
        "looks": None if found.looks is None else [_look(each) for each in found.looks],
    }


def _name(entry: AssessedEntry) -> dict[str, str]:
    return {"host": entry.host, "id": entry.id}


def _entry(each: AssessedEntry) -> dict[str, Any]:
    return {
        **_name(each),
        "source": each.source,
        "line": each.entry.line,
        "user": each.entry.user,
        "schedule": each.schedule,
        "timezone": each.timezone,
        "command": each.entry.command,
        "decision": each.decision.value,
        "state": "migrated" if each.migrated else "active",
    }


def _day(each: DayCounts) -> dict[str, Any]:
    return {
        "day": each.day.isoformat(),
        "quarters": [begin.isoformat() for begin in each.quarters],
        "starts": list(each.starts),
        "on_host": list(each.on_host),
    }


def _due(each: Due | Start | FrequentStarts) -> dict[str, str]:
    return {**_name(each.entry), "where": each.where.value}


def _busiest(found: Busiest) -> dict[str, Any]:
    return {
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "crowds": [
            {
                "host": each.host,
                "entries": len(each.due),
                "by_agent": each.by_agent,
                "waiting": each.waiting,
                "minutes": each.minutes,
                "moments": [moment.isoformat() for moment in each.moments],
                "due": [_due(one) for one in each.due],
            }
            for each in found.crowds
        ],
    }


def _listing(found: Listing) -> dict[str, Any]:
    return {
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "starts": [{"at": each.at.isoformat(), **_due(each)} for each in found.starts],
        "often": [
            {
                **_due(each),
                "count": each.count,
                "first": each.first.isoformat(),
                "last": each.last.isoformat(),
                "every": each.every,
            }
            for each in found.often
        ],
    }


def _look(each: HourView) -> dict[str, Any]:
    return {
        "local": f"{each.local:%Y-%m-%dT%H:%M}",
        "at": each.at.isoformat() if each.at else None,
        "due": [_due(one) for one in each.due],
        "after": _listing(each.after) if each.after else None,
    }
