"""`rollback --from-hosts --instance-ids`: some hosts' lines come back, and no other host's task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cron2aws.errors import UsageError
from tests.calling import command
from tests.fleet_world import FleetWorld, fleet
from tests.host_tree import HAS_LINE, path_of


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetWorld]:
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with fleet(tmp_path, HAS_LINE, HAS_LINE) as made:
        yield made


def back(made: FleetWorld, *more: str) -> int:
    ids = ("--instance-ids", made.host("web-1").id)
    return command(made.world.context, "rollback", "--from-hosts", *ids, "--yes", *more)


def test_a_host_that_cannot_be_asked_keeps_the_stack(
    two: FleetWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody looked at it: its line may be marked."""
    assert two.command("migrate", "--comment-out", "--yes", "--wave", "rest") == 0
    two.switch("web-2", managed=False)
    assert back(two) == 6
    assert two.marked == ["web-2"]
    assert two.task.enabled
    assert "stays: hosts that could not be read may need it" in capsys.readouterr().err


def test_a_task_of_other_hosts_stays(two: FleetWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The line is active on this host, too, and that says nothing of theirs."""
    assert two.command("migrate", "--rehearse", "--yes") == 0
    capsys.readouterr()
    assert back(two) == 0
    said = capsys.readouterr().err
    assert f"left alone: {two.task.stack_name} of the tag role=web" in said
    assert "Nothing to roll back." in said
    with pytest.raises(UsageError, match="is marked on the hosts that were read"):
        back(two, two.task.id)
    assert two.task.enabled


def test_a_line_whose_mark_somebody_threw_away_comes_back(
    two: FleetWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """By what its host keeps of it, as `rollback` does there."""
    assert two.command("migrate", "--comment-out", "--yes", "--wave", "rest") == 0
    two.host("web-1").tab.write_text("# of the host\n")
    two.world.pass_minutes(2)
    capsys.readouterr()
    assert two.command("rollback", "--yes") == 0
    assert "(at its end on 1 host, where the mark is gone)" in capsys.readouterr().err
    assert [host.text for host in two.world.hosts] == [HAS_LINE, HAS_LINE]
    assert not [each for each in two.world.stacks() if each.is_task]
