"""Crontabs on this machine: a host's file tree, this host itself, one file, standard input.

On this host every rule of the daemon holds. In a tree names count, and so do users where it
holds an etc/passwd; modes, owners and links are told only, as a copy loses them. A named file of
this host, or of no host that is known, is judged by its content alone.
"""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cron2aws.crontab.dialect import DIALECTS, Dialect
from cron2aws.crontab.format import JudgedFormat, judge_format
from cron2aws.crontab.places import CRON_D, CRONTAB, CrontabPlace
from cron2aws.errors import SourceError
from cron2aws.findings import Finding
from cron2aws.hosts.daemon_zone import read_daemon_zone
from cron2aws.hosts.daemons import Detected, read_dialect
from cron2aws.hosts.facts import read_name, read_users
from cron2aws.hosts.host import HostFacts, HostFiles, LiveFacts, SourceFile, Users
from cron2aws.hosts.inside import inside
from cron2aws.hosts.packages import NoPackages, Packages, TreePackages
from cron2aws.hosts.paths import HostPath
from cron2aws.hosts.run_parts import ANACRONTAB, anacron_of, script_paths, scripts_of
from cron2aws.hosts.source_kind import STANDARD_INPUT, StandardPath, standard_path_of
from cron2aws.hosts.tree import NAME_ANOTHER, TreeReader, read_regular, unreadable_fix


def read_facts(
    root: HostPath | None,
    *,
    dialect: str | None,
    timezone: str | None,
    live: LiveFacts | None = None,
) -> HostFacts:
    """What a host says of itself; `dialect` and `timezone` override it."""
    told = live or LiveFacts()
    base: HostPath = root or Path("/")
    daemon = (
        _said(dialect) if dialect else read_dialect(base, (lambda: told.cronie) if root else _rpm)
    )
    zone = read_daemon_zone(root, daemon.name, wanted=timezone, environment=told.environment)
    said = told.name or (read_name(base, "") if root else socket.gethostname())
    return HostFacts(
        name=said or _folder_name(base),
        named=bool(said),
        dialect=daemon.name,
        dialect_from=daemon.source,
        timezone=zone.name,
        timezone_from=zone.source,
        findings=(*daemon.findings, *zone.findings),
    )


def _folder_name(root: HostPath) -> str:
    return (root.resolve().name if isinstance(root, Path) else root.name) or socket.gethostname()


def _said(dialect: str) -> Detected:
    return Detected(name=dialect, source="--dialect")


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
    root: HostPath | None,
    *,
    dialect: str | None = None,
    timezone: str | None = None,
    only: Collection[str] = (),
    packages: Packages | None = None,
    live: LiveFacts | None = None,
) -> HostFiles:
    """All crontabs of a tree, or of this host with None; `only` these paths where any is named.

    With `live` the tree is that of a host elsewhere: as on this one, every rule of its daemon
    holds. `packages` are asked for the owners of files in /etc/cron.d. Raises SourceError where
    there is no crontab, or where one cannot be read; all of them at once.
    """
    try:
        found = _host(root, dialect=dialect, timezone=timezone, only=only, live=live)
    except OSError as error:  # a folder above them that we may not enter
        raise _unreadable([(str(error.filename), error)]) from error
    asked = packages or (TreePackages(root) if root else NoPackages())
    scripts = {} if only else script_paths(root or Path("/"))
    owners = asked.owners([*_of_cron_d(found.files), *scripts])
    facts = replace(
        found.facts,
        scripts=scripts_of(scripts, owners if asked.can_tell else None),
        anacron=None if only else anacron_of(root or Path("/")),
    )
    return replace(found, facts=facts, files=_owned(found.files, owners))


def _host(
    root: HostPath | None,
    *,
    dialect: str | None,
    timezone: str | None,
    only: Collection[str],
    live: LiveFacts | None,
) -> HostFiles:
    facts = read_facts(root, dialect=dialect, timezone=timezone, live=live)
    daemon = DIALECTS[facts.dialect]
    users = _users_of(root) if root else SystemUsers()
    reader = TreeReader(
        root=root or Path("/"),
        dialect=daemon,
        users=users,
        copied=root is not None and live is None,
    )
    files = tuple(reader.files(only))
    if reader.failures:
        raise _unreadable(reader.failures)
    if not files and only:
        what = f"{', '.join(only)} has no crontab"
        raise SourceError(what, why="it has no file", fix=NAME_ANOTHER)
    if not files:
        what = f"{root or 'this host'} has no crontab"
        why = f"neither {CRONTAB}, {CRON_D} nor {' or '.join(reader.spools)} holds one"
        raise SourceError(what, why=why, fix=NAME_ANOTHER, has_none=True)
    if not only:
        facts = replace(facts, findings=(*facts.findings, *_not_read(root or Path("/"))))
    return HostFiles(facts=facts, dialect=daemon, files=files, users=users)


def with_packages(files: tuple[SourceFile, ...], packages: Packages) -> tuple[SourceFile, ...]:
    """The files with their packages; a line that was added to /etc/crontab is nobody's."""
    return _owned(files, packages.owners(_of_cron_d(files)))


def _of_cron_d(files: Iterable[SourceFile]) -> list[str]:
    return [each.path for each in files if each.path.startswith(f"{CRON_D}/")]


def _owned(files: Iterable[SourceFile], owners: Mapping[str, str]) -> tuple[SourceFile, ...]:
    return tuple(replace(each, package=owners.get(each.path)) for each in files)


def _not_read(root: HostPath) -> Iterator[Finding]:
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


def _users_of(root: HostPath) -> Users | None:
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
        raise SourceError(
            what, why=error.strerror or str(error), fix=unreadable_fix(error)
        ) from error
    spot = standard_path_of(location)
    judged = _format(data, dialect, format_of, spot)
    known = user or _spool_owner(spot)
    return _source(
        SourceFile(
            path=str(location), location=location, system=judged.system, owner=None, data=data
        ),
        judged,
        known,
        borrowed=_name_of(state.owner),
    )


def read_stdin(
    data: bytes, dialect: Dialect, *, format_of: str | None = None, user: str | None = None
) -> SourceFile:
    """Standard input, judged as a file is."""
    judged = _format(data, dialect, format_of, None)
    return _source(
        SourceFile(path=STANDARD_INPUT, location=None, system=judged.system, owner=None, data=data),
        judged,
        user,
        borrowed=_name_of(os.geteuid()),
    )


def _source(
    file: SourceFile, judged: JudgedFormat, known: str | None, *, borrowed: str
) -> SourceFile:
    """The file with its owner, who is `borrowed` from this machine where nobody is known."""
    detail = f"read as a {'system' if judged.system else 'user'} crontab"
    return replace(
        file,
        owner=None if judged.system else known or borrowed,
        findings=() if judged.certain else (Finding(code="C125", detail=detail),),
        guessed_format=not judged.certain,
        borrowed_user=not judged.system and known is None,
    )


def _format(
    data: bytes, dialect: Dialect, format_of: str | None, spot: StandardPath | None
) -> JudgedFormat:
    if format_of:
        return JudgedFormat(system=format_of == "system", certain=True)
    if spot:
        return JudgedFormat(system=spot.place is not CrontabPlace.SPOOL, certain=True)
    return judge_format(data, dialect)


def _spool_owner(spot: StandardPath | None) -> str | None:
    return spot.path.rpartition("/")[2] if spot and spot.place is CrontabPlace.SPOOL else None


def _name_of(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)
