"""How full a week is, and its busiest minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cron2aws.calendar.values import Busiest, Crowd, DayCounts, Week
from cron2aws.report.compose.words import day_name, moment_name, number_of_starts
from cron2aws.report.model import Grid, Heat, StyledText, Tone
from cron2aws.report.text import quantity

MOST_IDS = 12


def week_heat(week: Week, zone: str) -> Heat:
    """A week by quarters of an hour."""
    total = sum(sum(day.starts) for day in week.days)
    staying = sum(sum(day.on_host) for day in week.days)
    title = f"A week: {number_of_starts(total)}"
    if staying:
        title += f", {staying:,} of them on the host"
    return Heat(title, zone, tuple((_named(day), _by_clock(day)) for day in week.days))


def timeline(listed: Week, zone: str) -> Heat:
    """What is listed, by quarters of an hour."""
    days = tuple((day_name(day.day), _by_clock(day)) for day in listed.days)
    return Heat("Timeline", zone, days)


def _named(day: DayCounts) -> str:
    """With its length, where the clock changes on it."""
    hours = len(day.quarters) / 4
    return day_name(day.day) if hours == 24 else f"{day_name(day.day)} ({hours:g} hours)"


def _by_clock(day: DayCounts) -> tuple[int, ...]:
    """Starts by what the clock shows: a time that comes twice has those of both."""
    found = [0] * 96
    for begin, starts in zip(day.quarters, day.starts, strict=True):
        found[begin.hour * 4 + begin.minute // 15] += starts
    return tuple(found)


def busiest_grid(found: Busiest, ids: Mapping[str, str], zone: str) -> Grid:
    """The fullest minutes, by the clock of the zone, with the entries due in them."""
    span = f"{moment_name(found.start)} to {moment_name(found.end)}"
    rows = []
    for number, each in enumerate(found.crowds):
        if number and len(each.due) == 1:
            break  # nobody waits for anybody
        shown = [ids[one.entry.id] for one in each.due[:MOST_IDS]]
        more = len(each.due) - MOST_IDS
        told = " ".join(shown) + (f" and {more:,} more" if more > 0 else "")
        tone = Tone.DOUBTFUL if each.waiting else Tone.PLAIN
        rows.append(
            (
                (StyledText(_when(each)),),
                (StyledText(each.host),),
                tuple(StyledText(said, tone) for said in _crowd(each)),
                (StyledText(told, code=True),),
            )
        )
    title = f"Busiest minutes in {zone}, {span}"
    return Grid(title, ("when", "host", "due", "entries"), tuple(rows))


def _crowd(each: Crowd) -> Iterator[str]:
    due = quantity(len(each.due), "entry", "entries")
    on_aws = f", {each.by_agent} of them by the agent" if each.by_agent < len(each.due) else ""
    yield due + on_aws
    if each.waiting:
        yield f"{each.waiting} wait for one of the agent's {each.workers} workers"


def _when(each: Crowd) -> str:
    first = each.moments[0]
    days = [moment.date() for moment in each.moments]
    if each.minutes == 1:
        return moment_name(first)
    if each.minutes == len(days) and len({moment.time() for moment in each.moments}) == 1:
        if len(days) == 7:
            return f"{first:%H:%M} each day"
        return f"{first:%H:%M} on {', '.join(f'{day:%a}' for day in days)}"
    return f"{moment_name(first)} and {each.minutes - 1:,} more minutes"
