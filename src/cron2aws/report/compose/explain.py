"""Explained expressions as a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import assert_never

from cron2aws.findings import Finding, FindingKind
from cron2aws.report.compose.words import LEVELS, VERDICTS, code, fact
from cron2aws.report.document import Answer, Answers
from cron2aws.report.model import Fact, Facts, Report, StyledText, Tone
from cron2aws.report.text import quantity
from cron2aws.schedule.conversion import Conversion
from cron2aws.schedule.explanation import Explained, FromAws
from cron2aws.schedule.meaning import dates_in_words
from cron2aws.schedule.trigger import Trigger

CHANGES_SHOWN = 6


def answers_report(document: Answers) -> Report:
    """Each answer under its expression; of a single one that is the title."""
    answers = document.answers
    if len(answers) == 1:
        return Report(title=_title(answers[0]), parts=(Facts("", tuple(_facts(answers[0]))),))
    parts = tuple(Facts(_title(each), tuple(_facts(each))) for each in answers)
    return Report(title=quantity(len(answers), "answer"), parts=parts)


def _title(each: Answer) -> str:
    if isinstance(each, FindingKind):
        return f"{each.code} {each.title}"
    return each.expression or "(empty)"


def _facts(each: Answer) -> Iterator[Fact]:
    match each:
        case Explained():
            return _explained(each)
        case FromAws():
            return _from_aws(each)
        case FindingKind():
            return _kind(each)
        case _:
            assert_never(each)


def _explained(each: Explained) -> Iterator[Fact]:
    yield fact("verdict", StyledText(each.verdict.value, VERDICTS[each.verdict]))
    yield fact("meaning", f"{each.meaning} ({each.setting.timezone})")
    if each.conversion:
        yield from _of_conversion(each.conversion)
    if each.next_runs:
        yield fact("next", *_runs(each.next_runs, each.setting.timezone))
    for finding in each.findings:
        yield Fact(finding.code, tuple(_finding(finding)))


def _from_aws(each: FromAws) -> Iterator[Fact]:
    yield fact("verdict", StyledText(each.verdict, Tone.BAD if each.why else Tone.GOOD))
    if each.why:
        yield fact("why", each.why)
    else:
        yield fact("meaning", f"{each.meaning} ({each.timezone})")
    if each.next_runs:
        yield fact("next", *_runs(each.next_runs, each.timezone))


def _kind(each: FindingKind) -> Iterator[Fact]:
    yield fact("level", StyledText(f"{each.level}: {each.level.means}", LEVELS[each.level]))
    yield fact("meaning", each.means)
    yield fact("to do", each.help)
    yield fact("see", each.documented)


def _of_conversion(conversion: Conversion) -> Iterator[Fact]:
    if conversion.triggers:
        yield fact("trigger", *(code(_trigger(trigger)) for trigger in conversion.triggers))
    if conversion.proof:
        days = f"{conversion.proof.days_checked:,} days, the whole calendar"
        yield fact("proof", f"{days}; croniter {conversion.proof.croniter}")
    changes = conversion.clock_changes
    told = [
        StyledText(f"{change.local}  cron {change.cron}, AWS: {change.aws}", Tone.DOUBTFUL)
        for change in changes[:CHANGES_SHOWN]
    ]
    if len(changes) > CHANGES_SHOWN:
        more = quantity(len(changes) - CHANGES_SHOWN, "more moment")
        told.append(StyledText(f"and {more}; `-o json` lists them all"))
    if told:
        yield fact("differs", *told)


def _trigger(trigger: Trigger) -> str:
    said = f"{trigger.expression} in {trigger.timezone}"
    if trigger.guard is None:
        return said
    dates = dates_in_words(trigger.guard.days_of_month)
    return f"{said}, only on {dates} of the month in {trigger.guard.timezone}"


def _runs(runs: Sequence[datetime], timezone: str) -> Iterator[str]:
    for run in runs:
        said = f"{run:%a %Y-%m-%d %H:%M} {timezone}"
        utc = f"{run.astimezone(UTC):%a %Y-%m-%d %H:%M} UTC"
        same = said.removesuffix(timezone) == utc.removesuffix("UTC")
        yield said if same else f"{said} = {utc}"


def _finding(finding: Finding) -> Iterator[StyledText]:
    said = f"{finding.level.value}: {finding.title}: {finding.detail}"
    yield StyledText(said, LEVELS[finding.level])
    yield StyledText(f"hint: {finding.help}")
