"""A host's crontabs judged: each entry with its triggers, proof, script, findings and a decision.

This is what `scan` shows and what a plan is made from. Nothing here reads a file or asks AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from enum import StrEnum
from fnmatch import fnmatchcase

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.identity import identify
from cron2aws.crontab.items import Crontab, Entry, Unreadable
from cron2aws.crontab.witness import second_reading
from cron2aws.findings import Finding, Level
from cron2aws.schedule.convert import Conversion, convert
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.command import script
from cron2aws.task.inspect import crowded, inspect
from cron2aws.task.secrets import mask
from cron2aws.task.template import too_long

NOT_LOADED, LEFT_ALONE, TOO_LONG = "C401", "C402", "C403"
KEEP_CODES = frozenset({"C360", LEFT_ALONE})
"""Findings that leave a job to the host: plumbing of its packages, and what the user said."""


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
class Surveyed:
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
class Survey:
    """All that was found on a host."""

    host: str
    dialect: str
    timezone: str
    tabs: tuple[Tab, ...]
    entries: tuple[Surveyed, ...]
    unreadable: tuple[tuple[str, Unreadable], ...] = ()
    findings: tuple[Finding, ...] = ()  # of the host
    left_out: tuple[Surveyed, ...] = ()  # by --only and --exclude: they stand all the same

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
    def undecided(self) -> tuple[Surveyed, ...]:
        """The entries that a human must decide on."""
        return tuple(each for each in self.entries if each.decision is Decision.REVIEW)


def survey(
    tabs: Sequence[Tab],
    *,
    host: str,
    dialect: Dialect,
    settings: Settings,
    findings: tuple[Finding, ...] = (),
) -> Survey:
    """Judge every entry of every tab."""
    of = _Host(name=host, dialect=dialect, settings=settings)
    judged = [
        _judge(entry, tab, entry_id, of) for tab in tabs for entry, entry_id in _identified(tab)
    ]
    return Survey(
        host=host,
        dialect=dialect.name,
        timezone=settings.timezone,
        findings=findings,
        tabs=tuple(tabs),
        entries=tuple(_with_crowds(judged)),
        unreadable=tuple((tab.path, line) for tab in tabs for line in tab.crontab.unreadable),
    )


def _identified(tab: Tab) -> list[tuple[Entry, str]]:
    ids = identify(tab.crontab, tab.path)
    return [(entry, ids[entry.line]) for entry in tab.crontab.entries]


@dataclass(frozen=True, kw_only=True)
class _Host:
    """Whose entries are judged, and how."""

    name: str
    dialect: Dialect
    settings: Settings


def _judge(entry: Entry, tab: Tab, entry_id: str, host: _Host) -> Surveyed:
    dialect, settings = host.dialect, host.settings
    wanted = settings.wanted(entry_id)
    zone, own_zone = _zone(entry, dialect, settings)
    conversion = convert(
        entry.timing,
        zone=zone,
        resolve_zone=settings.resolve_zone,
        since=settings.since,
        kind=wanted.kind,
        prefer_rate=wanted.prefer_rate,
        local_clock=own_zone,
    )
    runs = conversion.triggers or conversion.verdict == "refused"
    text = script(
        entry,
        dialect,
        entry_id=entry_id,
        source=tab.path,
        system=tab.system,
        whole_output=wanted.whole_output,
    )
    findings = (
        *entry.findings,
        *conversion.findings,
        *inspect(
            entry,
            dialect,
            entry_id=entry_id,
            allowed=settings.allowed_secrets,
            host=host.name,
        ),
        *_second(entry),
        *_standing(entry, tab, text),
    )
    return Surveyed(
        id=entry_id,
        source=tab.path,
        entry=entry,
        text=tab.crontab.text[entry.start : entry.end],
        timezone=zone,
        conversion=conversion,
        kind=wanted.kind,
        script=text if runs else None,
        findings=findings,
        decision=decide(conversion, findings),
    )


def _zone(entry: Entry, dialect: Dialect, settings: Settings) -> tuple[str, bool]:
    """The zone that moves the entry, and whether it is the crontab's own (CRON_TZ)."""
    if not dialect.environment.cron_tz or entry.cron_tz is None:
        return settings.timezone, False
    try:
        settings.resolve_zone(entry.cron_tz)
    except LookupError:
        return "UTC", True  # an unknown zone means UTC to cronie, silently
    return entry.cron_tz, True


def _second(entry: Entry) -> tuple[Finding, ...]:
    differs = second_reading(entry)
    return (differs,) if differs else ()


def _with_crowds(judged: Sequence[Surveyed]) -> Iterable[Surveyed]:
    """Add the finding that more jobs are due in a minute than the agent runs at once."""
    due = [
        (each.id, each.entry.timing)
        for each in judged
        if isinstance(each.entry.timing, CronSchedule) and each.decision is Decision.MIGRATE
    ]
    found = crowded(due)
    for each in judged:
        finding = found.get(each.id)
        yield replace(each, findings=(*each.findings, finding)) if finding else each


def _standing(entry: Entry, tab: Tab, text: str) -> Iterator[Finding]:
    if entry.ignored:
        yield Finding(code=LEFT_ALONE, detail=f"{tab.path}, the line above {entry.line}")
    if not tab.loaded:
        yield Finding(code=NOT_LOADED, detail=f"see the findings of {tab.path}")
    if too_much := too_long(text):
        yield Finding(code=TOO_LONG, detail=too_much)


def decide(conversion: Conversion, findings: Iterable[Finding]) -> Decision:
    """`keep` stays local, `review` waits for a human, everything else is migrated."""
    told = tuple(findings)
    if not conversion.triggers or any(finding.code in KEEP_CODES for finding in told):
        return Decision.KEEP
    if any(finding.level is Level.ERROR for finding in told):
        return Decision.REVIEW
    return Decision.MIGRATE


def select(found: Survey, only: Sequence[str], exclude: Sequence[str]) -> Survey:
    """The survey with the entries chosen by id, or by a glob on source, user or command."""

    def is_chosen(each: Surveyed) -> bool:
        wanted = not only or any(matches(each, pattern) for pattern in only)
        return wanted and not any(matches(each, pattern) for pattern in exclude)

    return replace(
        found,
        entries=tuple(each for each in found.entries if is_chosen(each)),
        left_out=tuple(each for each in found.entries if not is_chosen(each)),
    )


def matches(each: Surveyed, pattern: str) -> bool:
    """Whether `pattern` is the entry's id or a glob on its source, user or command."""
    fields = (each.source, each.entry.user, each.entry.command)
    return each.id == pattern or any(fnmatchcase(value, pattern) for value in fields)
