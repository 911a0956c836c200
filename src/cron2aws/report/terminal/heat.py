"""Starts per hour, day by day: a sign an hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cron2aws.escapes import printable
from cron2aws.report.model import Heat, Tone
from cron2aws.report.terminal.fold import GAP, columns, flow, fold, hung, padded, painted
from cron2aws.report.text import Style

QUARTERS = 4
NONE, SIGNS = ".", "-+*#"
_HOURS = "00    06    12    18"


def heat_lines(heat: Heat, style: Style) -> Iterator[str]:
    """A ruler, a line a day with its sum, and what the signs mean."""
    days = [(printable(name), _hours(counts)) for name, counts in heat.days]
    counts = [count for _, hours in days for count in hours if count]
    least, most = min(counts, default=0), max(counts, default=0)
    width = max((columns(name) for name, _ in days), default=0)
    sums = max((len(f"{sum(hours):,}") for _, hours in days), default=0)
    said = f"starts per hour in {printable(heat.zone)}"
    yield from hung(said, Tone.PLAIN, style, first="", rest=GAP)
    fits = width + len(GAP) + 24 + len(GAP) + sums <= style.width
    if fits:
        yield " " * (width + len(GAP)) + _HOURS
    for name, hours in days:
        signs = "".join(_sign(count, least, most) for count in hours)
        total = f"{sum(hours):,}"
        if fits:
            line = padded(name, width) + GAP + padded(signs, 24) + GAP + f"{total:>{sums}}"
            yield painted(line, Tone.PLAIN, style)
        else:
            yield from hung(f"{name}: {total}", Tone.PLAIN, style, first="", rest=GAP)
            for part in fold(signs, max(12, (style.width - len(GAP)) // 12 * 12)):
                yield GAP + part
    yield from flow([(each, Tone.ASIDE) for each in _legend(least, most)], style, first="", rest="")


def _hours(counts: Sequence[int]) -> list[int]:
    return [sum(counts[at : at + QUARTERS]) for at in range(0, len(counts), QUARTERS)]


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
