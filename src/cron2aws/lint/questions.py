"""Questions that a command asks before it does anything: what they look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from cron2aws.lint.conditions import TESTS, asks_the_clock
from cron2aws.lint.words import Simple, name_of


class Reads(StrEnum):
    """What a guard looks at."""

    CLOCK = "reads the clock"
    FILE = "looks at a file"
    LOCK = "tries a lock"
    PROCESSES = "looks at the running processes"
    HOST = "looks at the state of the host"


_ASKS = {
    Reads.FILE: frozenset(
        ("grep", "egrep", "fgrep", "zgrep", "cmp", "diff", "which", "type", "hash", "command")
    ),
    Reads.PROCESSES: frozenset(("pgrep", "pidof", "ps")),
    Reads.HOST: frozenset(
        ("mountpoint", "ping", "getent", "id", "nc", "on_ac_power", "hostname", "findmnt", "who")
    ),
}


def reads_of(words: Sequence[str], feeding: Sequence[Simple]) -> Reads | None:
    """What the words look at, where they only test something; None where they do something."""
    name, options = name_of(words[0]), words[1:2]
    if name in TESTS or name == "expr":
        return _read_by_test(words)
    if name == "flock":  # of a descriptor, which `exec 9>file` or a group opened
        return Reads.LOCK if len(words) > 1 and words[-1].isdigit() else None
    if name == "kill":
        return Reads.PROCESSES if options == ("-0",) else None
    if name == "systemctl":
        return Reads.HOST if any(each.startswith("is-") for each in words) else None
    if name == "command" and options not in {("-v",), ("-V",)}:
        return None
    found = next((reads for reads, names in _ASKS.items() if name in names), None)
    fed_by = {name_of(simple.words[0]) for simple in feeding if simple.words}
    if found is Reads.FILE and "date" in fed_by:
        return Reads.CLOCK
    return Reads.PROCESSES if found is Reads.FILE and fed_by & _ASKS[Reads.PROCESSES] else found


def _read_by_test(words: Sequence[str]) -> Reads:
    text = " ".join(words)
    if asks_the_clock(words):
        return Reads.CLOCK
    if re.search(r"(?:\$\(|`)\s*(?:pgrep|pidof|ps)\b", text):
        return Reads.PROCESSES
    return Reads.FILE if re.search(r" -[bcdefghLrsuwxS] ", text) else Reads.HOST
