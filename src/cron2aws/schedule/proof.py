"""The proof that triggers say a schedule, with croniter as a second, independent witness.

The proof is one of sets over the whole calendar (`firings`). croniter then reads the schedule's
text, with cron's day rule (`implement_cron_bug=True`): its values are compared over the calendar
too, and its own next times from days that matter. Where it is known to read something otherwise
than the daemons it is asked again with the values written out, and the proof says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from cron2aws.schedule import days
from cron2aws.schedule.bounds import DAY_OF_MONTH, DAY_OF_WEEK, FIELDS, Field
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.firings import Firings, firings, next_fired, proves
from cron2aws.schedule.trigger import Trigger

if TYPE_CHECKING:
    from croniter import croniter


class Agreement(StrEnum):
    """Whether croniter agrees with a conversion."""

    AGREES = "agrees"
    KNOWN = "known reading"  # only the original is read otherwise, for a reason that is known
    DISAGREES = "disagrees"


@dataclass(frozen=True, kw_only=True)
class Testimony:
    """Whether croniter agrees; `detail` is what it reads differently."""

    agreement: Agreement
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.agreement}: {self.detail}" if self.detail else self.agreement.value


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How a conversion was shown to be exact, and whether croniter agrees."""

    method: str = "calendar"
    days_checked: int = days.DAYS_IN_CYCLE
    testimony: Testimony

    @property
    def croniter(self) -> str:
        """The testimony as reports tell it."""
        return str(self.testimony)


@dataclass(frozen=True, kw_only=True)
class KnownReading:
    """A form that croniter is known to read differently, with a pattern that finds it."""

    name: str
    pattern: re.Pattern[str]


def _known(name: str, pattern: str) -> KnownReading:
    return KnownReading(name=name, pattern=re.compile(pattern, re.IGNORECASE | re.ASCII))


KNOWN_READINGS = (
    _known("wraps ranges that run backwards", r"(?P<from>\w+)-(?P<to>\w+)"),
    _known("takes a range from a value to itself for the whole field",
           r"(?P<from>\w+)-(?P<same>\w+)"),
    _known("takes a `*` behind the first value for a star", r"^[^*].*,\*"),
    _known("takes `#` for the nth weekday", r"#"),
    _known("rejects what the daemon skips behind a value",
           r"[0-9a-z*][^0-9a-z*,/#-]|\*[0-9a-z*-]|-\w+-|/\w+[/-]|\d\*"),
    _known("rejects a range that ends outside its field", r"\w+-(?P<end>\d+)"),
    _known("rejects numbers beyond 32 bits", r"\d{10,}"),
)  # fmt: skip
"""Measured on croniter 7 with `implement_cron_bug=True` beside the real daemons."""


def known_readings(text: str) -> list[str]:
    """The forms in this expression that croniter is known to read differently."""
    words = re.findall(r"[^ \t]+", text)  # other white space is junk to the daemons
    return [
        reading.name
        for reading in KNOWN_READINGS
        if any(_meets(reading, word, field) for word, field in zip(words, FIELDS, strict=False))
    ]


def _meets(reading: KnownReading, word: str, field: Field) -> bool:
    return any(_fits(match.groupdict(), field) for match in reading.pattern.finditer(word))


def _fits(found: dict[str, str], field: Field) -> bool:
    """Whether the values found are what the reading is about."""
    if "same" in found:
        return _number(found["from"], field) == _number(found["same"], field)
    if "to" in found:
        return _number(found["from"], field) > _number(found["to"], field)
    return "end" not in found or _number(found["end"], field) > field.high


def _number(text: str, field: Field) -> int:
    named = field.named(text)
    if named is not None:
        return named
    return int(text[:9]) if text.isascii() and text.isdigit() else field.low


@dataclass(frozen=True)
class _Asked:
    """What croniter is asked: an expression, and whether either day field is enough."""

    text: str
    either_day: bool = True


def _written_out(schedule: CronSchedule) -> _Asked:
    """The schedule's sets as plain lists, for a witness that reads the original otherwise."""
    dates, weekdays = schedule.days_of_month, schedule.days_of_week
    either = not schedule.star
    every_date, every_weekday = DAY_OF_MONTH.every, DAY_OF_WEEK.every
    if either and (dates == every_date or weekdays == every_weekday):
        dates, weekdays = every_date, every_weekday
    elif either and not dates:
        dates, either = every_date, False
    elif either and not weekdays:
        weekdays, either = every_weekday, False
    sets = (schedule.minutes, schedule.hours, dates, schedule.months, weekdays)
    return _Asked(" ".join(",".join(map(str, days.members(each))) for each in sets), either)


_STARTS = (
    datetime(2026, 12, 31, 23, 59),  # noqa: DTZ001 (wall time)
    datetime(2027, 2, 27, 23, 59),  # noqa: DTZ001
    datetime(2027, 4, 29, 23, 59),  # noqa: DTZ001
    datetime(2028, 2, 28, 23, 59),  # noqa: DTZ001
)
"""Before a new year, the ends of a February and of a short month, and a leap day.

One step from each is enough: the values that croniter reads are compared whole, so that its walk
has only its day rule left to show, and `walk_starts` adds days that tell the day rules apart.
"""


def witness(schedule: CronSchedule, text: str, fired: Sequence[Firings]) -> Testimony:
    """Compare what croniter reads in the text with what the triggers fire at."""
    found = _disagreement(_Asked(text), fired, walk_starts(schedule))
    if found is None:
        return Testimony(agreement=Agreement.AGREES)
    known = known_readings(text)
    if known and _disagreement(_written_out(schedule), fired, walk_starts(schedule)) is None:
        return Testimony(agreement=Agreement.KNOWN, detail="; ".join(known))
    return Testimony(agreement=Agreement.DISAGREES, detail=found)


def walk_starts(schedule: CronSchedule) -> list[datetime]:
    """The times after which croniter is asked for its next one.

    Some are fixed; the others lie before days that tell the day rules apart.
    """
    by_date = days.days_of_month(schedule.days_of_month) & days.months(schedule.months)
    by_weekday = days.weekdays(schedule.days_of_week) & days.months(schedule.months)
    telling = (by_date & ~by_weekday, by_weekday & ~by_date, by_date & by_weekday)
    found = list(_STARTS)
    for on in telling if by_date != by_weekday else ():
        midnight = days.next_firing(on, 1, _STARTS[0]) if on else None
        if midnight is not None:
            found.append(midnight - timedelta(minutes=1))
    return list(dict.fromkeys(found))  # New Year often tells the rules apart, too


def _disagreement(
    asked: _Asked, fired: Sequence[Firings], starts: Sequence[datetime]
) -> str | None:
    """What croniter says otherwise than the triggers, or None."""
    from croniter import CroniterError, croniter  # noqa: PLC0415 (slow to import)

    try:
        walk = croniter(asked.text, 0.0, day_or=asked.either_day, implement_cron_bug=True)
        # to croniter white space that is junk to the daemons makes a sixth field
        plain = len(walk.expanded) == len(FIELDS) and not walk.nth_weekday_of_month
        if not plain or not proves(_as_read(walk.expressions, walk.expanded, asked), fired):
            return f"reads other values in `{asked.text}`"
        return walked(fired, starts, lambda moment: _next_of(walk, moment))
    except CroniterError as error:
        return f"rejects `{asked.text}`: {error}"


def _next_of(walk: croniter, moment: datetime) -> datetime:
    following: datetime = walk.get_next(datetime, start_time=moment)
    return following


def walked(
    fired: Sequence[Firings],
    starts: Iterable[datetime],
    next_of: Callable[[datetime], datetime | None],
) -> str | None:
    """The first start after which `next_of` differs from what is fired, in words; or None."""
    for start in starts:
        theirs, ours = next_of(start), next_fired(fired, start)
        if theirs != ours:
            return f"after {start} comes {theirs}, here {ours}"
    return None


def _as_read(
    words: Sequence[str], expanded: Sequence[Sequence[int | str]], asked: _Asked
) -> CronSchedule:
    """The sets that croniter made of the fields, with its rule for the two day fields."""
    minutes, hours, days_of_month, months, days_of_week = (
        field.every if "*" in values else days.bits(v for v in values if isinstance(v, int))
        for values, field in zip(expanded, FIELDS, strict=True)
    )
    star = any(words[place].startswith("*") or expanded[place][0] == "*" for place in (2, 4))
    return CronSchedule(
        text=asked.text,
        minutes=minutes,
        hours=hours,
        days_of_month=days_of_month,
        months=months,
        days_of_week=days_of_week,
        star=star or not asked.either_day,
        wildcard=False,
    )


@lru_cache(maxsize=4096)
def prove(
    schedule: CronSchedule, text: str, triggers: tuple[Trigger, ...], offset: int
) -> Proof | None:
    """Prove that the triggers fire at the schedule's times and no others; None if they do not.

    The schedule's zone is `offset` minutes ahead of theirs. croniter reads `text`, the schedule as
    it was written: it may tell apart what is the same to cron.
    """
    fired = firings(triggers, offset)
    if fired is None or not proves(schedule, fired):
        return None
    return Proof(testimony=witness(schedule, text, fired))


@lru_cache(maxsize=4096)
def witness_only(schedule: CronSchedule, text: str) -> Proof:
    """The proof for a rate, whose interval was counted from the sets: croniter reads them too."""
    return Proof(testimony=witness(schedule, text, [Firings(schedule.days, schedule.times)]))
