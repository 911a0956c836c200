"""Whether a crontab names a user in each line: told by its content, where its place does not.

A system crontab has a user name between schedule and command.  The first word behind the
schedule is looked at in every job line: a path is no user, `root` is no command.
"""

from __future__ import annotations

from dataclasses import dataclass

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.job import looks_like_a_user
from cron2aws.crontab.reader import read_crontab

# hardly ever names of commands
_USER_NAMES = """
    root www-data nobody daemon apache nginx postgres ubuntu ec2-user centos debian admin deploy
    jenkins tomcat vagrant pi webapp
"""
_USERS = frozenset(_USER_NAMES.split())

# hardly ever names of users
_COMMAND_NAMES = """
    awk aws bash cat certbot cd chmod chown chronic command cp curl date dash docker echo env
    export find flock for gzip if ionice java kill logger ls make mkdir mv mysqldump nice node
    nohup perl php pkill printf ps python python2 python3 rm rsync ruby sed set sh sleep source
    sudo svn systemctl tar test timeout touch true wget xargs zsh
"""
_COMMANDS = frozenset(_COMMAND_NAMES.split())


@dataclass(frozen=True, kw_only=True)
class Format:
    """`system` with a user in each line or not, and whether that is beyond doubt."""

    system: bool
    certain: bool


def judge_format(data: bytes, dialect: Dialect) -> Format:
    """Judge by the first words behind the schedules."""
    crontab = read_crontab(data, dialect, system=False, user=None)
    words = [entry.raw_command.split(maxsplit=1) for entry in crontab.entries]
    firsts = [each[0] for each in words if each]
    users = [each[0] for each in words if len(each) == 2 and each[0] in _USERS]
    if not firsts:
        return Format(system=False, certain=True)
    if users:
        return Format(system=True, certain=len(users) == len(firsts))
    return Format(system=False, certain=not all(map(_may_be_a_user, firsts)))


def _may_be_a_user(word: str) -> bool:
    return word not in _COMMANDS and looks_like_a_user(word)
