"""The rows for the runner are the model's."""

from __future__ import annotations

import pytest

from tests.handover_model.answers import Answer, answer
from tests.handover_model.cases import CASES
from tests.handover_model.rows import Case
from tests.handover_model.rule import SETTLE


def test_each_row_has_its_own_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 120


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_model_says_what_the_row_says(case: Case) -> None:
    assert answer(case) == Answer(
        outcome=case.outcome, appended=case.appended, looked=case.now - SETTLE, tab=case.tab
    )
