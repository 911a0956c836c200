"""Which files a daemon reads: by place, name, mode, owner and links.

Measured; `tests/data/file-names-and-modes.json` has every case.  Nothing here looks at a disk:
a file's state comes in as a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.rules import FolderRules
from cron2aws.findings import Finding

CRONTAB = "/etc/crontab"
CRON_D = "/etc/cron.d"
_ROOT = 0


class CrontabPlace(StrEnum):
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
    changed: int | None = None
    """When its content was changed, in whole seconds since 1970; None where nobody tells."""

    link_owner: int | None = None
    """The owner of the symbolic link that leads to the file, None where none does."""


def rules_of(dialect: Dialect, place: CrontabPlace) -> FolderRules:
    """The rules for files of a place."""
    match place:
        case CrontabPlace.SPOOL:
            return dialect.places.user_files
        case CrontabPlace.CRONTAB | CrontabPlace.CRON_D:
            return dialect.places.system_files
        case _:
            assert_never(place)


def judge_name(dialect: Dialect, place: CrontabPlace, name: str) -> tuple[Finding, ...]:
    """C120 where the daemon passes over a file of this name."""
    if place is CrontabPlace.CRONTAB or rules_of(dialect, place).names.fullmatch(name):
        return ()
    return (Finding(code="C120", detail=f"{dialect.title} passes over `{name}` in {place}"),)


def judge_state(
    dialect: Dialect, place: CrontabPlace, state: FileState, *, user_id: int | None = None
) -> tuple[Finding, ...]:
    """Why the daemon refuses a file: mode (C121), owner (C122), kind and links (C123), time (C127).

    `user_id` is that of the user whom a spool file is named after, None where he is unknown.
    """
    rules = rules_of(dialect, place)
    found = (*_judge_kind(rules, state), *_judge_access(rules, place, state, user_id))
    if place is CrontabPlace.CRONTAB and state.changed == 0:
        # load_database() keeps the time of a missing /etc/crontab as 0, and asks for no other
        detail = "its time of change is 0, 1970-01-01: to the daemon there is no such file"
        found = (*found, Finding(code="C127", detail=detail))
    return found


def _judge_kind(rules: FolderRules, state: FileState) -> Iterator[Finding]:
    if not state.regular:
        yield Finding(code="C123", detail="it is not a regular file")
    if state.link_owner is not None and not rules.symlinks:
        yield Finding(code="C123", detail="it is a symbolic link")
    if state.links > 1 and not rules.hard_links:
        yield Finding(code="C123", detail=f"it has {state.links} names (hard links)")


def _judge_access(
    rules: FolderRules, place: CrontabPlace, state: FileState, user_id: int | None
) -> Iterator[Finding]:
    wanted = _wanted(place, user_id)
    if not rules.mode_fits(state.mode):
        detail = f"its mode is {state.mode:04o}; set {wanted.mode}"
        yield Finding(code="C121", detail=detail)
    if state.owner not in wanted.owners:
        detail = f"it belongs to the user id {state.owner}, not to {wanted.owner}"
        yield Finding(code="C122", detail=detail)
    if rules.link_owner and state.link_owner not in {None, _ROOT}:
        detail = f"the symbolic link belongs to the user id {state.link_owner}, not to root"
        yield Finding(code="C122", detail=detail)


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """Whom a file may belong to, in ids and in words, and the mode that every daemon takes."""

    owners: frozenset[int | None]
    owner: str
    mode: str


def _wanted(place: CrontabPlace, user_id: int | None) -> _Wanted:
    match place:
        case CrontabPlace.SPOOL:
            owners = frozenset({_ROOT, user_id})
            return _Wanted(owners=owners, owner="root or the user", mode="0600")
        case CrontabPlace.CRONTAB | CrontabPlace.CRON_D:
            return _Wanted(owners=frozenset({_ROOT}), owner="root", mode="0644")
        case _:
            assert_never(place)
