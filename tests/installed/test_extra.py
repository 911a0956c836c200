"""Without the extra `sandbox` a command is told that installs it, wherever the program is.

The wheel is that of `make dist`, the programs are PyPI's pip, pipx and uv; each command is run by
`sh` as it was told.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "build"
PROGRAMS = BUILT / "tools" / "bin"
USED = "--sandbox status"
"""A command that needs the extra, and ends at once."""

WAYS = {
    "a wheel by pip": (
        "{python} -m venv env && env/bin/python -m pip install --quiet {wheel}",
        "env/bin/cron2aws",
    ),
    "a checkout by pip": (
        "{python} -m venv env && env/bin/python -m pip install --quiet --editable {root}",
        "env/bin/cron2aws",
    ),
    "a wheel by pipx": ("pipx install {wheel}", "bin/cron2aws"),
    "a checkout by pipx": ("pipx install --editable {root}", "bin/cron2aws"),
    "a wheel by uv tool": ("uv tool install {wheel}", "bin/cron2aws"),
    "a checkout by uv tool": ("uv tool install --editable {root}", "bin/cron2aws"),
    "a wheel by uv": (
        "uv venv env && uv pip install --python env/bin/python {wheel}",
        "env/bin/cron2aws",
    ),
    "a wheel by uvx": ("true", "uvx --from {wheel} cron2aws"),
}
"""How it is installed, and how it is started then."""


class Shell:
    """Commands in a folder that is everybody's home."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            **os.environ,  # how a machine gets to PyPI: proxies, certificates
            "HOME": str(folder),
            "PATH": f"{PROGRAMS}{os.pathsep}{os.defpath}",
            "PIPX_HOME": str(folder / "pipx"),
            "PIPX_BIN_DIR": str(folder / "bin"),
            "UV_TOOL_DIR": str(folder / "tools"),
            "UV_TOOL_BIN_DIR": str(folder / "bin"),
            "UV_PYTHON": sys.executable,
            "PIPX_DEFAULT_PYTHON": sys.executable,
        }

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", command],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(name="wheel")
def _wheel(tmp_path: Path) -> Path:
    """In a folder whose name has to be quoted."""
    built = list((BUILT / "dist").glob("*.whl"))
    if not built or not PROGRAMS.exists():
        pytest.fail("there is no wheel, or no pipx and uv: `make dist` makes them", pytrace=False)
    (tmp_path / "my wheels").mkdir()
    return Path(shutil.copy(built[0], tmp_path / "my wheels"))


@pytest.mark.parametrize("way", WAYS)
def test_the_command_that_is_told_installs_it(tmp_path: Path, wheel: Path, way: str) -> None:
    shell = Shell(tmp_path)
    known = {"python": sys.executable, "wheel": f"'{wheel}'", "root": str(ROOT)}
    install, start = (each.format(**known) for each in WAYS[way])
    installed = shell.run(install)
    assert installed.returncode == 0, installed.stderr

    without = shell.run(f"{start} {USED}")
    assert without.returncode == 2, without.stderr
    assert "the sandbox is not installed: No module named 'moto'" in without.stderr
    (told,) = re.findall("^hint: (.*)$", without.stderr, re.MULTILINE)

    if told.startswith("uvx"):  # which installs it for the command that it runs
        start = told
    else:
        done = shell.run(told)
        assert done.returncode == 0, done.stderr
    ended = shell.run(f"{start} {USED}")
    assert ended.returncode == 0, ended.stderr
