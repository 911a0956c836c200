"""What an assessment is made of: hosts, their crontabs, and what was judged of each entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple, assert_never

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.identity import KnownTask
from cron2aws.crontab.items import Entry, Unreadable
from cron2aws.crontab.run_parts import Anacron, Script, crontab_line_for
from cron2aws.crontab.tab import Tab
from cron2aws.findings import Finding, Level
from cron2aws.lint.secrets import mask
from cron2aws.schedule.conversion import Conversion, Verdict
from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.line_identity import LineIdentity

KEEP_CODES = frozenset({"C360", "C402"})
"""Findings that leave a job to the host: plumbing of its packages, and what the user said."""

COUNTED = (Verdict.EXACT, Verdict.DIFFERS, Verdict.NEVER, Verdict.REFUSED)
"""The verdicts that an entry can have: a line that the daemon rejects is none."""


class Decision(StrEnum):
    """What is to become of an entry."""

    MIGRATE = "migrate"
    KEEP = "keep"
    REVIEW = "review"


@dataclass(frozen=True, kw_only=True)
class AssumedValue:
    """A value of a crontab that nobody gave: what was assumed, and the `option` that says it."""

    what: str
    option: str


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host whose crontabs were read; the findings say what had to be guessed of it."""

    name: str
    """Its own, as etc/hostname has it; two copies of an image may have the same."""

    label: str
    """What reports call it: no two hosts of one reading have the same."""

    dialect: Dialect
    timezone: str
    dialect_from: str = ""
    """What the dialect is known by, in words."""

    timezone_from: str = ""
    """What the zone is known by, in words."""

    tabs: tuple[Tab, ...] = ()
    findings: tuple[Finding, ...] = ()
    named: bool = True
    """What was read says of which host it is; copies of single files do not."""

    instance: str = ""
    """Its instance id, where it was read through Systems Manager."""

    account: str = ""
    region: str = ""
    """Of its instance."""

    unknown_users: frozenset[str] | None = None
    """Those that its crontabs name and it does not have; None where it does not tell its users."""

    borrowed: tuple[AssumedValue, ...] = ()
    """What is not known of it, and was taken from this machine or guessed."""

    scripts: tuple[Script, ...] = ()
    """In the folders of run-parts."""

    anacron: Anacron | None = None
    """What its anacrontab has."""

    @property
    def own_scripts(self) -> tuple[tuple[Script, str | None], ...]:
        """The scripts that no package put there, each with the line that it would be.

        None where nothing runs its folder.
        """
        entries = [each for tab in self.tabs if tab.loaded for each in tab.crontab.entries]
        return tuple(
            (each, crontab_line_for(each, entries, self.anacron))
            for each in self.scripts
            if not each.is_packages
        )


@dataclass(frozen=True, kw_only=True)
class TriggerChoice:
    """Which triggers an entry is to get."""

    kind: TriggerKind = TriggerKind.SCHEDULER
    prefer_rate: bool = False
    quiet_guards: bool = False  # as if each guard that is recognised had the note `guard`


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How entries are to be converted; clock changes and next runs count from `since` on."""

    since: date
    wanted: TriggerChoice = TriggerChoice()
    deployed: Mapping[str, TriggerChoice] = field(default_factory=lambda: MappingProxyType({}))
    """How the entries with these ids are triggered, because a stack of theirs exists."""

    known: tuple[KnownTask, ...] = ()
    """The deployed tasks by which lines get their ids."""

    allowed_secrets: frozenset[str] = frozenset()
    """Ids, or as much of them as is unambiguous."""

    def wanted_for(self, entry_id: str) -> TriggerChoice:
        """The choice for the entry with this id: that of its task, where there is one."""
        return self.deployed.get(entry_id, self.wanted)


class AssessedEntry(NamedTuple):
    """One entry and all that was judged of it; `host` is its host's label.

    A named tuple: these are made, and made anew, by the ten thousand.
    """

    id: str
    host: str
    source: str
    entry: Entry
    text: str  # the line as it stands, with the mark of a migrated one
    timezone: str
    conversion: Conversion
    kind: TriggerKind
    command: str | None
    """The parameter `Command` of its task; None where nothing would start it."""

    findings: tuple[Finding, ...]
    decision: Decision
    line: LineIdentity | None = None  # by what its task finds it again
    quiet_guard: bool = False  # exit code 1 without output is a guard's no, and no failure

    @property
    def schedule(self) -> str:
        """The schedule as the crontab has it, each gap one blank."""
        return " ".join(self.entry.schedule_text.split())

    @property
    def migrated(self) -> bool:
        """Whether cron2aws has commented the line out."""
        return self.entry.mark is not None

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that decided it, where it is not migrated."""
        match self.decision:
            case Decision.MIGRATE:
                return ()
            case Decision.KEEP:
                told = tuple(each for each in self.findings if each.code in KEEP_CODES)
                return told or self.conversion.findings
            case Decision.REVIEW:
                return tuple(each for each in self.findings if each.level is Level.ERROR)
            case _:
                assert_never(self.decision)

    @property
    def shown_command(self) -> str:
        """The command with its secrets masked, for everything but JSON and plan files."""
        return mask(self.entry.command)


@dataclass(frozen=True, kw_only=True)
class FindingGroup:
    """The same finding, word for word, about one or more entries of a host."""

    finding: Finding
    entries: tuple[AssessedEntry, ...]


@dataclass(frozen=True, kw_only=True)
class HostAssessment:
    """All that was found on one host."""

    host: Host
    entries: tuple[AssessedEntry, ...]
    left_out: tuple[AssessedEntry, ...] = ()  # by --only and --exclude: they stand all the same

    @property
    def groups(self) -> tuple[FindingGroup, ...]:
        """The findings about entries, each once: such as one for a minute, a file or a user.

        In the order of the first entry of each; an entry carries its findings as well.
        """
        about: dict[Finding, list[AssessedEntry]] = {}
        for each in self.entries:
            for finding in dict.fromkeys(each.findings):
                about.setdefault(finding, []).append(each)
        return tuple(
            FindingGroup(finding=finding, entries=tuple(entries))
            for finding, entries in about.items()
        )

    @property
    def unreadable(self) -> tuple[tuple[str, Unreadable], ...]:
        """The lines that the daemon refuses, each with the path of its crontab."""
        return tuple((tab.path, line) for tab in self.host.tabs for line in tab.crontab.unreadable)


class Unread(StrEnum):
    """What is known of the cron of a host that could not be read."""

    NO_CRONTAB = "no crontab"
    """It was asked, and has nothing to run."""

    OFF = "off"
    """It is stopped or gone: cron runs nothing there now, and its crontabs are as they were."""

    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class UnreadHost:
    """A host that was asked, and could not be read."""

    id: str
    label: str
    """What reports call it, as Host has it."""

    why: str
    cron: Unread = Unread.UNKNOWN
    account: str = ""
    region: str = ""
    """Of its instance, where that is told."""


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """All that was found, host by host, in the order in which they were named."""

    hosts: tuple[HostAssessment, ...]
    unread: tuple[UnreadHost, ...] = ()
    """Hosts of the same fleet of which nothing is known."""

    since: date | None = None
    """From which day on next runs and a week are asked for; None for from now on."""

    @property
    def entries(self) -> tuple[AssessedEntry, ...]:
        """The entries of all hosts, those left out by --only and --exclude not among them."""
        return tuple(chain.from_iterable(each.entries for each in self.hosts))

    @property
    def undecided(self) -> tuple[AssessedEntry, ...]:
        """The entries that a human must decide on."""
        return tuple(each for each in self.entries if each.decision is Decision.REVIEW)

    @property
    def summary(self) -> dict[str, int]:
        """Counts of entries by verdict, of lines that cannot be read and of those migrated."""
        entries = self.entries
        counts = {"entries": len(entries)}
        for verdict in COUNTED:
            counts[verdict] = sum(each.conversion.verdict is verdict for each in entries)
        counts["unreadable"] = sum(len(each.unreadable) for each in self.hosts)
        counts["migrated"] = sum(each.migrated for each in entries)
        return counts
