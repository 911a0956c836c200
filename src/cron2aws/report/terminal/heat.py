"""Starts day by day: a sign an hour, or a quarter of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cron2aws.escapes import printable
from cron2aws.report.model import Heat, Tone
from cron2aws.report.terminal.fold import GAP, columns, flow, fold, hung, padded, painted
from cron2aws.report.text import Style

QUARTERS, DAY = 4, 24
NONE, SIGNS = ".", "-+*#"


def heat_lines(heat: Heat, style: Style) -> Iterator[str]:
    """A ruler, a line a day with its sum, and what the signs mean.

    A sign is a quarter of an hour where a line has room for a day of them, else an hour.
    """
    named = [(printable(name), counts) for name, counts in heat.days]
    width = max((columns(name) for name, _ in named), default=0)
    sums = max((len(f"{sum(counts):,}") for _, counts in named), default=0)
    beside = width + len(GAP) * 2 + sums
    by_quarter = beside + DAY * QUARTERS <= style.width
    each = 1 if by_quarter else QUARTERS
    days = [(name, _in_steps(counts, each)) for name, counts in named]
    counts = [count for _, steps in days for count in steps if count]
    least, most = min(counts, default=0), max(counts, default=0)
    every = "quarter of an hour" if by_quarter else "hour"
    said = f"starts per {every} in {printable(heat.zone)}"
    yield from hung(said, Tone.PLAIN, style, first="", rest=GAP)
    fits = by_quarter or beside + DAY <= style.width
    if fits:
        hours = "".join(f"{hour:02}".ljust(6 * QUARTERS // each) for hour in range(0, DAY, 6))
        yield " " * (width + len(GAP)) + hours.rstrip()
    for name, steps in days:
        signs = "".join(_sign(count, least, most) for count in steps)
        total = f"{sum(steps):,}"
        if fits:
            room = DAY * QUARTERS // each
            line = padded(name, width) + GAP + padded(signs, room) + GAP + f"{total:>{sums}}"
            yield painted(line, Tone.PLAIN, style)
        else:
            yield from hung(f"{name}: {total}", Tone.PLAIN, style, first="", rest=GAP)
            for part in fold(signs, max(12, (style.width - len(GAP)) // 12 * 12)):
                yield GAP + part
    yield from flow([(told, Tone.ASIDE) for told in _legend(least, most)], style, first="", rest="")


def _in_steps(counts: Sequence[int], each: int) -> list[int]:
    return [sum(counts[at : at + each]) for at in range(0, len(counts), each)]


def _sign(count: int, least: int, most: int) -> str:
    """Four steps from the least to the most: a job of every minute does not level the others."""
    if not count:
        return NONE
    return SIGNS[((count - least + 1) * len(SIGNS) - 1) // (most - least + 1)]


def _legend(least: int, most: int) -> Iterator[str]:
    yield f"{NONE} none"
    steps, below = most - least + 1 if most else 0, least - 1
    for number, sign in enumerate(SIGNS):
        # the counts that `_sign` gives this sign
        low = below + number * steps // len(SIGNS) + 1
        high = below + (number + 1) * steps // len(SIGNS)
        if low == high:
            yield f"{sign} {low:,}"
        elif low < high:
            yield f"{sign} {low:,} to {high:,}"
