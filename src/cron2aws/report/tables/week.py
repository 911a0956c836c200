"""A week of a calendar as text: its hours by a sign each, and its busiest minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from cron2aws.calendar.values import Busiest, Crowd, Week
from cron2aws.escapes import printable
from cron2aws.report.heat import LEVELS, hours_of, level, step_of
from cron2aws.report.stacked import flowing
from cron2aws.report.text import ASIDE, DOUBTFUL, HEAD, PLAIN, sentence

SIGNS = " .:-=+*#%@"
LEFT_OUT = "/"
MOST_IDS = 12
_DAY = len("Mon 2026-11-30")


def week_parts(week: Week) -> Iterator[RenderableType]:
    """A line a day, a sign an hour: its fullest quarter."""
    total = sum(sum(day.starts) for day in week.days)
    staying = sum(sum(day.on_host) for day in week.days)
    first, last = week.days[0].day, week.days[-1].day
    told = f"{day_name(first)} to {day_name(last)}: {number_of_starts(total)}"
    yield Text(f"{told}, {staying:,} of them on the host" if staying else told, style=HEAD)
    yield Text(f"{'':{_DAY}}  {'00':6}{'06':6}{'12':6}{'18':6}  starts", style=ASIDE)
    step = step_of(week)
    left_out = False
    for day in week.days:
        signs = ""
        for _, starts in hours_of(day):
            left_out = left_out or not starts
            signs += SIGNS[level(max(starts), step)] if starts else LEFT_OUT
        yield Text(f"{day_name(day.day):{_DAY}} |{signs}| {sum(day.starts):6,}")
    for day in week.days:
        if len(day.quarters) != 96:
            hours = f"{len(day.quarters) / 4:g}"
            yield Text(f"{day_name(day.day)} has {hours} hours: the clock changes", style=ASIDE)
    legend = tuple(_legend(week.busiest, step, left_out=left_out))
    yield Flow(("Starts in an hour's fullest quarter:", *legend))


def _legend(busiest: int, step: int, *, left_out: bool) -> Iterator[str]:
    for number in range(1, LEVELS + 1):
        low, high = (number - 1) * step + 1, min(number * step, busiest)
        if low <= high:
            yield f"{SIGNS[number]} {low:,}" + (f"-{high:,}" if high > low else "")
    if not busiest:
        yield "none"
    if left_out:
        yield f"{LEFT_OUT} the clock leaves the hour out"


def busiest_parts(found: Busiest, ids: Mapping[str, str]) -> Iterator[RenderableType]:
    """The fullest minutes, with the entries due in them."""
    span = f"{found.start:%a %Y-%m-%d %H:%M} to {found.end:%a %Y-%m-%d %H:%M}"
    yield Text(f"Busiest minutes, {span}", style=HEAD)
    if not found.crowds:
        yield "Nothing starts."
    for number, each in enumerate(found.crowds):
        if number and len(each.due) == 1:
            break  # nobody waits for anybody
        yield Text(_crowd(each), style=DOUBTFUL if each.waiting else PLAIN)
        shown = [ids[one.entry.id] for one in each.due[:MOST_IDS]]
        more = len(each.due) - MOST_IDS
        further = [f"and {more:,} more"] if more > 0 else []
        yield Flow((*shown, *further), begin="    ")


def _crowd(each: Crowd) -> str:
    due = sentence(len(each.due), "entry", "entries")
    told = f"{_when(each)}, {printable(each.host)}: {due}"
    if each.by_agent < len(each.due):
        told += f", {each.by_agent} of them by the agent"
    if each.waiting:
        told += f"; {each.waiting} wait for one of the agent's {each.workers} workers"
    return told


def _when(each: Crowd) -> str:
    first = each.moments[0]
    days = [moment.date() for moment in each.moments]
    if each.minutes == 1:
        return f"{first:%a %Y-%m-%d %H:%M}"
    if each.minutes == len(days) and len({moment.time() for moment in each.moments}) == 1:
        if len(days) == 7:
            return f"{first:%H:%M} each day"
        return f"{first:%H:%M} on {', '.join(f'{day:%a}' for day in days)}"
    return f"{first:%a %Y-%m-%d %H:%M} and {each.minutes - 1:,} more minutes"


def number_of_starts(count: int) -> str:
    """`1 start`, `60,730 starts`."""
    return f"{count:,} start{'' if count == 1 else 's'}"


def day_name(day: date) -> str:
    """`Mon 2026-11-30`."""
    return f"{day:%a %Y-%m-%d}"


def said_minutes(minutes: int) -> str:
    """What stands behind `every`: `5 min`, `hour`, `2 days`, in the largest whole unit."""
    units = ((1_440, "day", "days"), (60, "hour", "h"), (1, "minute", "min"))
    unit, name, plural = next(each for each in units if minutes % each[0] == 0)
    return name if minutes == unit else f"{minutes // unit} {plural}"


class Flow:
    """Pieces beside each other, none of them broken at the end of a line."""

    def __init__(self, pieces: tuple[str, ...], *, begin: str = "") -> None:
        self._pieces = pieces
        self._begin = begin

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines, as wide as there is room."""
        del console
        for line in flowing(self._pieces, options.max_width, begin=self._begin):
            yield Text(line, style=ASIDE)
