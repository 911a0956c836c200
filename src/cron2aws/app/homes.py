"""The SOURCEs of a command by their hosts, and what is not known of a host."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from cron2aws.app.options import CrontabFormat, HostOptions, SourceOptions, Sources
from cron2aws.assess.values import AssumedValue
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import UsageError
from cron2aws.findings import Finding
from cron2aws.hosts.folder import read_folder
from cron2aws.hosts.host import HostFacts, HostFiles, ReadHost, SourceFile
from cron2aws.hosts.inside import is_folder
from cron2aws.hosts.local import (
    SystemUsers,
    read_facts,
    read_file,
    read_host,
    read_stdin,
    with_packages,
)
from cron2aws.hosts.packages import SystemPackages
from cron2aws.hosts.source_kind import STANDARD_INPUT, LocatedSource, SourceKind, locate_source

TAKEN = "C147"
_THIS_MACHINE = "this machine's, which may be another host"


def grouped(named: Iterable[str]) -> list[tuple[LocatedSource, ...]]:
    """The SOURCEs by host, in the order in which the hosts are first named."""
    found: dict[tuple[object, ...], list[LocatedSource]] = {}
    for name in named:
        each = locate_source(name)
        root = os.path.realpath(each.root) if each.root else ""
        if each.home is SourceKind.SAVED:
            root = name
        found.setdefault((each.home, root), []).append(each)
    return [tuple(group) for group in found.values()]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The SOURCEs of one host; `name` is the first."""

    name: str
    host: HostFiles
    borrowed: tuple[AssumedValue, ...] = ()
    label: str = ""
    """What reports call it; empty for its name."""

    instance: str = ""
    account: str = ""
    region: str = ""

    @property
    def called(self) -> str:
        """What reports call the host, if no other host is called the same."""
        return self.label or self.host.facts.name

    @property
    def place(self) -> str:
        """The account and region of its instance, in words."""
        return f"{self.account} {self.region}".strip()


def read_group(named: tuple[LocatedSource, ...], sources: Sources) -> Group:
    """Read what is named of one host; SourceError where something cannot be read."""
    first = named[0]
    match first.home:
        case SourceKind.TREE:
            return _tree(named, sources)
        case SourceKind.HERE:
            return Group(name=first.name, host=_here(named, sources))
        case SourceKind.ELSEWHERE:
            return _elsewhere(named, sources)
        case SourceKind.SAVED:
            message = f"{first.name} is several hosts"
            raise AssertionError(message)
        case _:
            assert_never(first.home)


def _tree(named: tuple[LocatedSource, ...], sources: Sources) -> Group:
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
    return Group(name=str(root) if whole else named[0].name, host=host)


def _as_said(file: SourceFile, how: SourceOptions) -> SourceFile:
    """A file with the format and the user that options say, whatever its place says."""
    system = how.format_of is CrontabFormat.SYSTEM if how.format_of else file.system
    owner = None if system else how.user or file.owner or "root"
    return replace(file, system=system, owner=owner)


def _here(named: tuple[LocatedSource, ...], sources: Sources) -> HostFiles:
    """Files in this host's own places; a folder is read as the daemon reads it."""
    empty = host_of((), sources)
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


def _elsewhere(named: tuple[LocatedSource, ...], sources: Sources) -> Group:
    """Files that may come from any host: what is not said of it is this machine's."""
    empty = host_of((), sources)
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
        dialect_from=empty.facts.dialect_from if sources.host.dialect else _THIS_MACHINE,
        timezone_from=empty.facts.timezone_from if sources.host.timezone else _THIS_MACHINE,
        findings=(*empty.facts.findings, *left_out, *_told_facts(empty.facts, sources.host)),
    )
    return Group(
        name=named[0].name,
        host=replace(empty, facts=facts, files=tuple(map(_told_user, files))),
        borrowed=(*_borrowed_facts(empty.facts, sources.host), *_borrowed_by(files)),
    )


def host_of(files: tuple[SourceFile, ...], sources: Sources) -> HostFiles:
    """A host with these files and this machine's facts; it is not asked which users it has."""
    facts = read_facts(None, dialect=sources.host.dialect, timezone=sources.host.timezone)
    return HostFiles(facts=facts, dialect=DIALECTS[facts.dialect], files=files)


def _one(name: str, host: HostFiles, sources: Sources) -> SourceFile:
    how = sources.source
    if name == STANDARD_INPUT:
        data = sys.stdin.buffer.read()
        return read_stdin(data, host.dialect, format_of=how.format_of, user=how.user)
    return read_file(Path(name), host.dialect, format_of=how.format_of, user=how.user)


def _borrowed_facts(facts: HostFacts, options: HostOptions) -> Iterator[AssumedValue]:
    """What a host that nothing tells has from this machine, unless an option says it."""
    if options.timezone is None:
        yield AssumedValue(
            what=f"the time zone `{facts.timezone}`", option=f"--timezone {facts.timezone}"
        )
    if options.dialect is None:
        yield AssumedValue(
            what=f"the daemon `{facts.dialect}`", option=f"--dialect {facts.dialect}"
        )


def _borrowed_by(files: Iterable[SourceFile]) -> Iterator[AssumedValue]:
    """What files have from this machine, or by a guess."""
    for file in files:
        if file.guessed_format:
            what = f"whether the lines of {file.path} name their user"
            yield AssumedValue(what=what, option="--format-of system|user")
        if file.borrowed_user:
            yield AssumedValue(what=f"the user `{file.owner}`", option=f"--user {file.owner}")


def _told_facts(facts: HostFacts, options: HostOptions) -> Iterator[Finding]:
    """C147 for what the host has from this machine."""
    taken = list(_borrowed_facts(facts, options))
    if taken:
        what = ", ".join(each.what for each in taken)
        say = " and ".join(each.option.split()[0] for each in taken)
        detail = f"{what} and the host name `{facts.name}` (say {say})"
        yield Finding(code=TAKEN, detail=detail)


def _told_user(file: SourceFile) -> SourceFile:
    """The file, with C147 where its user is one of this machine's."""
    if not file.borrowed_user:
        return file
    whose = "who runs cron2aws" if file.location is None else "who owns the file here"
    finding = Finding(code=TAKEN, detail=f"the user `{file.owner}`, {whose} (say --user)")
    return replace(file, findings=(*file.findings, finding))


def check_nothing_assumed(hosts: Sequence[ReadHost]) -> None:
    """UsageError where a value was assumed from this machine, and would go to AWS."""
    missing = list(dict.fromkeys(each for read in hosts for each in read.host.borrowed))
    if not missing:
        return
    whats = list(dict.fromkeys(each.what for each in missing))
    options = list(dict.fromkeys(each.option for each in missing))
    raise UsageError(
        what="a crontab that may come from another host needs more options",
        why=f"nothing tells {', '.join(whats)}, and this machine's value or a guess may be wrong",
        fix=f"give what is true on its host, for example {' '.join(options)}",
    )
