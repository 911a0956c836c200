"""By what the runner finds a task's line in the crontab again.

    tab   = path                      the crontab, below the host's root
    raw   = length SP sum             of the raw command, in bytes
    own   = schedule                  each gap one blank
    kin   = [count SP schedule *( HTAB count SP schedule )]
    above = [comment]                 by which a manager of single jobs finds the line

The command itself does not stand here: it would take its room twice. `kin` are the schedules of
the other lines of the file with the same user and command; where they take more than KIN_BYTES,
those that are not ours are counted together, as `*`. Then a line with another schedule is taken
for one of theirs, as long as there are no more such lines than entries.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, repeat
from operator import mul
from typing import NamedTuple

from cron2aws.crontab.items import Entry
from cron2aws.crontab.text import encode_text
from cron2aws.schedule.fields import BLANKS
from cron2aws.task.quoting import word

KIN_BYTES = 400
"""What the schedules of siblings may take of a task's room."""
ANY = "*"
"""In their place: a schedule that is not ours."""

_FACTOR, _PRIME = 263, 2**43 - 57
"""Of the sum: its products stay below 2**53, so that awk's numbers hold them exactly."""
_RAW = re.compile(r"(?:^|\s)raw='([0-9]+ [0-9]+)'")
_GAP = re.compile(f"[{BLANKS}]+")


def _powers(number: int) -> tuple[int, ...]:
    """So many powers of the factor, from the lowest on."""
    return tuple(accumulate(repeat(_FACTOR, number - 1), lambda a, b: a * b % _PRIME, initial=1))


_POWERS = _powers(200)
"""Enough for most commands."""


@dataclass(frozen=True, kw_only=True)
class SameJobLines:
    """The lines of a file with the same user and command: how many have each schedule."""

    schedules: Mapping[str, int]
    total: int

    def without(self, own: str) -> str:
        """The others, beside a line with this schedule, as the runner reads them."""
        if self.total == 1:
            return ""
        # of more not all have room; each of a large group is asked
        if len(self.schedules) <= KIN_BYTES // len("1 @a\t"):
            text = _joined({**self.schedules, own: self.schedules[own] - 1})
            if len(encode_text(text)) <= KIN_BYTES:
                return text
        same = self.schedules[own]
        return _joined({own: same - 1, ANY: self.total - same})


_ALONE = SameJobLines(schedules={}, total=1)
"""The group of most entries; nobody asks it for its schedules."""


def _joined(counts: Mapping[str, int]) -> str:
    return "\t".join(f"{count} {each}" for each, count in sorted(counts.items()) if count)


class LineIdentity(NamedTuple):
    """In which crontab a job's line is, and what it is found by.

    A named tuple: one is made for each line of a crontab.
    """

    tab: str
    command: str
    schedule: str
    siblings: str = ""
    marker: str = ""

    def head(self) -> str:
        """Assignments for the runner, on one line."""
        raw = f"raw='{digest(self.command)}'"  # digits and a blank: as `word` would have it
        facts = (
            _fact("tab", self.tab),
            raw,
            _fact("own", self.schedule),
            _fact("kin", self.siblings),
            _fact("above", self.marker),
        )
        return " ".join(filter(None, facts))


@lru_cache(maxsize=1024)
def _fact(name: str, value: str) -> str:
    """Remembered: a crontab has one path, and fewer schedules than lines."""
    return f"{name}={word(value)}" if value else ""


def line_identity_of(entry: Entry, tab: str, group: SameJobLines) -> LineIdentity:
    """The identity of an entry's line; `group` is its group of `lines_by_job`."""
    own = schedule_of(entry)
    return LineIdentity(tab, entry.raw_command, own, group.without(own), _marker(entry))


def lines_by_job(entries: Iterable[Entry]) -> Mapping[tuple[str, str], SameJobLines]:
    """The lines of a file by user and command, as `key_of` has them."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault(key_of(entry), []).append(entry)
    return {key: _ALONE if len(each) == 1 else _group(each) for key, each in found.items()}


def _group(entries: Sequence[Entry]) -> SameJobLines:
    schedules = Counter(map(schedule_of, entries))
    return SameJobLines(schedules=schedules, total=len(entries))


def key_of(entry: Entry) -> tuple[str, str]:
    """What makes two lines the same job to the runner: some daemons keep blanks in front."""
    return entry.user, entry.raw_command.lstrip(BLANKS)


def schedule_of(entry: Entry) -> str:
    """The schedule as the runner compares it: each gap one blank."""
    return _one_blank(entry.schedule_text)


@lru_cache(maxsize=4096)
def _one_blank(schedule: str) -> str:
    """Each gap one blank. Remembered: a host has fewer schedules than lines."""
    return _GAP.sub(" ", schedule)


def digest(command: str) -> str:
    """Length and sum of a command without the blanks in front of it, as the runner's awk has it."""
    data = encode_text(command.lstrip(BLANKS))
    powers = _POWERS if len(data) <= len(_POWERS) else _powers(len(data))
    # the runner multiplies what came before at each byte: the last one has the lowest power
    return f"{len(data)} {sum(map(mul, reversed(data), powers)) % _PRIME}"


def _marker(entry: Entry) -> str:
    """The comment of a program that looks for its own job by it; no block's, no heading."""
    managed = entry.managed
    return managed.mark.strip(" \t\r") if managed and managed.marks_job else ""


def raw_in(command: str) -> str | None:
    """Length and sum of the raw command that a parameter `Command` has; None in older ones."""
    head = command.partition("\n#job\n")[0]
    found = _RAW.search(head)
    return found[1] if found else None
