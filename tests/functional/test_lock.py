"""One command at a time: who holds the lock is told, and it goes with its holder."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cron2aws.errors import SafetyError
from cron2aws.handover.lock import one_at_a_time

SINCE = datetime(2026, 11, 23, 10, 7, 5, tzinfo=UTC)
HOLDS = """
import signal, sys
from datetime import UTC, datetime
from pathlib import Path
from cron2aws.handover.lock import one_at_a_time
with one_at_a_time(Path(sys.argv[1]), "migrate", datetime(2026, 11, 23, 10, 7, 5, tzinfo=UTC)):
    print("held", flush=True)
    signal.pause()
"""


@contextmanager
def holder(state: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", HOLDS, state], stdout=subprocess.PIPE) as child:
        try:
            assert child.stdout
            assert child.stdout.readline() == b"held\n"
            yield child
        finally:
            child.kill()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "above" / "state"


def test_a_second_command_is_refused_and_told_who_holds_it(state: Path) -> None:
    with holder(state) as child:
        with (
            pytest.raises(SafetyError, match="another cron2aws command") as refused,
            one_at_a_time(state, "rollback", SINCE),
        ):
            pytest.fail("it was not held")
        assert refused.value.why == f"`migrate` (process {child.pid}) since 2026-11-23T10:07:05Z"
        told = json.loads((state / "lock").read_text())  # the refused one has not touched it
        assert told == {"pid": child.pid, "command": "migrate", "since": "2026-11-23T10:07:05Z"}
        child.send_signal(signal.SIGKILL)
        child.wait()
        with one_at_a_time(state, "rollback", SINCE):
            assert json.loads((state / "lock").read_text())["pid"] == os.getpid()
    with one_at_a_time(state, "again", SINCE):
        pass


def test_a_way_back_is_refused_as_well_while_another_command_is_at_it(state: Path) -> None:
    said: list[str] = []
    with (
        holder(state),
        pytest.raises(SafetyError, match="another cron2aws command"),
        one_at_a_time(state, "rollback", SINCE, without=said.append),
    ):
        pytest.fail("it was not held")
    assert said == []


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff", b'{"pid": 1}'])
def test_a_holder_that_cannot_be_read(state: Path, text: bytes) -> None:
    with holder(state):
        (state / "lock").write_bytes(text)
        with (
            pytest.raises(SafetyError, match="another cron2aws") as refused,
            one_at_a_time(state, "x", SINCE),
        ):
            pytest.fail("it was not held")
    assert refused.value.why == f"it holds {state / 'lock'}"


def test_it_is_private_and_empty_afterwards(state: Path) -> None:
    before = os.umask(0)
    try:
        with one_at_a_time(state, "x", SINCE):
            assert stat.S_IMODE((state / "lock").stat().st_mode) == 0o600
    finally:
        os.umask(before)
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert (state / "lock").read_bytes() == b""


def test_somebodys_working_folder_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    tmp_path.chmod(0o755)
    with one_at_a_time(tmp_path, "x", SINCE):
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def in_the_way(folder: Path) -> None:
    folder.parent.mkdir()
    folder.touch()


def a_link(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "elsewhere").touch()
    (folder / "lock").symlink_to("elsewhere")


def a_pipe(folder: Path) -> None:
    folder.mkdir(parents=True)
    os.mkfifo(folder / "lock")


@pytest.mark.parametrize("prepare", [in_the_way, a_link, a_pipe])
def test_a_folder_that_takes_no_lock(state: Path, prepare: object) -> None:
    assert callable(prepare)
    prepare(state)
    with (
        pytest.raises(SafetyError, match="a second command") as refused,
        one_at_a_time(state, "migrate", SINCE),
    ):
        pytest.fail("nothing held it")
    assert "CRON2AWS_STATE" in (refused.value.fix or "")
    said: list[str] = []
    with one_at_a_time(state, "rollback", SINCE, without=said.append):
        (warning,) = said
    assert warning.startswith("warning: nothing keeps a second command from doing this as well: ")


def test_what_ends_the_command_ends_the_lock(state: Path) -> None:
    with pytest.raises(KeyboardInterrupt), one_at_a_time(state, "x", SINCE):
        raise KeyboardInterrupt
    with one_at_a_time(state, "x", SINCE):
        pass
