"""Locks that are not waited for: what a command ends with where somebody else holds the lock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cron2aws.lint.words import name_of

_NOT_WAITING = re.compile(
    r"-[a-zA-Z]*[nw][a-zA-Z]*[\d.]*|--nb|--nonblock(?:ing)?|--wait.*|--timeout.*"
)

_CONFLICT = re.compile(r"(?:-[a-zA-Z]*E|--conflict-exit-code=?)(?P<code>\d*)")


def refusal_of(words: Sequence[str]) -> int | None:
    """The exit code if another holds the lock; None where it is waited for, or is no lock."""
    name, options = name_of(words[0]), words[1:]
    if name == "run-one":
        return 1
    if name == "setlock":  # daemontools: -n does not wait, -x makes that a success
        letters = "".join(each for each in options if each.startswith("-"))
        return (0 if "x" in letters else 111) if "n" in letters else None
    if name != "flock" or not any(_NOT_WAITING.fullmatch(each) for each in options):
        return None
    return next(_conflict_codes(options), 1)


def _conflict_codes(options: Sequence[str]) -> Iterator[int]:
    """What `-E` sets (util-linux 2.25)."""
    for option, following in pairwise([*options, ""]):
        match = _CONFLICT.fullmatch(option)
        text = (match["code"] or following) if match else ""
        if text.isdigit():
            yield int(text)
