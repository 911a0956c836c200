"""What a person must decide or mend, as a checklist: each act once, with its places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from cron2aws.assess.values import AssessedEntry, Assessment, Decision
from cron2aws.crontab.items import Unreadable
from cron2aws.crontab.tab import Tab
from cron2aws.findings import Finding, Level
from cron2aws.lint.secrets import mask
from cron2aws.report.compose.words import PLACES_SHOWN, places
from cron2aws.report.model import Act, Checklist, Part
from cron2aws.report.text import quantity

LONGEST_LINE = 100
CASES_SHOWN = 8
"""So many places of an act are told; each entry has its own."""

IGNORED, WRITTEN_ELSEWHERE, OF_ITS_FILE, SECRET = "C101", "C144", "C401", "C340"


def checklist(
    found: Assessment, ids: Mapping[str, str], more: Iterable[Act] = (), *, advised: str
) -> Iterator[Part]:
    """What a person must decide or correct, each once with its places; `more` comes after it.

    `advised` is the command that carries out what the report is about.
    """
    acts = tuple(_each_once([*_of_files(found), *_of_entries(found, ids, advised), *more]))
    if acts:
        yield Checklist("What a person must do", acts)


def _each_once(acts: Iterable[Act]) -> Iterator[Act]:
    """Those that say the same, as one; what has a command stands by itself."""
    found: dict[tuple[object, ...], list[Act]] = {}
    for act in acts:
        found.setdefault((act.what, act.command), []).append(act)
    for same in found.values():
        if len(same) == 1:
            yield same[0]
            continue
        every = list(chain.from_iterable((each.why, *each.places) for each in same))
        more = len(every) - CASES_SHOWN
        told = every[:CASES_SHOWN] + ([f"and {more:,} more"] if more > 0 else [])
        yield Act(same[0].what, command=same[0].command, places=tuple(told))


def _of_files(found: Assessment) -> Iterator[Act]:
    several = len(found.hosts) > 1
    for one in found.hosts:
        host = f"{one.host.label}: " if several else ""
        for finding in one.host.findings:
            if finding.level is not Level.INFO:
                yield _act(finding, one.host.label)
        unreadable: dict[str, list[Unreadable]] = {}
        for path, line in one.unreadable:
            unreadable.setdefault(path, []).append(line)
        for tab in one.host.tabs:
            yield from _of_file(tab, host + tab.path, unreadable.get(tab.path, []))


def _of_file(tab: Tab, shown: str, unreadable: Iterable[Unreadable]) -> Iterator[Act]:
    """What is wrong with a file, and with its lines; one that is ignored names them itself."""
    refused = [
        f"{shown}:{line.line}: {line.code} {line.message}: {_cut(mask(line.text))}"
        for line in unreadable
    ]
    for finding in tab.findings:
        if finding.code == IGNORED:
            yield replace(_act(finding, shown), places=tuple(refused))
            refused = []
        elif finding.level is not Level.INFO:
            yield _act(finding, shown)
    yield from (Act("Mend or delete each line that the daemon refuses", told) for told in refused)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}..."


def _act(finding: Finding, where: str) -> Act:
    return Act(finding.help, f"{finding.code} {finding.title}: {where}: {mask(finding.detail)}")


def _of_entries(found: Assessment, ids: Mapping[str, str], advised: str) -> Iterator[Act]:
    """Of entries that wait for a decision, and of lines that another program writes."""
    kinds: dict[tuple[str, str], list[tuple[Finding, AssessedEntry]]] = {}
    for one in found.hosts:
        for group in one.groups:
            finding = group.finding
            if finding.code == OF_ITS_FILE:  # told with the file
                continue
            is_asked = finding.code == WRITTEN_ELSEWHERE
            for each in group.entries:
                is_open = each.decision is Decision.REVIEW and finding.level is Level.ERROR
                if not each.migrated and (is_asked or is_open):
                    # each of these programs has a way of its own, which the detail tells
                    way = finding.detail if is_asked else ""
                    kinds.setdefault((finding.code, way), []).append((finding, each))
    for cases in kinds.values():
        yield _act_of(cases, ids, advised)


def _act_of(
    cases: list[tuple[Finding, AssessedEntry]], ids: Mapping[str, str], advised: str
) -> Act:
    """What is to be done about one kind of finding, with the entries."""
    first, _ = cases[0]
    where = places((each.source, each.entry.line) for _, each in cases)
    details = dict.fromkeys(mask(finding.detail) for finding, _ in cases)
    said = f": {next(iter(details))}" if len(details) == 1 else ""
    if first.code == SECRET:
        every = list(dict.fromkeys(ids[each.id] for _, each in cases))
        allowed = every[:PLACES_SHOWN]
        command = " ".join([advised, *(f"--allow-secret {each}" for each in allowed)])
        if len(every) > len(allowed):
            entries = quantity(len(every), "entry", "entries")
            said += f"; the command below names the first {len(allowed)} of {entries}"
    else:
        command = ""
    return Act(first.help, f"{first.code} {first.title}: {where}{said}", command)
