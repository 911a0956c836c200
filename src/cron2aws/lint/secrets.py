"""Secrets in commands and in environment values: recognised, and masked.

A recogniser of our own.  detect-secrets was tried: it takes 0.15 s to import (with requests,
multiprocessing and YAML), keeps its settings in global state, is made for quoted strings in source
code, and does not know how a command line carries a secret (`mysql -pX`, `PGPASSWORD=X`,
`curl -u user:X`): `secret_forms` does.

What comes from a variable, a file or a command (`$X`, `$(cat f)`, `/run/secrets/x`) is no secret.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cron2aws.lint.secret_forms import ANY_SIGN, NAME, recognisers

MASK = "****"


@dataclass(frozen=True, kw_only=True)
class Secret:
    """Where a secret stands in a text, and what kind it is."""

    start: int
    end: int
    kind: str


_GROUPS = ("double", "single", "bare", "token")
_SECRET_NAME = re.compile(NAME, re.IGNORECASE)

_LOWER = str.maketrans(
    string.ascii_uppercase + "\u0130\u0131\u017f\u212a", string.ascii_lowercase + "iisk"
)
"""Case aside, `re` takes four letters beyond ASCII for an i, an s and a k."""
_FROM_ELSEWHERE = re.compile(
    r"[$`/~<{\\]|\./|(?:file|env|pass|fd|arn|ssm|vault|secretsmanager):|@/"
)
"""A variable, a command, a file, a place-holder."""
_NO_SECRET = re.compile(
    r"\*+|x+|\.+|-.*|[0-9]{0,2}|true|false|yes|no|on|off|null|none|auto|default|stdin|basic|bearer"
    r"|digest|negotiate|<.*>|\{.*\}|.*\.(?:key|pem|crt|txt|conf|cnf|json|ya?ml|env|ini|secret)",
    re.IGNORECASE | re.DOTALL,
)


def find_secrets(text: str) -> tuple[Secret, ...]:
    """The secrets that stand in a command or in a line of a crontab, none within another."""
    if not ANY_SIGN.search(_plain(text)):
        return ()  # nearly always
    found: list[Secret] = []
    for secret in sorted(_candidates(text), key=lambda secret: (secret.start, -secret.end)):
        if not found or secret.start >= found[-1].end:
            found.append(secret)
    return tuple(found)


@lru_cache(maxsize=1024)
def secret_in_setting(name: str, value: str) -> str | None:
    """The kind of secret that an environment line holds, or None.

    Remembered: a setting is in force for all lines below it.
    """
    if _SECRET_NAME.fullmatch(name) and _is_literal(value):
        return f"the value of {name}"
    return next((f"{secret.kind} in {name}" for secret in find_secrets(value)), None)


def mask(text: str) -> str:
    """The text with every secret in it replaced by `****`."""
    for secret in reversed(find_secrets(text)):
        text = text[: secret.start] + MASK + text[secret.end :]
    return text


def _candidates(text: str) -> Iterator[Secret]:
    for pattern, kind in _patterns(text):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            group = next(name for name in _GROUPS if groups.get(name) is not None)
            if group == "token" or _is_literal(match[group]):
                # in quotes: `--token in` would be masked in its turn
                named = f"{kind} `{_option(match)}`" if groups.get("name") else kind
                yield Secret(start=match.start(group), end=match.end(group), kind=named)


def _option(match: re.Match[str]) -> str:
    """The name with the dashes in front of it."""
    start = match.start("name")
    dashes = re.search(r"-*\Z", match.string[match.start() : start])
    return (dashes[0] if dashes else "") + match["name"]


def _patterns(text: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """Those that may match the text."""
    plain = _plain(text)
    for signs, patterns in recognisers():
        if signs.search(plain):
            yield from patterns


def _plain(text: str) -> str:
    """In lower case, as far as the patterns see a letter of ASCII in it."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def _is_literal(value: str) -> bool:
    return not (_FROM_ELSEWHERE.match(value) or _NO_SECRET.fullmatch(value))
