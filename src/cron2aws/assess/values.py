"""What an assessment is made of: the crontabs, the entries and what was judged of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum

from cron2aws.crontab.items import Crontab, Entry, Unreadable
from cron2aws.findings import Finding
from cron2aws.lint.secrets import mask
from cron2aws.schedule.outcome import Conversion
from cron2aws.schedule.trigger import TriggerKind


class Decision(StrEnum):
    """What is to become of an entry."""

    MIGRATE = "migrate"
    KEEP = "keep"
    REVIEW = "review"


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A crontab as it was found: where, whose, and what the reader made of it."""

    path: str
    system: bool
    owner: str | None  # of a user's crontab
    sha256: str
    crontab: Crontab
    loaded: bool  # by content, name, mode and owner together
    findings: tuple[Finding, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines the file has, a last one without a newline among them."""
        text = self.crontab.text
        return text.count("\n") + bool(text and not text.endswith("\n"))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How one entry is to be triggered, and what is kept of its output."""

    kind: TriggerKind = TriggerKind.SCHEDULER
    prefer_rate: bool = False
    whole_output: bool = False  # all output goes to a log group or a bucket


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How entries are to be converted; `wanted` is asked with each entry's id."""

    timezone: str
    resolve_zone: Callable[[str], tzinfo]
    since: date
    wanted: Callable[[str], Wanted] = lambda _: Wanted()
    allowed_secrets: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class AssessedEntry:
    """One entry and all that was judged of it."""

    id: str
    source: str
    entry: Entry
    text: str  # the line as it stands, with the mark of a migrated one
    timezone: str
    conversion: Conversion
    kind: TriggerKind
    script: str | None
    findings: tuple[Finding, ...]
    decision: Decision

    @property
    def schedule(self) -> str:
        """The schedule as the crontab has it, each gap one blank."""
        return " ".join(self.entry.schedule_text.split())

    @property
    def migrated(self) -> bool:
        """Whether cron2aws has commented the line out."""
        return self.entry.mark is not None

    @property
    def shown_command(self) -> str:
        """The command with its secrets masked, for everything but JSON and plan files."""
        return mask(self.entry.command)


@dataclass(frozen=True, kw_only=True)
class HostAssessment:
    """All that was found on a host."""

    host: str
    dialect: str
    timezone: str
    tabs: tuple[Tab, ...]
    entries: tuple[AssessedEntry, ...]
    unreadable: tuple[tuple[str, Unreadable], ...] = ()
    findings: tuple[Finding, ...] = ()  # of the host
    left_out: tuple[AssessedEntry, ...] = ()  # by --only and --exclude: they stand all the same

    @property
    def summary(self) -> dict[str, int]:
        """Counts of entries by verdict, of lines that cannot be read and of those migrated."""
        counts = {"entries": len(self.entries)}
        for verdict in ("exact", "differs", "never", "refused"):
            counts[verdict] = sum(each.conversion.verdict == verdict for each in self.entries)
        counts["unreadable"] = len(self.unreadable)
        counts["migrated"] = sum(each.migrated for each in self.entries)
        return counts

    @property
    def undecided(self) -> tuple[AssessedEntry, ...]:
        """The entries that a human must decide on."""
        return tuple(each for each in self.entries if each.decision is Decision.REVIEW)
