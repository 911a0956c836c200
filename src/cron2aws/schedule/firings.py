"""What triggers fire at, as days times minutes in local time, and whether that is a schedule.

Every trigger is read back from its text; the products must not meet and together be the
schedule's. As the sets hold all 5,117 kinds of day (see `days`), what is shown here holds for
every day of the calendar, not for a sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from cron2aws.schedule import days
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.eventbridge import ALL_YEARS, EventBridgeCron, parse_aws
from cron2aws.schedule.trigger import Trigger


class Firings(NamedTuple):
    """Days times minutes, in local time."""

    on: int
    at: int


def firings(triggers: Iterable[Trigger], offset: int) -> list[Firings] | None:
    """What the triggers fire at in a zone `offset` minutes ahead of theirs, guards applied.

    None where AWS would refuse an expression, or a trigger doesn't fire in every year.
    """
    found: list[Firings] = []
    for trigger in triggers:
        value = parse_aws(trigger.expression)
        if not isinstance(value, EventBridgeCron) or value.years != ALL_YEARS:
            return None
        guard = trigger.guard
        allowed = days.bits(guard.days_of_month) if guard else None
        for on, at in _in_local_time(value.on, value.at, offset):
            guarded = on if allowed is None else on & days.days_of_month(allowed)
            found.append(Firings(guarded, at))
    return [each for each in found if each.on and each.at]


def _in_local_time(on: int, at: int, offset: int) -> Iterator[tuple[int, int]]:
    """Days times minutes moved by `offset` minutes: at most two products."""
    moved = at << offset + days.MINUTES_IN_DAY  # three days of minutes: before, same, after
    for shift, days_moved in ((0, days.day_before), (1, None), (2, days.day_after)):
        minutes = moved >> shift * days.MINUTES_IN_DAY & days.ALL_MINUTES
        if minutes:
            yield days_moved(on) if days_moved else on, minutes


def proves(schedule: CronSchedule, fired: Sequence[Firings]) -> bool:
    """Whether these firings are the schedule's, each minute once."""
    return fire_exactly_at(fired, on=schedule.days, at=schedule.times)


def fire_exactly_at(fired: Sequence[Firings], *, on: int, at: int) -> bool:
    """Whether these firings are at the minutes `at` of the days `on`, each once."""
    if list(fired) == [Firings(on, at)]:
        return True  # nearly always, and nothing need be counted
    if any(a.on & b.on and a.at & b.at for a, b in combinations(fired, 2)):
        return False
    if any(each.on & ~on or each.at & ~at for each in fired):
        return False
    # parts that do not meet and count as many minutes are the whole
    count = sum(each.on.bit_count() * each.at.bit_count() for each in fired)
    return count == on.bit_count() * at.bit_count()


def next_fired(fired: Iterable[Firings], moment: datetime) -> datetime | None:
    """The first firing (wall time) after a moment."""
    found = (days.next_firing(each.on, each.at, moment) for each in fired)
    return min((each for each in found if each is not None), default=None)
