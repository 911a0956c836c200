"""Which files a daemon reads: by place, name, mode, owner and links.

Measured; `tests/data/file-names-and-modes.json` has every case.  Nothing here looks at a disk:
a file's state comes in as a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cron2aws.crontab.dialect import Dialect, FolderRules
from cron2aws.findings import Finding

CRONTAB = "/etc/crontab"
CRON_D = "/etc/cron.d"
_ROOT = 0


class Place(StrEnum):
    """The three standard places of crontabs."""

    CRONTAB = "crontab"
    CRON_D = "cron.d"
    SPOOL = "spool"


@dataclass(frozen=True, kw_only=True)
class FileState:
    """What decides whether a daemon reads a file, besides its name; owners are user ids."""

    mode: int
    owner: int
    regular: bool = True
    links: int = 1
    link_owner: int | None = None
    """The owner of the symbolic link that leads to the file, None where none does."""


def rules_of(dialect: Dialect, place: Place) -> FolderRules:
    """The rules for files of a place."""
    places = dialect.places
    return places.user_files if place is Place.SPOOL else places.system_files


def judge_name(dialect: Dialect, place: Place, name: str) -> tuple[Finding, ...]:
    """C120 where the daemon passes over a file of this name."""
    if place is Place.CRONTAB or rules_of(dialect, place).names.fullmatch(name):
        return ()
    return (Finding(code="C120", detail=f"{dialect.title} passes over `{name}` in {place}"),)


def judge_state(
    dialect: Dialect, place: Place, state: FileState, *, user_id: int | None = None
) -> tuple[Finding, ...]:
    """Why the daemon refuses a file: mode (C121), owner (C122), kind and links (C123).

    `user_id` is that of the user whom a spool file is named after, None where he is unknown.
    """
    rules = rules_of(dialect, place)
    return (*_judge_kind(rules, state), *_judge_access(rules, place, state, user_id))


def _judge_kind(rules: FolderRules, state: FileState) -> Iterator[Finding]:
    if not state.regular:
        yield Finding(code="C123", detail="it is no regular file")
    if state.link_owner is not None and not rules.symlinks:
        yield Finding(code="C123", detail="it is a symbolic link")
    if state.links > 1 and not rules.hard_links:
        yield Finding(code="C123", detail=f"it has {state.links} names (hard links)")


def _judge_access(
    rules: FolderRules, place: Place, state: FileState, user_id: int | None
) -> Iterator[Finding]:
    if not rules.mode_fits(state.mode):
        detail = f"its mode is {state.mode:04o}; set {_good_mode(place)}"
        yield Finding(code="C121", detail=detail)
    owners = {_ROOT, user_id} if place is Place.SPOOL else {_ROOT}
    if state.owner not in owners:
        owner = "root or the user" if place is Place.SPOOL else "root"
        detail = f"it belongs to the user id {state.owner}, not to {owner}"
        yield Finding(code="C122", detail=detail)
    if rules.link_owner and state.link_owner not in {None, _ROOT}:
        detail = f"the symbolic link belongs to the user id {state.link_owner}, not to root"
        yield Finding(code="C122", detail=detail)


def _good_mode(place: Place) -> str:
    return "0600" if place is Place.SPOOL else "0644"
