"""The rows for the runner are the model's."""

from __future__ import annotations

import pytest

from tests.handover_model.answers import Answer, answer
from tests.handover_model.cases import CASES
from tests.handover_model.rows import Case
from tests.handover_model.rule import SETTLE
from tests.handover_model.wrong_lines import WRONG_LINES
from tests.handover_model.wrong_times import WRONG_TIMES


def test_each_row_has_its_own_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 120


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_model_says_what_the_row_says(case: Case) -> None:
    assert answer(case) == Answer(
        outcome=case.outcome, appended=case.appended, looked=case.now - SETTLE, tab=case.tab
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_wrong_rule_says_something_else(case: Case) -> None:
    if case.refutes in WRONG_TIMES:
        wrong = answer(case, how=WRONG_TIMES[case.refutes])
    else:
        wrong = answer(WRONG_LINES[case.refutes](case))
    right = answer(case)
    assert (wrong.outcome, wrong.appended, wrong.tab) != (right.outcome, right.appended, right.tab)


def test_each_wrong_rule_is_refuted_by_a_row() -> None:
    assert {case.refutes for case in CASES} == {*WRONG_TIMES, *WRONG_LINES}
