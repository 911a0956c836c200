"""What cron2aws keeps is its owner's alone, whatever the umask is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from cron2aws.app import state as state_module
from cron2aws.app.state import state_folder
from cron2aws.cli.boundary import report_bug
from cron2aws.hosts.private import keep_private, make_private_folder
from tests.functional.cli import cron2aws

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"


@pytest.fixture(params=[0, 0o022, 0o077])
def mask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "above" / "state"))
    return tmp_path / "above" / "state"


def private(state: Path) -> set[str]:
    """The names of what is there; all of it is its owner's alone."""
    found = [state.parent, state, *state.rglob("*")]
    for path in found:
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path
    return {path.name for path in found if path.parent == state}


@pytest.mark.usefixtures("mask")
def test_a_hand_over_and_a_bug_keep_everything_private(state: Path) -> None:
    source = str(FIXTURES / "tokyo-reports")
    answer = cron2aws("--sandbox", "migrate", source, "--tag", "Name=web", "--comment-out", "--yes")
    assert answer.code == 0, answer.err
    assert report_bug(KeyError("x")) == 70
    assert private(state) == {"backups", "bugs"}


@pytest.mark.parametrize("holds", [(), ("journal",), ("lock", "backups", "bugs")])
def test_a_state_folder_of_ours_is_closed(state: Path, holds: tuple[str, ...]) -> None:
    for name in holds:
        (state / name).mkdir(parents=True)
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o777)
    assert state_folder() == state
    assert mode(state) == 0o700


def test_somebodys_working_folder_stays_open_and_what_is_in_it_is_closed(state: Path) -> None:
    state.mkdir(parents=True)
    (state / "thesis.txt").touch()
    state.chmod(0o755)
    (state / "bugs").mkdir(0o755)
    assert report_bug(KeyError("x")) == 70
    (report,) = (state_folder() / "bugs").iterdir()
    assert (mode(state), mode(state / "bugs"), mode(report)) == (0o755, 0o700, 0o600)


def test_the_usual_folder_is_ours_whatever_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For root it is the runner's as well: it has a folder of each task's."""
    monkeypatch.delenv("CRON2AWS_STATE", raising=False)
    monkeypatch.setattr(state_module, "_usual", lambda: tmp_path / "usual")
    assert state_folder() == tmp_path / "usual"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "usual" / "cron2aws-web-report-8dc0222b8dc0222b").mkdir(parents=True)
    (tmp_path / "usual").chmod(0o755)
    assert state_folder() == tmp_path / "usual"
    assert mode(tmp_path / "usual") == 0o700


def test_a_link_and_a_file_are_not_used(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(0o755)
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(NotADirectoryError):
        make_private_folder(tmp_path / "link")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        make_private_folder(tmp_path / "file")
    keep_private(tmp_path / "link")
    keep_private(tmp_path / "nowhere")
    assert mode(tmp_path / "real") == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_strangers_folder_is_not_used_and_not_changed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir(0o755)
    os.chown(other, 12, 12)
    with pytest.raises(PermissionError, match="another user"):
        make_private_folder(other)
    keep_private(other)
    assert mode(other) == 0o755
