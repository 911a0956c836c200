"""Whether a crontab names a user in each line: told by all its lines, where its place does not.

Each line is read both ways.  A reading is impossible where the daemon refuses the line in it, or
where it makes `root` a command or `cd` a user.  What is left for the whole file decides; where
both readings are left nobody can know, and the reading is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Comment, Crontab, Entry
from cron2aws.crontab.job import looks_like_a_user
from cron2aws.crontab.reader import read_crontab

# never names of commands, unlike nginx, mysql, postgres, git, backup or docker
_USER_NAMES = "root www-data nobody ubuntu ec2-user centos rocky admin"
_USERS = frozenset(_USER_NAMES.split())

# never names of users, unlike git, node, mysql, nginx or backup
_COMMAND_NAMES = """
    apt-get awk aws bash bundle bunzip2 bzip2 cat cd certbot chgrp chmod chown chronic command
    cp curl cut dash date df docker-compose du echo env eval exec export expr find flock for
    grep gunzip gzip head id if ionice java kill killall ln logger logrotate ls mail make
    mkdir mv mysql-backup mysqldump nice nohup npm npx ntpdate openssl perl pg_dump pgrep php
    ping pkill printf ps python python2 python3 rake reboot rm rmdir rsync ruby run-parts scp
    sed service set sh shutdown sleep sort source ssh sudo systemctl tail tar tee time timeout
    touch true umask unzip uptime wget while xargs yum zip zsh
"""
_COMMANDS = frozenset(_COMMAND_NAMES.split())
_TEST = re.compile(r"test[ \t]+[-!\"'$]")  # there are users called `test`
_VARIABLE = re.compile(r"[A-Za-z_]\w*=")
_HEADING = re.compile(r"dow\b.*\buser|\buser(?:-?name)?[ \t]+(?:command|cmd)", re.IGNORECASE)
"""Debian's and Red Hat's own heading of /etc/crontab, above the column of users."""
_PLAIN_HEADING = re.compile(r"dow[ \t]+command", re.IGNORECASE)
"""That of a user's crontab, in Debian's template for `crontab -e`."""


@dataclass(frozen=True, kw_only=True)
class JudgedFormat:
    """Whether each line names a user (`system`), and whether that is certain."""

    system: bool
    certain: bool


@dataclass(frozen=True, kw_only=True)
class _Line:
    """Which readings of a line are possible, and whether it looks more like one with a user."""

    user: bool
    system: bool
    looks_system: bool


def judge_format(data: bytes, dialect: Dialect) -> JudgedFormat:
    """Judge a file by all its job lines; one without any is a user's."""
    plain = read_crontab(data, dialect, system=False, user=None)
    system = read_crontab(data, dialect, system=True, user=None)
    lines = _lines(plain, system)
    if not plain.entries and not system.entries:
        return JudgedFormat(system=_has(plain, _HEADING), certain=True)
    as_user, as_system = all(line.user for line in lines), all(line.system for line in lines)
    if as_user != as_system:
        return JudgedFormat(system=as_system, certain=True)
    return JudgedFormat(system=_guess(plain, lines), certain=False)


def _lines(plain: Crontab, system: Crontab) -> list[_Line]:
    """The job lines that can be read in one way at least."""
    with_user = {entry.line: entry for entry in system.entries}
    without = {entry.line: entry for entry in plain.entries}
    found = []
    for number in sorted(with_user.keys() | without.keys()):
        text = without[number].raw_command if number in without else ""
        user = number in without and _first(text) not in _USERS
        can_be = number in with_user and _can_name_a_user(with_user[number], text)
        if user or can_be:
            looks = can_be and _looks_like_a_command(with_user[number].raw_command)
            found.append(_Line(user=user, system=can_be, looks_system=looks))
    return found


def _can_name_a_user(entry: Entry, text: str) -> bool:
    if entry.user in _COMMANDS or _TEST.match(text) or not entry.raw_command.strip():
        return False
    # what a daemon that keeps unknown users takes for one: a path, a variable
    return looks_like_a_user(entry.user) and re.match(r"\w", entry.user) is not None


def _looks_like_a_command(text: str) -> bool:
    first = _first(text)
    if first.startswith(("/", "~", "$", "[", "(", "{", "cd", "test")) or _VARIABLE.match(first):
        return True
    return first in _COMMANDS


def _first(text: str) -> str:
    return (text.split(maxsplit=1) or [""])[0]


def _guess(crontab: Crontab, lines: Iterable[_Line]) -> bool:
    """By a heading that names the columns, else by most lines."""
    if _has(crontab, _HEADING) or _has(crontab, _PLAIN_HEADING):
        return _has(crontab, _HEADING)
    votes = [line.system and (line.looks_system or not line.user) for line in lines]
    return 2 * sum(votes) > len(votes)


def _has(crontab: Crontab, heading: re.Pattern[str]) -> bool:
    comments = (item.text for item in crontab.items if isinstance(item, Comment))
    return any(heading.search(text) for text in comments)
