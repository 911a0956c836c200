"""What a way back is asked for, and what it has come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from cron2aws.handover.came import HostCame
from cron2aws.handover.crontabs import Back
from cron2aws.handover.deploy import Failure
from cron2aws.plan.values import Deployed


@dataclass(frozen=True, kw_only=True)
class Return:
    """One task to be taken back: its stack, its line, or what is left of either."""

    id: str
    stack: Deployed | None
    line: Back | None
    on: Mapping[str, Back] = field(default_factory=lambda: MappingProxyType({}))
    """Its lines on hosts elsewhere, by instance ids."""

    seen: bool = False
    """The crontab that its stack names was read here."""

    elsewhere: bool = False
    """Other hosts may leave their line to the stack, so they are asked before it goes."""

    stays: bool = False
    """The line alone comes back, for somebody else to take the stack away."""

    unread: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Hosts that were not read, by instance ids, and what they are called: each must answer."""

    never: frozenset[str] = frozenset()
    """Instances that were read and whose record says that they have never had the line."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was taken back and what was not.

    `minutes` are the files that were edited, with the first minute (UTC) that is cron's again.
    """

    done: tuple[str, ...]
    failed: tuple[Failure, ...]
    minutes: Mapping[str, datetime | None] = field(default_factory=lambda: MappingProxyType({}))
    hosts: tuple[HostCame, ...] = ()
    """Of a fleet: what has come of each host whose lines were to come back."""
