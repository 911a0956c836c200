"""A calendar as rows for a spreadsheet: every start, with its date and its zone.

What starts often is one row: its first and its last start, how many there are, and the minutes
between them where they are the same. What has no time of its own is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cron2aws.assess.values import AssessedEntry
from cron2aws.calendar.values import Calendar, FrequentStarts, Listing, Start, StartedBy

COLUMNS = (
    *("first", "last", "starts", "every minutes", "where"),
    *("host", "source", "line", "id", "user", "schedule", "command"),
)


def calendar_rows(found: Calendar) -> Iterator[tuple[str, ...]]:
    """The names of the columns, then the starts; times are ISO 8601 with their offset from UTC."""
    yield COLUMNS
    if found.listing:
        yield from _listing(found.listing)
    for look in found.looks or ():
        if look.at is None:
            continue
        for due in look.due:
            yield _row(due.entry, due.where, (look.at, look.at), 1, None)
        if look.after:
            yield from _listing(look.after)


def _listing(listing: Listing) -> Iterator[tuple[str, ...]]:
    told: list[Start | FrequentStarts] = [*listing.starts, *listing.often]
    for each in sorted(told, key=_first):
        if isinstance(each, FrequentStarts):
            yield _row(each.entry, each.where, (each.first, each.last), each.count, each.every)
        else:
            yield _row(each.entry, each.where, (each.at, each.at), 1, None)


def _first(each: Start | FrequentStarts) -> datetime:
    return each.first if isinstance(each, FrequentStarts) else each.at


def _row(
    entry: AssessedEntry,
    where: StartedBy,
    ends: tuple[datetime, datetime],
    count: int,
    every: int | None,
) -> tuple[str, ...]:
    return (
        *(each.isoformat() for each in ends),
        *(str(count), str(every or ""), where.value),
        *(entry.host, entry.source, str(entry.entry.line), entry.id, entry.entry.user),
        *(entry.schedule, entry.shown_command),
    )
