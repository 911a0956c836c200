"""A hand-over as values: which entries move, at which full minute, by which changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

UPDATE_SECONDS = 40  # what a stack's updates take, generously


@dataclass(frozen=True, kw_only=True)
class Move:
    """One entry's hand-over: its stack, and the crontab it stands in."""

    id: str
    stack_name: str
    source: str


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """One moment, what becomes of each stack until then, update by update, and its way back.

    A schedule is enabled only when its machine knows the moment, in an update of its own, and a
    stack that is disabled again keeps it: within one update the two may change in any order.
    """

    moment: datetime
    changes: tuple[Mapping[str, str], ...]
    undo: Mapping[str, str]
    if_late: str


def hand_over_moment(now: datetime, stacks: int, parallel: int) -> datetime:
    """The first full minute that leaves time to update `stacks` stacks before the last minute."""
    rounds = -(-stacks // max(1, parallel))
    ready = now + timedelta(seconds=rounds * UPDATE_SECONDS) + timedelta(minutes=1)
    return ready.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)


def stamp(moment: datetime) -> str:
    """A moment as NotBefore and NotAfter take it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
