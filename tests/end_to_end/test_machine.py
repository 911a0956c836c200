"""The real state machine with the real functions, in every case that the reference tells of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cron2aws.sandbox.inside import Sandbox
from tests.stack_runs import Case, measure, measure_older, sandbox
from tests.stack_scenarios import CASES, DOCS, LENGTHS, comparison_row, row


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with sandbox() as active:
        yield active


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_behaves_as_the_reference_says(case: Case, shared: Sandbox) -> None:
    found = measure(case, shared)
    assert found.ending == case.ending
    assert found.told == case.told
    assert found.commands == case.commands
    assert case.says in "".join(found.failed)
    assert found.events < 10_000
    assert len(found.failed) <= 1
    assert row(case, found) in DOCS.read_text().splitlines()


def test_the_reference_tells_of_these_cases_only() -> None:
    names = [line.split(" | ")[0] for line in DOCS.read_text().splitlines() if line.count("|") == 8]
    assert sorted({name.removeprefix("| ") for name in names}) == sorted(
        {"case", "job", "---", *(case.name for case in CASES)}
    )


def test_there_is_no_way_to_fail_in_silence() -> None:
    silent = [
        case.name
        for case in CASES
        if not case.ending.startswith("succeeded") and not case.told.startswith("failure")
    ]
    assert silent == []


@pytest.mark.parametrize("case", LENGTHS[:3], ids=lambda case: case.name)
def test_the_older_design_is_measured_beside(case: Case, shared: Sandbox) -> None:
    ours, older = measure(case, shared), measure_older(case, shared)
    assert comparison_row(case, ours, older) in DOCS.read_text().splitlines()
