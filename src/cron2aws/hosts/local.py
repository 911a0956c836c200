"""Crontabs on this machine: a host's file tree, this host itself, one file, standard input.

On this host every rule of the daemon holds. In a tree names count, and so do users where it
holds an etc/passwd; modes, owners and links are told only, as a copy loses them. A named file is
judged by its content alone.
"""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cron2aws.crontab.dialect import DIALECTS, Dialect
from cron2aws.crontab.format import judge_format
from cron2aws.crontab.places import CRON_D, CRONTAB
from cron2aws.errors import SourceError
from cron2aws.findings import Finding
from cron2aws.hosts.clock import read_clock
from cron2aws.hosts.daemons import Guess, read_dialect
from cron2aws.hosts.facts import read_name, read_users
from cron2aws.hosts.host import HostFacts, HostFiles, SourceFile, Users
from cron2aws.hosts.inside import inside
from cron2aws.hosts.tree import TreeReader, read_regular

ANACRONTAB = "/etc/anacrontab"
_SPOOLS = ("/var/spool/cron/crontabs/", "/var/spool/cron/tabs/", "/var/spool/cron/")


def read_facts(root: Path | None, *, dialect: str | None, timezone: str | None) -> HostFacts:
    """What a host says of itself; `dialect` and `timezone` override it."""
    base = root or Path("/")
    daemon = _said(dialect) if dialect else read_dialect(base) if root else read_dialect(base, _rpm)
    zone = read_clock(root, daemon.name, wanted=timezone)
    here = socket.gethostname()
    said = read_name(base, "") if root else here
    return HostFacts(
        name=said or base.resolve().name or here,
        named=root is None or bool(said),
        dialect=daemon.name,
        dialect_from=daemon.source,
        timezone=zone.name,
        findings=(*daemon.findings, *zone.findings),
    )


def _said(dialect: str) -> Guess:
    return Guess(name=dialect, source="--dialect")


def _rpm() -> str | None:
    """The version of this host's package cronie, None where there is no such package."""
    command = ["/usr/bin/rpm", "-q", "--queryformat", "%{VERSION}", "cronie"]
    try:
        ran = subprocess.run(  # noqa: S603 (nothing of it comes from outside)
            command, capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ran.stdout if ran.returncode == 0 else None


def read_host(
    root: Path | None, *, dialect: str | None = None, timezone: str | None = None
) -> HostFiles:
    """All crontabs of a tree, or of this host with None.

    Raises SourceError where there is none, or where one cannot be read; all of them at once.
    """
    try:
        return _host(root, dialect=dialect, timezone=timezone)
    except OSError as error:  # a folder above them that we may not enter
        raise _unreadable([(str(error.filename), error)]) from error


def _host(root: Path | None, *, dialect: str | None, timezone: str | None) -> HostFiles:
    facts = read_facts(root, dialect=dialect, timezone=timezone)
    daemon = DIALECTS[facts.dialect]
    users = _users_of(root) if root else SystemUsers()
    reader = TreeReader(
        root=root or Path("/"), dialect=daemon, users=users, copied=root is not None
    )
    files = tuple(reader.files())
    if reader.failures:
        raise _unreadable(reader.failures)
    if not files:
        what = f"{root or 'this host'} has no crontab"
        why = f"neither {CRONTAB}, {CRON_D} nor {' or '.join(reader.spools)} holds one"
        raise SourceError(what, why=why, fix="name a crontab file, or the root of a host's tree")
    facts = replace(facts, findings=(*facts.findings, *_not_read(root or Path("/"))))
    return HostFiles(facts=facts, dialect=daemon, files=files, users=users)


def _not_read(root: Path) -> Iterator[Finding]:
    if inside(root, ANACRONTAB).is_file():
        yield Finding(code="C132", detail=f"{ANACRONTAB} has a format of its own")


@dataclass(frozen=True, kw_only=True)
class TreeUsers:
    """The users of a tree, by its etc/passwd."""

    ids: Mapping[str, int] = field(repr=False)

    def id_of(self, name: str) -> int | None:
        """The user's id, None where etc/passwd does not name them."""
        return self.ids.get(name)


class SystemUsers:
    """The users of this machine, wherever it knows them from (LDAP, too)."""

    def id_of(self, name: str) -> int | None:
        """The user's id, None where the machine knows no such user."""
        try:
            return pwd.getpwnam(name).pw_uid
        except (KeyError, ValueError):  # ValueError: a name that no user can have
            return None


def _users_of(root: Path) -> Users | None:
    ids = read_users(root)
    return None if ids is None else TreeUsers(ids=ids)


def _unreadable(failures: list[tuple[str, OSError]]) -> SourceError:
    named = "; ".join(f"{path}: {error.strerror}" for path, error in failures)
    denied = any(isinstance(error, PermissionError) for _, error in failures)
    fix = "run cron2aws as root, or name a copy" if denied else "name the files one by one"
    return SourceError("some crontabs cannot be read", why=named, fix=fix)


def read_file(
    path: Path, dialect: Dialect, *, format_of: str | None = None, user: str | None = None
) -> SourceFile:
    """One named file. `format_of` is `system` or `user`, None to judge by path and content.

    Raises SourceError where it cannot be read, or is no regular file.
    """
    location = path.absolute()
    try:
        data, state = read_regular(location)
    except OSError as error:
        what = f"{path} cannot be read"
        raise SourceError(what, why=error.strerror or str(error)) from error
    system, findings = _format(location, data, dialect, format_of)
    owner = None if system else user or _spool_owner(location) or _name_of(state.owner)
    return SourceFile(
        path=str(location),
        location=location,
        system=system,
        owner=owner,
        data=data,
        findings=findings,
    )


def read_stdin(data: bytes, *, format_of: str | None = None, user: str | None = None) -> SourceFile:
    """Standard input, as a user's crontab unless `format_of` says `system`."""
    system = format_of == "system"
    return SourceFile(
        path="-",
        location=None,
        system=system,
        owner=None if system else user or _name_of(os.geteuid()),
        data=data,
    )


def _format(
    location: Path, data: bytes, dialect: Dialect, format_of: str | None
) -> tuple[bool, tuple[Finding, ...]]:
    if format_of:
        return format_of == "system", ()
    text = str(location)
    if text.endswith((CRONTAB, f"{CRON_D}/{location.name}")):
        return True, ()
    if _spool_owner(location):
        return False, ()
    judged = judge_format(data, dialect)
    if judged.certain:
        return judged.system, ()
    detail = f"read as a {'system' if judged.system else 'user'} crontab"
    return judged.system, (Finding(code="C125", detail=detail),)


def _spool_owner(location: Path) -> str | None:
    folder = f"{location.parent}/"
    return location.name if folder.endswith(_SPOOLS) else None


def _name_of(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)
