"""What a host is to the rest: some facts, and the crontabs that lie on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cron2aws.crontab.dialect import Dialect
from cron2aws.findings import Finding


@dataclass(frozen=True, kw_only=True)
class HostFacts:
    """What a host says of itself: `dialect` and `timezone` are names; `root` is None for this one.

    The findings say what had to be guessed.
    """

    name: str
    dialect: str
    timezone: str
    root: Path | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """One crontab file as it was read."""

    path: str
    """Absolute, below the tree's root: what reports show; `-` for standard input."""

    location: Path | None
    """Where it lies on this machine; None for standard input."""

    system: bool
    """Lines name their user."""

    owner: str | None
    """Whose jobs they are, in a user's crontab."""

    data: bytes = field(repr=False)
    considered: bool = True
    """The daemon reads a file of this name, mode and owner."""

    findings: tuple[Finding, ...] = ()

    @property
    def sha256(self) -> str:
        """The digest that a later replacement must find again."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host with all its crontabs."""

    facts: HostFacts
    dialect: Dialect
    files: tuple[SourceFile, ...]
    known_user: Callable[[str], bool] | None = None
    """Which users the host has; None where it does not tell."""


class Crontabs(Protocol):
    """The crontabs of a host: read all, replace one file if nobody has changed it."""

    def read(self, path: str) -> bytes:
        """The bytes of a crontab now."""

    def check(self, path: str, expected_sha256: str) -> None:
        """SafetyError where the file, as it is, could not be replaced; nothing is written."""

    def replace(self, path: str, expected_sha256: str, data: bytes) -> None:
        """Put `data` in its place, all or nothing; SafetyError where the digest is another."""
