"""What is due at a minute, and what starts in the hour after it, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from cron2aws.calendar.values import Listing, Look
from cron2aws.report.stacked import Rows
from cron2aws.report.tables.starts import MOST_ROWS, EntryTable, differing_parts, often_parts
from cron2aws.report.tables.week import day_name, number_of_starts
from cron2aws.report.text import HEAD, sentence


def looks_parts(looks: Sequence[Look], table: EntryTable) -> Iterator[RenderableType]:
    """Days with the same entries are told together."""
    for same in _alike(looks, _due):
        yield ""
        yield from _minute(same, table, is_every=len(same) == len(looks))
        hours = _alike(same, _after)
        for hour in hours:
            if hour[0].after:
                yield ""
                when = "" if len(hours) == 1 else f", on {_days(hour)}"
                yield from _hour_after(hour[0].after, when, table)


def _alike(looks: Sequence[Look], what: Callable[[Look], object]) -> list[list[Look]]:
    found: dict[object, list[Look]] = {}
    for each in looks:
        found.setdefault(what(each), []).append(each)
    return list(found.values())


def _due(each: Look) -> object:
    if each.at is None:
        return each.local.time()
    return tuple((one.entry.host, one.entry.id, one.where) for one in each.due)


def _after(each: Look) -> object:
    if each.at is None or each.after is None:
        return None
    starts = tuple(
        (one.at - each.at, one.entry.host, one.entry.id, one.where) for one in each.after.starts
    )
    often = tuple(
        (one.first - each.at, one.count, one.entry.host, one.entry.id, one.where)
        for one in each.after.often
    )
    return starts, often


def _minute(same: Sequence[Look], table: EntryTable, *, is_every: bool) -> Iterator[RenderableType]:
    first = same[0]
    days = f"each day from {day_name(first.local)} to {day_name(same[-1].local)}"
    when = days if is_every and len(same) > 2 else f"on {_days(same)}"
    if first.at is None:
        yield Text(f"{first.local:%H:%M} {when}: the clock leaves this time out", style=HEAD)
        return
    time = f"{first.at:%H:%M %Z}" if len(same) == 1 else f"{first.at:%H:%M}"
    count = sum(each.where.is_start for each in first.due)
    told = f"{sentence(count, 'entry', 'entries')} due" if count else "nothing is due"
    yield Text(f"{time} {when}: {told}", style=HEAD)
    if first.due:
        yield Rows(columns=table.columns(""), rows=tuple(map(table.due, first.due[:MOST_ROWS])))
        if len(first.due) > MOST_ROWS:
            yield f"And {len(first.due) - MOST_ROWS:,} more; all of them by -o json."
    yield from differing_parts(first.due)


def _hour_after(after: Listing, when: str, table: EntryTable) -> Iterator[RenderableType]:
    if not (after.starts or after.often):
        yield f"Nothing starts in the hour after{when}."
        return
    if len(after.starts) > MOST_ROWS:
        starts = number_of_starts(len(after.starts))
        yield f"In the hour after{when}: {starts}; all of them by -o json."
    else:
        yield f"In the hour after{when}:"
        if after.starts:
            rows = (table.due(each, f"{each.at:%H:%M}") for each in after.starts)
            yield Rows(columns=table.columns("time"), rows=tuple(rows))
    yield from often_parts(after, table)
    yield from differing_parts([*after.starts, *after.often])


def _days(looks: Sequence[Look]) -> str:
    return ", ".join(day_name(each.local) for each in looks)
