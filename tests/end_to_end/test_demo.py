"""The tour of `make demo`, over the smallest of its hosts."""

from __future__ import annotations

from pathlib import Path

import pytest

from cron2aws.cli import demo


def test_the_tour_ends_where_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path))
    assert demo.main({"tokyo-reports": "reports"}) == 0
    shown = capsys.readouterr().out
    for part in ("1. What is on", "2. Deploy it", "3. Each task runs", "4. What is deployed"):
        assert part in shown
    assert "succeeded on 1 of 1 hosts" in shown
    assert "files are back, byte for byte" in shown.rstrip().splitlines()[-1]
    assert list(tmp_path.iterdir()) == []  # no journal, no backups where real ones lie
