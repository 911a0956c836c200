"""What preflight has found, as a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cron2aws.preflight.values import Check, Outcome
from cron2aws.report.compose.words import fact
from cron2aws.report.document import Examined
from cron2aws.report.model import Act, Checklist, Facts, Grid, Paragraph, Part, Report, Said, Tone
from cron2aws.report.text import sentence

TONES = {
    Outcome.PASSES: Tone.GOOD,
    Outcome.WARNS: Tone.DOUBTFUL,
    Outcome.STOPS: Tone.BAD,
    Outcome.UNKNOWN: Tone.DOUBTFUL,
}
ORDER = (Outcome.STOPS, Outcome.WARNS, Outcome.UNKNOWN, Outcome.PASSES)
WORDS = {
    Outcome.STOPS: ("stops", "stop"),
    Outcome.WARNS: ("warns", "warn"),
    Outcome.UNKNOWN: ("is not known", "are not known"),
    Outcome.PASSES: ("passes", "pass"),
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
            fact("for", sentence(examined.entries, "entry", "entries")),
        ),
    )
    yield from checks_parts(examined.checks)
    yield Paragraph(Said(in_a_sentence(examined.checks), Tone.STRONG))


def checks_parts(checks: Sequence[Check]) -> Iterator[Part]:
    """The checks, and what is to be done about them, the gravest first."""
    if not checks:
        return
    yield Grid(
        "Preflight",
        ("check", "outcome", "seen"),
        tuple(
            (
                (Said(each.title),),
                (Said(each.outcome.value, TONES[each.outcome]),),
                (Said(each.seen),),
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
    """Those about which something can be done; of all others how many there are."""
    if not checks:
        return
    shown = [
        each for each in checks if each.outcome in (Outcome.STOPS, Outcome.WARNS) or each.permission
    ]
    yield from checks_parts(shown)
    yield Paragraph(Said(f"Preflight, {in_a_sentence(checks)}", Tone.ASIDE))


def in_a_sentence(checks: Sequence[Check]) -> str:
    """`15 checks: 1 stops, 2 warn, 1 is not known, 11 pass`."""
    counts = Counter(each.outcome for each in checks)
    told = [f"{counts[each]} {WORDS[each][counts[each] != 1]}" for each in ORDER if counts[each]]
    return f"{sentence(len(checks), 'check')}: {', '.join(told)}"
