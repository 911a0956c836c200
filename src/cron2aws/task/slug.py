"""A short word for names: the program that a command runs in the end.

What only prepares the run (`cd`, a test, a wait, a setting) is passed over, wrappers (`sudo`,
`timeout 5`) are looked through, and so is a shell, to its script or to the text of `-c`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cron2aws.lint.words import Simple, name_of, simple_commands

_LONGEST = 40
_NO_NAME = "task"
_TESTS = frozenset(("test", "[", "[[", "true", "false", ":", "read"))
_SETTINGS = frozenset(("cd", "pushd", "popd", "export", "set", "unset", "umask", "ulimit", "trap"))
_PREPARES = _TESTS | _SETTINGS | {".", "source", "sleep", "exit", "return"}
_SHELLS = frozenset(("sh", "bash", "dash", "ash", "ksh", "zsh"))
_SWITCHES = frozenset(("su", "runuser"))
_TEXT_OPTION = re.compile(r"-[a-z]*c")


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
    for simple in simple_commands(command):
        text = _text(simple)
        if text is not None:
            yield from _programs(text)
        elif name_of(simple.program) in _PREPARES:
            preparing.append(simple)
        else:
            yield from _names(simple)
    for simple in preparing:
        yield from _names(simple)


def _text(simple: Simple) -> str | None:
    """The text behind `-c` that is a command in its turn (`bash -lc`, `su -c`, `flock FILE -c`)."""
    for words in simple.chain:
        at = next((n for n, word in enumerate(words) if _TEXT_OPTION.fullmatch(word)), len(words))
        name, before = name_of(words[0]), words[1:at]
        of_shell = name in _SHELLS and all(word.startswith("-") for word in before)
        if (of_shell or name in _SWITCHES) and at + 1 < len(words):
            return words[at + 1]
    for words, following in pairwise(simple.chain):
        if name_of(words[0]) == "flock" and words[-len(following) - 1] == "-c":
            return following[0]
    return None


def _names(simple: Simple) -> Iterator[str]:
    """The program, or the first word behind it that could be one; a shell's is its script."""
    words = simple.chain[-1] if simple.chain else ()
    if words and name_of(words[0]) in _SHELLS:
        words = words[1:]
    names = (name_of(word.rstrip("/")) for word in words if not word.startswith("-"))
    return (name for name in names if re.search(r"[A-Za-z]", name))
