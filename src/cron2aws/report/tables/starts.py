"""Starts by time as text, with what tables of entries share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from rich.console import RenderableType
from rich.text import Text

from cron2aws.assess.values import AssessedEntry
from cron2aws.calendar.values import Due, Listing, Often, Start, Where
from cron2aws.escapes import printable
from cron2aws.report.stacked import Heading, Row, Rows
from cron2aws.report.tables.week import day_name, number_of_starts, said_minutes
from cron2aws.report.text import ASIDE, DOUBTFUL, HEAD, PLAIN, sentence

MOST_ROWS = 200
"""Above that the hours are shown, not their starts."""

WHERE = {
    Where.AWS: "AWS",
    Where.HOST: "on the host",
    Where.AWS_ONLY: "AWS only",
    Where.CRON_ONLY: "cron only",
}


class EntryTable:
    """Tables of entries, all with the same columns behind their first."""

    def __init__(self, ids: Mapping[str, str], *, several_hosts: bool) -> None:
        self._ids = ids
        self._several = several_hosts

    def columns(self, first: str) -> tuple[str, ...]:
        """Their names, `first` before them where there is one."""
        hosts = ("host",) if self._several else ()
        return (*((first,) if first else ()), "where", *hosts, "id", "user", "command")

    def row(self, entry: AssessedEntry, where: str, *first: str, style: str = PLAIN) -> Row:
        """An entry's row, with the cells that stand first."""
        hosts = (printable(entry.host),) if self._several else ()
        user, command = printable(entry.entry.user), printable(entry.shown_command)
        return Row(cells=(*first, where, *hosts, self._ids[entry.id], user, command), style=style)

    def due(self, each: Due | Start | Often, *first: str) -> Row:
        """The row of an entry that is due."""
        style = DOUBTFUL if each.where.differs else PLAIN
        return self.row(each.entry, WHERE[each.where], *first, style=style)


def listing_parts(found: Listing, table: EntryTable) -> Iterator[RenderableType]:
    """What starts, by time; by the hour, where that is too much."""
    starts = sum(each.where.is_start for each in found.starts)
    starts += sum(each.count for each in found.often if each.where.is_start)
    told = f"{_moment(found.start)} to {_moment(found.end)}: {number_of_starts(starts)}"
    yield Text(told, style=HEAD)
    if len(found.starts) > MOST_ROWS:
        yield ""
        yield from _by_hour(found)
    elif found.starts:
        yield ""
        yield Rows(columns=table.columns("time"), rows=tuple(_by_time(found.starts, table)))
    yield from often_parts(found, table)
    yield from differing_parts([*found.starts, *found.often])


def _by_time(starts: Sequence[Start], table: EntryTable) -> Iterator[Row | Heading]:
    several_days = len({each.at.date() for each in starts}) > 1
    zones = len({each.at.utcoffset() for each in starts}) > 1
    day = None
    for each in starts:
        if several_days and each.at.date() != day:
            day = each.at.date()
            yield Heading(text=day_name(day))
        yield table.due(each, f"{each.at:%H:%M %Z}" if zones else f"{each.at:%H:%M}")


def _by_hour(found: Listing) -> Iterator[RenderableType]:
    hours: dict[datetime, list[Start]] = {}
    for each in found.starts:
        if each.where.is_start:
            hours.setdefault(each.at.replace(minute=0), []).append(each)
    rows: list[Row | Heading] = []
    day = None
    for hour, starts in hours.items():
        if hour.date() != day:
            day = hour.date()
            rows.append(Heading(text=day_name(day)))
        (most, count), *_ = Counter(each.at for each in starts).most_common(1)
        told = f"{number_of_starts(len(starts))}, most at {most:%H:%M}: {count}"
        rows.append(Row(cells=(f"{hour:%H:%M %Z}", told)))
    yield Rows(columns=("hour", "starts"), rows=tuple(rows))
    yield Text("One minute is shown by --at, all of them by -o json.", style=ASIDE)


def often_parts(found: Listing, table: EntryTable) -> Iterator[RenderableType]:
    """What starts too often for a row each time."""
    if not found.often:
        return
    yield ""
    yield Text("Often", style=HEAD)
    if len(found.often) > MOST_ROWS:
        counts = Counter(_how_often(each, found) for each in found.often).most_common()
        rows = [Row(cells=(how, sentence(count, "entry", "entries"))) for how, count in counts]
        yield Rows(columns=("when", "what"), rows=tuple(rows[:MOST_ROWS]))
        return
    yield Rows(
        columns=table.columns("when"),
        rows=tuple(table.due(each, _how_often(each, found)) for each in found.often),
    )


def _how_often(each: Often, listed: Listing) -> str:
    every = f"every {said_minutes(each.every)}, " if each.every else ""
    step = timedelta(minutes=each.every or 0)
    throughout = each.first - listed.start < step and listed.end - each.last <= step
    ends = "" if throughout else f", {each.first:%H:%M}-{each.last:%H:%M}"
    return f"{every}{each.count}x{ends}"


def differing_parts(told: Sequence[Due | Start | Often]) -> Iterator[RenderableType]:
    """What the words in the column mean, where they stand there."""
    wheres = {each.where for each in told}
    if Where.CRON_ONLY in wheres:
        yield Text("cron only: the clock changes; cron would start it then, AWS does not.")
    if Where.AWS_ONLY in wheres:
        yield Text("AWS only: the clock changes; AWS starts it then, cron would not.")


def _moment(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M}"
