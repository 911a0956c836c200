"""Scripts in the folders of run-parts, and the jobs of anacron: what else cron runs on a host.

A script that no package owns is somebody's job. It stands in no crontab, so no task is made of it;
`crontab_line_for` says the line that it would be in one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.schedule.cron import CronSchedule

FOLDERS = ("/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly", "/etc/cron.monthly")
MOVED_TO = "/usr/local/sbin"
"""Where a script is to lie that run-parts is no more to run."""

_OF_DISTRIBUTIONS = frozenset(
    ("0anacron", "0yum-daily.cron", "apache2", "apport", "apt", "apt-compat", "aptitude",
     "bsdmainutils", "cracklib-runtime", "dpkg", "e2scrub_all", "exim4-base", "fake-hwclock",
     "google-chrome", "locate", "logrotate", "man-db", "man-db.cron", "mcelog.cron", "mdadm",
     "mlocate", "passwd", "plocate", "popularity-contest", "quota", "rkhunter", "samba",
     "spamassassin", "standard", "sysstat", "tmpwatch", "ubuntu-advantage-tools",
     "update-notifier-common")
)  # fmt: skip
"""Names that distributions' packages give their files: they count where nobody can be asked."""

_LEFT_BY_PACKAGES = re.compile(
    r".*(?:~|,|\.(?:rpmsave|rpmorig|rpmnew|swp|cfsaved|dpkg-\w+))", re.DOTALL
)
_JOB = re.compile(r"[ \t]*(@\w+|\d+)[ \t]+(\d+)[ \t]+(\S+)[ \t]+(\S.*)")
_HOURS = re.compile(r"[ \t]*START_HOURS_RANGE[ \t]*=[ \t]*(\d+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Script:
    """A file in one of the folders."""

    path: str
    executable: bool
    package: str | None = None
    """The package that owns it."""

    asked: bool = True
    """Whether the host's packages could be asked for the owner."""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder's path."""
        return self.path.rpartition("/")[0]

    @property
    def is_packages(self) -> bool:
        """Whether a package put it there: by the database, or by its name where there is none."""
        return self.package is not None or (not self.asked and self.name in _OF_DISTRIBUTIONS)

    def passed_over(self, dialect: Dialect) -> str:
        """Why run-parts does not run it; empty where it does."""
        debian = dialect.name.startswith("debian")
        if debian and not re.fullmatch("[A-Za-z0-9_-]+", self.name):
            return "run-parts passes over a name with other signs than letters, digits, _ and -"
        if not debian and _LEFT_BY_PACKAGES.fullmatch(self.name):
            return "run-parts passes over such a name"
        return "" if self.executable else "it is not executable"


@dataclass(frozen=True, kw_only=True)
class AnacronJob:
    """A line of an anacrontab; `period` is in days, or a name as `@monthly`."""

    period: str
    delay: int
    name: str
    command: str


@dataclass(frozen=True, kw_only=True)
class Anacron:
    """The jobs of an anacrontab, and the hour at which they may begin."""

    jobs: tuple[AnacronJob, ...]
    hour: int = 0


def read_anacrontab(text: str) -> Anacron:
    """The jobs of an anacrontab; other lines are passed over."""
    found = [
        _JOB.fullmatch(line) for line in text.splitlines() if not line.lstrip().startswith("#")
    ]
    hours = _HOURS.search(text)
    return Anacron(
        jobs=tuple(
            AnacronJob(period=each[1], delay=int(each[2][:6]), name=each[3], command=each[4])
            for each in found
            if each
        ),
        hour=min(int(hours[1][:2]), 23) if hours else 0,
    )


def crontab_line_for(
    script: Script, entries: Iterable[Entry], anacron: Anacron | None
) -> str | None:
    """The line of /etc/crontab that would run the script; None where nothing runs its folder.

    The script must be moved out of the folder first: else it runs twice.
    """
    named = re.compile(rf"{re.escape(script.folder)}(?![\w.-])")
    when = next(
        (
            " ".join(each.schedule_text.split())
            for each in entries
            if named.search(each.command) and isinstance(each.timing, CronSchedule)
        ),
        None,
    )
    if when is None and anacron:
        when = next(
            (_time_of(job, anacron.hour) for job in anacron.jobs if named.search(job.command)), None
        )
    if when is None:
        return None
    command = shlex.quote(f"{MOVED_TO}/{script.name}").replace("%", r"\%")
    return f"{when} root cd / && {command}"


def _time_of(job: AnacronJob, hour: int) -> str:
    """A time that anacron may take on a host that is always up."""
    minutes = hour * 60 + job.delay
    days = {"7": "* * 0", "@weekly": "* * 0", "30": "1 * *", "@monthly": "1 * *"}
    return f"{minutes % 60} {minutes // 60 % 24} {days.get(job.period, '* * *')}"
