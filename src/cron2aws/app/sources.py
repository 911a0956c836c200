"""What SOURCE means: this host, hosts' file trees, crontab files and folders, standard input.

A folder with a host's files is a host of its own, and a file in it belongs to that host. Files
that nothing tells of, and standard input, are together one host, which has this machine's facts.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cron2aws.app.homes import Group, grouped, host_of, read_group
from cron2aws.app.options import Sources
from cron2aws.app.saved_scans import read_saved
from cron2aws.app.zones import checked_zone
from cron2aws.assess.values import Host, UnreadHost
from cron2aws.errors import SourceError, UsageError
from cron2aws.hosts.host import HostFiles, ReadHost, SourceFile
from cron2aws.hosts.inside import is_folder
from cron2aws.hosts.local import read_host
from cron2aws.hosts.packages import SystemPackages
from cron2aws.hosts.source_kind import STANDARD_INPUT, SourceKind


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The hosts that were read, in the order in which they were named."""

    hosts: tuple[ReadHost, ...]
    unread: tuple[UnreadHost, ...] = ()
    """Those that were asked as well, and could not be read."""

    @property
    def assessable(self) -> tuple[Host, ...]:
        """The hosts with their crontabs, as an assessment takes them."""
        return tuple(each.host for each in self.hosts)


def read(sources: Sources, seen_as: Callable[[bytes], bytes] | None = None) -> Reading:
    """Read what is named; SourceError where something cannot be read, UsageError for a bad zone.

    With `seen_as` crontabs are read as if they were what it makes of their bytes; the files that
    may be edited are those that are there.
    """
    if sources.host.timezone:
        checked_zone(sources.host.timezone)
    if not sources.named:
        here = Group(name="", host=_this_host(sources))
        return Reading(hosts=(_read(here, seen_as, label=here.called),))
    groups: list[Group] = []
    unread: list[UnreadHost] = []
    for each in grouped(_each_once(sources.named)):
        if each[0].home is SourceKind.SAVED:
            saved, others = read_saved(each[0].name, sources.host)
            groups += saved
            unread += [_at_home(other, saved[0]) for other in others]
        else:
            groups.append(read_group(each, sources))
    several = len({group.place for group in groups} - {""}) > 1
    labels = _labels([(_placed(each.called, each.place, several), each.name) for each in groups])
    return Reading(
        hosts=tuple(
            _read(group, seen_as, label=label) for group, label in zip(groups, labels, strict=True)
        ),
        unread=tuple(
            replace(each, label=_placed(each.label, f"{each.account} {each.region}", several))
            for each in unread
        ),
    )


def _at_home(unread: UnreadHost, read: Group) -> UnreadHost:
    """Earlier releases did not tell where it is: where the others of its document are."""
    if unread.account:
        return unread
    return replace(unread, account=read.account, region=read.region)


def _placed(label: str, place: str, several: bool) -> str:
    """The label; with account and region where hosts of several are read."""
    told = not place.strip() or label.endswith(f" in {place}")  # by a report of several places
    return f"{label} in {place}" if several and not told else label


def _this_host(sources: Sources) -> HostFiles:
    return read_host(
        None,
        dialect=sources.host.dialect,
        timezone=sources.host.timezone,
        packages=SystemPackages(),
    )


def _read(group: Group, seen_as: Callable[[bytes], bytes] | None, *, label: str) -> ReadHost:
    host = group.host.seen_as(seen_as) if seen_as else group.host
    read = host.read(
        label=label,
        borrowed=group.borrowed,
        instance=group.instance,
        account=group.account,
        region=group.region,
    )
    return read if seen_as is None else replace(read, files=group.host.files)


def read_if_any(sources: Sources, note: Callable[[str], None]) -> Reading:
    """What `read` does, but nothing where no SOURCE is named and this host has no crontab."""
    try:
        return read(sources)
    except SourceError as nothing:
        if sources.named:
            raise
        note(f"note: {nothing.what}: {nothing.why}")
    empty = host_of((), sources)
    return Reading(hosts=(empty.read(label=empty.facts.name),))


def of_this_host(named: Sequence[str]) -> bool:
    """Whether everything that is named is read by this host's daemon, or nothing is named."""
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
            why=f"{len(reading.hosts)} hosts were read: {names}; files that are named "
            "must all belong to one host",
            fix="name one host, or let cron2aws read and edit the hosts themselves: --from-hosts "
            "--tag KEY=VALUE",
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
        hosts = tuple(
            replace(each, files=_copies(each.files, Path(folder) / str(number)))
            for number, each in enumerate(reading.hosts)
        )
        yield replace(reading, hosts=hosts)


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


def _labels(named: Sequence[tuple[str, str]]) -> list[str]:
    """The hosts' names; where two have the same, each with the SOURCE that it was read from."""
    counts = Counter(name for name, _ in named)
    return [f"{name} ({source})" if counts[name] > 1 else name for name, source in named]
