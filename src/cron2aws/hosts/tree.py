"""The standard places of crontabs below a root: which files are there, and what is told of them."""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from errno import ENOENT
from os import strerror
from pathlib import Path

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.places import (
    CRON_D,
    CRONTAB,
    CrontabPlace,
    FileState,
    judge_name,
    judge_state,
)
from cron2aws.findings import Finding
from cron2aws.hosts.host import SourceFile, Users
from cron2aws.hosts.inside import inside, is_there
from cron2aws.hosts.paths import HostPath
from cron2aws.hosts.source_kind import place_of

MAX_BYTES = 16 * 1024 * 1024
"""A longer file is no crontab."""

_SPOOLS_BY_SIGN = (
    ("/var/spool/cron/tabs", "/var/spool/cron/tabs"),  # SUSE
    ("/var/spool/cron/crontabs", "/etc/debian_version"),  # Debian's builds of all daemons
)


NAME_ANOTHER = "name a crontab file, or the root of a host's tree"


def unreadable_fix(error: OSError) -> str:
    """What to do about a SOURCE that cannot be read."""
    if isinstance(error, PermissionError):
        return "run cron2aws as root, or name a copy"
    return (
        "check the path: SOURCE is a crontab, a folder of crontabs, a folder with a host's files, "
        "or a saved scan"
    )


def read_regular(location: HostPath) -> tuple[bytes, FileState]:
    """The bytes and the state of a file; OSError where it cannot be read, or is not a crontab."""
    status = location.stat()
    state = FileState(mode=stat.S_IMODE(status.st_mode), owner=status.st_uid)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "it is not a regular file")
    if status.st_size > MAX_BYTES:
        raise OSError(0, f"it has {status.st_size} bytes, which no crontab has")
    return location.read_bytes(), state


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A file that may be a crontab."""

    path: str
    place: CrontabPlace
    name: str


class TreeReader:
    """Reads the standard places below a root; what cannot be read is collected."""

    def __init__(
        self,
        *,
        root: HostPath,
        dialect: Dialect,
        users: Users | None,
        copied: bool,
    ) -> None:
        """`users` is None where nobody tells the host's users.

        What was `copied` from a host has lost modes, owners and links: they are told only.
        """
        self._root = root
        self._dialect = dialect
        self._users = users
        self._copied = copied
        self.failures: list[tuple[str, OSError]] = []

    def files(self, only: Collection[str] = ()) -> Iterator[SourceFile]:
        """Every file in the standard places, also those that the daemon passes over.

        `only` these, paths of files and folders below the root, where any is named.
        """
        for found in self._named(only) if only else self._found():
            try:
                file = self._read(found)
            except OSError as error:
                self.failures.append((found.path, error))
            else:
                if file is not None:
                    yield file

    @property
    def spools(self) -> tuple[str, ...]:
        """The folders of users' crontabs on this host."""
        spool = self._dialect.places.spool
        further = [path for path, sign in _SPOOLS_BY_SIGN if self._shows(sign)]
        return tuple(dict.fromkeys((spool, *further)))

    def _shows(self, sign: str) -> bool:
        try:
            return is_there(inside(self._root, sign))
        except OSError:
            return False  # a folder on the way that we may not enter: its files say so

    def _found(self) -> Iterator[_Found]:
        crontab = self._at(CRONTAB)
        if crontab.is_symlink() or crontab.exists():
            yield _Found(path=CRONTAB, place=CrontabPlace.CRONTAB, name="crontab")
        folders = [
            (CRON_D, CrontabPlace.CRON_D),
            *((spool, CrontabPlace.SPOOL) for spool in self.spools),
        ]
        for folder, place in folders:
            for name in self._names(folder):
                yield _Found(path=f"{folder}/{name}", place=place, name=name)

    def _named(self, paths: Collection[str]) -> Iterator[_Found]:
        for path in paths:
            location = self._at(path)
            if not location.exists() and not location.is_symlink():
                self.failures.append((str(location), FileNotFoundError(ENOENT, strerror(ENOENT))))
            elif not inside(self._root, path).is_dir():
                yield _Found(path=path, place=place_of(path), name=path.rpartition("/")[2])
            else:
                for name in self._names(path):
                    yield _Found(path=f"{path}/{name}", place=place_of(path), name=name)

    def _at(self, path: str) -> HostPath:
        """The file itself, be it a link: links are followed on the way to its folder."""
        folder, _, name = path.rpartition("/")
        return inside(self._root, folder) / name

    def _names(self, folder: str) -> list[str]:
        try:
            return sorted(path.name for path in inside(self._root, folder).iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            self.failures.append((folder, error))
            return []

    def _read(self, found: _Found) -> SourceFile | None:
        named = self._at(found.path)
        location = inside(self._root, found.path)
        if location.is_dir():
            return None  # no daemon looks into a folder
        findings = judge_name(self._dialect, found.place, found.name)
        passed_over = bool(findings) or self._is_orphan(found)
        if found.name.startswith(".") or not location.is_file():
            return None if not named.is_symlink() else self._broken(found, named)
        data, _ = read_regular(location)
        refused = self._refusals(found, named, location)
        considered = not passed_over and (self._copied or not refused)
        return SourceFile(
            path=found.path,
            location=named if isinstance(named, Path) else None,
            system=found.place is not CrontabPlace.SPOOL,
            owner=found.name if found.place is CrontabPlace.SPOOL else None,
            data=data,
            considered=considered,
            findings=(*findings, *self._orphan(found), *refused),
        )

    def _broken(self, found: _Found, named: HostPath) -> SourceFile:
        detail = f"the symbolic link leads to `{named.readlink()}`, where no file is"
        return SourceFile(
            path=found.path,
            location=named if isinstance(named, Path) else None,
            system=found.place is not CrontabPlace.SPOOL,
            owner=found.name if found.place is CrontabPlace.SPOOL else None,
            data=b"",
            considered=False,
            findings=(Finding(code="C123", detail=detail),),
        )

    def _is_orphan(self, found: _Found) -> bool:
        if found.place is not CrontabPlace.SPOOL or self._users is None:
            return False
        return self._users.id_of(found.name) is None

    def _orphan(self, found: _Found) -> tuple[Finding, ...]:
        detail = f"the host has no user `{found.name}`"
        return (Finding(code="C124", detail=detail),) if self._is_orphan(found) else ()

    def _refusals(self, found: _Found, named: HostPath, location: HostPath) -> tuple[Finding, ...]:
        status, link = location.stat(), named.lstat()
        state = FileState(
            mode=stat.S_IMODE(status.st_mode),
            owner=status.st_uid,
            links=status.st_nlink,
            changed=int(status.st_mtime // 1),
            link_owner=link.st_uid if stat.S_ISLNK(link.st_mode) else None,
        )
        user_id = self._users.id_of(found.name) if self._users else None
        refusals = judge_state(self._dialect, found.place, state, user_id=user_id)
        return tuple(each._replace(code="C126") for each in refusals) if self._copied else refusals
