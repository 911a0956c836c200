"""Which jobs could run twice or not at all once they are migrated, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cron2aws.assess.values import AssessedEntry
from cron2aws.report.compose.words import code
from cron2aws.report.model import Grid, Part, StyledText, Tone
from cron2aws.schedule.conversion import Verdict

MOMENTS_SHOWN, ENTRIES_SHOWN = 2, 20


def differences(entries: Sequence[AssessedEntry], ids: Mapping[str, str]) -> Iterator[Part]:
    """The runs in which EventBridge is not as cron: at clock changes, or in a rate's phase."""
    differ = [each for each in entries if each.conversion.verdict is Verdict.DIFFERS]
    if not differ:
        return
    rows = [_row(each, ids) for each in differ[:ENTRIES_SHOWN]]
    more = len(differ) - ENTRIES_SHOWN
    if more > 0:
        empty = (StyledText(""),)
        rows.append(((StyledText(f"and {more:,} more"),), *([empty] * (len(COLUMNS) - 1))))
    yield Grid("Runs that are not as under cron", COLUMNS, tuple(rows))


COLUMNS = ("id", "where", "local time", "cron", "on AWS")


def _row(each: AssessedEntry, ids: Mapping[str, str]) -> tuple[tuple[StyledText, ...], ...]:
    changes = each.conversion.clock_changes
    shown = changes[:MOMENTS_SHOWN]
    more = len(changes) - len(shown)
    head = ((code(ids[each.id]),), (StyledText(f"{each.source}:{each.entry.line}"),))
    if not shown:
        phase = "the same interval, counted from when the schedule is made"
        return (
            *head,
            (StyledText("every run"),),
            (StyledText("by the clock"),),
            (StyledText(phase, Tone.DOUBTFUL),),
        )
    whens = [StyledText(change.local.replace("T", " ")) for change in shown]
    if more:
        whens.append(StyledText(f"and {more} more within 5 years"))
    return (
        *head,
        tuple(whens),
        tuple(StyledText(change.cron) for change in shown),
        tuple(StyledText(change.aws, Tone.DOUBTFUL) for change in shown),
    )
