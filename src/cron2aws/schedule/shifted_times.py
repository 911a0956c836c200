"""A schedule's local times in the triggers' zone.

In a zone that is UTC plus a fixed offset, some times of a local day fall on the day before or after
in UTC. They are parted by that shift, so that each part has days of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cron2aws.schedule import days
from cron2aws.schedule.cron import CronSchedule

_MINUTES_IN_HOUR = 60


@dataclass(frozen=True)
class ShiftedTimes:
    """Minutes and hours in the triggers' zone, and how many days that is from the local day."""

    minutes: int
    hours: int
    shift: int


def times_in_trigger_zone(schedule: CronSchedule, offset: int) -> list[ShiftedTimes]:
    """The schedule's times in the triggers' zone, each part a product of minutes and hours."""
    if offset == 0:
        return [ShiftedTimes(schedule.minutes, schedule.hours, 0)]
    hours_of: dict[tuple[int, int], int] = {}
    for minute in days.members(schedule.minutes):
        for hour in days.members(schedule.hours):
            shift, at = divmod(hour * _MINUTES_IN_HOUR + minute - offset, days.MINUTES_IN_DAY)
            key = shift, at % _MINUTES_IN_HOUR
            hours_of[key] = hours_of.get(key, 0) | 1 << at // _MINUTES_IN_HOUR
    minutes_of: dict[tuple[int, int], int] = {}
    for (shift, minute), hours in hours_of.items():
        minutes_of[shift, hours] = minutes_of.get((shift, hours), 0) | 1 << minute
    return [ShiftedTimes(minutes, hours, shift) for (shift, hours), minutes in minutes_of.items()]


def shifted_days(local_days: int, shift: int) -> int:
    """Local days as days in the triggers' zone."""
    if shift == 0:
        return local_days
    return days.day_before(local_days) if shift < 0 else days.day_after(local_days)


def rectangle(pieces: tuple[ShiftedTimes, ...]) -> tuple[int, int] | None:
    """Minutes and hours whose product is exactly the times of all parts, or None."""
    minutes = hours = count = 0
    for piece in pieces:
        minutes |= piece.minutes
        hours |= piece.hours
        count += piece.minutes.bit_count() * piece.hours.bit_count()
    whole = minutes.bit_count() * hours.bit_count() == count
    return (minutes, hours) if whole else None


@lru_cache(maxsize=4096)
def days_let_through(guard: int, shift: int) -> int:
    """The days in the triggers' zone on which the guard lets a run pass."""
    return shifted_days(days.days_of_month(guard), shift)


_IN_WORDS = {-1: "the day before", 0: "the same day", 1: "the day after"}


def days_in_words(schedule: CronSchedule, offset: int) -> str:
    """On which days of the triggers' zone the times fall."""
    shifts = sorted({piece.shift for piece in times_in_trigger_zone(schedule, offset)})
    return " and ".join(_IN_WORDS[shift] for shift in shifts)
