"""Bad hosts of a fleet: each is told with its reason, stays as it is told, and the others go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_fleet import BadHost, play
from tests.bad_fleet_rows import ROWS
from tests.host_tree import path_of


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))


def test_several_in_one_fleet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row for row in ROWS if not row.is_long]
    _, told = play(rows, tmp_path, capsys)
    for row, each in zip(rows, told, strict=True):
        each.check(row)


@pytest.mark.long
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_the_only_one(row: BadHost, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, (told,) = play([row], tmp_path, capsys)
    told.check(row)
    assert code == row.code
