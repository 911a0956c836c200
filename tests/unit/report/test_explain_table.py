"""What `explain` shows: the first six clock changes, every letter, and UTC."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from cron2aws.app.explain import explain
from cron2aws.app.options import ExplainOptions, HostOptions, ScheduleOptions
from cron2aws.report.document import Answers
from cron2aws.report.formats import FORMATS
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
    return "".join(FORMATS["table"].write(Answers(answers=(fewer,)), Style(width=200)))


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


def told(expression: str, width: int, *, from_aws: bool = False) -> str:
    """The table of an expression on a host in Berlin."""
    options = ExplainOptions(
        expressions=(expression,),
        from_aws=from_aws,
        host=HostOptions(dialect="debian", timezone="Europe/Berlin"),
        schedule=ScheduleOptions(since=date(2026, 11, 24)),
    )
    return "".join(FORMATS["table"].write(explain(options).answers, Style(width=width)))


@pytest.mark.parametrize(
    ("expression", "from_aws"),
    [("0 3 13 * 5", False), ("cron(0 3 ? * FRI *)", True), ("cron(0 3 * * * *)", True)],
)
def test_no_letter_is_lost_where_little_fits(expression: str, from_aws: bool) -> None:
    narrow, wide = (told(expression, width, from_aws=from_aws) for width in (16, 200))
    assert max(map(len, narrow.splitlines())) <= 16
    assert sorted("".join(narrow.split())) == sorted("".join(wide.split()))


@pytest.fixture
def _in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process's own zone is neither the host's nor UTC."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_in_tokyo")
def test_a_run_is_told_in_utc_wherever_it_is_asked_for() -> None:
    assert "Tue 2026-11-24 03:00 Europe/Berlin = Tue 2026-11-24 02:00 UTC" in told("0 3 * * *", 120)
