"""The edit script makes of a crontab what the local command makes of it, and as carefully."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cron2aws.handover.edit import digest
from cron2aws.handover.history import Kept, TaskFolder, stamp
from cron2aws.handover.record import FileEdit, Way
from tests.edit_case import ID, JOB, mark, marked, restored
from tests.host_edit import SHELLS, EditedHost

in_each_shell = pytest.mark.parametrize("shell", SHELLS)
TAB = "etc/cron.d/one"


def an_edit(host: EditedHost, way: Way, path: str = TAB) -> FileEdit:
    file = host.root / path
    return FileEdit(
        path=f"/{path}",
        location=file,
        sha256=digest(file.read_bytes()),
        ids=frozenset({ID}),
        make=marked if way is Way.OUT else restored,
        tasks={ID: TaskFolder("web-one", host.root)},
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "host"
    (root / "etc/cron.d").mkdir(parents=True)
    tab = root / TAB
    tab.write_bytes(JOB)
    tab.chmod(0o640)
    os.utime(tab, (1, 1))
    return root


@in_each_shell
def test_out_and_back(root: Path, shell: str) -> None:
    host, tab = EditedHost(root=root, shell=shell), root / TAB
    task = TaskFolder("web-one", root)
    edit = an_edit(host, Way.OUT)
    (ready,) = host.edit([edit], Way.OUT, "check")
    assert (ready.error, tab.read_bytes()) == (None, JOB)
    (out,) = host.edit([edit], Way.OUT)
    assert (out.error, out.sha256) == (None, digest(tab.read_bytes()))
    assert out.minute is not None
    assert tab.read_bytes() == marked(JOB, out.minute)
    assert stat.S_IMODE(tab.stat().st_mode) == 0o640
    lines = [str(line) for line in task.history().lines]
    assert lines[1:] == [f"from {stamp(out.minute)} {has}" for has in ("unknown", "task")]
    line = JOB.rstrip(b"\n")
    assert task.kept() == Kept(source=f"/{TAB}", mark=mark(out.minute), line=line)
    os.utime(tab, (1, 1))
    (back,) = host.edit([an_edit(host, Way.BACK)], Way.BACK)
    assert (back.error, tab.read_bytes()) == (None, JOB)
    assert [path.name for path in tab.parent.iterdir()] == ["one"]
    assert task.kept() is not None
