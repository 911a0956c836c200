r"""A command as a shell reads it: simple commands, their words and redirections; nothing expanded.

    command   = simple *( ("&&" / "||" / "|" / "|&" / ";" / "&" / newline / "(" / ")") simple )
    simple    = *assignment *( word / redirection )

It is read to be judged, never to be run: what no shell would accept is read all the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cron2aws.lint.tokens import Redirection, front, tokens, unquoted

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_RESERVED = frozenset(
    ("{", "}", "!", "if", "then", "else", "elif", "fi", "do", "done", "while", "until", "for")
)
_OPENING = frozenset(("{", "if", "do"))
_CLOSING = frozenset(("}", "fi", "done"))


SHELLS = frozenset(("sh", "bash", "dash", "ksh", "zsh"))


class Simple(NamedTuple):
    """One program and its words, without quotes; expansions stand as they are written.

    A named tuple: ten thousand of them take a third of the time of frozen dataclasses.
    """

    assignments: tuple[str, ...]
    words: tuple[str, ...]
    redirections: tuple[Redirection, ...]
    end: str
    """The operator behind it: `&` puts it in the background."""

    chain: tuple[tuple[str, ...], ...]
    """The words from each program on: a wrapper (`sudo`, `nice`), and what it runs."""

    opens: tuple[str, ...] = ()
    """The reserved words in front of it: `if`, `!`, `then`."""

    groups: tuple[str, ...] = ()
    """The groups that it stands in, the outermost first: `(`, `{`, `if`, `do`."""

    @property
    def program(self) -> str:
        """The path or name of what runs in the end; empty where there are only assignments."""
        return self.chain[-1][0] if self.words else ""


def name_of(word: str) -> str:
    """The program's name without its folder."""
    return word.rsplit("/", 1)[-1]


_WRAPPERS = {
    # name: its options that take a word of their own; how many words stand before the command
    "sudo": ("-u -g -C -h -p -U -r -t", 0),
    "doas": ("-u -C", 0),
    "nice": ("-n", 0),
    "ionice": ("-c -n", 0),
    "chrt": ("", 1),
    "taskset": ("", 1),
    "timeout": ("-s -k", 1),
    "env": ("-u -C", 0),
    "flock": ("-w -E --wait --timeout --conflict-exit-code", 1),
    "lockrun": ("", 0),
    "setlock": ("", 1),
    "chronic": ("", 0),
    "cronic": ("", 0),
    "nohup": ("", 0),
    "setsid": ("", 0),
    "stdbuf": ("-i -o -e", 0),
    "systemd-cat": ("-t -p", 0),
    "run-one": ("", 0),
    "exec": ("-a", 0),
    "command": ("", 0),
    "time": ("-f -o", 0),
}


def _chain(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    while words:
        found.append(words)
        words = _behind_wrapper(words)
    return tuple(found)


def _behind_wrapper(words: tuple[str, ...]) -> tuple[str, ...]:
    name = name_of(words[0])
    if name == "bundle" and words[1:2] == ("exec",):  # Ruby's; not `bundle install`
        return words[2:]
    wrapper = _WRAPPERS.get(name)
    if wrapper is None:
        return ()
    options, skipped = wrapper
    position = 1
    while position < len(words):
        word = words[position]
        if word.startswith("-"):
            position += 2 if _takes_next(word, options.split()) else 1
        elif _ASSIGNMENT.match(word):
            position += 1
        elif skipped:
            skipped -= 1
            position += 1
        else:
            return words[position:]
    return ()


def _takes_next(word: str, options: list[str]) -> bool:
    """Whether the next word is this option's own: `-u`, or the last letter of `-nu`."""
    if word in options or word.startswith("--"):
        return word in options
    *before, last = (f"-{letter}" for letter in word[1:] or "-")
    return last in options and not set(before) & set(options)


def simple_commands(command: str) -> tuple[Simple, ...]:
    """What the command runs, in the order in which it is written."""
    found: list[Simple] = []
    words, end = front(command)
    redirections: list[Redirection] = []
    groups: tuple[str, ...] = ()
    for read, is_operator in _tokens(command[end:]):
        if not isinstance(read, str):
            redirections.append(read)
        elif not is_operator:
            words.append(read)
        else:
            groups = _add(found, _simple(words, redirections, read), groups)
            words, redirections = [], []
            if read == "(":
                groups = (*groups, "(")
            elif read == ")":
                groups = groups[:-1]
    _add(found, _simple(words, redirections, ""), groups)
    return tuple(found)


@lru_cache(maxsize=1024)
def _tokens(text: str) -> tuple[tuple[str | Redirection, bool], ...]:
    """Remembered: nearly every line of a crontab ends with `>/dev/null 2>&1`, or like another."""
    return tuple(tokens(text))


def _add(found: list[Simple], simple: Simple, groups: tuple[str, ...]) -> tuple[str, ...]:
    """Add what was read, and say which groups are open behind it.

    What only closes a group (`)`, `}`, `done`) hands its operator to the command before.
    """
    for word in simple.opens:
        if word in _OPENING:
            groups = (*groups, word)
        elif word in _CLOSING:
            groups = groups[:-1]
    if simple.words or simple.assignments or simple.redirections:
        found.append(simple._replace(groups=groups) if groups else simple)
    elif found and simple.end in {"&", "&&", "|"}:
        found[-1] = found[-1]._replace(end=simple.end)
    return groups


def _simple(words: list[str], redirections: list[Redirection], end: str) -> Simple:
    opens: list[str] = []
    while words and words[0] in _RESERVED:
        opens.append(words.pop(0))
        if opens[-1] == "for":
            words = []  # a name and what it stands for; nothing is run
    assignments: list[str] = []
    while words and "=" in words[0] and _ASSIGNMENT.match(words[0]):
        assignments.append(unquoted(words.pop(0)))
    plain = tuple(map(unquoted, words))
    # by position, as one is made for each line of a crontab: names double the time
    return Simple(tuple(assignments), plain, tuple(redirections), end, _chain(plain), tuple(opens))
