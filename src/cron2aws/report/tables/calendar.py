"""A calendar as text for people, secrets masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cron2aws.calendar.values import Calendar, Where, Without
from cron2aws.crontab.identity import shown_ids
from cron2aws.escapes import printable
from cron2aws.report.stacked import Rows
from cron2aws.report.tables.looks import looks_parts
from cron2aws.report.tables.starts import WHERE, EntryTable, listing_parts
from cron2aws.report.tables.week import busiest_parts, said_minutes, week_parts
from cron2aws.report.text import ASIDE, DOUBTFUL, HEAD

_UNTIMED = {
    Without.REBOOT: "at the daemon's start",
    Without.RANDOM: "at a time that the daemon draws",
    Without.NEVER: "never due",
    Without.NO_ZONE: "in a time zone that is not known",
    Without.NOT_LOADED: "in a file that the daemon ignores",
}


def calendar_parts(found: Calendar) -> Iterator[RenderableType]:
    """The parts that were asked for, and what stands at no time."""
    yield from _zones(found)
    ids = shown_ids(each.id for each in found.entries)
    table = EntryTable(ids, several_hosts=len(found.hosts) > 1)
    if found.week:
        yield ""
        yield from week_parts(found.week)
    if found.listing:
        yield ""
        yield from listing_parts(found.listing, table)
    if found.looks is not None:
        yield from looks_parts(found.looks, table)
    if found.busiest:
        yield ""
        yield from busiest_parts(found.busiest, ids)
    yield from _apart(found, table)


def _zones(found: Calendar) -> Iterator[RenderableType]:
    yield Text(f"Times are in {found.timezone}.", style=HEAD)
    others = [each for each in found.hosts if each.timezone != found.timezone]
    for each in others:
        yield Text(printable(f"{each.name} is in {each.timezone}."), style=ASIDE)
    for each in found.hosts:
        if each.guessed:
            said = f"{each.name}: {each.timezone} is a guess; say --host-timezone."
            yield Text(printable(said), style=DOUBTFUL)


def _apart(found: Calendar, table: EntryTable) -> Iterator[RenderableType]:
    if found.rates:
        yield ""
        yield Text("At a rate, counted from a moment that AWS chooses", style=HEAD)
        rows = (
            table.row(each.entry, WHERE[Where.AWS], f"about every {said_minutes(each.minutes)}")
            for each in found.rates
        )
        yield Rows(columns=table.columns("when"), rows=tuple(rows))
    if found.untimed:
        yield ""
        counts = Counter(each.why for each in found.untimed)
        told = "; ".join(f"{counts[why]} {said}" for why, said in _UNTIMED.items() if counts[why])
        yield Text(f"At no time: {told}.", style=ASIDE)
