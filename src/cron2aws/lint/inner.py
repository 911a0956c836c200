"""A command within a command: the text that a shell, `su` or `flock` is given behind `-c`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from cron2aws.lint.words import SHELLS, Simple, name_of, simple_commands

_TAKE_TEXT = frozenset(("su", "runuser"))
_RUN_TEXT = SHELLS | _TAKE_TEXT
_OPTION = re.compile(r"-[a-z]*c")  # `bash -lc`, too


def inner_command(simple: Simple) -> str | None:
    """The text that is a command in its turn, or None; a `-c` of what they run does not count."""
    for words in simple.chain:
        name = name_of(words[0])
        if name not in _RUN_TEXT:
            continue
        at = next((n for n, word in enumerate(words) if _OPTION.fullmatch(word)), len(words))
        before = words[1:at]
        of_shell = name in SHELLS and all(word.startswith("-") for word in before)
        if (of_shell or name in _TAKE_TEXT) and at + 1 < len(words):
            return words[at + 1]
    if len(simple.chain) == 1:
        return None  # nearly always
    for words, following in pairwise(simple.chain):
        if name_of(words[0]) == "flock" and words[-len(following) - 1] == "-c":
            return following[0]
    return None


def programs_within(commands: Iterable[Simple]) -> Iterator[tuple[Simple, str, tuple[str, ...]]]:
    """Each program by its name with the words behind it, wrappers and texts within texts too."""
    for simple in commands:
        for words in simple.chain:
            yield simple, name_of(words[0]), words[1:]
        text = inner_command(simple)
        if text is not None:
            yield from programs_within(simple_commands(text))
