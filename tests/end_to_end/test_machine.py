"""The real state machine with the real functions, in every case that the reference tells of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Outcome, Scripted
from cron2aws.task.run_cost import run
from tests.stack_runs import Case, host, job, measure, measure_older, sandbox
from tests.stack_scenarios import (
    CASES,
    COMPARED,
    DOCS,
    PROBES,
    REPORTED,
    comparison_row,
    outcomes,
    row,
)
from tests.stack_template import function


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with sandbox() as active:
        yield active


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_behaves_as_the_reference_says(case: Case, shared: Sandbox) -> None:
    found = measure(case, shared)
    assert found.ending == case.ending
    assert found.told == case.told
    assert found.attribute == case.attribute
    assert found.commands == case.commands
    assert case.says in "".join(found.failed)
    assert found.events < 10_000
    assert len(found.failed) <= 1
    assert row(case, found) in DOCS.read_text().splitlines()


def test_the_reference_has_the_functions_own_table() -> None:
    assert f"\n\n{outcomes()}\n\n" in DOCS.read_text()


def test_each_outcome_of_a_first_line_has_a_case() -> None:
    text = "".join(outcome.stdout for case in REPORTED for outcome in _scripted(case))
    known = {kind[0] for kind in function("WaitFunction").KINDS if kind[0].islower()}
    assert {word for word in known if f"outcome={word}" in text} == known


def _scripted(case: Case) -> Iterator[Outcome]:
    for each in case.hosts:
        assert isinstance(each.behaviour, Scripted)
        yield from each.behaviour.outcomes


def test_the_reference_tells_of_these_cases_only() -> None:
    names = [
        line.split(" | ")[0]
        for line in DOCS.read_text().splitlines()
        if line.count("|") in (6, 9) and "`" not in line
    ]
    assert sorted({name.removeprefix("| ") for name in names}) == sorted(
        {"case", "job", "---", *(case.name for case in CASES)}
    )


def test_jobs_of_every_length_are_told_as_promised_and_cost_what_is_calculated(
    shared: Sandbox,
) -> None:
    """task/run_cost.py, whose figures stand in the documentation; here nothing takes time."""
    for seconds in (1, 7, 33, 52, 71, 118, 240, 301, 417, 1_000, 2_500, 5_400):
        case = Case(name="", ending="", told="", hosts=(host(1, job(seconds)),))
        found, calculated = measure(case, shared), run(seconds + 1)
        assert found.late is not None
        assert found.late <= min(2 + seconds / 20, 302)
        assert abs(found.transitions - calculated.transitions) <= 1


def test_there_is_no_way_to_fail_in_silence() -> None:
    silent = [
        case.name
        for case in CASES
        if not case.ending.startswith("succeeded")
        and not case.told.startswith("failure")
        # a command waits for these
        and case not in PROBES
    ]
    assert silent == []


@pytest.mark.parametrize("case", COMPARED, ids=lambda case: case.name)
def test_the_older_design_is_measured_beside(case: Case, shared: Sandbox) -> None:
    ours, older = measure(case, shared), measure_older(case, shared)
    assert comparison_row(case, ours, older) in DOCS.read_text().splitlines()
