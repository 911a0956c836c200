"""A plan for a fleet that was reviewed: its hosts are read once more, and edited as it says."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.apply_case import wide
from tests.calling import command
from tests.fleet_world import FleetWorld, fleet
from tests.host_tree import HAS_LINE, path_of

MANY = ["web-1", "web-2", "web-3"]
PARTLY, NOTHING_DONE = 6, 4


@dataclass
class FleetPlan:
    """A fleet, and a plan for it in a file."""

    world: FleetWorld
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "plan.json"

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found

    def plan(self, *more: str) -> int:
        given = ("--comment-out", "--dry-run", "--plan-file", str(self.file), *more)
        return self.world.command("migrate", *given)

    def apply(self, *more: str) -> int:
        """On any machine: none is that of the hosts."""
        return command(self.world.meddled, "apply", str(self.file), "--yes", *more)

    def label(self, name: str) -> str:
        return f"{name} ({self.world.host(name).id})"

    @property
    def tasks(self) -> int:
        return len([each for each in self.world.world.stacks() if each.is_task])


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetPlan]:
    """Three hosts with the same line."""
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with fleet(tmp_path, HAS_LINE, HAS_LINE, HAS_LINE) as made:
        yield FleetPlan(made, tmp_path)


def test_a_plan_for_a_fleet_is_applied(case: FleetPlan, capsys: pytest.CaptureFixture[str]) -> None:
    assert case.plan("--wave", "2,rest") == 0
    assert case.world.world.stacks() == ()
    assert stat.S_IMODE(case.file.stat().st_mode) == 0o600
    document, (step,) = case.document, case.document["steps"]
    digest = document["digest"]
    assert f"apply {case.file} --digest {digest}" in wide(capsys)
    labels = [case.label(name) for name in MANY]
    assert (document["made_on"], document["hosts"]) == (None, labels)
    assert document["fleet"]["waves"] == "2,rest"
    assert [each["instance"] for each in document["fleet"]["hosts"]] == sorted(
        document["instances"]
    )
    assert [edit["hosts"] for edit in step["edits"]] == [labels]
    before = hashlib.sha256(HAS_LINE.encode()).hexdigest()
    assert [(each["host"], each["sha256_before"]) for each in document["files"]] == [
        (label, before) for label in labels
    ]
    assert case.apply("--digest", digest) == 0
    told = wide(capsys)
    assert "wave 1 of 2: commenting lines out: 2" in told
    assert "All lines done on 3 of 3 hosts." in told
    assert "Next: cron2aws status --from-hosts --tag role=web" in told
    assert (case.world.order, case.world.marked) == (MANY, MANY)
    assert case.world.task.parameters["LiveFrom"]
    for host, file in zip(case.world.world.hosts, document["files"], strict=True):
        blank, _, rest = host.text.partition("@")
        text = f"{blank}@-{rest[len('2027-03-14T03:00Z') :]}"
        assert file["sha256_after"] == hashlib.sha256(text.encode()).hexdigest()
    # it goes on where it ended, and there is nothing left
    assert case.apply() == 0
    assert "Nothing to do: 1 task deployed as planned." in " ".join(wide(capsys).split())
    assert case.world.order == MANY
