"""Where a command's output goes: a log on the host, nowhere, a mailbox.

Each check says what it saw, or None.
"""

from __future__ import annotations

import re

from cron2aws.lint.case import Case
from cron2aws.lint.words import Simple, name_of

_NO_FILE = re.compile(r"[0-9]*-?|/dev/.*|/proc/.*|&.*", re.DOTALL)
_LOG = re.compile(r"(?:log|\.out|\.err)\b", re.IGNORECASE)


def log_file(case: Case) -> str | None:
    """A log on the host: appended to, or named like one."""
    for simple in case.commands:
        for each in simple.redirections:
            if not each.writes or _NO_FILE.fullmatch(each.target):
                continue
            if each.operator.endswith(">>") or _LOG.search(each.target):
                return f"`{each.target}`"
        if simple.words and name_of(simple.words[0]) == "tee":
            path = next((each for each in simple.words[1:] if not each.startswith("-")), None)
            if path and not _NO_FILE.fullmatch(path):
                return f"`{path}`"
    return None


def thrown_away(case: Case) -> str | None:
    """Whether nothing that the last command prints comes through."""
    if not case.commands or not _is_silent(case.commands[-1]):
        return None
    return "both outputs of the last command go to /dev/null"


def _is_silent(simple: Simple) -> bool:
    """Redirections count from left to right: `2>&1 >/dev/null` leaves errors alone."""
    out, err = "", ""
    for each in simple.redirections:
        if each.operator in {"&>", "&>>"} or (each.operator == ">&" and each.target not in "12"):
            out = err = each.target
        elif each.operator in {">", ">>", "1>", "1>>"}:
            out = each.target
        elif each.operator in {"2>", "2>>"}:
            err = each.target
        elif (each.operator, each.target) == ("2>&", "1"):
            err = out
        elif (each.operator, each.target) in {(">&", "2"), ("1>&", "2")}:
            out = err
    return out == err == "/dev/null"


def mail(case: Case) -> str | None:
    """Whom cron mails the output to; nothing where there is none."""
    receiver = case.environment.get("MAILTO")
    if receiver is None and not case.entry.mail_only_on_failure:
        return None
    if thrown_away(case):
        return None  # no output, no mail
    if receiver is None:
        return "cron mails only failures (`-n`)"
    if not receiver:
        return "MAILTO is empty: cron mails no output, the notifications will carry it"
    return f"cron mails output to {receiver}, SNS takes the place of that"
