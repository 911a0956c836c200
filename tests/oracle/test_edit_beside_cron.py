"""An edit beside Debian's running cron: up to the minute that it names the old file counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cron2aws.handover.history import read_stamp
from tests.edit_case import ID
from tests.oracle.real_cron import RealCron, need_real_cron

pytestmark = pytest.mark.long


@pytest.mark.parametrize("shell", ["", "dash"], ids=["command", "script"])
def test_cron_goes_by_the_new_file_from_the_minute_that_the_edit_names(
    tmp_path: Path, shell: str
) -> None:
    """By the command there, and by the script from elsewhere. In real time: up to two minutes."""
    need_real_cron()
    cron = RealCron(tmp_path)
    ran = tmp_path / "out/ran"
    command = f"/bin/date -u +\\%Y-\\%m-\\%dT\\%H:\\%MZ >> {ran}"
    tab = cron.system("job", f"* * * * * root {command}\n".encode())
    program = Path(__file__).with_name("edit_namespace.py")
    done = subprocess.run(
        ["unshare", "--mount", sys.executable, program, tmp_path, "1", shell],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    (told,) = json.loads(done.stdout)
    minute = read_stamp(told["minute"])
    assert minute is not None, told
    edited = datetime.fromisoformat(told["at"]).astimezone(UTC)
    assert timedelta(seconds=15) <= minute - edited <= timedelta(seconds=55)
    before = f"{minute - timedelta(minutes=1):%Y-%m-%dT%H:%MZ}"
    assert told["ran"][-1] == before
    assert tab.read_bytes().startswith(f" # cron2aws:{ID}@{told['minute']} ".encode())
    history = tmp_path / "host/var/lib/cron2aws/task/history"
    first, *lines = history.read_text().splitlines()
    assert first.endswith(" cron")  # nobody had looked before
    assert lines == [f"from {told['minute']} {has}" for has in ("unknown", "task")]
