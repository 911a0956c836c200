"""What SOURCE means: this host, hosts' file trees, crontab files and folders, standard input.

A folder with a host's files is a host of its own, and a file in it belongs to that host. Files
that nothing tells of, and standard input, are together one host, which has this machine's facts.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from cron2aws.app.homes import (
    borrowed_by,
    borrowed_facts,
    grouped,
    told_facts,
    told_user,
)
from cron2aws.app.options import CrontabFormat, SourceOptions, Sources
from cron2aws.app.zones import checked_zone
from cron2aws.assess.values import Host
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import SourceError, UsageError
from cron2aws.findings import Finding
from cron2aws.hosts.belonging import STANDARD_INPUT, Belonging, Home
from cron2aws.hosts.facts import is_folder
from cron2aws.hosts.host import Borrowed, HostFiles, ReadHost, SourceFile
from cron2aws.hosts.local import (
    SystemUsers,
    read_facts,
    read_file,
    read_folder,
    read_host,
    read_stdin,
    with_packages,
)
from cron2aws.hosts.packages import SystemPackages


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The hosts that were read, in the order in which they were named."""

    hosts: tuple[ReadHost, ...]

    @property
    def assessable(self) -> tuple[Host, ...]:
        """The hosts with their crontabs, as an assessment takes them."""
        return tuple(each.host for each in self.hosts)


def read(sources: Sources) -> Reading:
    """Read what is named; SourceError where something cannot be read, UsageError for a bad zone."""
    if sources.host.timezone:
        checked_zone(sources.host.timezone)
    if not sources.named:
        return Reading(hosts=(_this_host(sources),))
    groups = [_group(each, sources) for each in grouped(_each_once(sources.named))]
    labels = _labels([(group.host.facts.name, group.name) for group in groups])
    return Reading(
        hosts=tuple(
            group.host.read(label=label, borrowed=group.borrowed)
            for group, label in zip(groups, labels, strict=True)
        )
    )


def _this_host(sources: Sources) -> ReadHost:
    here = read_host(
        None,
        dialect=sources.host.dialect,
        timezone=sources.host.timezone,
        packages=SystemPackages(),
    )
    return here.read(label=here.facts.name)


def read_if_any(sources: Sources, note: Callable[[str], None]) -> Reading:
    """What `read` does, but nothing where no SOURCE is named and this host has no crontab."""
    try:
        return read(sources)
    except SourceError as nothing:
        if sources.named:
            raise
        note(f"note: {nothing.what}: {nothing.why}")
    empty = _host_of((), sources)
    return Reading(hosts=(empty.read(label=empty.facts.name),))


def of_this_host(named: Sequence[str]) -> bool:
    """Whether all that is named stands where this host's daemon reads it, or nothing is named."""
    paths = [str(Path(name).absolute()) for name in named]
    folders = ("/etc/cron.d/", "/var/spool/cron/")
    return all(path == "/etc/crontab" or f"{path}/".startswith(folders) for path in paths)


def only_host(reading: Reading, doing: str) -> ReadHost:
    """The host of a reading of one; UsageError where there are several."""
    first, *others = reading.hosts
    if others:
        names = ", ".join(each.host.label for each in reading.hosts)
        raise UsageError(
            what=f"{doing} works on one host at a time",
            why=f"{len(reading.hosts)} hosts were read: {names}; lines of several hosts cannot be "
            "handed over together yet",
            fix="name one host; a task runs on every host with its tag, and its stack goes for "
            "all of them",
        )
    return first


def check_sandbox(sources: Sources, command: str, *, copies: bool) -> None:
    """UsageError where `--sandbox` (`copies`) would work on this host's own crontabs."""
    if copies and not sources.named:
        raise UsageError(
            what="--sandbox needs a SOURCE",
            why="it never works on this host's own crontabs",
            fix=f"for example `cron2aws --sandbox {command} /etc/crontab`",
        )


@contextmanager
def copied(reading: Reading, note: Callable[[str], None]) -> Iterator[Reading]:
    """The reading with each file's location in a folder of copies: a sandbox edits only these.

    The copies are gone when the context ends.
    """
    with tempfile.TemporaryDirectory(prefix="cron2aws-sandbox-") as folder:
        note("copies of the sources are edited, and deleted at the end")
        yield Reading(
            hosts=tuple(
                replace(each, files=_copies(each.files, Path(folder) / str(number)))
                for number, each in enumerate(reading.hosts)
            )
        )


def _copies(files: Sequence[SourceFile], folder: Path) -> tuple[SourceFile, ...]:
    return tuple(_copy(file, folder / str(number)) for number, file in enumerate(files))


def _copy(file: SourceFile, folder: Path) -> SourceFile:
    folder.mkdir(parents=True)
    copy = folder / Path(file.path).name
    if file.location is not None and file.location.is_file():
        shutil.copy2(file.location, copy, follow_symlinks=False)
    else:
        copy.write_bytes(file.data)
    return replace(file, location=copy)


def _each_once(named: Iterable[str]) -> list[str]:
    """Sources without those that stand there twice, however they are spelt."""
    found: dict[Path | str, str] = {}
    for name in named:
        found.setdefault(_place(name), name)
    return list(found.values())


def _place(name: str) -> Path | str:
    """Where a source lies; a file that is a symbolic link is one of its own, as for the daemon."""
    if name == STANDARD_INPUT:
        return name
    path = Path(name)
    if is_folder(path):
        return path.resolve()
    # unlike resolve(), realpath() ends at links that lead to each other: reading says what is wrong
    return Path(os.path.realpath(path.parent)) / path.name


@dataclass(frozen=True, kw_only=True)
class _Group:
    """The SOURCEs of one host; `name` is the first."""

    name: str
    host: HostFiles
    borrowed: tuple[Borrowed, ...] = ()


def _group(named: tuple[Belonging, ...], sources: Sources) -> _Group:
    first = named[0]
    match first.home:
        case Home.TREE:
            return _tree(named, sources)
        case Home.HERE:
            return _Group(name=first.name, host=_here(named, sources))
        case Home.ELSEWHERE:
            return _elsewhere(named, sources)
        case _:
            assert_never(first.home)


def _tree(named: tuple[Belonging, ...], sources: Sources) -> _Group:
    """A host's tree, whole or the files of it that are named."""
    root, how = named[0].root, sources.source
    paths = [each.spot.path for each in named if each.spot]
    whole = len(paths) < len(named)
    host = read_host(
        root,
        dialect=sources.host.dialect,
        timezone=sources.host.timezone,
        only=() if whole else paths,
    )
    if not whole:
        host = replace(host, files=tuple(_as_said(each, how) for each in host.files))
    return _Group(name=str(root) if whole else named[0].name, host=host)


def _as_said(file: SourceFile, how: SourceOptions) -> SourceFile:
    """A file with the format and the user that options say, whatever its place says."""
    system = how.format_of is CrontabFormat.SYSTEM if how.format_of else file.system
    owner = None if system else how.user or file.owner or "root"
    return replace(file, system=system, owner=owner)


def _here(named: tuple[Belonging, ...], sources: Sources) -> HostFiles:
    """Files in this host's own places; a folder is read as the daemon reads it."""
    empty = _host_of((), sources)
    files: dict[str, SourceFile] = {}
    folders = [each.spot.path for each in named if each.spot and is_folder(Path(each.name))]
    for each in named:
        if each.spot and each.spot.path in folders:
            read_here = read_host(
                None,
                dialect=empty.facts.dialect,
                timezone=empty.facts.timezone,
                only=[each.spot.path],
            )
            found: tuple[SourceFile, ...] = read_here.files
        else:
            found = (_one(each.name, empty, sources),)
        for file in found:
            files.setdefault(file.path, file)
    owned = with_packages(tuple(files.values()), SystemPackages())
    return replace(empty, files=owned, users=SystemUsers() if folders else None)


def _elsewhere(named: tuple[Belonging, ...], sources: Sources) -> _Group:
    """Files that may come from any host: what is not said of it is this machine's."""
    empty = _host_of((), sources)
    files: list[SourceFile] = []
    left_out: list[Finding] = []
    for each in named:
        if each.name != STANDARD_INPUT and is_folder(Path(each.name)):
            folder = read_folder(
                Path(each.name),
                empty.dialect,
                format_of=sources.source.format_of,
                user=sources.source.user,
            )
            files += folder.files
            left_out += folder.findings
        else:
            files.append(_one(each.name, empty, sources))
    facts = replace(
        empty.facts,
        named=False,
        findings=(*empty.facts.findings, *left_out, *told_facts(empty.facts, sources.host)),
    )
    return _Group(
        name=named[0].name,
        host=replace(empty, facts=facts, files=tuple(map(told_user, files))),
        borrowed=(*borrowed_facts(empty.facts, sources.host), *borrowed_by(files)),
    )


def _host_of(files: tuple[SourceFile, ...], sources: Sources) -> HostFiles:
    """This machine with these files; it is not asked which users it has."""
    facts = read_facts(None, dialect=sources.host.dialect, timezone=sources.host.timezone)
    return HostFiles(facts=facts, dialect=DIALECTS[facts.dialect], files=files)


def _one(name: str, host: HostFiles, sources: Sources) -> SourceFile:
    how = sources.source
    if name == STANDARD_INPUT:
        data = sys.stdin.buffer.read()
        return read_stdin(data, host.dialect, format_of=how.format_of, user=how.user)
    return read_file(Path(name), host.dialect, format_of=how.format_of, user=how.user)


def _labels(named: Sequence[tuple[str, str]]) -> list[str]:
    """The hosts' names; where two have the same, each with the SOURCE that it was read from."""
    counts = Counter(name for name, _ in named)
    return [f"{name} ({source})" if counts[name] > 1 else name for name, source in named]
