"""`show`: one entry whole, and with --tag what `migrate` would do about it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.context import Context
from cron2aws.cli import main
from cron2aws.sandbox.hosts import stand_in
from cron2aws.sandbox.inside import Sandbox
from tests.calling import opened
from tests.functional.cli import cron2aws

HOW = ("--dialect", "debian", "--timezone", "UTC")
Call = Callable[..., str]


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """An AWS elsewhere, with one instance."""
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with Sandbox([stand_in("web", tags={"Name": "web"})]) as sandbox:
        yield replace(opened(sandbox), stand_ins=None)


@pytest.fixture
def call(context: Context, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command there; what it printed."""

    def run(*words: str) -> str:
        capsys.readouterr()
        main.call(list(words), context)
        return capsys.readouterr().out

    return run


@pytest.fixture
def tab(tmp_path: Path) -> str:
    path = tmp_path / "jobs"
    path.write_text("0 3 * * * root /opt/job\n*/5 * * * * root /opt/other\n")
    return str(path)


def ids(tab: str) -> list[str]:
    found = cron2aws("scan", tab, *HOW, "-o", "json").document
    return [each["id"] for each in found["entries"]]


def test_one_entry_is_shown_of_a_scan(tab: str) -> None:
    _, other = ids(tab)
    found = cron2aws("show", other[:8], tab, *HOW, "-o", "json").document
    assert found["schema"] == "cron2aws.scan/1"
    assert [each["id"] for each in found["entries"]] == [other]


def test_its_plan_names_the_command_that_carries_it_out(call: Call, tab: str) -> None:
    _, other = ids(tab)
    asked = ("--tag", "Name=web", "--trigger", "rule", "--prefer-rate", "--from", "2027-01-04")
    plan = json.loads(call("show", other[:8], tab, *HOW, *asked, "-o", "json"))
    assert [each["id"] for each in plan["steps"]] == [other]
    assert json.loads(call("status", "-o", "json"))["tasks"] == []

    name, *words = shlex.split(plan["carried_out_by"])
    assert name == "cron2aws"
    again = json.loads(call(*words, "--dry-run", "-o", "json"))
    assert of_plan(again) == of_plan(plan)
    call(*words, "--yes")
    assert [each["id"] for each in json.loads(call("status", "-o", "json"))["tasks"]] == [other]


def of_plan(plan: dict[str, Any]) -> dict[str, Any]:
    """Without what is checked before something is carried out."""
    left_out = {"made", "carried_out_by", "checks"}
    return {name: plan[name] for name in plan if name not in left_out}


@pytest.mark.parametrize("shown", [["-o", "json"], ["-ojson"], ["--output=json"], ["--all"]])
def test_what_only_shows_a_plan_is_no_part_of_its_command(
    call: Call, tab: str, tmp_path: Path, shown: list[str]
) -> None:
    line = ["migrate", tab, *HOW, "--tag", "Name=web"]
    report = tmp_path / "plan.json"
    call(*line, *shown, "-o", "json", f"--report-file={report}", "--dry-run")
    plan = json.loads(report.read_text())
    assert shlex.split(plan["carried_out_by"]) == ["cron2aws", *line]


@pytest.mark.parametrize("at", ["0 0", "30 3"])
def test_next_runs_are_those_from_the_day_that_is_asked_for(
    tmp_path: Path, call: Call, at: str
) -> None:
    """On the first day midnight is one of them, by the clock of the entry's zone."""
    tab = tmp_path / "late"
    tab.write_text(f"{at} * * * root /opt/job\n")
    how = ("--dialect", "debian", "--timezone", "Asia/Tokyo", "--from", "2027-01-04")
    (one,) = cron2aws("scan", str(tab), *how, "-o", "json").document["entries"]
    minute, hour = at.split()
    first = f"Mon 2027-01-04 {int(hour):02}:{int(minute):02} Asia/Tokyo"
    for shown in (
        cron2aws("show", one["id"], str(tab), *how).out,
        call("show", one["id"], str(tab), *how, "--tag", "Name=web"),
    ):
        runs = [line.strip() for line in shown.splitlines() if " Asia/Tokyo = " in line]
        assert runs[0].startswith(f"next runs    {first}")


@pytest.mark.parametrize("chosen", [(), ("--only", "*job")])
def test_a_week_begins_on_the_day_that_is_asked_for(tab: str, chosen: tuple[str, ...]) -> None:
    found = cron2aws("scan", tab, *HOW, "--from", "2027-01-04", *chosen).out.splitlines()
    begins = found.index("starts per quarter of an hour in UTC")
    assert found[begins + 2].startswith("Mon 2027-01-04 ")
