"""When how much starts: a picture of days and quarters of an hour, and its numbers by the hour."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.report.html.signs import signs
from cron2aws.report.model import Heat

_LEVELS = 4
_ABOVE_NONE = range(1, _LEVELS + 1)
_CELL, _ROW, _LEFT, _TOP = 8, 22, 118, 18


def heat(part: Heat) -> Iterator[str]:
    """Quarters of an hour by the clock, a row a day."""
    longest = max((len(counts) for _, counts in part.days), default=0)
    most = max((count for _, counts in part.days for count in counts), default=0)
    width, height = _LEFT + longest * _CELL, _TOP + len(part.days) * _ROW
    name = signs(", ".join(filter(None, (part.title, part.zone))))
    zone = f"{signs(part.zone)}: " if part.zone else ""
    yield f'<p class="aside">{zone}starts in a quarter of an hour{_key(most)}</p>'
    yield f'<div class="wide" tabindex="0" role="region" aria-label="{name}, picture">'
    yield f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{name}">\n'
    for hour in range(0, longest // 4 + 1, 3):
        yield f'<text class="hour" x="{_LEFT + 4 * hour * _CELL}" y="12">{hour:02}:00</text>'
    for row, (day, counts) in enumerate(part.days):
        yield _day(day, counts, most, _TOP + row * _ROW)
    yield "</svg></div>\n"
    yield from _numbers(part, name, longest)


def _key(most: int) -> str:
    """Which colour is how many, of those that there may be."""
    levels = ((at, (at - 1) * most // _LEVELS + 1, at * most // _LEVELS) for at in _ABOVE_NONE)
    return "".join(
        f' <span class="key l{at}"></span>&nbsp;{low:,}'
        + (f"&nbsp;to&nbsp;{high:,}" * (high > low))
        for at, low, high in levels
        if low <= high
    )


def _day(day: str, counts: tuple[int, ...], most: int, top: int) -> str:
    told = f"{signs(day)}: {sum(counts)} starts, at most {max(counts, default=0)} in a quarter"
    cells = (
        f'<rect class="l{-(-_LEVELS * count // most)}" x="{_LEFT + at * _CELL}" y="{top}"'
        f' width="{_CELL - 1}" height="{_ROW - 2}"/>'
        for at, count in enumerate(counts)
        if count
    )
    ground = (
        f'<rect class="l0" x="{_LEFT}" y="{top}" width="{len(counts) * _CELL - 1}"'
        f' height="{_ROW - 2}"/>'
    )
    return (
        f'<g><title>{told}</title><text x="0" y="{top + 15}">{signs(day)}</text>'
        f"{ground if counts else ''}{''.join(cells)}</g>\n"
    )


def _numbers(part: Heat, name: str, longest: int) -> Iterator[str]:
    hours = range(-(-longest // 4))
    yield f'<details><summary>{name}: starts in each hour</summary><div class="wide"'
    yield f' tabindex="0" role="region" aria-label="{name}, numbers"><table class="numbers">'
    yield f'<caption>{name}</caption><thead><tr><th scope="col">day'
    yield "".join(f'<th scope="col">{hour:02}' for hour in hours)
    yield '<th scope="col">all</thead><tbody>\n'
    for day, counts in part.days:
        by_hour = [sum(counts[4 * hour : 4 * hour + 4]) for hour in range(-(-len(counts) // 4))]
        cells = "".join(f"<td>{count}" for count in by_hour)
        empty = "<td>" * (len(hours) - len(by_hour))
        yield f'<tr><th scope="row">{signs(day)}{cells}{empty}<td>{sum(counts)}\n'
    yield "</tbody></table></div></details>\n"
