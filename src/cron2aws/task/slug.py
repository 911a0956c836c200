"""A short word for names: the program that a command runs in the end.

What only prepares the run (`cd`, a guard, a wait, a setting) is passed over, wrappers (`sudo`,
`timeout 5`) are looked through, and so is a shell, to its script or to the text of `-c`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cron2aws.lint.guards import questions_in_front
from cron2aws.lint.inner import inner_command
from cron2aws.lint.words import SHELLS, Simple, name_of, simple_commands

_LONGEST = 40
_NO_NAME = "task"
_TESTS = frozenset(("test", "[", "[[", "true", "false", ":", "read", "case", "esac"))
_SETTINGS = frozenset(("cd", "pushd", "popd", "export", "set", "unset", "umask", "ulimit", "trap"))
_PREPARES = _TESTS | _SETTINGS | {".", "source", "sleep", "exit", "return"}


def slug_of(command: str) -> str:
    """The name of the program that a command runs, in lower-case letters, digits and `-`."""
    return slug(next(_programs(command), ""))


def slug(name: str) -> str:
    """A name as a short word; `task` where it has neither letters nor digits."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()
    return plain[:_LONGEST].strip("-") or _NO_NAME


def _programs(command: str) -> Iterator[str]:
    """The names of what does the work; behind them, of what prepares it."""
    preparing: list[Simple] = []
    commands = simple_commands(command)
    asked = questions_in_front(commands)
    for simple in (*commands[asked:], *commands[:asked]):
        inner = inner_command(simple)
        if inner is not None:
            yield from _programs(inner)
        elif name_of(simple.program) in _PREPARES:
            preparing.append(simple)
        else:
            yield from _names(simple)
    for simple in preparing:
        yield from _names(simple)


def _names(simple: Simple) -> Iterator[str]:
    """The program, or the first word behind it that could be one; a shell's is its script."""
    words = simple.chain[-1] if simple.chain else ()
    if words and name_of(words[0]) in SHELLS:
        words = words[1:]
    names = (name_of(word.rstrip("/")) for word in words if not word.startswith("-"))
    return (name for name in names if re.search(r"[A-Za-z]", name))
