"""What the lines of a crontab are, as values; together they are the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from cron2aws.crontab.managers import Managed
from cron2aws.crontab.mark import Mark
from cron2aws.findings import Finding
from cron2aws.schedule.cron import Timing


@dataclass(frozen=True, kw_only=True, slots=True)
class Blank:
    """Nothing but blanks and tabs."""

    line: int
    text: str
    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """A line whose first non-blank is `#`."""

    line: int
    text: str
    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """An environment line, in the daemon's reading of quotes and blanks."""

    line: int
    text: str
    start: int = field(compare=False)
    end: int = field(compare=False)
    name: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """A line that the daemon refuses; `message` begins with its own words for it."""

    line: int
    text: str
    start: int = field(compare=False)
    end: int = field(compare=False)
    code: str
    message: str


class Entry(NamedTuple):
    """A job line, also one that is commented out with a mark of cron2aws.

    `text` is the job line itself, without a mark; `start` and `end` are the offsets of the whole
    line (without its newline), mark and all, in the decoded file.

    A named tuple: ten thousand of them take a third of the time of frozen dataclasses. `is_same`
    compares two without their offsets, as other items are compared.
    """

    line: int
    text: str
    start: int
    end: int
    schedule_text: str
    timing: Timing
    user: str
    raw_command: str
    command: str
    stdin: str | None
    environment: tuple[tuple[str, str], ...]
    """What the crontab sets in force at this line, in order of first setting."""

    cron_tz: str | None = None
    random_delay: int = 0
    """Minutes, 0 for none."""

    quiet: bool = False
    """A leading `-`: the daemon does not log the run."""

    mail_only_on_failure: bool = False
    """`-n ` before the command (cronie 1.7)."""

    mark: Mark | None = None
    managed: Managed | None = None
    """The program that writes the line, where it is not the user."""

    name: str | None = None
    """From `# cron2aws: name=...` above, else what the program that writes the line calls it."""

    ignored: bool = False
    """By `# cron2aws: ignore` on the line above."""

    guard: bool = False
    """By `# cron2aws: guard` on the line above."""

    settings: tuple[tuple[str, str], ...] = ()
    """By `# cron2aws: NAME=VALUE` above, for the task: `catch-up`, `overlap`, `run-on`, `timeout`.
    """

    findings: tuple[Finding, ...] = ()
    """What reading this line has shown."""

    def is_same(self, other: Entry) -> bool:
        """Whether the other one is equal but for the offsets."""
        return self == other._replace(start=self.start, end=self.end)


Item = Blank | Comment | Variable | Unreadable | Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Crontab:
    """A whole file; `loaded` is false where the daemon ignores it."""

    text: str
    items: tuple[Item, ...]
    loaded: bool
    findings: tuple[Finding, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Job lines, marked ones too, in the order of the file."""
        return tuple(item for item in self.items if isinstance(item, Entry))

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Lines that the daemon refuses."""
        return tuple(item for item in self.items if isinstance(item, Unreadable))
