"""Secrets in commands and in environment values: recognised, and masked.

A recogniser of our own.  detect-secrets was tried: it takes 0.15 s to import (with requests,
multiprocessing and YAML), keeps its settings in global state, is made for quoted strings in source
code, and does not know how a command line carries a secret (`mysql -pX`, `PGPASSWORD=X`,
`curl -u user:X`).  The shapes of tokens below are those that their issuers document.

What comes from a variable, a file or a command (`$X`, `$(cat f)`, `/run/secrets/x`) is no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MASK = "****"


@dataclass(frozen=True, kw_only=True)
class Secret:
    """Where a secret stands in a text, and what kind it is."""

    start: int
    end: int
    kind: str


_VALUE = r"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'&|;<>()]+))"""
_WORDS = r"pass(?:word|wd|phrase|code)?|pwd?|secret|token|credentials?"
_KEY = r"(?:api|access|auth|secret|private|account|storage|cron|license|signing|encryption)[_-]?key"
_NAME = (
    rf"(?:[\w.-]{{0,60}}[_.-])?(?:(?:pg|mysql_?|db|ssh|restic_?|borg_?)?(?:{_WORDS})|{_KEY}|apikey)"
)

_NAMED_SIGNS = r"pass|pw|secret|token|credential|key|hash=|sig|authorization"
_NAMED = (
    # PGPASSWORD=x, --password=x, -Ddb.password=x, ?token=x
    (rf"(?<![\w$])(?P<name>{_NAME})={_VALUE}", "the value of"),
    # --password x, --api-key x
    (rf"(?<!\S)--(?P<name>{_NAME})\s+(?!-){_VALUE}", "the value of"),
    (r"[?&](?:key|hash|sig|signature)=(?P<bare>[\w-]{8,})", "a key in a URL"),
    # "password": "x"
    (rf"""["'](?P<name>{_NAME})\\?["']\s*:\s*\\?{_VALUE}""", "the value of"),
    (r"(?i:authorization)\s*:\s*(?:\w+\s+)?(?P<bare>[^\s\"']+)", "an Authorization header"),
    (rf"(?i:x-)?(?i:{_KEY}|[\w-]*token|[\w-]*secret)\s*:\s+(?P<bare>[^\s\"']+)", "a header"),
)
_USER_OPTION = r"\b(?:curl|wget|lftp|http)\s[^|;&]*?(?<!\S)(?:-u|--user|--proxy-user)[\s=]*"
_PROGRAM_SIGNS = (
    r"mysql|maria|xtrabackup|innobackupex|sshpass|curl|wget|lftp|http|smbclient|ldap|redis-cli"
    r"|mongo|sqlcmd|bcp|zip|7z|openssl|sudo"
)
_PROGRAMS = (
    (
        rf"\b(?:mysql|maria(?:db)?|xtrabackup|innobackupex)\S*\s[^|;&]*?(?<!\S)-p{_VALUE}",
        "mysql -p",
    ),
    (rf"\bsshpass\s+-p\s*{_VALUE}", "sshpass -p"),
    (_USER_OPTION + r"[\"']?[^\s:,\"'$]+[:,](?P<bare>[^\s\"']+)", "a user's password"),
    (r"\bsmbclient\s[^|;&]*?(?<!\S)-U\s*[\"']?[^\s%\"']+%(?P<bare>[^\s\"']+)", "smbclient -U"),
    (rf"\bldap\w+\s[^|;&]*?(?<!\S)-w\s*{_VALUE}", "ldap -w"),
    (rf"\bredis-cli\s[^|;&]*?(?<!\S)-a\s*{_VALUE}", "redis-cli -a"),
    (rf"\bmongo\w*\s[^|;&]*?(?<!\S)-p\s*{_VALUE}", "mongo -p"),
    (rf"\b(?:sqlcmd|bcp)\s[^|;&]*?(?<!\S)-P\s*{_VALUE}", "sqlcmd -P"),
    (rf"\bzip\s[^|;&]*?(?<!\S)-P\s*{_VALUE}", "zip -P"),
    (rf"\b7z[ar]?\s[^|;&]*?(?<!\S)-p{_VALUE}", "7z -p"),
    (rf"\bopenssl\s[^|;&]*?\bpass:{_VALUE}", "openssl pass:"),
    (rf"\becho\s+{_VALUE}\s*\|\s*sudo\s+-S", "sudo's password"),
)
_SHAPE_SIGNS = (
    r"akia|asia|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|discord|telegram|rk_|sk_|aiza"
    r"|sg\.|npm_|pypi-|dop_v1_|eyj|-----begin|://"
)
_SHAPES = (
    (r"(?<![A-Za-z0-9])(?P<token>(?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9])", "an AWS access key"),
    (r"(?P<token>\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{22,})", "a GitHub token"),
    (r"(?P<token>\bglpat-[\w-]{20,})", "a GitLab token"),
    (r"(?P<token>\bxox[abeprs]-[\w-]{10,})", "a Slack token"),
    (r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<token>[\w/]{20,})", "a Slack webhook"),
    (r"discord(?:app)?\.com/api/webhooks/(?P<token>\d+/[\w-]{20,})", "a Discord webhook"),
    (r"api\.telegram\.org/bot(?P<token>\d+:[\w-]{30,})", "a Telegram token"),
    (r"(?P<token>\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,})", "a Stripe key"),
    (r"(?P<token>\bAIza[\w-]{35})", "a Google API key"),
    (r"(?P<token>\bSG\.[\w-]{16,}\.[\w-]{16,})", "a SendGrid key"),
    (r"(?P<token>\b(?:npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{40,}|dop_v1_[0-9a-f]{64}))", "a token"),
    (r"(?P<token>\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*)", "a JSON web token"),
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?P<token>[^-]+)", "a private key"),
    (r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'$]*:(?P<bare>[^\s/@\"']+)@", "a password in a URL"),
)
RECOGNISERS = tuple(
    (re.compile(signs), tuple((re.compile(pattern, flags), kind) for pattern, kind in patterns))
    for signs, patterns, flags in (
        (_NAMED_SIGNS, _NAMED, re.IGNORECASE),
        (_PROGRAM_SIGNS, _PROGRAMS, 0),
        (_SHAPE_SIGNS, _SHAPES, 0),
    )
)
"""Patterns behind their signs: whatever they match holds one of these, in lower case.

Nearly no text has a sign, and to look for these alone takes a fiftieth of the time.
"""
_GROUPS = ("double", "single", "bare", "token")
_SECRET_NAME = re.compile(_NAME, re.IGNORECASE)

_FROM_ELSEWHERE = re.compile(r"[$`/~<{\\]|\./|file:|env:|@/")
"""A variable, a command, a file, a place-holder."""
_NO_SECRET = re.compile(
    r"\*+|x+|\.+|-.*|[0-9]{0,2}|true|false|yes|no|on|off|null|none|auto|default|stdin|basic|bearer"
    r"|digest|negotiate|<.*>|\{.*\}|.*\.(?:key|pem|crt|txt|conf|cnf|json|ya?ml|env|ini|secret)",
    re.IGNORECASE | re.DOTALL,
)


def find_secrets(text: str) -> tuple[Secret, ...]:
    """The secrets that stand in a command or in a line of a crontab, none within another."""
    found: list[Secret] = []
    for secret in sorted(_candidates(text), key=lambda secret: (secret.start, -secret.end)):
        if not found or secret.start >= found[-1].end:
            found.append(secret)
    return tuple(found)


def secret_in_setting(name: str, value: str) -> str | None:
    """The kind of secret that an environment line holds, or None."""
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
                named = f"{kind} {groups['name']}" if groups.get("name") else kind
                yield Secret(start=match.start(group), end=match.end(group), kind=named)


def _patterns(text: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """Those that may match the text; beyond ASCII a letter may have more than one lower case."""
    plain = text.lower() if text.isascii() else None
    for signs, patterns in RECOGNISERS:
        if plain is None or signs.search(plain):
            yield from patterns


def _is_literal(value: str) -> bool:
    return not (_FROM_ELSEWHERE.match(value) or _NO_SECRET.fullmatch(value))
