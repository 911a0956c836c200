"""When hosts without the line run it: a row for each case, wrong under any other rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cron2aws.handover.live_from import Edits, WhyNot, live_from, on_the_stack, told_not_set
from tests.fakes import deployed

FIRST = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
LAST = FIRST + timedelta(minutes=9)
BOTH = (LAST, FIRST)

ROWS: dict[str, tuple[str, Edits, datetime | WhyNot]] = {
    "all hosts are done": ("all", Edits(minutes=BOTH), LAST),
    "a host is left out": ("all", Edits(minutes=BOTH, open=True), LAST),
    "one minute is not known": ("all", Edits(minutes=(FIRST, None)), FIRST),
    "no minute is known": ("all", Edits(minutes=(None,)), WhyNot.NO_MINUTE),
    "a wave failed": ("all", Edits(minutes=BOTH, stopped=True), WhyNot.STOPPED),
    "nothing was handed over": ("all", Edits(minutes=()), WhyNot.NOTHING),
    "nothing, as a wave failed": ("all", Edits(minutes=(), stopped=True), WhyNot.NOTHING),
    "one of all": ("one", Edits(minutes=BOTH), LAST),
    "one of them, a host is left out": ("one", Edits(minutes=BOTH, open=True), WhyNot.HAS_LINE),
    "one of them, a minute is not known": ("one", Edits(minutes=(FIRST, None)), WhyNot.HAS_LINE),
    "one of them, a wave failed": ("one", Edits(minutes=BOTH, stopped=True), WhyNot.STOPPED),
    "marked": ("marked", Edits(minutes=BOTH), WhyNot.MARKED),
    "marked, a wave failed": ("marked", Edits(minutes=BOTH, stopped=True), WhyNot.MARKED),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_when(row: tuple[str, Edits, datetime | WhyNot]) -> None:
    run_on, edits, expected = row
    assert live_from(run_on, edits) == expected


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({}, None),
        ({"RunOn": "one"}, None),
        ({"RunOn": "marked"}, WhyNot.MARKED),
        ({"LiveFrom": "2026-12-01T03:00Z"}, WhyNot.IS_SET),
    ],
)
def test_what_is_set_stays(parameters: dict[str, str], why: WhyNot | None) -> None:
    assert on_the_stack(deployed("0" * 16, parameters)) is why


@pytest.mark.parametrize("why", WhyNot)
def test_what_runs_where_until_then_is_told(why: WhyNot) -> None:
    told = told_not_set(deployed("0" * 16, name="task"), why, Edits(minutes=(FIRST, None)))
    assert bool(told) is (why in {WhyNot.STOPPED, WhyNot.HAS_LINE, WhyNot.NO_MINUTE})
    if told:
        assert told == (
            f"task: {why}, so hosts without the line do not run it yet. Until then the task runs "
            "it on the hosts whose line is marked (from 2026-12-01T03:00Z on), and cron where it "
            "is active; the same command again goes on, and sets it"
        )
