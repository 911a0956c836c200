"""One cron() expression for any days there are, where EventBridge has a form for them.

Asked for what cron needs a guard for: the last day of the month (`L`), the nth or the last weekday
(`TUE#2`, `6L`), the weekday nearest to a date (`15W`). An expression is offered only once it is
read back and fires at exactly these minutes, over all kinds of day.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cron2aws.schedule import days, writing
from cron2aws.schedule.bounds import DAY_OF_MONTH, DAY_OF_WEEK, MONTH
from cron2aws.schedule.firings import fire_exactly_at, firings
from cron2aws.schedule.trigger import Trigger


@lru_cache(maxsize=1024)
def native(on: int, at: int) -> str | None:
    """The expression that fires on the days `on` at the minutes `at`, or None."""
    minutes, hours = days.minutes_and_hours(at)
    if not on or not at or days.minutes_of_day(minutes, hours) != at:
        return None
    chosen = days.bits(m for m in MONTH.values if on & days.IN_MONTH[m])
    time, months = (
        f"{writing.write_minutes(minutes)} {writing.write_hours(hours)}",
        writing.write_months(chosen),
    )
    for day, weekday in _day_fields(on, days.months(chosen)):
        expression = f"cron({time} {day} {months} {weekday} *)"
        fired = firings((Trigger(expression=expression, timezone="UTC", guard=None),), 0)
        if fired is not None and fire_exactly_at(fired, on=on, at=at):
            return expression
    return None


def _day_fields(on: int, in_months: int) -> Iterator[tuple[str, str]]:
    """The day fields that could say these days; whether they do is for the proof."""
    dates = days.bits(d for d in DAY_OF_MONTH.values if on & days.DAY[d])
    if on == in_months & days.days_of_month(dates):
        yield writing.write_days_of_month(dates), "?"
    weekdays = [n for n in DAY_OF_WEEK.values if on & days.WEEKDAY[n]]
    yield "?", writing.write_weekdays(days.bits(weekdays))
    yield "L", "?"
    if len(weekdays) == 1:
        name = writing.write_weekdays(1 << weekdays[0])
        for nth in range(1, 6):
            yield "?", f"{name}#{nth}"
        yield "?", f"{weekdays[0] + 1}L"
    for date in DAY_OF_MONTH.values:
        if dates >> date & 1:
            yield f"{date}W", "?"
