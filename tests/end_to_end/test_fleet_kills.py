"""A fleet whose commands and hosts die at random moments: the same command goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet_kills import KINDS, amiss, kill
from tests.host_tree import path_of

SEEDS = (1, 2, 3, 4)
STRIKES = 25


@pytest.mark.parametrize(
    ("runs", "run_on", "active", "excused", "what"),
    [
        ((1, 1), "all", "", ("", ""), ""),
        ((1, 2), "all", "", ("", "ab"), "twice"),
        ((1, 1), "all", "ab", ("", ""), ""),
        ((0, 1), "all", "", ("", ""), "not run on a"),
        ((0, 0), "marked", "", ("", ""), "not run on a, b"),
        ((0, 1), "all", "", ("a", ""), ""),
        ((0, 1), "all", "", ("b", ""), "not run on a"),
        ((0, 1), "all", "", ("", "a"), ""),
        # what is told of another host excuses nothing
        ((0, 1), "all", "", ("", "b"), "not run on a"),
        ((0, 0), "all", "", ("", "b"), "not run on a"),
        ((0, 0), "all", "", ("a", "b"), ""),
        ((1, 0), "one", "", ("", ""), ""),
        ((1, 1), "one", "", ("", ""), "twice in the fleet"),
        ((1, 1), "one", "a", ("", ""), ""),
        ((0, 0), "one", "", ("ab", ""), "nowhere"),
        ((0, 0), "one", "", ("", "a"), ""),
    ],
)
def test_what_is_wrong(
    runs: tuple[int, int], run_on: str, active: str, excused: tuple[str, str], what: str
) -> None:
    """Excused are those that were down, and those of which a failure was told."""
    counted, (down, told) = dict(zip("ab", runs, strict=True)), excused
    assert amiss(counted, run_on, active, down=down, told=told) == what


@pytest.mark.long
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
