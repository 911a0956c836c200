"""What SOURCE means: this host, hosts' file trees, crontab files, standard input; several are many.

Each folder is a host of its own. Files and standard input are this machine's, together one host.
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

from cron2aws.app.options import Sources
from cron2aws.app.zones import checked_zone
from cron2aws.assess.values import Host
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import SourceError, UsageError
from cron2aws.hosts.host import HostFiles, ReadHost, SourceFile
from cron2aws.hosts.inside import is_folder
from cron2aws.hosts.local import read_facts, read_file, read_host, read_stdin

STANDARD_INPUT = "-"


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
    named = _each_once(sources.named)
    if not named:
        here = read_host(None, dialect=sources.host.dialect, timezone=sources.host.timezone)
        return Reading(hosts=(here.read(label=here.facts.name),))
    files = [name for name in named if not _is_tree(name)]
    found: list[tuple[HostFiles, str]] = []
    for name in named:
        if _is_tree(name):
            found.append((_tree(name, sources), name))
        elif name == files[0]:
            found.append((_files(files, sources), name))
    labels = _labels([(host.facts.name, name) for host, name in found])
    read_hosts = zip(found, labels, strict=True)
    return Reading(hosts=tuple(host.read(label=label) for (host, _), label in read_hosts))


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
    return all(path == "/etc/crontab" or path.startswith(folders) for path in paths)


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
    if _is_tree(name):
        return path.resolve()
    # unlike resolve(), realpath() ends at links that lead to each other: reading says what is wrong
    return Path(os.path.realpath(path.parent)) / path.name


def _is_tree(name: str) -> bool:
    return name != STANDARD_INPUT and is_folder(Path(name))


def _tree(name: str, sources: Sources) -> HostFiles:
    return read_host(Path(name), dialect=sources.host.dialect, timezone=sources.host.timezone)


def _files(named: Sequence[str], sources: Sources) -> HostFiles:
    empty = _host_of((), sources)
    return replace(
        empty,
        facts=replace(empty.facts, named=False),
        files=tuple(_one(name, empty, sources) for name in named),
    )


def _host_of(files: tuple[SourceFile, ...], sources: Sources) -> HostFiles:
    """This machine with these files; it is not asked which users it has."""
    facts = read_facts(None, dialect=sources.host.dialect, timezone=sources.host.timezone)
    return HostFiles(facts=facts, dialect=DIALECTS[facts.dialect], files=files)


def _one(name: str, host: HostFiles, sources: Sources) -> SourceFile:
    how = sources.source
    if name == STANDARD_INPUT:
        return read_stdin(sys.stdin.buffer.read(), format_of=how.format_of, user=how.user)
    return read_file(Path(name), host.dialect, format_of=how.format_of, user=how.user)


def _labels(named: Sequence[tuple[str, str]]) -> list[str]:
    """The hosts' names; where two have the same, each with the SOURCE that it was read from."""
    counts = Counter(name for name, _ in named)
    return [f"{name} ({source})" if counts[name] > 1 else name for name, source in named]
