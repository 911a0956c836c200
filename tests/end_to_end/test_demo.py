"""The tour of `make demo`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from cron2aws.cli import demo
from tests.golden_demo import GOLDEN, text


def test_the_tour_is_the_golden_one_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path))
    folder = Path.cwd()
    assert text() == GOLDEN.read_text("utf-8")
    assert Path.cwd() == folder
    assert list(tmp_path.iterdir()) == []  # no backups where real ones lie


def test_the_tour_does_not_depend_on_the_terminal() -> None:
    strange = {
        "COLUMNS": "20",
        "LINES": "5",
        "TZ": "America/New_York",
        "FORCE_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "cron2aws.cli.demo"],
        env={"PATH": os.environ["PATH"], **strange},
        capture_output=True,
        check=True,
    )
    assert ran.stdout == GOLDEN.read_bytes()
    assert ran.stderr == b""


def test_the_tour_fits_on_a_screen() -> None:
    lines = GOLDEN.read_text("utf-8").splitlines()
    assert len(lines) <= 60
    assert max(cell_len(line) for line in lines) <= 80


def test_what_is_left_out_is_told() -> None:
    step = demo.Step(title="", command="", lines="kept|1  ", columns=((0, 6), (90, None)))
    wide = f"1  月報 {'x' * 83}last"
    printed = ["left", "", "kept", "kept too", "left", "kept " + "x" * 90, wide]
    assert list(demo.shortened(printed, step)) == [
        "[...]",
        "kept",
        "kept too",
        "[...]",
        f"kept {'x' * 69} [...]",
        "1  月  [...] xlast",
    ]


def test_bytes_that_are_not_back_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(demo, "STEPS", demo.STEPS[4:5])  # a hand-over without its way back
    assert not demo.tour(lines.append)
    assert "NOT the same" in lines[-1]
    assert "Left on AWS: cron2aws-reports-" in lines[-1]
