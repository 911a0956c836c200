r"""A command as a shell reads it: simple commands, their words and redirections; nothing expanded.

    command   = simple *( ("&&" / "||" / "|" / "|&" / ";" / "&" / newline / "(" / ")") simple )
    simple    = *assignment *( word / redirection )
    word      = *( sign / "\" any / single-quoted / double-quoted / "$(" ")" / "${" "}" / "`" "`" )

It is read to be judged, never to be run: what no shell would accept is read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

_ENDS_WORD = " \t\r\n;&|()<>"
_PLAIN = re.compile(r"[^ \t\r\n;&|()<>\\'\"`$]+")
_WHOLE = rf"{_PLAIN.pattern}+(?![\\'\"`$])"
_TOKEN = re.compile(
    rf"[ \t\r]*(?:(?P<word>(?!#|[0-9]+[<>]){_WHOLE})"
    rf"|(?P<redirection>[0-9]*(?:>>|>&|>\||<&|<<<|<<-?|<>|>|<)|&>>?)[ \t]*(?P<target>{_WHOLE})?"
    r"|(?P<operator>&&|\|\||\|&|;;|[;&|()\n])"
    r"|#[^\n]*)"  # where a word could begin it is a comment
    r"|[ \t\r]+"
)
"""All but words with quotes or expansions in them."""
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_RESERVED = frozenset(
    ("{", "}", "!", "if", "then", "else", "elif", "fi", "do", "done", "while", "until", "for")
)
_OPENING = frozenset(("{", "if", "do"))
_CLOSING = frozenset(("}", "fi", "done"))
_QUOTING = re.compile(r"['\"\\]")
_SINGLE = re.compile(r"'([^']*)'?|\"((?:[^\"\\]|\\.)*)\"?|\\(.)", re.DOTALL)
_IN_DOUBLE = re.compile(r"\\([\"$`\\])")


SHELLS = frozenset(("sh", "bash", "dash", "ksh", "zsh"))


@dataclass(frozen=True, kw_only=True)
class Redirection:
    """`2>>log`: the operator with its descriptor, and the file or descriptor behind it."""

    operator: str
    target: str

    @property
    def writes(self) -> bool:
        """Whether it is output that goes there."""
        return ">" in self.operator


@dataclass(frozen=True, kw_only=True)
class Simple:
    """One program and its words, without quotes; expansions stand as they are written."""

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
    "flock": ("-w -E", 1),
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
            position += 2 if word in options.split() else 1
        elif _ASSIGNMENT.match(word):
            position += 1
        elif skipped:
            skipped -= 1
            position += 1
        else:
            return words[position:]
    return ()


def simple_commands(command: str) -> tuple[Simple, ...]:
    """What the command runs, in the order in which it is written."""
    found: list[Simple] = []
    tokens: list[str | Redirection] = []
    groups: tuple[str, ...] = ()
    for read, is_operator in _tokens(command):
        if not is_operator:
            tokens.append(read)
            continue
        groups = _add(found, tokens, str(read), groups)
        tokens = []
        if read == "(":
            groups = (*groups, "(")
        elif read == ")":
            groups = groups[:-1]
    _add(found, tokens, "", groups)
    return tuple(found)


def _add(
    found: list[Simple], tokens: list[str | Redirection], end: str, groups: tuple[str, ...]
) -> tuple[str, ...]:
    """Add what was read, and say which groups are open behind it.

    What only closes a group (`)`, `}`, `done`) hands its operator to the command before.
    """
    simple = _simple(tokens, end)
    for word in simple.opens:
        if word in _OPENING:
            groups = (*groups, word)
        elif word in _CLOSING:
            groups = groups[:-1]
    if simple.words or simple.assignments or simple.redirections:
        found.append(replace(simple, groups=groups) if groups else simple)
    elif found and end in {"&", "&&", "|"}:
        found[-1] = replace(found[-1], end=end)
    return groups


def outside_quotes(command: str) -> str:
    """The command with `_` for each quoted text: what is left is read by the shell itself."""
    kept, position = [], 0
    while position < len(command):
        quoted = command[position] in "'\"\\"
        end = _skip(command, position) if quoted else position + 1
        kept.append("_" if quoted else command[position])
        position = end
    return "".join(kept)


def unfinished(command: str) -> str:
    """The quote (or `$(`, `${`) that is open where the command ends, or nothing."""
    position = 0
    while position < len(command):
        end = _skip(command, position)
        if end > len(command):
            return (
                command[position : position + 2] if command[position] == "$" else command[position]
            )
        position = end
    return ""


def _simple(tokens: list[str | Redirection], end: str) -> Simple:
    words: list[str] = []
    redirections: list[Redirection] = []
    for token in tokens:
        if isinstance(token, str):
            words.append(token)
        else:
            redirections.append(token)
    opens: list[str] = []
    while words and words[0] in _RESERVED:
        opens.append(words.pop(0))
        if opens[-1] == "for":
            words = []  # a name and what it stands for; nothing is run
    assignments: list[str] = []
    while words and _ASSIGNMENT.match(words[0]):
        assignments.append(_unquoted(words.pop(0)))
    plain = tuple(map(_unquoted, words))
    return Simple(
        assignments=tuple(assignments),
        words=plain,
        chain=_chain(plain),
        redirections=tuple(redirections),
        end=end,
        opens=tuple(opens),
    )


def _tokens(command: str) -> Iterator[tuple[str | Redirection, bool]]:
    """Words and redirections, and operators (true)."""
    position = 0
    while position < len(command):
        token = _TOKEN.match(command, position)
        kind = token.lastgroup if token else None
        end = token.end() if token else _word_end(command, position)
        if token is None:
            yield command[position:end], False
        elif kind == "word":
            yield token[kind], False
        elif kind == "operator":
            yield token[kind], True
        elif kind == "target":
            yield _redirection(token["redirection"], token[kind]), False
        elif kind == "redirection":
            start, end = end, _word_end(command, end)
            yield _redirection(token[kind], _unquoted(command[start:end])), False
        position = end


@lru_cache(maxsize=1024)
def _redirection(operator: str, target: str) -> Redirection:
    """Remembered: nearly every line of a crontab has `>/dev/null` and `2>&1`."""
    return Redirection(operator=operator, target=target)


def _word_end(command: str, position: int) -> int:
    while position < len(command) and command[position] not in _ENDS_WORD:
        plain = _PLAIN.match(command, position)
        position = plain.end() if plain else _skip(command, position)
    return min(position, len(command))


def _skip(text: str, position: int) -> int:
    """The offset behind the sign, quote or expansion that begins here; beyond the end if open."""
    sign = text[position]
    if sign == "\\":
        return min(position + 2, len(text))
    if sign in "'`":
        return _find(text, sign, position + 1)
    if sign == '"':
        return _skip_until(text, '"', position + 1)
    if text.startswith("$(", position):
        return _skip_until(text, ")", position + 2)
    if text.startswith("${", position):
        return _skip_until(text, "}", position + 2)
    return position + 1


def _find(text: str, sign: str, position: int) -> int:
    end = text.find(sign, position)
    return len(text) + 1 if end < 0 else end + 1


def _skip_until(text: str, closing: str, position: int) -> int:
    while position < len(text):
        sign = text[position]
        if sign == closing:
            return position + 1
        if sign == "(" and closing == ")":
            position = _skip_until(text, ")", position + 1)
        elif sign == "'" and closing == '"':
            position += 1
        else:
            position = _skip(text, position)
    return len(text) + 1


def _unquoted(word: str) -> str:
    """Without its quotes; inside of expansions they go as well, which is near enough."""
    if not _QUOTING.search(word):
        return word

    def plain(match: re.Match[str]) -> str:
        single, double, escaped = match.groups()
        if single is not None:
            return single
        return escaped if escaped is not None else _IN_DOUBLE.sub(r"\1", double)

    return _SINGLE.sub(plain, word)
