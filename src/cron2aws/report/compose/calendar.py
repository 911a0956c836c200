"""What runs when, as a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cron2aws.assess.values import AssessedEntry
from cron2aws.calendar.values import (
    Calendar,
    Due,
    FrequentStarts,
    HourView,
    Listing,
    Start,
    StartedBy,
    UntimedReason,
)
from cron2aws.crontab.identity import shown_ids
from cron2aws.report.compose.busy import busiest_grid, timeline, week_heat
from cron2aws.report.compose.hour_views import alike_views
from cron2aws.report.compose.words import (
    code,
    day_name,
    fact,
    moment_name,
    number_of_starts,
)
from cron2aws.report.model import Fact, Facts, Grid, Paragraph, Part, Report, StyledText, Tone
from cron2aws.report.text import quantity

MOST_ROWS = 200
"""Above that the hours are shown, not their starts."""

HOSTS_SHOWN = 5
WHERE = {
    StartedBy.AWS: "AWS",
    StartedBy.HOST: "on the host",
    StartedBy.AWS_ONLY: "AWS only",
    StartedBy.CRON_ONLY: "cron only",
}
UNTIMED = {
    UntimedReason.REBOOT: "at the daemon's start",
    UntimedReason.RANDOM: "at a time that the daemon draws",
    UntimedReason.NEVER: "never due",
    UntimedReason.NO_ZONE: "in a time zone that is not known",
    UntimedReason.NOT_LOADED: "in a file that the daemon ignores",
}


def calendar_report(found: Calendar) -> Report:
    """The parts that were asked for, and the entries without a time."""
    return Report(title=f"What runs when, in {found.timezone}", parts=tuple(_Made(found).parts()))


@dataclass
class _Made:
    """Makes the parts of one calendar."""

    found: Calendar
    ids: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = dict(shown_ids(each.id for each in self.found.entries))
        self.several = len(self.found.hosts) > 1

    def parts(self) -> Iterator[Part]:
        found = self.found
        if facts := tuple(_zones(found)):
            yield Facts("", facts)
        if found.week:
            yield week_heat(found.week, found.timezone)
        if found.timeline:
            yield timeline(found.timeline, found.timezone)
        if found.listing:
            yield from self.listing(found.listing, "Starts")
        for look in alike_views(found.looks or ()):
            yield from self.look(look, of=len(found.looks or ()))
        if found.busiest:
            yield busiest_grid(found.busiest, self.ids, found.timezone)
        yield from self.apart()

    def row(self, first: str, entry: AssessedEntry, where: str, tone: Tone) -> Row:
        """An entry's row, its time or rate first, if any."""
        host = ((StyledText(entry.host),),) if self.several else ()
        return (
            *(((StyledText(first, tone),),) if first else ()),
            (StyledText(where, tone),),
            *host,
            (code(self.ids[entry.id]),),
            (StyledText(entry.entry.user),),
            (code(entry.shown_command),),
        )

    def due(self, first: str, each: Due | Start | FrequentStarts) -> Row:
        """The row of an entry that is due."""
        tone = Tone.DOUBTFUL if each.where.differs else Tone.PLAIN
        return self.row(first, each.entry, WHERE[each.where], tone)

    def columns(self, first: str) -> tuple[str, ...]:
        """The names of a row's cells; `first` is empty where the title says when."""
        return (
            *((first,) if first else ()),
            "where",
            *(("host",) if self.several else ()),
            "id",
            "user",
            "command",
        )

    def listing(self, listing: Listing, title: str) -> Iterator[Part]:
        """What starts, by time; by the hour, where that is too much."""
        starts = sum(each.where.is_start for each in listing.starts)
        starts += sum(each.count for each in listing.often if each.where.is_start)
        span = f"{moment_name(listing.start)} to {moment_name(listing.end)}"
        head = f"{title}, {span}: {number_of_starts(starts)}"
        if len(listing.starts) > MOST_ROWS:
            yield _by_hour(listing, head)
            yield Paragraph(
                StyledText("One minute is shown by --at, all of them by -o json.", Tone.ASIDE)
            )
        elif listing.starts:
            rows = tuple(self.due(time, each) for time, each in _by_time(listing.starts))
            yield Grid(head, self.columns("time"), rows)
        else:
            yield Paragraph(StyledText(head, Tone.STRONG))
        yield from self.often(listing)
        yield from differing([*listing.starts, *listing.often])

    def often(self, listing: Listing) -> Iterator[Part]:
        """What starts too often for a row each time."""
        if not listing.often:
            return
        if len(listing.often) > MOST_ROWS:
            counts = Counter(_how_often(each, listing) for each in listing.often)
            yield Grid(
                "Often",
                ("when", "what"),
                tuple(
                    ((StyledText(how),), (StyledText(quantity(count, "entry", "entries")),))
                    for how, count in counts.most_common(MOST_ROWS)
                ),
            )
            return
        rows = tuple(self.due(_how_often(each, listing), each) for each in listing.often)
        yield Grid("Often", self.columns("when"), rows)

    def look(self, same: Sequence[HourView], *, of: int) -> Iterator[Part]:
        """One minute on days that have the same entries, and the hour after it."""
        first = same[0]
        days = ", ".join(day_name(each.local) for each in same)
        if len(same) == of and len(same) > 2:
            days = f"each day from {day_name(first.local)} to {day_name(same[-1].local)}"
        if first.at is None:
            said = f"{first.local:%H:%M}, {days}: the clock leaves this time out"
            yield Paragraph(StyledText(said, Tone.STRONG))
            return
        zones = {f"{each.at:%Z}" for each in same if each.at}
        time = f"{first.at:%H:%M} {zones.pop() if len(zones) == 1 else self.found.timezone}"
        count = sum(each.where.is_start for each in first.due)
        told = f"{quantity(count, 'entry', 'entries')} due" if count else "nothing is due"
        if first.due:
            rows = tuple(self.due("", each) for each in first.due[:MOST_ROWS])
            yield Grid(f"{time}, {days}: {told}", self.columns(""), rows)
            if len(first.due) > MOST_ROWS:
                more = f"And {len(first.due) - MOST_ROWS:,} more; all of them by -o json."
                yield Paragraph(StyledText(more))
        else:
            yield Paragraph(StyledText(f"{time}, {days}: {told}", Tone.STRONG))
        yield from differing(first.due)
        if first.after:
            when = "In the hour after" if len(same) == 1 else "In the hour after, the first day"
            yield from self.listing(first.after, when)

    def apart(self) -> Iterator[Part]:
        """Rates, which have no minute that is known, and what has none at all."""
        found = self.found
        if found.rates:
            rows = tuple(
                self.row(about, each.entry, "AWS", Tone.PLAIN)
                for each in found.rates
                for about in (f"about every {interval_in_words(each.minutes)}",)
            )
            title = "At a rate, counted from a moment that AWS chooses"
            yield Grid(title, self.columns("when"), rows)
        if found.untimed:
            counts = Counter(each.why for each in found.untimed)
            told = [f"{counts[why]:,} {said}" for why, said in UNTIMED.items() if counts[why]]
            yield Facts("", (fact("at no time", *told),))


Row = tuple[tuple[StyledText, ...], ...]


def _zones(found: Calendar) -> Iterator[Fact]:
    """The zones of the hosts that have another one, or a guessed one."""
    hosts: dict[tuple[str, bool], list[str]] = {}
    for each in found.hosts:
        if each.guessed or each.timezone != found.timezone:
            hosts.setdefault((each.timezone, each.guessed), []).append(each.name)
    for (zone, guessed), names in hosts.items():
        more = len(names) - HOSTS_SHOWN
        told = ", ".join(names[:HOSTS_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
        if guessed:
            yield fact(zone, StyledText(f"{told}: a guess; say --host-timezone", Tone.DOUBTFUL))
        else:
            yield fact(zone, told)


def _by_time(starts: Sequence[Start]) -> Iterator[tuple[str, Start]]:
    several_days = len({each.at.date() for each in starts}) > 1
    zones = len({each.at.utcoffset() for each in starts}) > 1
    for each in starts:
        time = f"{each.at:%H:%M %Z}" if zones else f"{each.at:%H:%M}"
        yield f"{each.at:%a %d} {time}" if several_days else time, each


def _by_hour(listing: Listing, title: str) -> Grid:
    hours: dict[datetime, list[Start]] = {}
    for each in listing.starts:
        if each.where.is_start:
            hours.setdefault(each.at.replace(minute=0), []).append(each)
    rows = []
    for hour, starts in hours.items():
        (most, count), *_ = Counter(each.at for each in starts).most_common(1)
        told = f"{number_of_starts(len(starts))}, most at {most:%H:%M}: {count}"
        rows.append(((StyledText(f"{hour:%a %Y-%m-%d %H:%M %Z}"),), (StyledText(told),)))
    return Grid(title, ("hour", "starts"), tuple(rows))


def _how_often(each: FrequentStarts, listed: Listing) -> str:
    every = f"every {interval_in_words(each.every)}, " if each.every else ""
    step = timedelta(minutes=each.every or 0)
    throughout = each.first - listed.start < step and listed.end - each.last <= step
    ends = "" if throughout else f", {each.first:%H:%M}-{each.last:%H:%M}"
    return f"{every}{each.count}x{ends}"


def differing(told: Sequence[Due | Start | FrequentStarts]) -> Iterator[Part]:
    """The meanings of the words that stand in the column."""
    wheres = {each.where for each in told}
    said = []
    if StartedBy.CRON_ONLY in wheres:
        said.append("cron only: the clock changes; cron would start it then, AWS does not")
    if StartedBy.AWS_ONLY in wheres:
        said.append("AWS only: the clock changes; AWS starts it then, cron would not")
    if said:
        yield Facts("", (fact("note", *said),))


def interval_in_words(minutes: int) -> str:
    """What follows `every`: `5 min`, `hour`, `2 days`, in the largest whole unit."""
    units = ((1_440, "day", "days"), (60, "hour", "h"), (1, "minute", "min"))
    unit, name, plural = next(each for each in units if minutes % each[0] == 0)
    return name if minutes == unit else f"{minutes // unit} {plural}"
