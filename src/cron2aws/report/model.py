"""What a report says, before it has a form: parts in their order, and the words of each.

Terminal, Markdown, HTML and CSV show the same value; none of them adds a sentence of its own.
Texts are as they were read, with secrets masked: each form makes harmless what would do something
there (`escapes.printable` for all, and then its own signs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeVar, overload

T = TypeVar("T")


class LazySequence(Sequence[T]):
    """A sequence that is made at its first use: of ten thousand entries few are opened."""

    def __init__(self, make: Callable[[], Iterable[T]]) -> None:
        """`make` is called once, at most."""
        self._make = make
        self._made: tuple[T, ...] | None = None

    @property
    def _items(self) -> tuple[T, ...]:
        if self._made is None:
            self._made = tuple(self._make())
        return self._made

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...

    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        """The item, or the items of a slice."""
        return self._items[at]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._items)


class Tone(StrEnum):
    """How a text is meant; no meaning is in the colour alone."""

    PLAIN = "plain"
    STRONG = "strong"
    ASIDE = "aside"
    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class StyledText:
    """A text on one line and its tone; `code` is what a machine reads: a command, an expression."""

    text: str
    tone: Tone = Tone.PLAIN
    code: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, and one or several texts about it, each on a line of its own."""

    name: str
    texts: tuple[StyledText, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names, each with its texts."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or two."""

    text: StyledText


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a few columns; one that is too wide for its place has its rows stacked."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[StyledText, ...], ...], ...]
    """Rows of cells; a cell has one line or several."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person must do, or decide: what, why, and the command for it if any."""

    what: str
    why: str = ""
    command: str = ""
    places: tuple[str, ...] = ()
    """Where, if in several places: each on a line of its own."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """What a person must do, in this order."""

    title: str
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """What changes in one value: lines that begin with `-`, `+` or a blank."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """A long text that few read, such as a script: behind a fold where the face has one."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One entry of a crontab, and all that is said of it."""

    id: str
    """As short as it is unambiguous in this report."""

    full_id: str
    host: str
    source: str
    line: int
    text: str
    """The line as it stands."""

    user: str
    schedule: str
    command: str
    becomes: tuple[str, ...]
    """Its triggers, with their zones; empty where there is none."""

    verdict: StyledText
    decision: StyledText
    """What becomes of it: of a plan also what is done to its stack."""

    why: str
    """Why, where it is not migrated."""

    codes: tuple[str, ...]
    """Of its findings."""

    quarters: int
    """The quarters of a day in which it may be due, in its host's zone: bit 0 is 00:00 to 00:14."""

    facts: Sequence[Fact]
    on_hosts: str = ""
    """On which hosts it stands, where there are several."""

    diffs: tuple[Diff, ...] = ()
    folds: Sequence[Fold] = ()

    @property
    def place(self) -> str:
        """`/etc/crontab:17`."""
        return f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True)
class Cards:
    """Entries; a terminal shows a few lines of each, or groups if there are very many."""

    title: str
    cards: tuple[Card, ...]
    hosts: int = 1
    """Of how many hosts the report is: where there are several, each entry names its own."""


@dataclass(frozen=True, slots=True)
class Heat:
    """Starts per quarter of an hour by the clock, day by day: 96 a day, from 00:00 on."""

    title: str
    zone: str
    days: tuple[tuple[str, tuple[int, ...]], ...]
    """Each day's name and its counts; a time that a change of the clock leaves out has none."""


Part: TypeAlias = Facts | Paragraph | Grid | Checklist | Diff | Cards | Heat


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report."""

    title: str
    parts: tuple[Part, ...]
    deleted: tuple[tuple[str, ...], ...] = ()
    """Rows among those of entries, where each entry is a row: tasks that go."""
