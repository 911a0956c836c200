"""Judging hosts' crontabs entry by entry, and each in sight of the others of its host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from cron2aws.assess.choose import meant_ids
from cron2aws.assess.values import (
    KEEP_CODES,
    AssessedEntry,
    Assessment,
    Decision,
    Host,
    HostAssessment,
    Settings,
)
from cron2aws.crontab.identity import Digest, FileEntries, Ids, digest_of, identify
from cron2aws.crontab.items import Entry
from cron2aws.crontab.tab import Tab
from cron2aws.crontab.witness import second_reading
from cron2aws.errors import UsageError
from cron2aws.findings import CATALOGUE, Finding, Level
from cron2aws.lint.crowd import crowded
from cron2aws.lint.inspect import inspect
from cron2aws.lint.skips import says_no_quietly
from cron2aws.schedule.clock_changes import ResolveZone
from cron2aws.schedule.conversion import Conversion, Refused
from cron2aws.schedule.convert import convert
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.zone_names import LOCAL, zone_of_tz
from cron2aws.task.command import command_of
from cron2aws.task.line_identity import LineIdentity, key_of, line_identity_of, lines_by_job
from cron2aws.task.task import as_messages_name
from cron2aws.task.template import too_long

NOT_LOADED, LEFT_ALONE, TOO_LONG, NO_ZONE, CLASH = "C401", "C402", "C403", "C133", "C404"


def assess(
    hosts: Iterable[Host],
    settings: Settings,
    resolve_zone: ResolveZone,
    *,
    digest: Digest = digest_of,
) -> Assessment:
    """Judge every entry of every host; UsageError for an allowed id that is several, or none."""
    named = [(host, _ids(host, settings, digest)) for host in hosts]
    every = {each for _, ids in named for of_file in ids.of_files for each in of_file}
    for word in sorted(settings.allowed_secrets):
        if not meant_ids([word], every):
            raise UsageError(
                what=f"--allow-secret {word!r} matches no entry",
                why="no entry has this id, or an id that begins with it",
                fix="`cron2aws scan` lists the entries with their ids",
            )
    settings = replace(settings, allowed_secrets=meant_ids(settings.allowed_secrets, every))
    return Assessment(
        hosts=tuple(_assess_host(host, ids, settings, resolve_zone) for host, ids in named)
    )


def _ids(host: Host, settings: Settings, digest: Digest) -> Ids:
    files = [FileEntries(path=tab.path, entries=tab.crontab.entries) for tab in host.tabs]
    return identify(files, settings.known, as_deployed=as_messages_name, digest=digest)


def _assess_host(
    host: Host, ids: Ids, settings: Settings, resolve_zone: ResolveZone
) -> HostAssessment:
    judged = [
        _judge(
            entry,
            tab,
            entry_id,
            line_identity_of(entry, tab.path, groups[key_of(entry)]),
            is_clashing=entry_id in ids.clashing,
            host=host,
            settings=settings,
            resolve_zone=resolve_zone,
        )
        for tab, of_file in zip(host.tabs, ids.of_files, strict=True)
        for groups in [lines_by_job(tab.crontab.entries)]
        for entry, entry_id in zip(tab.crontab.entries, of_file, strict=True)
    ]
    return HostAssessment(host=host, entries=tuple(_with_crowds(judged)))


def _judge(
    entry: Entry,
    tab: Tab,
    entry_id: str,
    line: LineIdentity,
    *,
    is_clashing: bool,
    host: Host,
    settings: Settings,
    resolve_zone: ResolveZone,
) -> AssessedEntry:
    dialect, wanted = host.dialect, settings.wanted_for(entry_id)
    zone, own_zone = _zone(entry, host, resolve_zone)
    conversion = _no_zone(entry, zone, resolve_zone) or convert(
        entry.timing,
        zone=zone,
        resolve_zone=resolve_zone,
        since=settings.since,
        kind=wanted.kind,
        prefer_rate=wanted.prefer_rate,
        local_clock=own_zone,
    )
    runs = conversion.triggers or isinstance(conversion, Refused)
    by_option = not entry.guard and wanted.quiet_guards and says_no_quietly(entry, dialect)
    quiet = entry.guard or by_option
    command = command_of(
        entry,
        dialect,
        entry_id=entry_id,
        line=line,
        system=tab.system,
        guard=quiet,
        by_option=by_option,
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
            quiet=quiet,
        ),
        *_second(entry),
        *_cron_tz_unknown(entry, host, resolve_zone),
        *_standing(entry, tab, command),
        *(_clash(entry_id) if is_clashing else ()),
    )
    text = tab.crontab.text[entry.start : entry.end]
    started = command if runs else None
    decision = decide(conversion, findings)
    # by position, as one is made for each line of a crontab: names double the time
    return AssessedEntry(
        entry_id,
        host.label,
        tab.path,
        entry,
        text,
        zone,
        conversion,
        wanted.kind,
        started,
        findings,
        decision,
        line,
        quiet,
    )


def _zone(entry: Entry, host: Host, resolve_zone: ResolveZone) -> tuple[str, bool]:
    """The zone that moves the entry, and whether it is the crontab's own (CRON_TZ)."""
    if not host.dialect.environment.cron_tz or entry.cron_tz is None:
        return host.timezone, False
    named = zone_of_tz(entry.cron_tz)
    if named == LOCAL:
        return host.timezone, True
    known = _is_known(named, resolve_zone)
    return (named if known else "UTC"), True  # an unknown zone means UTC to cronie, silently


def _is_known(zone: str, resolve_zone: ResolveZone) -> bool:
    try:
        resolve_zone(zone)
    except LookupError:
        return False
    return True


def _no_zone(entry: Entry, zone: str, resolve_zone: ResolveZone) -> Refused | None:
    """Why nothing can be said of a schedule: its zone is none here, or none for EventBridge."""
    if not isinstance(entry.timing, CronSchedule):
        return None  # it has no time in any zone
    if _is_known(zone, resolve_zone):
        return None
    return Refused(findings=(Finding(code=NO_ZONE, detail=f"`{zone}`"),))


def _cron_tz_unknown(entry: Entry, host: Host, resolve_zone: ResolveZone) -> tuple[Finding, ...]:
    """What this machine does not know the host may know, and the other way round."""
    if not host.dialect.environment.cron_tz or entry.cron_tz is None:
        return ()
    named = zone_of_tz(entry.cron_tz)
    if named == LOCAL or _is_known(named, resolve_zone):
        return ()
    detail = f"`CRON_TZ={entry.cron_tz}`: the daemon takes UTC if the host has no such zone"
    return (Finding(code=NO_ZONE, detail=detail),)


def _second(entry: Entry) -> tuple[Finding, ...]:
    differs = second_reading(entry)
    return (differs,) if differs else ()


def _with_crowds(judged: Sequence[AssessedEntry]) -> Iterable[AssessedEntry]:
    """Add the finding that more jobs are due in a minute than the agent runs at once."""
    due = [
        (each.id, each.entry.timing)
        for each in judged
        if isinstance(each.entry.timing, CronSchedule) and each.decision is Decision.MIGRATE
    ]
    found = crowded(due)
    for each in judged:
        finding = found.get(each.id)
        yield each._replace(findings=(*each.findings, finding)) if finding else each


def _standing(entry: Entry, tab: Tab, text: str) -> Sequence[Finding]:
    found: list[Finding] = []
    if entry.ignored:
        found.append(Finding(code=LEFT_ALONE, detail=f"{tab.path}, the line above {entry.line}"))
    if not tab.loaded:
        found.append(Finding(code=NOT_LOADED, detail=f"see the findings of {tab.path}"))
    if too_much := too_long(text):
        found.append(Finding(code=TOO_LONG, detail=too_much))
    return found


def _clash(entry_id: str) -> Iterator[Finding]:
    yield Finding(code=CLASH, detail=f"`{entry_id}`")


def decide(conversion: Conversion, findings: Iterable[Finding]) -> Decision:
    """`keep` stays local, `review` waits for a human, everything else is migrated."""
    return _decided(tuple([finding.code for finding in findings]), runs=bool(conversion.triggers))


@lru_cache(maxsize=1024)
def _decided(codes: tuple[str, ...], *, runs: bool) -> Decision:
    """Remembered: the same few findings stand at thousands of entries."""
    if any(code in KEEP_CODES for code in codes):
        return Decision.KEEP
    if not runs and NO_ZONE not in codes:
        return Decision.KEEP
    if any(CATALOGUE[code].level is Level.ERROR for code in codes):
        return Decision.REVIEW
    return Decision.MIGRATE
