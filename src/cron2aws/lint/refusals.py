"""What a question in front of a job ends with where it says no, and what it prints.

The codes are those that dash, bash and the programs of Debian 12 end with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cron2aws.lint.locks import refusal_of
from cron2aws.lint.tokens import Redirection
from cron2aws.lint.words import Simple, name_of

_CODES = {"getent": 2, "mountpoint": 32}  # mountpoint: 1 before util-linux 2.36
_SHELL_LOOKS = frozenset(("command", "type"))
_GREPS = frozenset(("grep", "egrep", "fgrep", "zgrep"))
_QUIET = re.compile(r"-[a-zA-Z]*[qs][a-zA-Z]*|--quiet|--silent")
_HUSHED = frozenset(("mountpoint", "systemctl", "cmp", *_GREPS))
"""They have an option that keeps them silent."""

_NO_ON_OUTPUT = frozenset(("expr", "ping", "diff", "ps", "type", "mountpoint", "systemctl", "cmp"))
_NO_ON_ERROR = frozenset(("kill", "id", "hash", "type", "which"))
_YES_ON_OUTPUT = frozenset(
    ("expr", "ping", "ps", "type", "mountpoint", "systemctl", "pgrep", "pidof", "which", "command",
     "getent", "id", "findmnt", "hostname", "who", *_GREPS)
)  # fmt: skip


def code_of_no(words: Sequence[str], *, dash: bool) -> int:
    """The exit code of a test that fails; `dash`: in Debian's sh."""
    name = name_of(words[0])
    if name == "flock":
        return refusal_of(words) or 1
    if name == "systemctl":
        return 3 if "is-active" in words else 1
    if name in _SHELL_LOOKS and dash:
        return 127
    return _CODES.get(name, 1)


def speaks(simple: Simple, *, yes: bool) -> bool:
    """Whether a test with this answer prints anything that reaches cron."""
    name = name_of(simple.words[0])
    if name in _HUSHED and any(map(_QUIET.fullmatch, simple.words[1:])):
        return False
    out, err = outputs(simple)
    if yes:
        return name in _YES_ON_OUTPUT and not out
    return (name in _NO_ON_OUTPUT and not out) or (name in _NO_ON_ERROR and not err)


def outputs(simple: Simple) -> tuple[str, str]:
    """Where both outputs go; nothing for one that goes where the shell's own does.

    Redirections count from left to right: `2>&1 >/dev/null` leaves errors alone.
    """
    return _outputs(simple.redirections)


@lru_cache(maxsize=1024)
def _outputs(redirections: tuple[Redirection, ...]) -> tuple[str, str]:
    """Remembered: nearly every line of a crontab has `>/dev/null 2>&1`."""
    out, err = "", ""
    for each in redirections:
        if each.operator in {"&>", "&>>"} or (each.operator == ">&" and each.target not in "12"):
            out = err = each.target
        elif each.operator in {">", ">>", ">|", "1>", "1>>"}:
            out = each.target
        elif each.operator in {"2>", "2>>"}:
            err = each.target
        elif (each.operator, each.target) == ("2>&", "1"):
            err = out
        elif (each.operator, each.target) in {(">&", "2"), ("1>&", "2")}:
            out = err
    return out, err
