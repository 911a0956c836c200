"""Sets of values written as the fields of a cron() expression.

Only documented forms, the shortest that reads well: `*`, one value, one range (`9-17`), one step
(`0/15`, `8-18/2`), else the plain list. A list of ranges (`1-5,10`) is left for expressions that
would pass 256 characters otherwise: AWS's pages show no example of one.
"""

from __future__ import annotations

from functools import lru_cache

from cron2aws.schedule.bounds import DAY_NAMES, DAY_OF_MONTH, HOUR, MINUTE, MONTH, Field
from cron2aws.schedule.days import members
from cron2aws.schedule.ranges import SHORTEST, is_range, ranges

_NAMES = [name.upper() for name in DAY_NAMES]
_BOUNDED_STEP_FROM = 6  # `8,10,12` reads better than `8-12/2`


@lru_cache(maxsize=4096)
def write_minutes(values: int, *, short: bool = False) -> str:
    """Minutes 0-59."""
    return _write(list(members(values)), MINUTE, short=short)


@lru_cache(maxsize=4096)
def write_hours(values: int, *, short: bool = False) -> str:
    """Hours 0-23."""
    return _write(list(members(values)), HOUR, short=short)


@lru_cache(maxsize=4096)
def write_days_of_month(values: int, *, short: bool = False) -> str:
    """Days 1-31."""
    return _write(list(members(values)), DAY_OF_MONTH, short=short)


@lru_cache(maxsize=4096)
def write_months(values: int, *, short: bool = False) -> str:
    """Months 1-12."""
    return _write(list(members(values)), MONTH, short=short)


@lru_cache(maxsize=128)
def write_weekdays(values: int) -> str:
    """Days of the week (Sunday 0) by name: a range never runs backwards, a step is undocumented."""
    found = list(members(values))
    if is_range(found):
        return f"{_NAMES[found[0]]}-{_NAMES[found[-1]]}"
    return ",".join(_NAMES[value] for value in found)


def _write(values: list[int], field: Field, *, short: bool) -> str:
    first, last, count = values[0], values[-1], len(values)
    if count == len(field.values):
        return "*"
    step = values[1] - first if count >= SHORTEST else 0
    if step and values == list(range(first, last + 1, step)):
        if step == 1:
            return f"{first}-{last}"
        if last + step > field.high:
            return f"{first}/{step}"
        if count >= _BOUNDED_STEP_FROM:
            return f"{first}-{last}/{step}"
    return ",".join(ranges(values) if short else map(str, values))
