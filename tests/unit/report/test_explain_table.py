"""How many clock changes a table shows: the six that come first, and how many more there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cron2aws.app.explain import explain
from cron2aws.app.options import ExplainOptions, HostOptions, ScheduleOptions
from cron2aws.report.document import Answers
from cron2aws.report.layout import text_of
from cron2aws.report.tables.explain import answers_parts
from cron2aws.report.text import Style
from cron2aws.schedule.explanation import Explained


def shown(count: int) -> str:
    """The table of an expression with so many of its clock changes."""
    options = ExplainOptions(
        expressions=("*/7 1,2 * * *",),
        host=HostOptions(dialect="debian", timezone="Australia/Lord_Howe"),
        schedule=ScheduleOptions(since=date(2026, 11, 24)),
    )
    (found,) = explain(options).answers.answers
    assert isinstance(found, Explained)
    assert found.conversion
    changes = found.conversion.clock_changes[:count]
    fewer = replace(found, conversion=replace(found.conversion, clock_changes=changes))
    return text_of(*answers_parts(Answers(answers=(fewer,))), style=Style(width=200))


@pytest.mark.parametrize(
    ("count", "moments", "said"),
    [
        (1, 1, None),
        (6, 6, None),
        (7, 6, "and 1 more moment; `-o json` lists them all"),
        (8, 6, "and 2 more moments; `-o json` lists them all"),
    ],
)
def test_six_moments_and_how_many_more(count: int, moments: int, said: str | None) -> None:
    text = shown(count)
    assert text.count("cron runs twice") == moments + 1  # the finding names the first one again
    assert [line.strip() for line in text.splitlines() if "more moment" in line] == (
        [said] if said else []
    )
