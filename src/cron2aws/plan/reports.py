"""What the executions of a task tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol


class RunLike(Protocol):
    """An execution; `started` is in UTC."""

    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def started(self) -> datetime: ...  # noqa: D102


class NamedRun(RunLike, Protocol):
    """One whose name says what it was started for."""

    @property
    def name(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The newest that is known: `last` is the newest execution that runs or ran its job, or failed.

    `ended` is the newest of those that have ended. `hosts` are instances with the outcome word that
    each reported at `at` (UTC), the newest report; `missed` are those of older reports that are not
    in it. `failed` are instances with the outcome word by which `ended` failed, where one is known.
    """

    last: RunLike | None = None
    ended: RunLike | None = None
    hosts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    at: datetime | None = None
    missed: frozenset[str] = frozenset()
    failed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ran: bool = False
    """A host has run the job, as one of the reports says that were looked at."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What one instance said last: its outcome word, in the run that began at `at` (UTC)."""

    word: str
    at: datetime
