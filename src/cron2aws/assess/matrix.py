"""Which hosts have which entries, and how: what is alike in a fleet, and where hosts differ.

Only hosts that were read are in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cron2aws.assess.values import AssessedEntry, Assessment
from cron2aws.lint.secrets import mask
from cron2aws.schedule.trigger import Trigger

ALONE = "alone"

JobKey = tuple[str, str, str]
"""An id with its source and its user: a mark may give a line the id of another file's."""


@dataclass(frozen=True, kw_only=True)
class EntryOnHost:
    """An entry on one host, and the dialect of its daemon."""

    entry: AssessedEntry
    dialect: str


@dataclass(frozen=True, kw_only=True)
class Variant:
    """The hosts that have an entry in the same way."""

    hosts: tuple[str, ...]
    """Their labels, in the order of the reading."""

    first: AssessedEntry
    """As the first of them has it."""

    dialect: str
    description: str
    """Schedule, zone and decision, and what else of it is not so on every host; secrets masked."""


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """One entry of a fleet, in its variants: the one of the most hosts first."""

    ways: tuple[Variant, ...]
    without: tuple[str, ...]
    """Hosts that were read and lack it."""

    @property
    def first(self) -> AssessedEntry:
        """The entry as most hosts have it."""
        return self.ways[0].first

    @property
    def is_alike(self) -> bool:
        """Whether every host has it, all in the same way."""
        return len(self.ways) == 1 and not self.without

    @property
    def having(self) -> int:
        """How many hosts have it, in any variant."""
        return len({host for way in self.ways for host in way.hosts})


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """All entries of a fleet by the hosts that have them."""

    hosts: tuple[str, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def unlike(self) -> tuple[MatrixRow, ...]:
        """The entries in which hosts differ."""
        return tuple(row for row in self.rows if not row.is_alike)

    @property
    def alike(self) -> tuple[tuple[str, ...], ...]:
        """The hosts in groups that have all entries alike; the largest first."""
        has: dict[str, list[int]] = {host: [] for host in self.hosts}
        for row in self.unlike:
            ways = {host: number for number, way in enumerate(row.ways, 1) for host in way.hosts}
            for host, each in has.items():
                each.append(ways.get(host, 0))
        groups: dict[tuple[int, ...], list[str]] = {}
        for host, each in has.items():
            groups.setdefault(tuple(each), []).append(host)
        return tuple(map(tuple, sorted(groups.values(), key=len, reverse=True)))


def matrix_of(found: Assessment) -> Matrix:
    """The matrix of all hosts that were read, its rows in the order of the entries."""
    hosts = tuple(one.host.label for one in found.hosts)
    groups: dict[JobKey, list[EntryOnHost]] = {}
    for one in found.hosts:
        for entry in one.entries:
            having = EntryOnHost(entry=entry, dialect=one.host.dialect.name)
            groups.setdefault(job_key(entry), []).append(having)
    return Matrix(hosts=hosts, rows=tuple(_row(group, hosts) for group in groups.values()))


def job_key(entry: AssessedEntry) -> JobKey:
    """By which entries of several hosts are the same entry."""
    return entry.id, entry.source, entry.entry.user


def _row(group: Sequence[EntryOnHost], hosts: Sequence[str]) -> MatrixRow:
    having = {each.entry.host for each in group}
    ways = [
        Variant(
            hosts=tuple(dict.fromkeys(each.entry.host for each in same)),
            first=same[0].entry,
            dialect=same[0].dialect,
            description=description,
        )
        for description, same in alike(group)
    ]
    ways.sort(key=lambda way: len(way.hosts), reverse=True)
    return MatrixRow(ways=tuple(ways), without=tuple(host for host in hosts if host not in having))


def alike(group: Sequence[EntryOnHost]) -> list[tuple[str, list[EntryOnHost]]]:
    """The variants of an entry: each described in words, with its hosts."""
    found: dict[tuple[object, ...], list[EntryOnHost]] = {}
    for each, said in zip(group, _ways(group), strict=True):
        # the environment once more: two secrets look alike where they are masked
        key = said, frozenset(each.entry.entry.environment)
        found.setdefault(key, []).append(each)
    return [(str(said), same) for (said, _), same in found.items()]


def _ways(group: Sequence[EntryOnHost]) -> Iterable[str]:
    """How each host has the entry: schedule, zone and decision, and what else they differ in."""
    environments = [dict(each.entry.entry.environment) for each in group]
    names = sorted({name for environment in environments for name in environment})
    unlike = [n for n in names if len({environment.get(n) for environment in environments}) > 1]
    traits = [_traits(each) for each in group]
    usual = [Counter(column).most_common(1)[0][0] for column in zip(*traits, strict=True)]
    unusual = [len(set(column)) > 1 for column in zip(*traits, strict=True)]
    zones: dict[tuple[Trigger, ...], set[str]] = {}
    for each in group:
        zones.setdefault(each.entry.conversion.triggers, set()).add(each.entry.timezone)
    for each, environment, words in zip(group, environments, traits, strict=True):
        entry = each.entry
        # what is due at the same minutes in several zones is no different there
        several = len(zones[entry.conversion.triggers]) > 1
        zone = "each host's zone" if several else entry.timezone
        said = [f"`{entry.schedule}` in {zone}", f"to {entry.decision}"]
        said += [_variable(name, environment) for name in unlike]
        said += [
            word
            for word, most, differs in zip(words, usual, unusual, strict=True)
            # most hosts having nothing of the kind goes without saying
            if differs and (word not in NOTHING or word != most)
        ]
        yield ", ".join(said)


def _variable(name: str, environment: Mapping[str, str]) -> str:
    if name not in environment:
        return f"without {name}"
    value = environment[name]
    return f"with {mask(f'{name}={value}')}"


def _traits(each: EntryOnHost) -> tuple[str, ...]:
    """What else a task is made from: notes, the daemon's habits, what stands around the line."""
    entry, job = each.entry, each.entry.entry
    settings = " ".join(f"{name}={value}" for name, value in job.settings)
    return (
        f"named {job.name}" if job.name else "unnamed",
        f"as {each.dialect}",
        "with a quiet guard" if entry.quiet_guard else "without a quiet guard",
        f"with {settings}" if settings else "without settings",
        _around(entry),
        f"written by {job.managed.manager}" if job.managed else "written by hand",
        "handed over" if entry.migrated else "not handed over",
    )


NOTHING = frozenset(
    {"unnamed", "without a quiet guard", "without settings", ALONE, "written by hand",
     "not handed over"}
)  # fmt: skip
"""What is said where there is nothing of a kind."""


def _around(entry: AssessedEntry) -> str:
    """What the line is told from others by."""
    if entry.line is None:
        return ALONE
    others = entry.line.siblings.replace("\t", ", ")
    below = f" below `{entry.line.marker}`" if entry.line.marker else ""
    return (f"beside others of its command ({others})" if others else ALONE) + below
