"""The search finds nothing that the table of exceptions does not say, and misses no mutation."""

from __future__ import annotations

import pytest

from tests.handover_model.design import Scenario
from tests.handover_model.exceptions import ROWS, Row
from tests.handover_model.explore import search, shortest
from tests.handover_model.mutations import MUTATIONS, Mutation
from tests.handover_model.page import PAGE, example, page
from tests.handover_model.scenarios import ODD, PLAIN


@pytest.mark.parametrize("scenario", PLAIN, ids=lambda scenario: scenario.name)
def test_each_minute_runs_once_where_nobody_else_edits_and_nothing_stops(
    scenario: Scenario,
) -> None:
    assert set(search(scenario).verdicts) <= {"once", "none"}


@pytest.mark.parametrize("scenario", ODD, ids=lambda scenario: scenario.name)
def test_whatever_else_happens_is_a_row_of_the_exceptions(scenario: Scenario) -> None:
    found = search(scenario)
    assert not found.faults, shortest(scenario, found.faults[0])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_row_of_the_exceptions_happens(row: Row) -> None:
    assert example(row)[-1].startswith(row.name)


def test_the_page_shows_the_rows() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_the_search_finds_the_mutation(mutation: Mutation) -> None:
    trace = shortest(mutation.scenario, mutation.harm, mutation.design)
    assert trace is not None
    assert trace[-1].startswith(mutation.harm)
    # and it is the mutation that does it
    assert shortest(mutation.scenario, mutation.harm) is None
