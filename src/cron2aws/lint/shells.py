"""Commands that take their shell or cron itself for granted.

Each check says what it saw, or None.
"""

from __future__ import annotations

import re

from cron2aws.lint.case import Case, short
from cron2aws.lint.tokens import outside_quotes
from cron2aws.lint.words import Simple

_BASH_WORDS = frozenset(
    ("source", "[[", "function", "shopt", "declare", "typeset", "let", "pushd", "popd", "mapfile",
     "readarray", "disown", "select")
)  # fmt: skip
_BASH_FORMS = (
    (re.compile(r"[<>]\("), "a process as a file"),
    (re.compile(r"<<<"), "a here-string"),
    (re.compile(r"(?<!\$)\{(?:\w+\.\.\w+|[^\s{}$,]*,[^\s{}]*)\}"), "braces that stand for a list"),
    (re.compile(r"(?:^|[\s;&|])\w+\+?=\("), "an array"),
    (re.compile(r"\|&"), "a pipe for both outputs"),
)
_BASH_EXPANSION = re.compile(r"\$\{\w+(?:\[|/|:[0-9 ]|\^|,|@[A-Z])|\$\{!|\$'")
_SIGNS = re.compile(r"[({]|<<<|\|&|\$['R]")
"""One of these stands in whatever the patterns above and below match."""
_RANDOM = re.compile(r"\$(?:RANDOM\b|\{RANDOM\}|\(\([^)]*\bRANDOM\b)")


def bash_only(case: Case) -> str | None:
    """What only bash knows, where Debian's sh runs the command."""
    if not case.is_dash:
        return None
    for simple in case.commands:
        found = _of_simple(simple)
        if found:
            return f"{found}: {case.shell} does not know it"
    if not _SIGNS.search(case.entry.command):  # nearly always
        return None
    bare = outside_quotes(case.entry.command)
    for pattern, name in _BASH_FORMS:
        if match := pattern.search(bare):
            return f"{name} ({short(match[0].strip())}): {case.shell} does not know it"
    single = re.sub(r"(?<!\$)'[^']*'", "''", case.entry.command)
    match = _BASH_EXPANSION.search(single)
    if not match and "sleep" not in single:  # C311 tells of waits
        match = _RANDOM.search(single)
    return f"`{match[0]}`: {case.shell} does not know it" if match else None


def _of_simple(simple: Simple) -> str | None:
    if simple.words and simple.words[0] in _BASH_WORDS:
        return f"`{simple.words[0]}`"
    if simple.words[:1] in {("[",), ("test",)} and "==" in simple.words:
        return f"`==` in `{simple.words[0]}`"
    for each in simple.redirections:
        both = each.operator.startswith("&>") or (
            each.operator == ">&" and not re.fullmatch(r"[0-9-]*", each.target)
        )
        if both:
            return f"`{each.operator}`"
    return None


_TAB_PLACES = re.compile(r"/etc/(?:crontab|cron\.d(?:/.*)?|anacrontab)|/var/spool/cron(?:/.*)?")
_WRITERS = frozenset(("cp", "mv", "install", "tee", "rm", "ln", "rsync"))


def rewrites_crontabs(case: Case) -> str | None:
    """A command that writes crontabs, perhaps that of its own entry."""
    for simple, name, arguments in case.within:
        if name == "crontab" and "-l" not in arguments:
            return short(" ".join((name, *arguments)))
        if name in _WRITERS and arguments and _TAB_PLACES.fullmatch(arguments[-1]):
            return short(" ".join((name, *arguments)))
        in_place = name in {"sed", "perl"} and any(each.startswith("-i") for each in arguments)
        if in_place and any(map(_TAB_PLACES.fullmatch, arguments)):
            return short(" ".join((name, *arguments)))
        for each in simple.redirections:
            if "cron" in each.target and each.writes and _TAB_PLACES.fullmatch(each.target):
                return f"`{each.operator}{each.target}`"
    return None


_CRON = re.compile(r"\^?/?(?:usr/sbin/)?(?:\[c\]|c)ron(?:d|\[d\])?\$?", re.IGNORECASE)
_ASKS_FOR = frozenset(("pgrep", "pidof", "grep", "egrep", "fgrep"))


def looks_for_cron(case: Case) -> str | None:
    """A command that asks whether cron started it, or whether cron runs at all."""
    command = case.entry.command
    if "PPID" in command and (match := re.search(r"\$\{?PPID\b\}?", command)):
        return f"`{match[0]}`"
    for simple, name, arguments in case.programs:
        if name in _ASKS_FOR and any(map(_CRON.fullmatch, arguments)):
            fed = name in {"pgrep", "pidof"} or re.search(r"\bps\b", command)
            if fed:
                return short(" ".join(simple.words))
    return None
