"""A week as an inline SVG: one row a day, one cell a quarter of an hour, darker where more starts.

It holds no script, no style and no colour of its own: what it is put into gives `color`, and may
give more by the classes `cal-label`, `cal-empty` and `cal-start`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import escape

from cron2aws.calendar.values import Day, Week
from cron2aws.report.heat import LEVELS, is_again, level, step_of
from cron2aws.report.text import sentence

CELL, ROW, GAP = 7, 22, 4
LEFT, TOP, RIGHT = 104, 20, 56
_QUARTER = timedelta(minutes=15)
_WIDTH = LEFT + 96 * CELL + RIGHT


def svg_of(week: Week) -> str:
    """The picture, which says in words what it shows; text that comes from outside is escaped."""
    height = TOP + len(week.days) * (ROW + GAP)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(_label(week))}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="11" '
        'fill="currentColor">'
    )
    parts = [head, f"<title>{escape(_label(week))}</title>", *_hours()]
    step = step_of(week)
    for number, day in enumerate(week.days):
        parts += _row(day, TOP + number * (ROW + GAP), step)
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _label(week: Week) -> str:
    total = sum(sum(day.starts) for day in week.days)
    if not week.days:
        return "No days"
    first, last = week.days[0].day, week.days[-1].day
    return (
        f"Starts by quarter of an hour, {first} to {last}: {sentence(total, 'start')}, "
        f"at most {week.busiest} in a quarter"
    )


def _hours() -> Iterator[str]:
    for hour in range(0, 24, 3):
        x = LEFT + hour * 4 * CELL
        yield f'<text class="cal-label" x="{x}" y="{TOP - 7}">{hour:02}:00</text>'


def _row(day: Day, y: int, step: int) -> Iterator[str]:
    middle = y + ROW - 7
    yield f'<text class="cal-label" x="0" y="{middle}">{day.day:%a %Y-%m-%d}</text>'
    twice = {(begin.hour, begin.minute) for begin in day.quarters if is_again(begin)}
    for number, begin in enumerate(day.quarters):
        place = begin.hour * 4 + begin.minute // 15
        again = is_again(begin)
        # a time that comes twice has one place: the first above, the second below
        half = (begin.hour, begin.minute) in twice
        top, height = (y + again * ROW // 2, ROW // 2) if half else (y, ROW)
        starts = day.starts[number]
        shade = level(starts, step)
        kind = "cal-start" if shade else "cal-empty"
        opacity = f"{0.1 + 0.9 * shade / LEVELS:.2f}" if shade else "0.04"
        told = f"{begin:%a %Y-%m-%d %H:%M}-{begin + _QUARTER:%H:%M}"
        told += f" {begin.tzname()}" if half else ""
        told += f": {sentence(starts, 'start')}"
        if day.on_host[number]:
            told += f", {day.on_host[number]} on the host"
        yield (
            f'<rect class="{kind}" x="{LEFT + place * CELL}" y="{top}" width="{CELL - 1}" '
            f'height="{height - 1}" fill-opacity="{opacity}"><title>{escape(told)}</title></rect>'
        )
    x = LEFT + 96 * CELL + GAP
    yield f'<text class="cal-label" x="{x}" y="{middle}">{sum(day.starts):,}</text>'
