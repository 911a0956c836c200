"""A fleet whose commands and hosts die at random moments: the same command goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet_kills import KINDS, kill
from tests.host_tree import path_of

pytestmark = pytest.mark.long

SEEDS = (1, 2, 3, 4)
STRIKES = 25


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_runs_twice_or_nowhere_untold(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    found = kill(tmp_path, STRIKES, seed)
    assert found.wrong == (), (f"seed {seed}", *found.said)
    assert found.struck.total() >= STRIKES
    assert found.struck.keys() == set(KINDS)
