"""Runs of the past as a report: each fact of a run, and what it printed."""

from __future__ import annotations

import pytest

from cron2aws.report.document import History
from cron2aws.report.model import Fact, Facts, Grid, Paragraph, Report, StyledText, Tone
from cron2aws.report.reports import report_of
from cron2aws.report.terminal import terminal_of
from cron2aws.report.text import Style
from tests.golden.histories import kinds_of_runs, printed_run, without_output


def grid(found: Report) -> list[dict[str, list[str]]]:
    """The rows, lines of cells by their column."""
    part = found.parts[0]
    assert isinstance(part, Grid)
    return [
        {name: [said.text for said in cell] for name, cell in zip(part.columns, row, strict=True)}
        for row in part.rows
    ]


def test_where_nothing_ran_it_says_so() -> None:
    assert report_of(History(runs=())) == Report("No runs are known.", ())


def test_every_run_has_a_row() -> None:
    runs = kinds_of_runs()
    found = report_of(History(runs=runs))
    assert found.title == "Runs of 3 tasks"
    told = grid(found)
    assert [each["outcome"] for each in told] == [[run.ending.value] for run in runs]
    assert told[2] == {
        "scheduled": ["2026-11-22 03:00 JST"],
        "task": ["2a2b3c4d"],
        "outcome": ["failed"],
        "started": ["03:00:02"],
        "took": ["1 min 11 s"],
        "hosts": ["web-1: exit 3 in 1 min 5 s", "web-2: exit 0 in 4 s"],
        "transitions": ["9"],
        "cost": ["$0.00035"],
        "run": ["7e04530e"],
        "why": ["on 1 of 2 hosts"],
    }
    assert found.parts[-1] == Paragraph(
        StyledText(
            "11 runs, 4 failed; about $0.0031 for 7 of them, at list prices of us-east-1.",
            Tone.STRONG,
        )
    )


def test_of_many_hosts_the_first_are_named() -> None:
    assert grid(report_of(History(runs=kinds_of_runs())))[3]["hosts"][4:] == [
        "i-04: exit 0 in 1 h 2 min 5 s",
        "and 2 more",
    ]


def test_a_run_by_hand_says_its_zone_where_it_started() -> None:
    told = grid(report_of(History(runs=kinds_of_runs())))[9]
    assert (told["scheduled"], told["started"]) == (["by hand"], ["2026-11-15 03:00:02 JST"])
    assert told["run"] == ["by-hand-20261115T100000-ab12cd"]


def test_one_task_is_the_title() -> None:
    runs = kinds_of_runs()
    found = report_of(History(runs=(runs[0], runs[1])))
    assert found.title == "cron2aws-web-job-1a2b3c4d5e6f7a8b: 0 3 * * *"
    assert not {"task", "why"} & grid(found)[0].keys()


def test_what_each_host_printed() -> None:
    runs = (printed_run(), kinds_of_runs()[0], without_output())
    told = list(report_of(History(runs=runs, shows_output=True)).parts[1:-1])
    no_output = "Systems Manager has no output of it; what there was it keeps for 30 days."

    def lines(*texts: str) -> tuple[StyledText, ...]:
        return tuple(StyledText(text, code=text[:2] in {"| ", "! "}) for text in texts)

    assert told == [
        Facts(
            "2026-11-23 03:00 JST, 7e04530e: failed",
            (
                Fact(
                    "i-0a web-1",
                    lines("exit 3 in 1 min 5 s", "| one", "| \x1b[31mtwo", "! three"),
                ),
                Fact("i-0b web-2", lines("exit 0 in 4 s", "It printed nothing.")),
            ),
        ),
        Facts(
            "2026-11-23 03:00 JST, 7e04530e: running",
            (Fact("", (StyledText("No host is known yet."),)),),
        ),
        Facts(
            "2026-10-14 03:00 JST, 7e04530e: succeeded",
            (
                Fact("i-0c", lines("exit 0 in 1 s", no_output)),
                Fact("i-0d web-4", lines("failed", no_output)),
            ),
        ),
    ]


def test_a_run_that_no_host_had() -> None:
    skipped = kinds_of_runs()[5]
    told = report_of(History(runs=(skipped,), shows_output=True)).parts[1]
    assert isinstance(told, Facts)
    assert told.facts == (Fact("", (StyledText("No host ran it."),)),)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_column_of_a_terminal_is_squeezed(width: int) -> None:
    found = report_of(History(runs=kinds_of_runs()))
    text = "".join(terminal_of(found, Style(width=width)))
    assert all(len(line) <= width for line in text.splitlines())
    for row in grid(found):
        for cell in row.values():
            assert all(said in text for said in cell)
