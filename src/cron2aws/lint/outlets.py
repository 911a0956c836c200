"""Where a command's output goes: a log on the host, nowhere, a mailbox.

Each check says what it saw, or None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from cron2aws.lint.case import Case
from cron2aws.lint.inner import inner_command
from cron2aws.lint.refusals import outputs
from cron2aws.lint.tokens import Redirection
from cron2aws.lint.words import Simple, name_of, simple_commands

_NO_FILE = re.compile(r"[0-9]*-?|/dev/.*|/proc/.*|&.*", re.DOTALL)
_LOG = re.compile(r"(?:log|\.out|\.err)\b", re.IGNORECASE)


def log_file(case: Case) -> str | None:
    """A log on the host: appended to, or named like one."""
    for simple in case.commands:
        if written := _log_among(simple.redirections):
            return f"`{written}`"
        if simple.words and name_of(simple.words[0]) == "tee":
            path = next((each for each in simple.words[1:] if not each.startswith("-")), None)
            if path and not _NO_FILE.fullmatch(path):
                return f"`{path}`"
    return None


@lru_cache(maxsize=1024)
def _log_among(redirections: tuple[Redirection, ...]) -> str | None:
    """Remembered: nearly every line of a crontab has the same."""
    for each in redirections:
        if not each.writes or _NO_FILE.fullmatch(each.target):
            continue
        if each.operator.endswith(">>") or _LOG.search(each.target):
            return each.target
    return None


def thrown_away(case: Case) -> str | None:
    """The last command, where none of its output is kept."""
    if not case.commands or not _is_silent(case.commands[-1]):
        return None
    return "both outputs of the last command go to /dev/null"


def _is_silent(simple: Simple) -> bool:
    return outputs(simple) == ("/dev/null", "/dev/null")


class Printing(IntEnum):
    """Whether a command prints something that cron would mail."""

    NOTHING = 0
    PERHAPS = 1
    ITS_PURPOSE = 2


_QUIET = frozenset(
    ("test", "[", "[[", "true", "false", ":", "cd", "pushd", "popd", "export", "set", "unset",
     "umask", "ulimit", "trap", ".", "source", "sleep", "exit", "return", "wait", "read",
     "break", "continue", "mkdir", "rmdir", "rm", "cp", "mv", "ln", "touch", "chmod", "chown",
     "chgrp", "kill", "pkill", "killall", "logger", "mail", "mailx", "mutt", "sendmail",
     "msmtp", "sponge", "sync", "truncate", "install", "renice", "ntpdate", "hwclock",
     "logrotate", "gzip", "bzip2", "xz", "tar", "rsync", "scp", "git", "pg_dump", "chronic",
     "ifne", "systemctl", "service", "savelog", "crontab", "nginx", "apachectl", "reboot",
     "shutdown", "poweroff", "halt")
)  # fmt: skip
"""Programs that print nothing where all goes well, as cron's users are used to."""

_PRINTERS = frozenset(
    ("df", "du", "ls", "ps", "who", "w", "last", "lastb", "lastlog", "uptime", "free", "awk",
     "gawk", "mawk", "sed", "grep", "egrep", "fgrep", "zgrep", "cat", "zcat", "head", "tail",
     "sort", "uniq", "wc", "cut", "tr", "diff", "comm", "echo", "printf", "date", "netstat",
     "ss", "lsof", "mailq", "smartctl", "jq", "column", "dig", "stat", "md5sum", "sha1sum",
     "sha256sum", "rkhunter", "chkrootkit", "debsecan", "debsums", "logwatch", "pflogsumm",
     "needrestart", "journalctl", "dmesg", "iostat", "vmstat", "sar", "aureport", "quota",
     "repquota", "apt-show-versions", "checkrestart", "apticron", "fold", "fmt", "nl", "tac",
     "hostname", "find")
)  # fmt: skip
_ACTIONS = {
    "grep": re.compile(r"-[a-zA-Z]*q[a-zA-Z]*|--quiet|--silent"),
    "sed": re.compile(r"-[a-zA-Z]*i.*|--in-place.*"),
    "find": re.compile(r"-delete|-exec|-execdir|-ok|-fprint.*"),
    "sort": re.compile(r"-o|--output.*"),
    "date": re.compile(r"-s|--set.*"),
    "hostname": re.compile(r"-F"),
}
"""Options with which they act, or keep silent."""

_VERBOSE = re.compile(
    r"-[a-zA-Z]*v[a-zA-Z]*|--verbose|--progress|--stats|--list"
    r"|[cxru][bfhjpzJ]*v[bfhjpzJ]*"  # tar's letters without a dash
)
_NO_WORD = re.compile(r"-q|--quiet|--silent")
_STATUS = frozenset(
    ("status", "list", "log", "diff", "list-units", "list-timers", "--failed", "-l")
)


def printing(commands: Sequence[Simple]) -> Printing:
    """What comes through to cron of the commands' standard output."""
    found = Printing.NOTHING
    for simple in commands:
        if _takes_all(simple):
            return Printing.NOTHING
        found = max(found, _of_simple(simple))
    return found


def _takes_all(simple: Simple) -> bool:
    """`(...) > log` or `exec > log`."""
    is_group = not simple.words and not simple.assignments
    return (is_group or simple.words == ("exec",)) and bool(outputs(simple)[0])


def _of_simple(simple: Simple) -> Printing:
    if simple.end in {"|", "|&"} or not simple.words or outputs(simple)[0]:
        return Printing.NOTHING
    inner = inner_command(simple)
    if inner is not None:
        return printing(simple_commands(inner))
    words = simple.chain[-1]
    name = name_of(words[0])
    if any(name_of(each[0]) in {"chronic", "cronic", "croncape"} for each in simple.chain):
        return Printing.NOTHING  # they print what fails only, and a failure is told
    action = _ACTIONS.get("grep" if name.endswith("grep") else name)
    if name in _PRINTERS:
        acts = action is not None and any(map(action.fullmatch, words[1:]))
        return Printing.NOTHING if acts else Printing.ITS_PURPOSE
    if name in _QUIET:
        if _STATUS & set(words[1:]):
            return Printing.ITS_PURPOSE
        return Printing.PERHAPS if any(map(_VERBOSE.fullmatch, words[1:])) else Printing.NOTHING
    quiet = name != "curl" and any(map(_NO_WORD.fullmatch, words[1:]))
    return Printing.NOTHING if quiet else Printing.PERHAPS


def message(case: Case) -> str | None:
    """Output that somebody may wait for: cron mails it, and a task tells failures alone."""
    receiver = case.environment.get("MAILTO")
    if receiver == "" or case.entry.mail_only_on_failure:
        return None
    enough = Printing.ITS_PURPOSE if receiver is None else Printing.PERHAPS
    if printing(case.commands) < enough:
        return None
    silent = "with `--tell failures` it falls silent where it ends with 0"
    return f"{_under_cron(case)}; {_as_a_task(receiver)}, {silent}"


def mail(case: Case) -> str | None:
    """To whom cron mails the output; None without output, or where C320 tells of it."""
    receiver = case.environment.get("MAILTO")
    if thrown_away(case) or message(case):
        return None  # no output, no mail
    if receiver == "":
        return "cron throws its output away (MAILTO is empty); once it is a task, failures are told"
    if case.entry.mail_only_on_failure:
        told = _subscribe("failures", receiver)
        return (
            f"{_under_cron(case)}, of failures alone (`-n`); once it is a task, {told} tells these"
        )
    if receiver is None and printing(case.commands) is Printing.NOTHING:
        return None
    return f"{_under_cron(case)}; {_as_a_task(receiver)}"


def _under_cron(case: Case) -> str:
    receiver = case.environment.get("MAILTO")
    if receiver is None:
        owner = f"the mailbox of `{case.entry.user}` on its host (no MAILTO)"
        return f"cron mails all that it prints to {owner}"
    local = "" if "@" in receiver else ", a mailbox on its host"
    return f"cron mails all that it prints to {receiver}{local}"


def _as_a_task(receiver: str | None) -> str:
    return f"once it is a task, {_subscribe('output', receiver)} tells that and failures"


def _subscribe(what: str, receiver: str | None) -> str:
    """The command; the first address of several, and none where cron mails a local mailbox."""
    first = next((each for each in re.split(r"[\s,]+", receiver or "") if "@" in each), "ADDRESS")
    return f"`cron2aws setup --tell {what} --email {first}`"
