"""How the extra `sandbox` is installed where this program is: the command for each installation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from cron2aws.sandbox.extra import Installed, installing, this_one

WHEEL: dict[str, Any] = {"url": "file:///tmp/my%20wheels/cron2aws-0.1.0-py3-none-any.whl"}
CHECKOUT: dict[str, Any] = {"url": "file:///src/cron2aws", "dir_info": {}}
EDITABLE: dict[str, Any] = {"url": "file:///src/cron2aws", "dir_info": {"editable": True}}
VCS: dict[str, Any] = {
    "url": "https://git.example.com/cron2aws.git",
    "vcs_info": {"vcs": "git", "commit_id": "0123456", "requested_revision": "v1.0"},
}
BY_COMMIT = {**VCS, "vcs_info": {"vcs": "git", "commit_id": "0123456"}}
ARCHIVE: dict[str, Any] = {"url": "https://example.com/cron2aws.whl", "archive_info": {}}


@pytest.mark.parametrize("origin", [None, WHEEL, CHECKOUT, EDITABLE, VCS], ids=str)
def test_pip_adds_an_extra_to_what_is_there(tmp_path: Path, origin: dict[str, Any] | None) -> None:
    here = Installed(python="/venv/bin/python", prefix=tmp_path, has_pip=True, origin=origin)
    assert installing(here) == "/venv/bin/python -m pip install 'cron2aws[sandbox]'"


def test_of_the_systems_python_pip_has_to_be_told(tmp_path: Path) -> None:
    here = Installed(python="/usr/bin/python3", prefix=tmp_path, has_pip=True, managed=True)
    told = "/usr/bin/python3 -m pip install --break-system-packages 'cron2aws[sandbox]'"
    assert installing(here) == told


def test_an_environment_without_pip_is_uvs(tmp_path: Path) -> None:
    here = Installed(python="/my venv/bin/python", prefix=tmp_path, has_pip=False)
    assert installing(here) == "uv pip install --python '/my venv/bin/python' 'cron2aws[sandbox]'"


@pytest.mark.parametrize(
    ("origin", "wanted"),
    [
        (None, "'cron2aws[sandbox]'"),
        (EDITABLE, "'/src/cron2aws[sandbox]'"),
        (WHEEL, "'/tmp/my wheels/cron2aws-0.1.0-py3-none-any.whl[sandbox]'"),
    ],
)
def test_what_uv_runs_once_it_is_to_run_with_the_extra(
    origin: dict[str, Any] | None, wanted: str
) -> None:
    prefix = Path("/root/.cache/uv/archive-v0/axWhhby")
    here = Installed(python="python", prefix=prefix, has_pip=False, origin=origin)
    assert installing(here) == f"uvx --from {wanted} cron2aws"


@pytest.mark.parametrize(
    ("mark", "command"),
    [
        ("pipx_metadata.json", "pipx install --force"),
        ("uv-receipt.toml", "uv tool install --force"),
    ],
)
@pytest.mark.parametrize(
    ("origin", "wanted"),
    [
        (None, "'cron2aws[sandbox]'"),
        (WHEEL, "'/tmp/my wheels/cron2aws-0.1.0-py3-none-any.whl[sandbox]'"),
        (CHECKOUT, "'/src/cron2aws[sandbox]'"),
        (EDITABLE, "--editable '/src/cron2aws[sandbox]'"),
        (VCS, "'cron2aws[sandbox] @ git+https://git.example.com/cron2aws.git@v1.0'"),
        (BY_COMMIT, "'cron2aws[sandbox] @ git+https://git.example.com/cron2aws.git@0123456'"),
        (ARCHIVE, "'cron2aws[sandbox] @ https://example.com/cron2aws.whl'"),
    ],
)
def test_a_program_is_asked_for_from_where_it_came(
    tmp_path: Path, mark: str, command: str, origin: dict[str, Any] | None, wanted: str
) -> None:
    (tmp_path / mark).touch()
    here = Installed(python="python", prefix=tmp_path, has_pip=False, origin=origin)
    assert installing(here) == f"{command} {wanted}"


def test_these_tests_run_in_an_environment_of_pips() -> None:
    here = this_one()
    assert (here.python, here.prefix) == (sys.executable, Path(sys.prefix))
    assert here.origin is not None
    assert here.origin["dir_info"] == {"editable": True}
    assert installing(here).endswith(" -m pip install 'cron2aws[sandbox]'")
