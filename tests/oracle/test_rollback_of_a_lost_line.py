"""A rollback in a file, of a line whose mark is gone, on a host with Debian's running cron."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracle.real_cron import RealCron, need_real_cron
from tests.oracle.rollback_namespace import WITHOUT

pytestmark = pytest.mark.long

LINE = "17 3 * * * root /bin/true --backup"


def test_a_line_that_its_host_has_kept_comes_back_by_a_plan_file(tmp_path: Path) -> None:
    """In real time: some minutes."""
    need_real_cron()
    RealCron(tmp_path).system("job", f"{WITHOUT}{LINE}\n".encode())
    program = Path(__file__).with_name("rollback_namespace.py")
    done = subprocess.run(
        ["unshare", "--mount", sys.executable, program, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(done.stdout)
    assert (told["migrate"], told["rollback"]) == (0, 0)
    assert told["marked"].endswith(f" | {LINE}\n")
    (back,) = told["file"]["returns"]
    line = back["line"]
    assert (line["line"], line["before"], line["after"], line["sha256_before"]) == (None,) * 4
    assert line["sha256_after"] == hashlib.sha256(LINE.encode()).hexdigest()
    (file,) = told["file"]["files"]
    whole = f"{WITHOUT}{LINE}\n"
    assert file["sha256_after"] == hashlib.sha256(whole.encode()).hexdigest()
    # first the line, then the stack
    assert (told["edits"], told["after"], told["stacks between"]) == (0, whole, 1)
    assert (told["stacks"], told["stacks after"]) == (0, 0)
    assert (told["again"], told["at the end"]) == (0, whole)
