"""What preflight has found, as a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cron2aws.preflight.values import Check, CheckOutcome
from cron2aws.report.compose.words import fact
from cron2aws.report.document import Examined
from cron2aws.report.model import (
    Act,
    Checklist,
    Facts,
    Grid,
    Paragraph,
    Part,
    Report,
    StyledText,
    Tone,
)
from cron2aws.report.text import quantity

TONES = {
    CheckOutcome.PASSES: Tone.GOOD,
    CheckOutcome.WARNS: Tone.DOUBTFUL,
    CheckOutcome.STOPS: Tone.BAD,
    CheckOutcome.UNKNOWN: Tone.DOUBTFUL,
}
ORDER = (CheckOutcome.STOPS, CheckOutcome.WARNS, CheckOutcome.UNKNOWN, CheckOutcome.PASSES)
WORDS = {
    CheckOutcome.STOPS: ("stops", "stop"),
    CheckOutcome.WARNS: ("warns", "warn"),
    CheckOutcome.UNKNOWN: ("is not known", "are not known"),
    CheckOutcome.PASSES: ("passes", "pass"),
}


def doctor_report(examined: Examined) -> Report:
    """A row a check, and what to do about those that do not pass."""
    return Report(
        title=f"Preflight for {examined.target}: {examined.place}",
        parts=tuple(_parts(examined)),
    )


def _parts(examined: Examined) -> Iterator[Part]:
    yield Facts(
        "",
        (
            fact("account", f"{examined.place.account}, {examined.place.region}"),
            fact("instances with", str(examined.target)),
            fact("for", quantity(examined.entries, "entry", "entries")),
        ),
    )
    yield from checks_parts(examined.checks)
    yield Paragraph(StyledText(counts_in_words(examined.checks), Tone.STRONG))


def checks_parts(checks: Sequence[Check]) -> Iterator[Part]:
    """The checks, and what is to be done about them, the gravest first."""
    if not checks:
        return
    yield Grid(
        "Preflight",
        ("check", "outcome", "seen"),
        tuple(
            (
                (StyledText(each.title),),
                (StyledText(each.outcome.value, TONES[each.outcome]),),
                (StyledText(each.seen),),
            )
            for each in checks
        ),
    )
    acts = [
        Act(": ".join(filter(None, (f"{each.title} ({each.outcome.value})", each.fix))), each.why)
        for outcome in ORDER[:-1]
        for each in checks
        if each.outcome is outcome
    ]
    if acts:
        yield Checklist("What does not pass", tuple(acts))


def checks_in_a_plan(checks: Sequence[Check]) -> Iterator[Part]:
    """The checks about which something can be done, and the number of the others."""
    if not checks:
        return
    shown = [
        each
        for each in checks
        if each.outcome in (CheckOutcome.STOPS, CheckOutcome.WARNS) or each.permission
    ]
    yield from checks_parts(shown)
    yield Paragraph(StyledText(f"Preflight, {counts_in_words(checks)}", Tone.ASIDE))


def counts_in_words(checks: Sequence[Check]) -> str:
    """`15 checks: 1 stops, 2 warn, 1 is not known, 11 pass`."""
    counts = Counter(each.outcome for each in checks)
    told = [f"{counts[each]} {WORDS[each][counts[each] != 1]}" for each in ORDER if counts[each]]
    return f"{quantity(len(checks), 'check')}: {', '.join(told)}"
