"""A schedule in words, made from its sets: what is due, not how it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from cron2aws.schedule import days
from cron2aws.schedule.bounds import DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, MONTH
from cron2aws.schedule.cron import CronSchedule, RandomTime, Reboot, Timing
from cron2aws.schedule.eventbridge import ALL_YEARS, FIRST_YEAR, EventBridgeCron, Rate
from cron2aws.schedule.ranges import is_range, ranges

_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    "", "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth")
_CLOCK_TIMES = 6  # as many are listed one by one


def meaning(timing: Timing) -> str:
    """When a job of cron's is due."""
    match timing:
        case CronSchedule():
            return _of_schedule(timing)
        case Reboot():
            return "once, when the cron daemon starts"
        case RandomTime():
            return "at a time drawn when the daemon loads the file"
        case _:
            assert_never(timing)


def _of_schedule(schedule: CronSchedule) -> str:
    if schedule.never:
        return "never"
    when = _times(schedule.minutes, schedule.hours)
    return _joined(when, _days(schedule), _months(schedule.months))


def meaning_of_trigger(value: EventBridgeCron | Rate) -> str:
    """When an EventBridge expression fires."""
    match value:
        case EventBridgeCron():
            return _of_cron(value)
        case Rate():
            return f"every {value.render()[5:-1].removeprefix('1 ')} from its creation on"
        case _:
            assert_never(value)


def _of_cron(value: EventBridgeCron) -> str:
    if not (value.on and value.at):
        return "never"
    minutes, hours = days.minutes_and_hours(value.at)
    date, weekday = value.text[5:-1].split(" ")[2:5:2]
    months = days.bits(m for m in MONTH.values if days.IN_MONTH[m] & value.on)
    months_said = "" if date == "29" else _months(months)
    return _joined(
        _times(minutes, hours), _aws_days(value, date, weekday), months_said, _years(value)
    )


def dates_in_words(dates: Iterable[int]) -> str:
    """Days of the month: `day 13`, `days 1-12 and 14-31`."""
    return _dates(days.bits(dates))


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _times(minutes: int, hours: int) -> str:
    count = minutes.bit_count() * hours.bit_count()
    if count <= _CLOCK_TIMES:
        times = days.members(days.minutes_of_day(minutes, hours))
        return f"at {_listed([days.clock_time(at) for at in times])}"
    return _joined(_minutes(minutes), "" if hours == HOUR.every else _hours(hours))


def _minutes(minutes: int) -> str:
    values = list(days.members(minutes))
    if minutes == MINUTE.every:
        return "every minute"
    step = values[1] - values[0] if len(values) > 1 else 60
    if values == list(range(0, 60, step)) and 60 % step == 0:
        return "every hour, on the hour" if step == 60 else f"every {step} minutes"
    noun = "minute" if len(values) == 1 else "minutes"
    return f"at {noun} {_ranges(minutes)} of the hour"


def _hours(hours: int) -> str:
    return f"in the {'hour' if hours.bit_count() == 1 else 'hours'} {_ranges(hours)}"


def _days(schedule: CronSchedule) -> str:
    """Day of the month and day of the week, joined by the day rule."""
    if schedule.days == days.months(schedule.months):
        return "every day"
    dates, weekdays = schedule.days_of_month, schedule.days_of_week
    by_date = f"on {_dates(dates)} of the month" if dates else ""
    by_weekday = f"on {_weekday_names(weekdays)}" if weekdays else ""
    if not schedule.star:
        return " and ".join(part for part in (by_date, by_weekday) if part)
    if dates == DAY_OF_MONTH.every:
        return by_weekday
    if weekdays == DAY_OF_WEEK.every:
        return by_date
    return f"{by_weekday}, but only {by_date}"


def _aws_days(value: EventBridgeCron, date: str, weekday: str) -> str:
    if match := re.fullmatch(r"(\w+)#(\d)", weekday):
        return f"on the {_ORDINALS[int(match[2])]} {_weekdays_of(value.on)} of the month"
    if weekday.endswith("L"):
        return f"on the last {_weekdays_of(value.on)} of the month"
    if date == "L":
        return "on the last day of the month"
    if date.endswith("W"):
        return f"on the weekday nearest to day {date[:-1]} of the month"
    if weekday not in ("?", "*"):
        return f"on {_weekdays_of(value.on)}"
    dates = days.bits(n for n in DAY_OF_MONTH.values if days.DAY[n] & value.on)
    if date in ("?", "*") or dates == DAY_OF_MONTH.every:
        return "every day"
    return f"on {_dates(dates)} of the month"


def _weekdays_of(on: int) -> str:
    return _weekday_names(days.bits(w for w in DAY_OF_WEEK.values if days.WEEKDAY[w] & on))


def _dates(dates: int) -> str:
    return f"{'day' if dates.bit_count() == 1 else 'days'} {_ranges(dates)}"


def _weekday_names(weekdays: int) -> str:
    values = list(days.members(weekdays))
    if is_range(values):
        return f"{_WEEKDAYS[values[0]]} to {_WEEKDAYS[values[-1]]}"
    return _listed([_WEEKDAYS[value] for value in values])


def _months(months: int) -> str:
    if months == MONTH.every:
        return ""
    values = list(days.members(months))
    if is_range(values):
        return f"from {_MONTHS[values[0]]} to {_MONTHS[values[-1]]}"
    return f"in {_listed([_MONTHS[value] for value in values])}"


def _years(value: EventBridgeCron) -> str:
    if value.years == ALL_YEARS:
        return ""
    return f"in {_ranges(value.years << FIRST_YEAR)}"


def _ranges(values: int) -> str:
    """The members, runs of three or more as ranges."""
    return _listed(ranges(days.members(values)))


def _listed(words: Sequence[str]) -> str:
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]}"
