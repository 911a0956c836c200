"""Entries that belong to the host and its packages: they stay where they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cron2aws.lint.words import Simple, name_of

_RUNNERS = frozenset(("run-parts", "run-cron", "run-crons", "cronic-run-parts"))
_HOST_FOLDERS = re.compile(r"/etc/(?:cron\.\w+|periodic/[\w.]+)/?")
_PACKAGE_FOLDERS = re.compile(
    r"/usr/(?:lib|lib32|lib64|libexec)/(?!jvm/|cgi-bin/|sendmail$)|/usr/share/[\w.+-]+/"
)
_PANELS = {
    "/usr/local/cpanel/": "cPanel",
    "/scripts/upcp": "cPanel",  # /scripts is an administrator's name, too
    "/scripts/cpbackup": "cPanel",
    "/usr/local/psa/": "Plesk",
    "/opt/psa/": "Plesk",
    "/usr/local/directadmin/": "DirectAdmin",
    "/usr/local/hestia/": "Hestia",
    "/usr/local/vesta/": "Vesta",
    "/usr/local/ispconfig/": "ISPConfig",
    "/etc/webmin/": "Webmin",
    "/etc/usermin/": "Usermin",
    "/www/server/panel/": "aaPanel",
    "/opt/elasticbeanstalk/": "Elastic Beanstalk",
    "/opt/aws/opsworks/": "OpsWorks",
}
"""Folders of control panels and platforms, which write such lines again."""
_PANEL_FOLDERS = tuple(_PANELS)
_SYSTEM_PROGRAM = re.compile(r"(?:/usr)?/s?bin/|/usr/(?:lib|lib64|libexec|share)/|/etc/init\.d/")
"""Where packages put programs; /usr/local and /opt are the administrator's (FHS)."""

_PROGRAMS = {
    "anacron": "anacron runs the host's own daily, weekly and monthly scripts",
    "debian-sa1": "sysstat collects figures of this host",
    "sa1": "sysstat collects figures of this host",
    "sa2": "sysstat collects figures of this host",
    "e2scrub_all": "e2fsprogs checks the disks of this host",
    "checkarray": "mdadm checks the disks of this host",
    "raid-check": "mdadm checks the disks of this host",
    "fstrim": "util-linux trims the disks of this host",
    "sessionclean": "PHP clears the sessions of this host",
    "logrotate": "logrotate turns over the logs of this host",
    "updatedb": "plocate indexes the files of this host",
    "mandb": "man-db indexes the manual pages of this host",
    "makewhatis": "man indexes the manual pages of this host",
    "popularity-contest": "Debian counts the packages of this host",
    "unattended-upgrade": "the host keeps its packages up to date",
    "yum-cron": "the host keeps its packages up to date",
    "dnf-automatic": "the host keeps its packages up to date",
    "cron-apt": "the host keeps its packages up to date",
    "apticron": "the host keeps its packages up to date",
    "freshclam": "ClamAV keeps the signatures of this host up to date",
    "chef-client": "Chef configures this host",
    "cinc-client": "Cinc configures this host",
    "puppetd": "Puppet configures this host",
    "cf-agent": "CFEngine configures this host",
    "cf-execd": "CFEngine configures this host",
    "salt-call": "Salt configures this host",
    "ansible-pull": "Ansible configures this host",
}


def plumbing(commands: Sequence[Simple]) -> str | None:
    """Why these commands belong to the host, or None."""
    for simple in commands:
        for words in simple.chain:
            reason = _of_program(words)
            if reason:
                return reason
    return _guarded(commands)


def _of_program(words: Sequence[str]) -> str | None:
    program, arguments = words[0], words[1:]
    name = name_of(program)
    if name in _RUNNERS:
        return _of_folders(arguments)
    if name == "logrotate" and "/etc/logrotate.conf" not in arguments:
        return None
    if name == "puppet" and "agent" in arguments:
        return "Puppet configures this host"
    if program.startswith(_PANEL_FOLDERS):
        panel = next(_PANELS[folder] for folder in _PANELS if program.startswith(folder))
        return f"`{program}` belongs to {panel}, which looks after this host"
    if name in _PROGRAMS:
        return _PROGRAMS[name]
    if _PACKAGE_FOLDERS.match(program):
        return f"`{program}` belongs to one of the host's packages"
    return None


def _of_folders(arguments: Iterable[str]) -> str | None:
    folder = next((each for each in arguments if _HOST_FOLDERS.fullmatch(each)), None)
    return folder and f"it runs the host's own scripts in {folder}"


_OF_FILES = frozenset(("-x", "-e", "-f"))


def _guarded(commands: Sequence[Simple]) -> str | None:
    """`test -x P && P`: packages write it, as their crontabs stay when they are removed."""
    if len(commands) < 2 or not (commands[0].end == "&&" or "if" in commands[0].opens):
        return None
    words = commands[0].words
    if not words or name_of(words[0]) not in {"test", "["}:
        return None
    program = words[2] if len(words) > 2 and words[1] in _OF_FILES else ""
    later = [word for simple in commands[1:] for word in simple.words]
    if _SYSTEM_PROGRAM.match(program) and any(name_of(word) == name_of(program) for word in later):
        return f"the guard `test {words[1]} {program}` is a package's"
    return None
