"""A cron schedule as a value: five sets and two flags, made from a line's five fields or nickname.

The day rule (crontab(5), measured on every daemon): a day field whose first character is `*` sets
`star`, even `*/2` or `*,10`. With it a day must be in both fields, without it in either.
The clock-change rule: a minute or hour field that starts with `*` makes a wildcard job, anything
else a fixed one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache

from cron2aws.schedule import days
from cron2aws.schedule.bounds import FIELDS
from cron2aws.schedule.fields import BLANKS, FieldError, Grammar, read_field

_SUNDAY_AGAIN = 1 << 7
# a name or a quoted name, then `=` and a value: the daemons try this before they look for a job
_ENVIRONMENT = re.compile(r"""[ \t]*("[^"]*"|'[^']*'|[^\s=]+)[ \t]*=[ \t]*[^\s"']""")
_FIVE_WORDS = re.compile(r"([^ \t\n]+)" + r"[ \t]+([^ \t\n]+)" * 4)
_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 1-31 * 0-6",
    "@midnight": "0 0 1-31 * 0-6",
    "@hourly": "0 * 1-31 * 0-6",
}
"""As the daemons store them: only the hourly one is a wildcard job, the daily ones set no star."""


@dataclass(frozen=True, kw_only=True)
class CronSchedule:
    """When a job is due, in local wall time; bit n of a set stands for the value n, Sunday is 0."""

    text: str = field(compare=False)
    minutes: int
    hours: int
    days_of_month: int
    months: int
    days_of_week: int
    star: bool
    wildcard: bool

    def __hash__(self) -> int:
        """The generated one would go through all fields each time, for each line of a crontab."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.sets, self.star, self.wildcard))

    @cached_property
    def days(self) -> int:
        """The kinds of day on which the job is due (see `days`)."""
        by_date = days.days_of_month(self.days_of_month)
        by_weekday = days.weekdays(self.days_of_week)
        either = by_date & by_weekday if self.star else by_date | by_weekday
        return days.months(self.months) & either

    @cached_property
    def times(self) -> int:
        """The minutes of the day at which the job is due."""
        return days.minutes_of_day(self.minutes, self.hours)

    @property
    def sets(self) -> tuple[int, int, int, int, int]:
        """The five fields' values, in the fields' order."""
        return self.minutes, self.hours, self.days_of_month, self.months, self.days_of_week

    @property
    def never(self) -> bool:
        """Whether no day or no minute is left (`0 0 30 2 *`, an empty range)."""
        return not (self.days and self.times)

    def due_on(self, local: datetime) -> bool:
        """Whether the day of this wall time is one of the job's."""
        if not self.months >> local.month & 1:
            return False
        by_date = bool(self.days_of_month >> local.day & 1)
        by_weekday = bool(self.days_of_week >> local.isoweekday() % 7 & 1)
        return by_date and by_weekday if self.star else by_date or by_weekday

    def fires(self, local: datetime) -> bool:
        """Whether the job is due in the minute of this wall time (naive)."""
        in_time = self.minutes >> local.minute & self.hours >> local.hour & 1
        return bool(in_time) and self.due_on(local)

    def next_after(self, local: datetime) -> datetime | None:
        """The first wall time (naive) after `local` at which the job is due, or None."""
        if self.never:
            return None
        return days.next_firing(self.days, self.times, local)


@dataclass(frozen=True, kw_only=True)
class Reboot:
    """`@reboot`: once, when the daemon starts."""

    text: str = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class RandomTime:
    """A field with `~`: the daemon draws the value when it loads the file (cronie 1.7)."""

    text: str = field(compare=False)


Timing = CronSchedule | Reboot | RandomTime


@dataclass(frozen=True, kw_only=True)
class BadSchedule:
    """What the daemon rejects: which field, its text, why, and where it stands in the line."""

    field: str
    value: str
    why: str
    start: int
    end: int


def read_timing(
    line: str, start: int, grammar: Grammar, *, dash: bool
) -> tuple[Timing, int] | BadSchedule:
    """Read five fields or a nickname from `line[start:]` as the daemon does.

    The number is the offset just behind the last field. With `dash`, a leading `-` is skipped
    where the grammar has it; the caller sees it in `line[start]`.
    """
    first = at = start + (dash and grammar.dash and line.startswith("-", start))
    if line.startswith("@", at):
        return _read_nickname(line, at, grammar)
    five = _FIVE_WORDS.match(line, at)
    if five is not None:
        words = five.groups()
        try:
            return _timing(line[first : five.end()], words, grammar), five.end()
        except FieldError:
            pass  # the field is named by those below
    return _bad_fields(line, at, grammar)[0]


def parse_expression(text: str, grammar: Grammar) -> Timing | BadSchedule:
    """A whole expression, read as a line of root's crontab; words behind it are the command."""
    if "\n" in text:
        return _bad("minute", text, "an expression is one line", 0, len(text))
    start = _skip(text, 0, blanks=True)
    if _ENVIRONMENT.match(text):
        return _bad("minute", text, "the daemon reads NAME=VALUE, not a job", 0, len(text))
    found = read_timing(text, start, grammar, dash=True)
    if isinstance(found, BadSchedule):
        return found
    timing, end = found
    behind = _skip(text, end, blanks=True)
    if text.startswith("*", behind):
        why = "a command cannot begin with `*`: there are five fields, none for seconds"
        return _bad("command", text[behind:], why, behind, len(text))
    return timing


def words_behind(text: str, grammar: Grammar) -> str:
    """What stands behind the schedule in a good expression: to the daemon it is the command."""
    found = read_timing(text, _skip(text, 0, blanks=True), grammar, dash=True)
    return "" if isinstance(found, BadSchedule) else text[found[1] :].strip(BLANKS)


def _skip(line: str, at: int, *, blanks: bool) -> int:
    while at < len(line) and line[at] != "\n" and (line[at] in BLANKS) is blanks:
        at += 1
    return at


def _bad(name: str, value: str, why: str, start: int, end: int) -> BadSchedule:
    return BadSchedule(field=name, value=value, why=why, start=start, end=end)


def _read_nickname(line: str, at: int, grammar: Grammar) -> tuple[Timing, int] | BadSchedule:
    end = _skip(line, at, blanks=False)
    name = line[at:end]
    if name == "@reboot":
        return Reboot(text=name), end
    if name not in _NICKNAMES:
        known = ", ".join(("@reboot", *_NICKNAMES))
        return _bad("time specifier", name, f"the nicknames are {known}", at, end)
    return _timing(name, tuple(_NICKNAMES[name].split()), grammar), end


def _bad_fields(line: str, at: int, grammar: Grammar) -> list[BadSchedule]:
    """The fields that the daemon rejects, a missing one too; it stops at the first."""
    found: list[BadSchedule] = []
    for expected in FIELDS:
        end = _skip(line, at, blanks=False)
        try:
            _values(line[at:end], expected, grammar)
        except FieldError as wrong:
            found.append(_bad(expected.name, line[at:end], str(wrong), at, end))
        at = _skip(line, end, blanks=True)
    return found


_values = lru_cache(maxsize=4096)(read_field)


@lru_cache(maxsize=4096)
def _timing(text: str, words: tuple[str, ...], grammar: Grammar) -> Timing:
    """The value of five words that were found good."""
    read = [_values(word, one, grammar) for word, one in zip(words, FIELDS, strict=True)]
    if any(values.random for values in read):
        return RandomTime(text=text)
    minutes, hours, days_of_month, months, days_of_week = (values.bits for values in read)
    if days_of_week & _SUNDAY_AGAIN:
        days_of_week = days_of_week & ~_SUNDAY_AGAIN | 1
    return CronSchedule(
        text=text,
        minutes=minutes,
        hours=hours,
        days_of_month=days_of_month,
        months=months,
        days_of_week=days_of_week,
        star=words[2].startswith("*") or words[4].startswith("*"),
        wildcard=words[0].startswith("*") or words[1].startswith("*"),
    )
