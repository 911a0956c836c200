"""What a SOURCE is: told by the standard place in its path, and by the tree above."""

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cron2aws.crontab.places import CRON_D, CRONTAB, CrontabPlace
from cron2aws.hosts.inside import is_folder, is_there

STANDARD_INPUT = "-"
SPOOL = "/var/spool/cron"
_STANDARD = re.compile(
    rf"(?P<root>.*)(?P<path>{CRONTAB}|{re.escape(CRON_D)}(?:/[^/]+)?"
    rf"|{SPOOL}/(?:crontabs|tabs)(?:/[^/]+)?|{SPOOL}(?:/[^/]+)?)",
    re.DOTALL,
)
_SIGNS = (
    "etc/os-release",
    "usr/lib/os-release",
    "etc/hostname",
    "etc/passwd",
    "etc/localtime",
    "etc/timezone",
    "etc/debian_version",
)
"""Any of these makes a folder the copy of a host, and not a folder that has an `etc` in it."""


class SourceKind(StrEnum):
    """Whose crontabs a SOURCE holds."""

    HERE = "this host"
    TREE = "a host's tree"
    ELSEWHERE = "a host that nothing tells"
    SAVED = "the hosts of a saved scan"


@dataclass(frozen=True, kw_only=True)
class StandardPath:
    """A path in a standard place of crontabs; `path` is below the root: `/etc/cron.d/app`."""

    root: Path
    path: str

    @property
    def place(self) -> CrontabPlace:
        """The standard place that it is in."""
        return place_of(self.path)


@dataclass(frozen=True, kw_only=True)
class LocatedSource:
    """A SOURCE and whose crontabs it holds.

    A whole tree has no `spot`, nor has a file outside of standard places.
    """

    name: str
    home: SourceKind
    root: Path | None = None
    spot: StandardPath | None = None


def place_of(path: str) -> CrontabPlace:
    """The standard place of a path below a root."""
    if path == CRONTAB:
        return CrontabPlace.CRONTAB
    return (
        CrontabPlace.CRON_D
        if path == CRON_D or path.startswith(f"{CRON_D}/")
        else CrontabPlace.SPOOL
    )


def standard_path_of(location: Path) -> StandardPath | None:
    """The standard place that a path names, wherever its root is."""
    match = _STANDARD.fullmatch(os.path.normpath(location.absolute()))
    return StandardPath(root=Path(match["root"] or "/"), path=match["path"]) if match else None


def locate_source(name: str) -> LocatedSource:
    """Find out what a SOURCE is by its name; whether it exists is seen when it is read."""
    if name == STANDARD_INPUT:
        return LocatedSource(name=name, home=SourceKind.ELSEWHERE)
    location = Path(name)
    spot = standard_path_of(location)
    if spot and spot.root == Path("/"):
        return LocatedSource(name=name, home=SourceKind.HERE, spot=spot)
    if spot and _is_host(spot.root):
        return LocatedSource(name=name, home=SourceKind.TREE, root=spot.root, spot=spot)
    if spot is None and is_folder(location) and (_has_place(location) or _is_host(location)):
        return LocatedSource(name=name, home=SourceKind.TREE, root=location)
    is_saved = spot is None and _is_document(location)
    return LocatedSource(
        name=name, home=SourceKind.SAVED if is_saved else SourceKind.ELSEWHERE, spot=spot
    )


def _is_document(location: Path) -> bool:
    """A file that begins as JSON does, with which no line of a crontab begins."""
    try:
        if not location.is_file():
            return False
        with location.open("rb") as file:
            begin = file.read(64).removeprefix(codecs.BOM_UTF8).lstrip()
    except OSError:
        return False  # reading it says what is wrong
    return begin.startswith((b"{", codecs.BOM_UTF16_LE + b"{")) or location.suffix == ".json"


def _is_host(root: Path) -> bool:
    return any(is_there(root / sign) for sign in _SIGNS)


def _has_place(root: Path) -> bool:
    return any(is_there(root / path.lstrip("/")) for path in (CRONTAB, CRON_D, SPOOL))
