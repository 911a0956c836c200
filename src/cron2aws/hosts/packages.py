"""Which package a file of this host belongs to: its package database is asked, once."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Protocol

from cron2aws.hosts.inside import inside, read_text
from cron2aws.hosts.paths import HostPath

_DPKG_LINE = re.compile(r"(?!diversion by)(?P<packages>[^\s:/][^:]*(?::\w+)?): (?P<path>/.*)")
_SECONDS = 30


class Packages(Protocol):
    """The packages of a host."""

    @property
    def can_tell(self) -> bool:
        """Whether there is a package database."""

    def owners(self, paths: Sequence[str]) -> Mapping[str, str]:
        """The package of each of these files that belongs to one."""


class NoPackages:
    """A host without a package database to ask: a copy."""

    can_tell = False

    def owners(self, paths: Sequence[str]) -> Mapping[str, str]:  # noqa: ARG002
        """Nothing."""
        return {}


class TreePackages:
    """The packages of a host's tree, by dpkg's lists in it."""

    def __init__(self, root: HostPath) -> None:
        """`root`: of the tree."""
        try:
            self._lists = [
                each
                for each in inside(root, "/var/lib/dpkg/info").iterdir()
                if each.name.endswith(".list")
            ]
        except OSError:  # most often a copy lacks them
            self._lists = []

    @property
    def can_tell(self) -> bool:
        """Whether the tree has such lists."""
        return bool(self._lists)

    def owners(self, paths: Sequence[str]) -> Mapping[str, str]:
        """The package of each file that is in a list."""
        found: dict[str, str] = {}
        asked = set(paths)
        for each in self._lists if asked else ():
            package = each.name.removesuffix(".list").partition(":")[0]
            listed = (read_text(each, "") or "").splitlines()
            found |= dict.fromkeys(asked.intersection(listed), package)
        return found


class SystemPackages:
    """The packages of this machine, by dpkg or rpm."""

    @property
    def can_tell(self) -> bool:
        """Whether this machine has dpkg or rpm."""
        return bool(shutil.which("dpkg") or shutil.which("rpm"))

    def owners(self, paths: Sequence[str]) -> Mapping[str, str]:
        """The package of each file that belongs to one; none where there is no database."""
        if not paths:
            return {}
        found: dict[str, str] = {}
        if dpkg := shutil.which("dpkg"):
            found |= read_dpkg(_output([dpkg, "-S", "--", *paths]))
        if rpm := shutil.which("rpm"):
            asked = [rpm, "-qf", "--queryformat", r"%{NAME}\n", "--", *paths]
            found |= read_rpm(_output(asked), paths)
        return found


def read_dpkg(output: str) -> dict[str, str]:
    """What `dpkg -S` has printed: `PACKAGE: PATH`, also `ONE, OTHER: PATH` and `PACKAGE:ARCH`."""
    matches = (_DPKG_LINE.fullmatch(line) for line in output.splitlines())
    return {
        match["path"]: match["packages"].split(",")[0].split(":")[0] for match in matches if match
    }


def read_rpm(output: str, paths: Sequence[str]) -> dict[str, str]:
    """The packages in the output of `rpm -qf`, which has a line or a sentence for each path."""
    lines = output.splitlines()
    if len(lines) != len(paths):
        return {}  # a file of several packages: nobody can tell which line is whose
    return {path: line for path, line in zip(paths, lines, strict=True) if " " not in line}


def _output(command: Sequence[str]) -> str:
    """What a command prints, whatever it thinks of some of the files; nothing where it fails."""
    try:
        ran = subprocess.run(  # noqa: S603 (paths of crontabs, behind `--`)
            command,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.decode("utf-8", "surrogateescape")
