"""The suite depends on nothing that a machine or a user's shell brings along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.surroundings import cannot

ROOT = Path(__file__).parent.parent.parent
HOSTILE = {
    "AWS_PROFILE": "production",
    "AWS_DEFAULT_REGION": "xx-nowhere-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "theirs",
    "AWS_CONFIG_FILE": "/etc/passwd",
    "CRON2AWS_STATE": "/proc/nowhere",
    "XDG_STATE_HOME": "/proc/nowhere",
    "HOME": "/nonexistent",
    "COLUMNS": "40",
    "LINES": "5",
    "NO_COLOR": "1",
    "FORCE_COLOR": "1",
    "TERM": "dumb",
    "TZ": "Asia/Tokyo",
    "LANG": "ja_JP.EUC-JP",
    "LC_ALL": "POSIX",
}
LOOK = """
import json, os, signal, time
import tests.conftest
mask = os.umask(0)
home = os.listdir(os.environ["HOME"])
deaf = [each for each in (1, 2, 3, 15) if signal.getsignal(each) is signal.SIG_IGN]
print(json.dumps([dict(os.environ), time.tzname[0], mask, home, deaf]))
"""


def test_what_the_machine_brings_along_is_cleared() -> None:
    kept = {"PATH": os.environ["PATH"], "CI": "true"}
    ran = subprocess.run(
        [
            "/bin/sh",
            "-c",
            'trap "" HUP INT QUIT TERM; umask 077; exec "$0" -c "$1"',
            sys.executable,
            LOOK,
        ],
        env={**kept, **HOSTILE},
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    environment, zone, mask, home, deaf = json.loads(ran.stdout)
    own = {
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
        "CRON2AWS_STATE": str(Path(environment["HOME"]).with_name("state")),
    }
    left = environment.keys() - {"PWD", "OLDPWD", "SHLVL", "_", "HOME"}
    assert {name: environment[name] for name in left} == {**kept, **own}
    assert (zone, mask, home, deaf) == ("UTC", 0o022, [], [])


def test_this_very_process_was_cleared() -> None:
    assert os.listdir(os.environ["HOME"]) == []  # noqa: PTH208 (nothing but names is wanted)
    assert [name for name in os.environ if name.startswith("AWS_")] == ["AWS_EC2_METADATA_DISABLED"]


@pytest.mark.parametrize("value", ["true", "1"])
def test_in_ci_what_is_missing_is_a_failure(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", value)
    with pytest.raises(pytest.fail.Exception, match="no daemon"):
        cannot("no daemon")


@pytest.mark.parametrize("value", ["", "false", None])
def test_elsewhere_it_is_skipped(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    if value is not None:
        monkeypatch.setenv("CI", value)
    with pytest.raises(pytest.skip.Exception, match="no daemon"):
        cannot("no daemon")
