"""A second reading: what python-crontab makes of a line, beside the daemon's.

python-crontab decides and writes nothing here (measured: a file that it saves has other commands
than the one it read).  Where it reads a line differently, a finding shows both readings, for the
sake of the tools on the host that are built on it.  It is imported when the first line is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace
from typing import Any

from cron2aws.crontab.items import Entry
from cron2aws.findings import Finding
from cron2aws.schedule.cron import CronSchedule, RandomTime, Reboot, Timing

_FIELDS = ("minute", "hour", "day-of-month", "month", "day-of-week")
_COMMAND_OF_ITS_OWN = re.compile(r"[#%\\\r\n\v\f\x1c-\x1f\x85\xa0\u2028\u2029]|^$")
"""What a command must hold for python-crontab to read another one than the daemon."""

_WHOLE_USER_TAB = SimpleNamespace(user=None, tabfile=None)
Sets = tuple[frozenset[int], ...]


def second_reading(entry: Entry) -> Finding | None:
    """C190 with both readings where python-crontab's is another one; None where it agrees."""
    differences = [
        difference
        for difference in (_schedules(entry.schedule_text, entry.timing), _commands(entry))
        if difference
    ]
    return Finding(code="C190", detail="; ".join(differences)) if differences else None


def _schedules(text: str, timing: Timing) -> str | None:
    if isinstance(timing, RandomTime):
        return None  # each reader throws its own dice
    theirs = _their_schedule(text)
    if theirs is None:
        return f"python-crontab refuses the schedule; the daemon has {_show_timing(timing)}"
    if isinstance(timing, Reboot) or isinstance(theirs, str):
        same = isinstance(timing, Reboot) and theirs == "@reboot"
        return None if same else f"schedule: python-crontab has {theirs}"
    return _compare_sets(_our_sets(timing), theirs)


def _compare_sets(ours: Sets, theirs: Sets) -> str | None:
    parts = [
        f"{field}: the daemon has {_show(mine)}, python-crontab {_show(other)}"
        for field, mine, other in zip(_FIELDS, ours, theirs, strict=True)
        if mine != other
    ]
    return "; ".join(parts) or None


def _commands(entry: Entry) -> str | None:
    if not _COMMAND_OF_ITS_OWN.search(entry.raw_command):
        return None
    theirs = _their_command(entry.raw_command)
    if theirs is None:
        return f"python-crontab refuses the line; the daemon runs `{entry.command}`"
    command, stdin = theirs
    parts = []
    if command != entry.command.strip(" \t"):
        parts.append(f"the daemon runs `{entry.command}`, python-crontab has `{command}`")
    ours = None if entry.stdin is None else entry.stdin.removesuffix("\n")
    if stdin != ours:
        parts.append(f"standard input: the daemon gives {ours!r}, python-crontab has {stdin!r}")
    return "; ".join(parts) or None


@cache
def _their_schedule(text: str) -> Sets | str | None:
    item = _their_item(f"{text} true")
    if item is None:
        return None
    try:
        special = str(item.slices.special or "")
        return special if special == "@reboot" else tuple(map(_as_set, item.slices))
    except Exception:  # whatever a foreign parser raises on hostile text
        return None


def _as_set(values: Iterable[int]) -> frozenset[int]:
    return frozenset(map(int, values))


def _their_command(raw: str) -> tuple[str, str | None] | None:
    item = _their_item(f"* * * * * {raw}")
    return None if item is None else (item.command, item.stdin)


def _their_item(line: str) -> Any:
    """A valid item of python-crontab's, or None."""
    import crontab  # noqa: PLC0415 - only a reading that is asked for pays for it

    crontab.LOG.disabled = True  # it logs what it cannot read; here that is an answer
    try:
        item = crontab.CronItem.from_line(line, cron=_WHOLE_USER_TAB)
        return item if item.is_valid() else None
    except Exception:  # whatever a foreign parser raises on hostile text
        return None


def _our_sets(timing: CronSchedule) -> Sets:
    fields = (
        timing.minutes,
        timing.hours,
        timing.days_of_month,
        timing.months,
        timing.days_of_week,
    )
    return tuple(frozenset(n for n in range(60) if bits >> n & 1) for bits in fields)


def _show_timing(timing: CronSchedule | Reboot) -> str:
    if isinstance(timing, Reboot):
        return "@reboot"
    sets = zip(_FIELDS, _our_sets(timing), strict=True)
    return ", ".join(f"{field} {_show(values)}" for field, values in sets)


def _show(values: frozenset[int]) -> str:
    """A set as its ranges: `1-3,7`."""
    starts = sorted(value for value in values if value - 1 not in values)
    ends = sorted(value for value in values if value + 1 not in values)
    pairs = zip(starts, ends, strict=True)
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in pairs) or "none"
