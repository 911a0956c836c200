"""An entry's name for life: it survives a new schedule, new options and a move in the file.

    id = first 16 hex digits of SHA-256( path NUL user NUL raw command NUL occurrence )

The occurrence, counted from 1, tells equal jobs of one file apart. A line that is marked keeps the
one of its mark; else one whose schedule a deployed task has gets that task's; the rest are counted
by schedule, so that a line that is moved keeps its number.

The versions before had the first 8 of these digits. A task that has them keeps them: a line that is
its by source and user has its id.

A mark proves nothing. Within its file its id is nobody else's, but where a line of another file has
that id by its own digest, the marked line gets an id of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Protocol

from cron2aws.crontab.items import Entry
from cron2aws.crontab.text import encode_text

DIGITS, SHOWN = 16, 8
"""Of an id; and of what is shown of it where that is unambiguous, which was an id once."""

_SPARE = 8
"""How many numbers beyond a job's own lines are tried: lines before it may have been deleted."""

_ID = re.compile(r"[0-9a-f]{8,16}", re.ASCII)

Digest = Callable[[str, Entry, int], str]


class KnownTask(Protocol):
    """What a deployed task says of the line that it was made from."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def schedule(self) -> str: ...  # noqa: D102
    def belongs_to(self, source: str, user: str) -> bool: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class FileEntries:
    """A file's entries, in its order; `path` is the file's, below its tree's root."""

    path: str
    entries: Sequence[Entry]


@dataclass(frozen=True, kw_only=True)
class Ids:
    """The ids of a host's entries, file by file in their order.

    `clashing` are those that more than one entry has, by chance or by intent.
    """

    of_files: tuple[tuple[str, ...], ...]
    clashing: frozenset[str]


def digest_of(path: str, entry: Entry, occurrence: int) -> str:
    """The id of an entry: the `occurrence`-th in its file with its user and command."""
    text = "\0".join((path, entry.user, entry.raw_command, str(occurrence)))
    return hashlib.sha256(encode_text(text)).hexdigest()[:DIGITS]


def _as_it_is(schedule: str) -> str:
    return schedule


def identify(
    files: Iterable[FileEntries],
    known: Iterable[KnownTask] = (),
    *,
    as_deployed: Callable[[str], str] = _as_it_is,
    digest: Digest = digest_of,
) -> Ids:
    """The ids of all entries of a host, in one go: each is to be unique on it.

    `known` are the deployed tasks that count; `as_deployed` gives a schedule as their tags have it.
    """
    by_id: dict[str, list[KnownTask]] = {}
    for task in known:
        by_id.setdefault(task.id, []).append(task)
    naming = [_File(lines, by_id, as_deployed, digest) for lines in files]
    taken = {entry_id for file in naming for entry_id in file.ids.values()}
    for is_sure in (True, False):
        for file in naming:
            file.take_marks(taken, is_sure=is_sure)
    for file in naming:
        file.number_the_rest()
    of_files = tuple(tuple(file.ids[n] for n in range(len(file.entries))) for file in naming)
    counts = Counter(entry_id for ids in of_files for entry_id in ids)
    return Ids(
        of_files=of_files,
        clashing=frozenset(entry_id for entry_id, times in counts.items() if times > 1),
    )


class _File:
    """The ids of one file's entries, by their position, as far as they are known."""

    def __init__(
        self,
        lines: FileEntries,
        known: Mapping[str, Sequence[KnownTask]],
        as_deployed: Callable[[str], str],
        digest: Digest,
    ) -> None:
        self.entries = lines.entries
        self.ids: dict[int, str] = {}
        self._path = lines.path
        self._known = known
        self._as_deployed = as_deployed
        self._marked = {entry.mark.id for entry in self.entries if entry.mark}
        self._jobs: dict[tuple[str, str], _Job] = {}
        by_job: dict[tuple[str, str], list[int]] = {}
        for position, entry in enumerate(self.entries):
            by_job.setdefault((entry.user, entry.raw_command), []).append(position)
        plain = not (self._known or self._marked)
        for key, positions in by_job.items():
            entry = self.entries[positions[0]]
            if plain and len(positions) == 1:  # as most are, and nothing else can have a say
                self.ids[positions[0]] = digest(lines.path, entry, 1)
                continue
            job = self._jobs[key] = _Job(partial(digest, lines.path, entry))
            self._name(job, positions)

    def _name(self, job: _Job, positions: Sequence[int]) -> None:
        """What is certain: marks of the job's own numbers, then tasks' schedules, then the rest."""
        spare = _SPARE if self._known or self._marked else 0
        numbers = job.first(len(positions) + spare) if spare or len(positions) > 1 else ()
        entry = self.entries[positions[0]]
        own = {digest: n for n, digest in enumerate(numbers, 1)}
        own |= {
            digest[:SHOWN]: n for n, digest in enumerate(numbers, 1) if self._may_be(digest, entry)
        }
        for position in positions:
            mark = self.entries[position].mark
            number = own.get(mark.id) if mark else None
            if mark and number and number not in job.used:
                job.used.add(number)
                self.ids[position] = mark.id
        unmarked = [position for position in positions if self.entries[position].mark is None]
        if self._known and unmarked:
            unmarked = self._by_schedule(job, numbers, unmarked)
        for position in sorted(unmarked, key=lambda each: (self._schedule(each), each)):
            self.ids[position] = self._next(job, entry)

    def _may_be(self, digest: str, entry: Entry) -> bool:
        """Whether an id of 8 digits is this line's, as far as deployed tasks tell."""
        tasks = self._known.get(digest[:SHOWN], ())
        return not tasks or self._is_of(tasks, entry)

    def _is_of(self, tasks: Iterable[KnownTask], entry: Entry) -> bool:
        return any(task.belongs_to(self._path, entry.user) for task in tasks)

    def _by_schedule(self, job: _Job, numbers: Sequence[str], unmarked: Sequence[int]) -> list[int]:
        """Gives lines the ids of the tasks that have their schedules; the lines that are left."""
        waiting: dict[str, deque[int]] = {}
        for position in unmarked:
            waiting.setdefault(self._as_deployed(self._schedule(position)), deque()).append(
                position
            )
        user = self.entries[unmarked[0]].user
        for number, digest in enumerate(numbers, 1):
            entry_id = self._id_as_deployed(digest, self.entries[unmarked[0]])
            if number in job.used or entry_id in self._marked:
                continue
            for task in self._known.get(entry_id, ()):
                lines = waiting.get(task.schedule)
                if lines and task.belongs_to(self._path, user):
                    self.ids[lines.popleft()] = entry_id
                    job.used.add(number)
                    break
        return [position for position in unmarked if position not in self.ids]

    def _id_as_deployed(self, digest: str, entry: Entry) -> str:
        """The id that a line with this digest has: 8 digits where its task has them."""
        older = self._known.get(digest[:SHOWN], ())
        return digest[:SHOWN] if self._is_of(older, entry) else digest

    def _next(self, job: _Job, entry: Entry) -> str:
        """The lowest number whose id no mark of the file has."""
        for digest in job.unused():
            entry_id = self._id_as_deployed(digest, entry)
            if entry_id not in self._marked and digest not in self._marked:
                return entry_id
        raise AssertionError  # numbers do not end

    def take_marks(self, taken: set[str], *, is_sure: bool) -> None:
        """Gives marked lines the ids of their marks: `is_sure` only those whose tasks say so."""
        for position, entry in enumerate(self.entries):
            if position in self.ids or entry.mark is None or entry.mark.id in taken:
                continue
            if not is_sure or self._is_of(self._known.get(entry.mark.id, ()), entry):
                self.ids[position] = entry.mark.id
                taken.add(entry.mark.id)

    def number_the_rest(self) -> None:
        """Gives lines whose marks are others' ids of their own."""
        for position, entry in enumerate(self.entries):
            if position not in self.ids:
                job = self._jobs[entry.user, entry.raw_command]
                self.ids[position] = self._next(job, entry)

    def _schedule(self, position: int) -> str:
        return " ".join(self.entries[position].schedule_text.split())


class _Job:
    """The digests of equal jobs by their number, each made once, and the numbers that are used."""

    def __init__(self, digest: Callable[[int], str]) -> None:
        self.used: set[int] = set()
        self._digest = digest
        self._made: list[str] = []
        self._numbers = count(1)

    def first(self, numbers: int) -> Sequence[str]:
        """The digests of the first so many numbers."""
        while len(self._made) < numbers:
            self._made.append(self._digest(len(self._made) + 1))
        return self._made[:numbers]

    def unused(self) -> Iterator[str]:
        """The digests of the numbers that are not used, each asked for but once."""
        for number in self._numbers:
            if number not in self.used:
                yield self.first(number)[number - 1]


def shown_ids(ids: Iterable[str]) -> Mapping[str, str]:
    """How a report shows each id: its first 8 digits, or all where another id begins with these."""
    each_once = set(ids)
    counts = Counter(entry_id[:SHOWN] for entry_id in each_once)
    return {
        entry_id: entry_id[:SHOWN] if counts[entry_id[:SHOWN]] == 1 else entry_id
        for entry_id in each_once
    }


def is_meant(word: str, entry_id: str) -> bool:
    """Whether `word` names an id: by its first 8 digits or more.

    A word of 16 digits may also name an id that has only the first 8 of them.
    """
    if _ID.fullmatch(word) is None:
        return False
    return entry_id.startswith(word) or (len(entry_id) == SHOWN and word.startswith(entry_id))
