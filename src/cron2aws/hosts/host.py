"""A host as the rest of the program sees it: some facts, and its crontabs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from cron2aws.assess.values import AssumedValue, Host
from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.foreign import foreign_format
from cron2aws.crontab.items import Crontab
from cron2aws.crontab.packages import left_to_package
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.run_parts import Anacron, Script
from cron2aws.crontab.tab import Tab
from cron2aws.findings import Finding
from cron2aws.hosts.service import SetVariable


@dataclass(frozen=True, kw_only=True)
class LiveFacts:
    """What a running host elsewhere says besides its files."""

    name: str = ""
    """Its own; empty where only its files are known."""

    cronie: str | None = None
    """The version of that package, where rpm has it."""

    environment: Mapping[str, SetVariable] | None = None
    """That of its daemon, None where none runs."""


@dataclass(frozen=True, kw_only=True)
class HostFacts:
    """What a host says of itself: `dialect` and `timezone` are names.

    The findings say what had to be guessed.
    """

    name: str
    dialect: str
    timezone: str
    named: bool = True
    """Whether the host itself says its name, so that its files are known to be its own."""

    dialect_from: str = ""
    """What the dialect is known by, in words."""

    timezone_from: str = ""
    """What the zone is known by, in words."""

    findings: tuple[Finding, ...] = ()
    scripts: tuple[Script, ...] = ()
    """In the folders of run-parts."""

    anacron: Anacron | None = None


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """The bytes of one crontab file, and what is known of it before it is read as a crontab."""

    path: str
    """Absolute, below the tree's root: what reports show; `-` for standard input."""

    location: Path | None
    """Where it lies on this machine; None for standard input, and for a host elsewhere."""

    system: bool
    """Lines name their user."""

    owner: str | None
    """Whose jobs they are, in a user's crontab."""

    data: bytes = field(repr=False)
    considered: bool = True
    """The daemon reads a file of this name, mode and owner."""

    findings: tuple[Finding, ...] = ()
    guessed_format: bool = False
    """Both readings are possible, with a user in each line and without."""

    borrowed_user: bool = False
    """The owner is a user of this machine, for a file that may come from another."""

    package: str | None = None
    """The package that the file belongs to, where the host's package database says so."""

    @property
    def sha256(self) -> str:
        """The digest that a later replacement must find again."""
        return hashlib.sha256(self.data).hexdigest()


class Users(Protocol):
    """The users of a host."""

    def id_of(self, name: str) -> int | None:
        """The user's id, None where the host has no such user."""


@dataclass(frozen=True, kw_only=True)
class HostFiles:
    """A host's facts with the bytes of all its crontabs; `users` is None where it does not tell."""

    facts: HostFacts
    dialect: Dialect
    files: tuple[SourceFile, ...]
    users: Users | None = None

    def read(
        self,
        *,
        label: str,
        borrowed: tuple[AssumedValue, ...] = (),
        instance: str = "",
        account: str = "",
        region: str = "",
    ) -> ReadHost:
        """The host with each crontab as its daemon reads it; parameters as in Host and ReadHost."""
        users = UserLookups(self.users) if self.users else None
        tabs = tuple(self._tab(file, users) for file in self.files)
        host = Host(
            name=self.facts.name,
            label=label,
            instance=instance,
            account=account,
            region=region,
            dialect=self.dialect,
            dialect_from=self.facts.dialect_from,
            timezone=self.facts.timezone,
            timezone_from=self.facts.timezone_from,
            tabs=tabs,
            findings=self.facts.findings,
            named=self.facts.named,
            unknown_users=frozenset(users.unknown) if users else None,
            borrowed=borrowed,
            scripts=self.facts.scripts,
            anacron=self.facts.anacron,
        )
        return ReadHost(host=host, files=self.files)

    def seen_as(self, seen: Callable[[bytes], bytes]) -> HostFiles:
        """The same, as if its crontabs were what this makes of their bytes."""
        files = (replace(each, data=seen(each.data)) for each in self.files)
        return replace(self, files=tuple(files))

    @property
    def known_user(self) -> Callable[[str], bool] | None:
        """Whether the host has a user, as a function; None where it does not list its users."""
        return UserLookups(self.users).has if self.users else None

    def _tab(self, file: SourceFile, users: UserLookups | None) -> Tab:
        crontab = read_crontab(
            file.data,
            self.dialect,
            system=file.system,
            user=file.owner,
            known_user=users.has if users else None,
            path=file.path,
        )
        if foreign := foreign_format(crontab, path=file.path):
            crontab = Crontab(text=crontab.text, items=(), loaded=False, findings=(foreign,))
        crontab = left_to_package(crontab, path=file.path, package=file.package)
        return Tab(
            path=file.path,
            system=file.system,
            owner=file.owner,
            sha256=file.sha256,
            crontab=crontab,
            loaded=crontab.loaded and file.considered,
            findings=(*file.findings, *crontab.findings),
            package=file.package,
        )


class UserLookups:
    """Looks users of a host up, and remembers which of them it does not have."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self.unknown: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether the host has the user."""
        if self._users.id_of(name) is not None:
            return True
        self.unknown.add(name)
        return False


@dataclass(frozen=True, kw_only=True)
class ReadHost:
    """A host as it was read, and the files that may be edited."""

    host: Host
    files: tuple[SourceFile, ...]

    of_tasks: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """What a host elsewhere keeps of the tasks that ran there, by folder and name."""
