r"""The tokens of a shell command: words as they are written, redirections, operators.

    word      = *( sign / "\" any / single-quoted / double-quoted / "$(" ")" / "${" "}" / "`" "`" )

What no shell would accept is read all the same: see `words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

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
_FRONT = re.compile(r"[ \t\r]*+(?:[^ \t\r\n;&|()<>\\'\"`$#]++(?:[ \t\r]++|\Z))*+")
"""The words in front of the first sign that means anything to a shell, each of them whole."""
_SINGLE = re.compile(r"'([^']*)'?|\"((?:[^\"\\]|\\.)*)\"?|\\(.)", re.DOTALL)
_IN_DOUBLE = re.compile(r"\\([\"$`\\])")


class Redirection(NamedTuple):
    """`2>>log`: the operator with its descriptor, and the file or descriptor behind it."""

    operator: str
    target: str

    @property
    def writes(self) -> bool:
        """Whether it is output that goes there."""
        return ">" in self.operator


def front(command: str) -> tuple[list[str], int]:
    """The plain words at the beginning of a command, and the offset behind them."""
    found = _FRONT.match(command)
    end = found.end() if found else 0
    return _PLAIN.findall(command, 0, end), end


def tokens(command: str) -> Iterator[tuple[str | Redirection, bool]]:
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
            yield _redirection(token[kind], unquoted(command[start:end])), False
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


def unquoted(word: str) -> str:
    """A word without its quotes; those within expansions go as well, which is near enough."""
    if "'" not in word and '"' not in word and "\\" not in word:
        return word  # nearly always

    def plain(match: re.Match[str]) -> str:
        single, double, escaped = match.groups()
        if single is not None:
            return single
        return escaped if escaped is not None else _IN_DOUBLE.sub(r"\1", double)

    return _SINGLE.sub(plain, word)


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
    """The quote (or `$(`, `${`) that is still open at the end of the command; empty for none."""
    position = 0
    while position < len(command):
        end = _skip(command, position)
        if end > len(command):
            return (
                command[position : position + 2] if command[position] == "$" else command[position]
            )
        position = end
    return ""
