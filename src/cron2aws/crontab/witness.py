"""A second reading: what python-crontab makes of a line, beside the daemon's.

python-crontab decides and writes nothing here (measured: a file that it saves has other commands
than the one it read).  Where it reads a line differently, a finding shows both readings, for the
sake of the tools on the host that are built on it.  It is imported when the first line is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from types import ModuleType, SimpleNamespace
from typing import Protocol, SupportsInt, TypeVar, assert_never

from cron2aws.crontab.items import Entry
from cron2aws.findings import Finding
from cron2aws.schedule.bounds import FIELDS
from cron2aws.schedule.cron import CronSchedule, RandomTime, Reboot, Timing
from cron2aws.schedule.days import bits, members
from cron2aws.schedule.ranges import ranges

_PLAIN = re.compile(r"[\w*,/-]+(?:[ \t]+[\w*,/-]+){4}", re.ASCII)
_COMMAND_OF_ITS_OWN = re.compile(r"[#%\\\r\n\v\f\x1c-\x1f\x85\xa0\u2028\u2029]")
"""What a command must hold for python-crontab to read another one than the daemon, or be empty."""

_T = TypeVar("_T")
_USER_TAB = SimpleNamespace(user=None, tabfile=None)
Sets = tuple[int, ...]
"""A bit set for each field: bit n stands for the value n."""


class _Slices(Protocol):
    special: str | None

    def __iter__(self) -> Iterator[Iterable[SupportsInt]]: ...


class _Item(Protocol):
    """What is used of python-crontab's CronItem."""

    slices: _Slices
    command: str
    stdin: str | None

    def is_valid(self) -> bool: ...


def second_reading(entry: Entry) -> Finding | None:
    """C190 with both readings where python-crontab's is another one; None where it agrees."""
    schedules, commands = _schedules(entry.schedule_text, entry.timing), _commands(entry)
    if not (schedules or commands):
        return None
    return Finding(code="C190", detail="; ".join(filter(None, (schedules, commands))))


@lru_cache(maxsize=4096)
def _schedules(text: str, timing: Timing) -> str | None:
    """Remembered: a host has fewer schedules than lines."""
    match timing:
        case CronSchedule():
            return _sets(timing.sets, _their_sets(text))
        case Reboot():
            same = _their_sets(text) == ()
            return None if same else "python-crontab does not read @reboot in it"
        case RandomTime():
            return None  # each reader throws its own dice
        case _:
            assert_never(timing)


def _sets(ours: Sets, theirs: Sets | None) -> str | None:
    if not theirs:
        return f"python-crontab refuses the schedule; the daemon has {_show_all(ours)}"
    parts = [
        f"{field.name}: the daemon has {_show(mine)}, python-crontab {_show(other)}"
        for field, mine, other in zip(FIELDS, ours, theirs, strict=True)
        if mine != other
    ]
    return "; ".join(parts) or None


def _commands(entry: Entry) -> str | None:
    if entry.raw_command and not _COMMAND_OF_ITS_OWN.search(entry.raw_command):
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


def _their_sets(text: str) -> Sets | None:
    """Their five sets, no set at all for @reboot, None for what they refuse."""
    if _PLAIN.fullmatch(text):
        fields = [_their_field(n, word) for n, word in enumerate(text.split())]
        return tuple(field or 0 for field in fields) if all(fields) else None
    item = _their_item(f"{text} true")
    if item is None:
        return None
    return () if item.slices.special == "@reboot" else _guarded(_item_sets, item)


@cache
def _their_field(field: int, word: str) -> int | None:
    return _guarded(lambda: _bits(_library().CronSlice(field, word)))


def _item_sets(item: _Item) -> Sets:
    return tuple(_bits(values) for values in item.slices)


def _bits(values: Iterable[SupportsInt]) -> int:
    return bits(int(value) for value in values)


def _their_command(raw: str) -> tuple[str, str | None] | None:
    item = _their_item(f"* * * * * {raw}")
    return None if item is None else (item.command, item.stdin)


def _their_item(line: str) -> _Item | None:
    item: _Item | None = _guarded(lambda: _library().CronItem.from_line(line, cron=_USER_TAB))
    return item if item is not None and item.is_valid() else None


def _guarded(read: Callable[..., _T], *arguments: object) -> _T | None:
    """What a foreign parser makes of hostile text; None for whatever it raises."""
    try:
        return read(*arguments)
    except Exception:
        return None


@cache
def _library() -> ModuleType:
    import crontab  # noqa: PLC0415 - only a reading that is asked for pays for it

    crontab.LOG.disabled = True  # it logs what it cannot read; here that is an answer
    library: ModuleType = crontab
    return library


def _show_all(sets: Sets) -> str:
    pairs = zip(FIELDS, sets, strict=True)
    return ", ".join(f"{field.name} {_show(values)}" for field, values in pairs)


def _show(values: int) -> str:
    """A bit set as ranges: `1-3,7`."""
    return ",".join(ranges(members(values), shortest=2)) or "none"
