"""Runs of the past: what is read from executions, whatever stands in them, and what they took."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.app.due import due_since
from cron2aws.plan.parts import Part, parts_of, with_output
from cron2aws.plan.past import Ending, Execution, past_run
from cron2aws.task.run_cost import CHOSEN, StatePath, cost, run, run_use
from tests.fakes import deployed
from tests.golden.histories import FAILED, STARTED, stack
from tests.golden.histories import run as made

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
RUN = st.dictionaries(
    st.sampled_from(["outcome", "hosts", "message", "reason", "command_id"]),
    JSON
    | st.sampled_from(["succeeded", "skipped", "handed-over"])
    | st.dictionaries(st.just("i-0a"), st.text() | st.just("ran exit=x seconds=99999999999")),
)


@given(
    status=st.sampled_from(["RUNNING", "SUCCEEDED", "FAILED", "PENDING_REDRIVE", ""]),
    output=st.fixed_dictionaries({}, optional={"run": RUN, "error": st.text(), "cause": st.text()}),
    scheduled=JSON,
)
def test_whatever_an_execution_says_is_read(
    status: str, output: dict[str, Any], scheduled: object
) -> None:
    execution = Execution(
        arn="a",
        name="n",
        status=status,
        started=STARTED,
        ended=STARTED,
        given={"scheduled_time": scheduled},
        output=output,
    )
    past_run(stack(), execution, UTC)


@pytest.mark.parametrize(
    ("outcome", "hosts"),
    [("handed-over", {}), ("duplicate", {}), ("skipped", {"i-0a": "duplicate"})],
)
def test_what_started_nothing_is_no_run(outcome: str, hosts: dict[str, str]) -> None:
    execution = made("SUCCEEDED", {"run": {"outcome": "succeeded"}}).execution
    output = {"run": {"outcome": outcome, "hosts": hosts}}
    assert past_run(stack(), replace(execution, output=output), UTC) is None


def test_one_that_waited_for_hosts_in_vain_is_no_run_and_one_that_ran_is_its_minutes() -> None:
    execution = replace(
        made("SUCCEEDED", {"run": {"outcome": "succeeded", "hosts": {"i-0a": "ran exit=0"}}})
        .execution,
        name="2027-06-02T03-00Z-late",
        given={"scheduled_time": "2027-06-02T03:00:00Z", "late": []},
    )  # fmt: skip
    skipped = {"run": {"outcome": "skipped", "reason": "a later minute is caught up instead"}}
    assert past_run(stack(), replace(execution, output=skipped), UTC) is None
    found = past_run(stack(), execution, UTC)
    assert found
    assert (found.by_hand, found.scheduled) == (False, datetime(2027, 6, 2, 3, tzinfo=UTC))
    cron = {"run": {"outcome": "skipped", "hosts": {"i-0a": "left-to-cron"}}}
    assert past_run(stack(), replace(execution, output=cron), UTC)


def test_a_probe_is_no_run_whatever_its_name() -> None:
    execution = made("SUCCEEDED", {"run": {"outcome": "probed"}}).execution
    assert past_run(stack(), replace(execution, given={"probe": "1"}), UTC) is None
    assert past_run(stack(), replace(execution, name="probe-1"), UTC) is None
    assert past_run(stack(), execution, UTC)


def test_a_second_delivery_that_one_host_had_missed_is_a_run() -> None:
    hosts = {"i-0a": "duplicate", "i-0b": "left-to-cron"}
    found = made("SUCCEEDED", {"run": {"outcome": "skipped", "hosts": hosts}})
    assert found.ending is Ending.LEFT_TO_CRON


def test_a_job_cannot_pretend_to_be_a_host() -> None:
    assert parts_of(None, FAILED) == (
        Part(instance="i-0a", name="web-1", outcome="ran", exit=3, seconds=65),
        Part(instance="i-0b", name="web-2", outcome="ran", exit=0, seconds=4),
    )


@pytest.mark.parametrize(
    ("words", "outcome", "code"),
    [
        ("it ran and ended with exit code 194", "ran", 194),
        ("it was stopped at its limit of 1 h", "ran", None),
        ("it ended with exit code 1, without a report of how it went", "Failed", 1),
        ("it was not started: no such user: app", "not-run", None),
        ("its end is not known: Strange", "Strange", None),
        ("the host did not take it within 1 h", "DeliveryTimedOut", None),
        ("words of a later release", "", None),
    ],
)
def test_words_of_a_message_are_outcomes(words: str, outcome: str, code: int | None) -> None:
    (part,) = parts_of(None, f"FAILED i-0a: {words}")
    assert (part.outcome, part.exit, part.name) == (outcome, code, "")


def test_what_the_output_says_beats_the_message() -> None:
    (part,) = parts_of({"i-0a": "ran exit=0 seconds=7"}, "ok     i-0a web: words\n  took 9 s")
    assert part == Part(instance="i-0a", name="web", outcome="ran", exit=0, seconds=7)


@pytest.mark.parametrize(
    ("out", "err", "shown"),
    [
        ("[cron2aws] exit=0 out=3 err=0\nabc", "", ("abc", "")),
        ("no first line\n[cron2aws] exit=0\n", "", ("no first line\n[cron2aws] exit=0\n", "")),
        (
            "[cron2aws] exit=1 out=0 err=2\n",
            "no\nfailed to run commands: exit status 1",
            ("", "no"),
        ),
        ("[cron2aws] exit=0 out=2 err=0\na\n[cron2aws] whole output\na\n", "", ("a\n", "")),
        (  # the job's own words, within what it wrote
            "[cron2aws] exit=0 out=26 err=0\na\n[cron2aws] whole output\n",
            "",
            ("a\n[cron2aws] whole output\n", ""),
        ),
    ],
)
def test_what_is_the_job_s_own(out: str, err: str, shown: tuple[str, str]) -> None:
    wrote = with_output(Part(instance="i-0a"), out, err).printed
    assert wrote
    assert (wrote.out, wrote.err) == shown


# --- what a run took


@pytest.mark.parametrize("job", [1, 5, 33, 60, 117, 299, 400, 3_600, 90_000])
def test_what_a_run_took_is_found_by_its_length(job: float) -> None:
    calculated = run(job)
    seconds = job + calculated.late + 2.1  # with two functions that are loaded, and one that sends
    found = run_use(seconds, StatePath.TOLD, {}, by_hand=False)
    assert found.transitions == calculated.transitions
    assert found.dollars == pytest.approx(cost(calculated), rel=0.01)


def test_what_makes_a_run_cheaper_or_dearer() -> None:
    def dollars(
        way: StatePath = StatePath.TOLD, *, by_hand: bool = False, **parameters: str
    ) -> float:
        return run_use(20, way, parameters, by_hand=by_hand).dollars

    assert (
        dollars(StatePath.NOT_DUE)
        < dollars(StatePath.SILENT)
        < dollars()
        < dollars(StatePath.REPORTED)
    )
    assert dollars(Architecture="x86_64") > dollars()
    assert dollars(RunOn="one") > dollars()
    assert dollars(by_hand=True) < dollars()
    assert dollars(Trigger="rule") == dollars(by_hand=True)
    assert dollars(RunOn="one", by_hand=True) == dollars(by_hand=True)
    assert dollars(WatchSeconds="0") > dollars(WatchSeconds="45") == dollars(WatchSeconds="x")
    assert CHOSEN.watch == 45


@pytest.mark.parametrize(
    ("version", "known"), [("2", True), ("12", True), ("1", False), ("", False)]
)
def test_what_a_machine_of_before_took_is_not_known(version: str, *, known: bool) -> None:
    of = replace(stack(), outputs={"TemplateVersion": version})
    found = made("SUCCEEDED", {"run": {"outcome": "succeeded"}}, of=of)
    assert (found.used is not None) is known


def test_a_run_before_the_upgrade_is_known_by_its_name() -> None:
    output = {"run": {"outcome": "succeeded"}}
    assert made("SUCCEEDED", output, name="2026-11-22T18-00Z").used is None
    of = stack(RunOn="one")
    assert made("SUCCEEDED", output, name="2026-11-22T18-00Z", of=of).used is not None


# --- which tasks were due

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("parameters", "is_due"),
    [
        ({"ScheduleExpression": "cron(30 11 * * ? *)"}, True),
        ({"ScheduleExpression": "cron(30 10 * * ? *)"}, False),
        ({"ScheduleExpression": "cron(0 12 * * ? *)"}, True),
        ({"ScheduleExpression": "cron(0 11 * * ? *)"}, True),
        ({"ScheduleExpression": "cron(1 12 * * ? *)"}, False),
        (
            {
                "ScheduleExpression": "cron(30 20 * * ? *)",
                "ScheduleTimezone": "Asia/Tokyo",
            },
            True,
        ),
        ({"ScheduleExpression": "cron(30 11 * * ? *)", "OnlyOnDaysOfMonth": "24"}, False),
        (
            {
                "ScheduleExpression": "cron(30 10 * * ? *)",
                "SecondScheduleExpression": "cron(45 11 * * ? *)",
            },
            True,
        ),
        ({"ScheduleExpression": "rate(7 days)"}, True),
        ({"ScheduleExpression": "cron(30 10 * * ? *)", "ScheduleTimezone": "No/Where"}, True),
    ],
)
def test_who_was_due_in_the_last_hour(parameters: dict[str, str], *, is_due: bool) -> None:
    task = deployed("0000000a", {**parameters, "Enabled": "true"})
    assert bool(due_since([task], NOON - timedelta(hours=1), NOON)) is is_due


def test_a_task_that_was_never_enabled_was_not_due() -> None:
    task = deployed("0000000a", {"ScheduleExpression": "rate(1 minute)", "Enabled": "false"})
    assert due_since([task], NOON - timedelta(hours=1), NOON) == [task]
    new = replace(task, was_updated=False)
    assert due_since([new], NOON - timedelta(hours=1), NOON) == []
