"""A finding shows its row of the catalogue beside the particular case."""

from __future__ import annotations

import pytest

from cron2aws.findings import CATALOGUE, Finding


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_finding_is_told_with_its_row(code: str) -> None:
    row, finding = CATALOGUE[code], Finding(code=code, detail="here")
    assert (finding.level, finding.title, finding.help) == (row.level, row.title, row.help)
    assert row.code == code
    assert row.title
    assert row.help


def test_a_code_that_does_not_exist_is_a_bug() -> None:
    with pytest.raises(KeyError):
        _ = Finding(code="C999", detail="here").title
