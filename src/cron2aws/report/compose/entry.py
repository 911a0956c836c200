"""One entry of a crontab as a card: everything that a reviewer asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from types import MappingProxyType

from cron2aws.assess.matrix import JobKey, job_key
from cron2aws.assess.values import AssessedEntry, Decision
from cron2aws.calendar.minutes import first_minute
from cron2aws.findings import Finding
from cron2aws.lint.secrets import (
    find_input_secrets,
    find_secrets,
    mask,
    mask_input,
    secret_in_setting,
)
from cron2aws.plan.cost import monthly
from cron2aws.report.compose.words import (
    LEVELS,
    VERDICTS,
    code,
    dollars,
    fact,
    setting_text,
    trigger_text,
)
from cron2aws.report.model import Card, Diff, Fact, Fold, LazySequence, StyledText, Tone
from cron2aws.schedule.clock_changes import ResolveZone, starts_after
from cron2aws.schedule.conversion import Conversion
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.days import members
from cron2aws.schedule.meaning import meaning
from cron2aws.task.command import own_script_of

RUNS_SHOWN, CHANGES_SHOWN = 5, 6
QUARTER = 15
SECOND = timedelta(seconds=1)
DECISIONS = {
    Decision.MIGRATE: Tone.GOOD,
    Decision.KEEP: Tone.PLAIN,
    Decision.REVIEW: Tone.DOUBTFUL,
}


@dataclass(frozen=True, kw_only=True)
class InPlan:
    """What a plan does about an entry."""

    decision: StyledText
    facts: tuple[Fact, ...] = ()
    diffs: tuple[Diff, ...] = ()


@dataclass(kw_only=True)
class Cardmaker:
    """Makes the cards of one report, which has many entries with the same schedule."""

    made_at: datetime
    resolve_zone: ResolveZone
    ids: Mapping[str, str]
    since: date | None = None
    """The day (in each entry's zone) from which on next runs are told; None: from `made_at` on."""

    plan: Mapping[tuple[str, str, str], InPlan] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """By host, source and id."""

    on_hosts: Mapping[JobKey, str] = field(default_factory=lambda: MappingProxyType({}))
    """On which hosts each entry stands, where there are several."""

    _runs: dict[tuple[CronSchedule, str, bool], tuple[str, ...]] = field(default_factory=dict)

    _conversions: dict[int, tuple[Fact, ...]] = field(default_factory=dict)
    """By identity: what is judged holds them all the while."""

    def card(self, each: AssessedEntry) -> Card:
        """The card of an entry."""
        entry, planned = each.entry, self.plan.get((each.host, each.source, each.id))
        decision = StyledText(each.decision.value, DECISIONS[each.decision])
        if each.migrated:
            decision = StyledText("migrated", Tone.GOOD)
        return Card(
            id=self.ids[each.id],
            full_id=each.id,
            host=each.host,
            source=each.source,
            line=entry.line,
            text=mask(each.text),
            user=entry.user,
            schedule=each.schedule,
            command=each.shown_command,
            becomes=tuple(map(trigger_text, each.conversion.triggers)),
            verdict=StyledText(each.conversion.verdict.value, VERDICTS[each.conversion.verdict]),
            decision=planned.decision if planned else decision,
            why="; ".join(f"{finding.code} {finding.title}" for finding in each.reasons),
            codes=tuple(dict.fromkeys(finding.code for finding in each.findings)),
            quarters=_quarters(each),
            facts=LazySequence(partial(self._all_facts, each, planned)),
            on_hosts=self.on_hosts.get(job_key(each), ""),
            diffs=planned.diffs if planned else (),
            folds=LazySequence(partial(_folds, each)),
        )

    def _all_facts(self, each: AssessedEntry, planned: InPlan | None) -> Iterator[Fact]:
        yield from self._facts(each)
        if planned:
            yield from planned.facts
        yield from _findings(each)

    def _facts(self, each: AssessedEntry) -> Iterator[Fact]:
        entry = each.entry
        yield fact("line", code(mask(each.text)))
        yield fact("due", f"{meaning(entry.timing)} ({each.timezone})")
        if hosts := self.on_hosts.get(job_key(each)):
            yield fact("on hosts", hosts)
        yield fact("user", entry.user + (" (all rights)" if entry.user == "root" else ""))
        yield fact("runs in", _folder(each))
        yield fact("command", code(each.shown_command))
        if entry.stdin is not None:
            shown = mask_input(entry.command, entry.stdin)
            yield fact("input", *(code(line) for line in shown.split("\n")))
        yield fact("environment", *_environment(each))
        if entry.settings:
            yield fact("note", " ".join(f"{name}={value}" for name, value in entry.settings))
        yield from self._converted(each.conversion)
        runs = self._next(each)
        if runs:
            yield fact("next runs", *runs)
        if each.reasons and not each.migrated:
            said = (f"{each.decision.value}: {f.code} {f.title}" for f in each.reasons)
            yield fact("decision", *said)
        if each.conversion.triggers and each.decision is not Decision.KEEP:
            cost = monthly(each.conversion.triggers)
            yield fact("cost", f"{cost.runs:,.0f} runs a month, {dollars(cost.dollars)}")

    def _converted(self, conversion: Conversion) -> tuple[Fact, ...]:
        told = self._conversions.get(id(conversion))
        if told is None:
            told = self._conversions[id(conversion)] = tuple(_conversion(conversion))
        return told

    def _next(self, each: AssessedEntry) -> tuple[str, ...]:
        timing = each.entry.timing
        if not isinstance(timing, CronSchedule):
            return ()
        own = each.entry.cron_tz is not None
        key = (timing, each.timezone, own)
        if key not in self._runs:
            self._runs[key] = tuple(self._starts(timing, each.timezone, own=own))
        return self._runs[key]

    def _starts(self, timing: CronSchedule, name: str, *, own: bool) -> Iterator[str]:
        try:
            zone = self.resolve_zone(name)
        except LookupError:
            return
        # a run at midnight is one of the day
        after = first_minute(self.since, zone) - SECOND if self.since else self.made_at
        for run in starts_after(timing, zone, after, RUNS_SHOWN, local_clock=own):
            said = f"{run:%a %Y-%m-%d %H:%M} {name}"
            utc = run.astimezone(UTC)
            same = run.utcoffset() == utc.utcoffset()
            yield said if same else f"{said} = {utc:%a %H:%M} UTC"


def _folder(each: AssessedEntry) -> str:
    home = dict(each.entry.environment).get("HOME")
    return home if home is not None else f"the home of {each.entry.user}"


def _environment(each: AssessedEntry) -> tuple[str | StyledText, ...]:
    settings = each.entry.environment
    if not settings:
        return ("as the daemon sets it",)
    return tuple(code(setting_text(name, value)) for name, value in settings)


def _conversion(conversion: Conversion) -> Iterator[Fact]:
    if conversion.triggers:
        yield fact("becomes", *(code(trigger_text(trigger)) for trigger in conversion.triggers))
    if proof := conversion.proof:
        said = f"{conversion.verdict}: {proof.days_checked:,} days compared, the whole calendar"
        yield fact("proof", f"{said}; croniter {proof.croniter}")
    changes = conversion.clock_changes
    if changes:
        told = [
            StyledText(f"{change.local}: cron {change.cron}, AWS: {change.aws}", Tone.DOUBTFUL)
            for change in changes[:CHANGES_SHOWN]
        ]
        more = len(changes) - CHANGES_SHOWN
        yield fact("differs", *told, *([f"and {more} more in -o json"] if more > 0 else []))


def _findings(each: AssessedEntry) -> Iterator[Fact]:
    return map(_finding, dict.fromkeys(each.findings))


@lru_cache(maxsize=1024)
def _finding(finding: Finding) -> Fact:
    """Remembered: the same few stand at thousands of entries."""
    said = f"{finding.level.value}: {finding.title}: {mask(finding.detail)}"
    return Fact(finding.code, (StyledText(said, LEVELS[finding.level]), StyledText(finding.help)))


def _folds(each: AssessedEntry) -> tuple[Fold, ...]:
    if each.command is None or (each.decision is Decision.KEEP and not each.migrated):
        return ()
    title = "the entry's own part of the script that hosts run; the runner follows it"
    if _has_secret(each):  # quoted for a shell it may look like none
        return (Fold(title, "It holds a secret: `-o json` shows it."),)
    return (Fold(title, own_script_of(each.command, each.id)),)


def _has_secret(each: AssessedEntry) -> bool:
    entry = each.entry
    if find_secrets(entry.command) or find_input_secrets(entry.command, entry.stdin or ""):
        return True
    return any(secret_in_setting(name, value) for name, value in entry.environment)


def _quarters(each: AssessedEntry) -> int:
    timing = each.entry.timing
    if not isinstance(timing, CronSchedule):
        return 0
    return _quarters_of(timing.times)


@lru_cache(maxsize=4096)
def _quarters_of(times: int) -> int:
    found = 0
    for minute in members(times):
        found |= 1 << minute // QUARTER
    return found
