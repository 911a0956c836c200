"""Jobs that take away what runs them: the host, or the agent of Systems Manager on it.

Each check says what it saw, or None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from cron2aws.lint.case import Case, short

_STOPS = frozenset(("shutdown", "reboot", "poweroff", "halt"))


def stops_host(case: Case) -> str | None:
    """What stops or restarts the host, and with it the agent that runs the task."""
    for _, name, arguments in case.within:
        if name in _STOPS and "-c" not in arguments:
            return f"`{name}`"
        if name == "systemctl":
            stop = next((each for each in arguments if each in _STOPS), None)
            if stop:
                return f"`systemctl {stop}`"
        if name in {"init", "telinit"} and arguments[:1] in {("0",), ("6",)}:
            return f"`{name} {arguments[0]}`"
    return None


_AGENT = re.compile(r"(?:snap\.)?(?:amazon-ssm-agent\.?)+(?:service)?")
_AGENTS_FOLDERS = re.compile(
    r"(?:/var/lib|/etc|/usr/bin|/snap|/var/snap)/amazon(?:-ssm-agent|/ssm)?(?:/.*)?"
)
_STARTS_AND_STOPS = frozenset(("systemctl", "service", "initctl", "rc-service", "snap"))
_HARMLESS = frozenset(
    ("status", "start", "enable", "show", "list", "info", "is-active", "is-enabled")
)
_KILLS = frozenset(("pkill", "killall", "stop", "restart"))


def stops_agent(case: Case) -> str | None:
    """What may stop, replace or delete the agent, or stop instances by AWS's API."""
    for _, name, arguments in case.within:
        if name not in _ACTORS:
            continue
        if _touches_agent(name, arguments):
            return f"{short(' '.join((name, *arguments)))} stops or replaces the agent"
        if _updates(name, arguments):
            return f"{short(' '.join((name, *arguments)))} may update the agent"
        if name == "snap" and arguments[:1] == ("refresh",) and not _only_lists(arguments):
            return f"{short(' '.join((name, *arguments)))} may update the agent"
        if _deletes(name, arguments):
            return f"{short(' '.join((name, *arguments)))} deletes the agent's files"
        if _stops_instances(name, arguments):
            return f"{short(' '.join((name, *arguments)))} may stop the host that runs it"
    return None


def _touches_agent(name: str, arguments: Sequence[str]) -> bool:
    if name == "amazon-ssm-agent":  # its script in /etc/init.d
        return bool({"stop", "restart"} & set(arguments))
    if not any(_AGENT.fullmatch(each) for each in arguments):
        return False
    if name in _STARTS_AND_STOPS:
        return not _HARMLESS & set(arguments)
    return name in _KILLS or (name in _MANAGERS and bool(_REPLACES & set(arguments)))


_MANAGERS = {
    "apt-get": frozenset(("upgrade", "dist-upgrade")),
    "apt": frozenset(("upgrade", "full-upgrade", "dist-upgrade")),
    "aptitude": frozenset(("upgrade", "safe-upgrade", "full-upgrade", "dist-upgrade")),
    "yum": frozenset(("update", "upgrade", "distro-sync")),
    "dnf": frozenset(("update", "upgrade", "distro-sync", "up")),
    "microdnf": frozenset(("update", "upgrade")),
    "tdnf": frozenset(("update", "upgrade")),
    "zypper": frozenset(("update", "up", "patch", "dist-upgrade", "dup")),
}
_REPLACES = frozenset(("install", "reinstall", "remove", "purge", "erase"))
_YES = re.compile(r"-[a-zA-Z]*y[a-zA-Z]*|--yes|--assume-?yes|--non-interactive|-n|--force-yes")
_CHANGES_NOTHING = re.compile(
    r"-[a-zA-Z]*[sd]|--simulate|--dry-run|--just-print|--download-?only|--assumeno"
    r"|(?:--exclude|-x)=?.*amazon-ssm-agent.*"
)


def _updates(name: str, arguments: Sequence[str]) -> bool:
    """Whether all packages are updated without a question; a question nobody answers ends it."""
    verbs = _MANAGERS.get(name, frozenset())
    words = [
        each
        for before, each in pairwise(["", *arguments])
        if not each.startswith("-") and before != "-o"
    ]
    if not words or words[0] not in verbs or any(map(_CHANGES_NOTHING.fullmatch, arguments)):
        return False
    alone = all("=" in each or each.startswith("/") for each in words[1:])  # no package is named
    return alone and any(_YES.fullmatch(each) for each in arguments)


def _only_lists(arguments: Sequence[str]) -> bool:
    words = arguments[1:]
    if any(each in {"--list", "--time"} or each.startswith("--hold") for each in words):
        return True
    named = [each for each in words if not each.startswith("-")]
    return bool(named) and not any(_AGENT.fullmatch(each) for each in named)


def _deletes(name: str, arguments: Sequence[str]) -> bool:
    if name == "find":
        deletes = "-delete" in arguments or "rm" in arguments
        return deletes and any(_AGENTS_FOLDERS.fullmatch(each) for each in arguments)
    return name in {"rm", "shred", "unlink"} and any(map(_AGENTS_FOLDERS.fullmatch, arguments))


_API = {
    "ec2": frozenset(("stop-instances", "terminate-instances", "reboot-instances")),
    "autoscaling": frozenset(("terminate-instance-in-auto-scaling-group",)),
}


def _stops_instances(name: str, arguments: Sequence[str]) -> bool:
    if name != "aws" or "--dry-run" in arguments:
        return False
    return any(service in arguments and verbs & set(arguments) for service, verbs in _API.items())


_ACTORS = frozenset(
    (
        *_STARTS_AND_STOPS,
        *_KILLS,
        *_MANAGERS,
        "amazon-ssm-agent",
        "find",
        "rm",
        "shred",
        "unlink",
        "aws",
    )
)
"""Nearly no program is one of them."""
