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

from cron2aws.lint.secret_forms import ANY_SIGN, NAME, READS_PASSWORD, recognisers

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
    return _masked(text, find_secrets(text))


def _masked(text: str, found: tuple[Secret, ...]) -> str:
    for secret in reversed(found):
        text = text[: secret.start] + MASK + text[secret.end :]
    return text


def find_input_secrets(command: str, stdin: str) -> tuple[Secret, ...]:
    """The secrets in what a command is given to read, by place in `stdin`.

    What `chpasswd` or `kinit` reads is one whatever it looks like.
    """
    if not READS_PASSWORD.search(command):
        return find_secrets(stdin)
    head = f"{command}%"
    line = find_secrets(head + stdin.replace("\n", "%"))  # as a crontab has it
    of_line = [
        Secret(start=each.start - len(head), end=each.end - len(head), kind=each.kind)
        for each in line
        if each.start >= len(head)
    ]
    found: list[Secret] = []
    for each in sorted([*find_secrets(stdin), *of_line], key=lambda each: (each.start, -each.end)):
        if not found or each.start >= found[-1].end:
            found.append(each)
    return tuple(found)


def script_holds_secret(script: str) -> bool:
    """Whether a script of ours, or any other text, holds a secret, quoted for a shell or not."""
    plain = script.replace("'\"'\"'", "'")
    if find_secrets(script) or find_secrets(plain):
        return True
    return "stdin() { printf" in script and READS_PASSWORD.search(plain) is not None


def mask_input(command: str, stdin: str) -> str:
    """What a command is given to read, with every secret in it replaced by `****`."""
    return _masked(stdin, find_input_secrets(command, stdin))


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
