"""How many entries go which way and why, what was seen, and what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from cron2aws.assess.values import AssessedEntry, Assessment, Decision
from cron2aws.findings import CATALOGUE, Finding, Level
from cron2aws.lint.secrets import mask
from cron2aws.plan.cost import JOB_SECONDS, Monthly, monthly
from cron2aws.report.compose.words import LEVELS, code, dollars, fact, places
from cron2aws.report.model import Fact, Facts, Grid, Part, StyledText, Tone
from cron2aws.report.text import quantity
from cron2aws.schedule.conversion import Verdict
from cron2aws.task.run_cost import ALARMS_A_MONTH, READ_ON

DEAREST = 5
DEAR = 0.5
"""Dollars a month from which on it is said what would make them less."""

CENT = 0.01

CASES_SHOWN = 8
"""So many cases of a finding are told; each entry has its own."""


def summary(
    found: Assessment, hindered: Set[tuple[str, str]] = frozenset(), tasks: int | None = None
) -> Facts:
    """Counts of entries by what becomes of them, with the reasons.

    Of a plan also the entries that are `hindered`, by id and source, and how many `tasks` it has:
    equal lines of several hosts are one.
    """
    entries = found.entries
    free = [each for each in entries if (each.id, each.source) not in hindered]
    waiting = [each for each in free if not each.migrated]
    moves = [each for each in waiting if each.decision is Decision.MIGRATE]
    differ = sum(each.conversion.verdict is Verdict.DIFFERS for each in moves)
    facts = [fact("entries", f"{len(entries):,}")]
    exact = f"{len(moves):,}"
    if tasks is not None and len(found.hosts) > 1:
        exact += f", as {quantity(tasks, 'task')}"
    if differ:
        exact += f", of them {differ:,} with runs that differ at clock changes or in phase"
    facts.append(fact("to migrate", StyledText(exact, Tone.GOOD if moves else Tone.PLAIN)))
    facts += _not_migrated("to keep", waiting, Decision.KEEP)
    facts += _not_migrated("to decide on", waiting, Decision.REVIEW)
    if problems := len(entries) - len(free):
        said = f"{problems:,}: not migrated until what hinders it is settled; see below"
        facts.append(fact("with a problem", StyledText(said, Tone.BAD)))
    if migrated := len(free) - len(waiting):
        facts.append(fact("migrated", f"{migrated:,} already"))
    if unreadable := found.summary["unreadable"]:
        said = f"{quantity(unreadable, 'line')} that the daemon refuses"
        facts.append(fact("not read", StyledText(said, Tone.BAD)))
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
    yield fact(name, StyledText(f"{len(chosen):,}", tone), *told)


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
        yield Facts("", (fact("notes", *(StyledText(each, Tone.ASIDE) for each in said)),))


def _row(cases: Sequence[tuple[str, Finding]]) -> tuple[tuple[StyledText, ...], ...]:
    """One kind of finding, with its cases."""
    _, first = cases[0]
    told = [StyledText(f"{where}: {mask(each.detail)}") for where, each in cases[:CASES_SHOWN]]
    if len(cases) > CASES_SHOWN:
        told.append(StyledText(f"and {len(cases) - CASES_SHOWN:,} more; `-o json` has them all"))
    title = StyledText(f"{first.code} {first.title}", LEVELS[first.level])
    return (title,), tuple(told), (StyledText(first.help),)


def cost(entries: Iterable[AssessedEntry], ids: Mapping[str, str]) -> Iterator[Part]:
    """What the tasks of these entries cost a month; the dearest first."""
    each = [(monthly(one.conversion.triggers), one) for one in entries if one.conversion.triggers]
    if not each:
        return
    total = sum((spent for spent, _ in each), Monthly())
    yield Facts(
        "Cost a month",
        (
            fact("in all", StyledText(dollars(total.dollars), Tone.STRONG)),
            fact("of", f"{total.runs:,.0f} runs, {total.transitions:,.0f} state transitions"),
            fact(
                "for",
                f"state transitions {dollars(total.of_transitions)}, "
                f"functions and what they log {dollars(total.of_functions)}, "
                f"starts and messages {dollars(total.of_messages)}",
            ),
            fact("taken", f"each job lasts {JOB_SECONDS} s, each run sends a message"),
            fact(
                "besides",
                f"{dollars(ALARMS_A_MONTH)} for the foundation's alarms, once for an account and "
                "region, however many tasks",
            ),
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
                    (StyledText(f"{one.source}:{one.entry.line}"),),
                    (code(one.shown_command),),
                    (StyledText(f"{spent.runs:,.0f}"),),
                    (StyledText(dollars(spent.dollars)),),
                    (StyledText(_cheaper(spent)),),
                )
                for spent, one in dearest
            ),
        )


def _cheaper(spent: Monthly) -> str:
    if spent.dollars < 2 * CENT:
        return "-"
    if spent.starts > 1.5 * spent.runs:
        return "a schedule without a guard on days: most starts find that they are not due"
    return (
        f"half as often: {dollars(spent.dollars / 2)}; or keep it on the host (# cron2aws: ignore)"
    )
