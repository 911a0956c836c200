"""Sets of values written as the fields of a cron() expression.

Only documented forms, the shortest that reads well: `*`, one value, one range (`9-17`), one step
(`0/15`, `8-18/2`), else the plain list. A list of ranges (`1-5,10`) is left for expressions that
would pass 256 characters otherwise: AWS's pages show no example of one.
"""

from __future__ import annotations

from functools import lru_cache

from cron2aws.schedule.days import members
from cron2aws.schedule.fields import DAY_NAMES

_NAMES = [name.upper() for name in DAY_NAMES]
_RANGE_FROM = 3  # two neighbours are a list
_BOUNDED_STEP_FROM = 6  # `8,10,12` reads better than `8-12/2`


@lru_cache(maxsize=4096)
def write_minutes(values: int, *, short: bool = False) -> str:
    """Minutes 0-59."""
    return _write(list(members(values)), 0, 59, short=short)


@lru_cache(maxsize=4096)
def write_hours(values: int, *, short: bool = False) -> str:
    """Hours 0-23."""
    return _write(list(members(values)), 0, 23, short=short)


@lru_cache(maxsize=4096)
def write_days_of_month(values: int, *, short: bool = False) -> str:
    """Days 1-31."""
    return _write(list(members(values)), 1, 31, short=short)


@lru_cache(maxsize=4096)
def write_months(values: int, *, short: bool = False) -> str:
    """Months 1-12."""
    return _write(list(members(values)), 1, 12, short=short)


@lru_cache(maxsize=128)
def write_weekdays(values: int) -> str:
    """Days of the week (Sunday 0) by name: a range never runs backwards, a step is undocumented."""
    found = list(members(values))
    if len(found) >= _RANGE_FROM and found[-1] - found[0] == len(found) - 1:
        return f"{_NAMES[found[0]]}-{_NAMES[found[-1]]}"
    return ",".join(_NAMES[value] for value in found)


def _write(values: list[int], low: int, high: int, *, short: bool) -> str:
    first, last, count = values[0], values[-1], len(values)
    if count == high - low + 1:
        return "*"
    step = values[1] - first if count >= _RANGE_FROM else 0
    if step and values == list(range(first, last + 1, step)):
        if step == 1:
            return f"{first}-{last}"
        if last + step > high:
            return f"{first}/{step}"
        if count >= _BOUNDED_STEP_FROM:
            return f"{first}-{last}/{step}"
    return ",".join(_runs(values) if short else map(str, values))


def _runs(values: list[int]) -> list[str]:
    """The values with each run of three or more as a range."""
    known = set(values)
    written: list[str] = []
    for first in values:
        if first - 1 in known:
            continue
        last = first
        while last + 1 in known:
            last += 1
        if last - first + 1 >= _RANGE_FROM:
            written.append(f"{first}-{last}")
        else:
            written += [str(value) for value in range(first, last + 1)]
    return written
