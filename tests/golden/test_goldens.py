"""What a human says yes to is what was reviewed; `make golden` writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.all import GOLDENS
from tests.golden.golden import EXPECTED, Golden


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_the_text_is_the_reviewed_one(golden: Golden, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    assert golden.text(folder) == golden.path.read_text(encoding="utf-8")


def test_every_kept_text_belongs_to_a_golden() -> None:
    kept = {golden.path for golden in GOLDENS if golden.page is None}
    assert kept == set(EXPECTED.rglob("*.txt"))
    assert len({golden.name for golden in GOLDENS}) == len(GOLDENS)
