"""Jobs that look at the clock themselves: guards, dates in the last minute, waits within a minute.

Each check tells what it saw, or None.
"""

from __future__ import annotations

import re

from cron2aws.lint.case import Case, short
from cron2aws.lint.guards import CommandGuard
from cron2aws.lint.questions import Reads
from cron2aws.lint.words import Simple, name_of
from cron2aws.schedule.bounds import MINUTE
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.days import DAYS_IN_CYCLE, MINUTES_IN_DAY
from cron2aws.schedule.native import native


def quiet_guard(case: Case) -> str | None:
    """A guard that says no without a failure, where a schedule could have its days (C319)."""
    guard = case.guard
    if guard is None or guard.refusal:
        return None
    offered = offer(case, guard)
    return f"{short(guard.text)} {guard.reads}{offered}" if offered else None


def offer(case: Case, guard: CommandGuard) -> str:
    """The expression for just the days on which the guard lets the job run, proved; or nothing."""
    timing = case.entry.timing
    if guard.days is None or not isinstance(timing, CronSchedule) or _has_other_zone(case):
        return ""
    on = timing.days & guard.days
    if on in {0, timing.days}:
        return ""
    expression = native(on, timing.times)
    if expression is None:
        return ""
    proved = f"the two together let it run (proved over {DAYS_IN_CYCLE:,} days)"
    return f"; `{expression}` fires on exactly the days on which {proved}"


def _has_other_zone(case: Case) -> bool:
    """Whether `date` may tell another zone's time than the one that moves the schedule."""
    own_zone = case.dialect.environment.cron_tz and case.entry.cron_tz is not None
    return (
        own_zone or "TZ" in case.environment or re.search(r"\bTZ=", case.entry.command) is not None
    )


# --- the last minute of an hour or a day

_FORMAT = re.compile(r"\bdate\b[^`;|&\n)]*?\+[\"']?((?:%[-_0^#]?[A-Za-z]|[^\s\"'`)%])*)")
_OF_HOURS = re.compile(r"%[-_0^#]?[HIklpPcrRsTXMS]")


def last_minute(case: Case) -> str | None:
    """A `date` in the last minute of an hour or a day: started later, it prints the next one."""
    timing = case.entry.timing
    if not isinstance(timing, CronSchedule) or timing.minutes == MINUTE.every:
        return None
    if "date" not in case.entry.command:
        return None
    formats = [each for each in _FORMAT.findall(case.entry.command) if "%" in each]
    if not formats:
        return None
    at_midnight = timing.times >> MINUTES_IN_DAY - 1 & 1
    asks_hours = any(_OF_HOURS.search(each) for each in formats)
    if not at_midnight and not (asks_hours and timing.minutes >> 59 & 1):
        return None
    guard = case.guard
    what, then = ("23:59", "the next day") if at_midnight else ("minute 59", "the next hour")
    harm = f"`{formats[0]}` then tells {then}"
    if guard is not None and guard.reads is Reads.CLOCK:
        harm += ", and the guard decides by that"
    return f"the clock is read at {what}, and a start a little later falls into {then}: {harm}"


# --- less than a minute

_SECONDS = re.compile(r"([0-9]+)(?:\.[0-9]+)?s?")
_LOOPS = frozenset(("while", "until"))
_WAITERS = frozenset(("sleep", "watch", "timeout"))
_NEVER_ENDS = frozenset(("true", ":", "1"))


def within_the_minute(case: Case) -> str | None:
    """Waits and loops that divide a minute, or that go on until somebody ends them."""
    for simple in case.commands:
        loops = _LOOPS & set(simple.opens) if simple.opens else None
        if loops and simple.words and _goes_on(simple, loops):
            loop = short(" ".join((*simple.opens, *simple.words)))
            return f"{loop} goes on and holds one of the agent's workers"
    timing = case.entry.timing
    if not isinstance(timing, CronSchedule) or timing.minutes.bit_count() < 12:
        return None
    for place, simple in enumerate(case.commands):
        found = _waits(simple, is_last=place + 1 == len(case.commands))
        if found:
            return f"{short(found)} counts seconds from a start that wanders by up to a minute"
    return None


def _goes_on(simple: Simple, loops: frozenset[str]) -> bool:
    words = [each for each in simple.words if each not in {"[", "]", "[[", "]]", "test"}]
    if "until" in loops:
        return words == ["false"]
    return len(words) == 1 and words[0] in _NEVER_ENDS


def _waits(simple: Simple, *, is_last: bool) -> str | None:
    for words in simple.chain:
        name, arguments = name_of(words[0]), words[1:]
        if name not in _WAITERS:
            continue
        seconds = next((int(m[1]) for each in arguments if (m := _SECONDS.fullmatch(each))), 0)
        within = 0 < seconds < 60
        if name == "sleep" and within and (not is_last or "do" in simple.groups):
            return " ".join(words)
        if name == "watch" or (name == "timeout" and 50 <= seconds < 60):
            return " ".join(words)
    return None
