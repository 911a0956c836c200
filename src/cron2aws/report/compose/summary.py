"""How many entries go which way and why, what they cost, and what a person must do about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cron2aws.assess.values import AssessedEntry, Assessment, Decision
from cron2aws.findings import CATALOGUE, Finding, Level
from cron2aws.lint.secrets import mask
from cron2aws.plan.cost import JOB_SECONDS, Monthly, monthly
from cron2aws.report.compose.words import LEVELS, PLACES_SHOWN, code, dollars, fact, places
from cron2aws.report.model import Act, Checklist, Fact, Facts, Grid, Part, Said, Tone
from cron2aws.report.text import sentence
from cron2aws.schedule.outcome import Verdict
from cron2aws.task.run_cost import READ_ON

DEAREST = 5
DEAR = 0.5
"""Dollars a month from which on it is said what would make an entry cheaper."""

LONGEST_LINE = 100
CASES_SHOWN = 8
"""So many cases of a finding are told; each entry has its own."""


def summary(found: Assessment) -> Facts:
    """Counts of entries by what becomes of them, with the reasons."""
    entries = found.entries
    waiting = [each for each in entries if not each.migrated]
    moves = [each for each in waiting if each.decision is Decision.MIGRATE]
    differ = sum(each.conversion.verdict is Verdict.DIFFERS for each in moves)
    facts = [fact("entries", f"{len(entries):,}")]
    exact = f"{len(moves):,}"
    if differ:
        exact += f", of them {differ:,} with runs that differ at clock changes or in phase"
    facts.append(fact("to migrate", Said(exact, Tone.GOOD if moves else Tone.PLAIN)))
    facts += _not_migrated("to keep", waiting, Decision.KEEP)
    facts += _not_migrated("to decide on", waiting, Decision.REVIEW)
    if migrated := len(entries) - len(waiting):
        facts.append(fact("migrated", f"{migrated:,} already"))
    if unreadable := found.summary["unreadable"]:
        said = f"{sentence(unreadable, 'line')} that the daemon refuses"
        facts.append(fact("not read", Said(said, Tone.BAD)))
    return Facts("Summary", tuple(facts))


def _not_migrated(
    name: str, entries: Sequence[AssessedEntry], decision: Decision
) -> Iterator[Fact]:
    chosen = [each for each in entries if each.decision is decision]
    if not chosen:
        return
    why = Counter(each.reasons[0].code for each in chosen if each.reasons)
    tone = Tone.DOUBTFUL if decision is Decision.REVIEW else Tone.PLAIN
    told = [f"{count:,}: {key} {CATALOGUE[key].title}" for key, count in why.most_common()]
    yield fact(name, Said(f"{len(chosen):,}", tone), *told)


def findings(found: Assessment) -> Iterator[Part]:
    """What was seen, each thing once, with the places; notes are counted."""
    rows: list[tuple[str, Finding]] = []
    notes: Counter[str] = Counter()
    for one in found.hosts:
        several = f"{one.host.label}: " if len(found.hosts) > 1 else ""
        rows += [(one.host.label, finding) for finding in one.host.findings]
        rows += [(several + tab.path, finding) for tab in one.host.tabs for finding in tab.findings]
        rows += [
            (several + places((e.source, e.entry.line) for e in group.entries), group.finding)
            for group in one.groups
        ]
        for group in one.groups:
            notes[group.finding.code] += len(group.entries)
    kinds: dict[str, list[tuple[str, Finding]]] = {}
    for where, each in rows:
        if each.level is not Level.INFO:
            kinds.setdefault(each.code, []).append((where, each))
    if kinds:
        yield Grid("Findings", ("finding", "where", "what to do"), tuple(map(_row, kinds.values())))
    infos = Counter({c: n for c, n in notes.items() if CATALOGUE[c].level is Level.INFO})
    for _, each in rows:
        if each.level is Level.INFO and each.code not in infos:
            infos[each.code] += 1
    if infos:
        said = [f"{key} {CATALOGUE[key].title} ({n:,})" for key, n in sorted(infos.items())]
        yield Facts("", (fact("notes", *(Said(each, Tone.ASIDE) for each in said)),))


def _row(cases: Sequence[tuple[str, Finding]]) -> tuple[tuple[Said, ...], ...]:
    """One kind of finding, with its cases."""
    _, first = cases[0]
    told = [Said(f"{where}: {mask(each.detail)}") for where, each in cases[:CASES_SHOWN]]
    if len(cases) > CASES_SHOWN:
        told.append(Said(f"and {len(cases) - CASES_SHOWN:,} more; `-o json` has them all"))
    title = Said(f"{first.code} {first.title}", LEVELS[first.level])
    return (title,), tuple(told), (Said(first.help),)


def checklist(
    found: Assessment, ids: Mapping[str, str], more: Iterable[Act] = ()
) -> Iterator[Part]:
    """What a person must decide or mend; `more` comes behind."""
    acts = [*_of_files(found), *_of_entries(found, ids), *more]
    if acts:
        yield Checklist("What a person must do", tuple(acts))


def _of_files(found: Assessment) -> Iterator[Act]:
    for one in found.hosts:
        for finding in one.host.findings:
            if finding.level is not Level.INFO:
                yield _act(finding, one.host.label)
        for tab in one.host.tabs:
            for finding in tab.findings:
                if finding.level is not Level.INFO:
                    yield _act(finding, tab.path)
        for path, line in one.unreadable:
            shown = _cut(mask(line.text))
            yield Act(
                f"Mend or delete the line {path}:{line.line}, which the daemon does not run",
                f"{line.code} {line.message}: {shown}",
            )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}..."


def _act(finding: Finding, where: str) -> Act:
    return Act(finding.help, f"{finding.code} {finding.title}: {where}: {mask(finding.detail)}")


def _of_entries(found: Assessment, ids: Mapping[str, str]) -> Iterator[Act]:
    """Of entries that wait for a decision, and of lines that another program writes."""
    kinds: dict[str, list[tuple[Finding, AssessedEntry]]] = {}
    for one in found.hosts:
        for group in one.groups:
            finding = group.finding
            if finding.code == OF_ITS_FILE:  # told with the file
                continue
            is_asked = finding.code == WRITTEN_ELSEWHERE
            for each in group.entries:
                is_open = each.decision is Decision.REVIEW and finding.level is Level.ERROR
                if not each.migrated and (is_asked or is_open):
                    kinds.setdefault(finding.code, []).append((finding, each))
    for cases in kinds.values():
        yield _act_of(cases, ids)


def _act_of(cases: Sequence[tuple[Finding, AssessedEntry]], ids: Mapping[str, str]) -> Act:
    """What is to be done about one kind of finding, with the entries."""
    first, _ = cases[0]
    where = places((each.source, each.entry.line) for _, each in cases)
    details = dict.fromkeys(mask(finding.detail) for finding, _ in cases)
    said = f": {next(iter(details))}" if len(details) == 1 else ""
    allowed = [f"--allow-secret {ids[each.id]}" for _, each in cases[:PLACES_SHOWN]]
    command = " ".join(dict.fromkeys(allowed)) if first.code == SECRET else ""
    return Act(first.help, f"{first.code} {first.title}: {where}{said}", command)


WRITTEN_ELSEWHERE, OF_ITS_FILE, SECRET = "C144", "C401", "C340"


def cost(entries: Iterable[AssessedEntry], ids: Mapping[str, str]) -> Iterator[Part]:
    """What the tasks of these entries cost a month; the dearest first."""
    each = [(monthly(one.conversion.triggers), one) for one in entries if one.conversion.triggers]
    if not each:
        return
    total = sum((spent for spent, _ in each), Monthly())
    yield Facts(
        "Cost a month",
        (
            fact("in all", Said(dollars(total.dollars), Tone.STRONG)),
            fact("of", f"{total.runs:,.0f} runs, {total.transitions:,.0f} state transitions"),
            fact("taken", f"each job lasts {JOB_SECONDS} s, each run sends a message"),
            fact(
                "prices",
                f"list prices of us-east-1, read on {READ_ON}, without free tiers; "
                "docs/explanation/what-a-run-costs.md has each with its source",
            ),
        ),
    )
    dearest = sorted(each, key=lambda pair: (-pair[0].dollars, pair[1].id))[:DEAREST]
    if total.dollars >= DEAR:
        yield Grid(
            "The dearest entries",
            ("id", "where", "command", "runs a month", "a month", "cheaper"),
            tuple(
                (
                    (code(ids[one.id]),),
                    (Said(f"{one.source}:{one.entry.line}"),),
                    (code(one.shown_command),),
                    (Said(f"{spent.runs:,.0f}"),),
                    (Said(dollars(spent.dollars)),),
                    (Said(_cheaper(spent)),),
                )
                for spent, one in dearest
            ),
        )


def _cheaper(spent: Monthly) -> str:
    if spent.dollars < DEAR:
        return "-"
    if spent.starts > 1.5 * spent.runs:
        return "a schedule without a guard on days: most starts find that they are not due"
    return (
        f"half as often: {dollars(spent.dollars / 2)}; or keep it on the host (# cron2aws: ignore)"
    )
