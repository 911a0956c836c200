"""The edit script waits as the local command does: hosts/tick.py, and the locks of the folders."""

from __future__ import annotations

import fcntl
import os
from datetime import timedelta
from pathlib import Path

import pytest

from cron2aws.handover.record import Way
from tests.edit_case import JOB, marked
from tests.host_edit import SHELLS
from tests.played_host import at
from tests.played_script import PlayedScript, each_minute

STILL = [(-700, "S", 100, 77, 5000)]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("way", Way)
def test_it_waits_for_the_tick_and_the_quiet_part(tmp_path: Path, way: Way, shell: str) -> None:
    case = PlayedScript(root=tmp_path, way=way, shell=shell).lay_out()
    (done,) = case.run()
    notes = 1 if shell == "busybox" else 0
    assert (done.error, done.minute, len(done.notes)) == (None, at(120), notes)
    assert case.renamed() == timedelta(seconds=65)
    assert case.tab().read_bytes() == (marked(JOB, at(120)) if way is Way.OUT else JOB)
    has = "task" if way is Way.OUT else "cron"
    assert case.history() == [f"from 2026-11-23T09:02Z {each}" for each in ("unknown", has)]
    assert case.task().history().looked == at(63)
    assert case.beside() == []


@pytest.mark.parametrize(
    ("start", "late", "renamed"),
    [(0, 1, 65), (58, 1, 65), (59, 1, 125), (20, 0, 65), (20, 12, 75), (20, 38, 101)],
)
def test_from_any_second_on(tmp_path: Path, start: int, late: int, renamed: int) -> None:
    case = PlayedScript(root=tmp_path, start=start, daemon=each_minute(late)).lay_out()
    (done,) = case.run()
    assert done.error is None
    assert case.renamed() == timedelta(seconds=renamed)
    assert done.minute == at(renamed // 60 * 60 + 60)


def test_several_files_in_one_quiet_part(tmp_path: Path) -> None:
    case = PlayedScript(root=tmp_path, names=("one", "two", "three")).lay_out()
    assert [each.minute for each in case.run()] == [at(120)] * 3
    assert case.clock == timedelta(seconds=65)


DAEMONS = {
    "asleep": (STILL, "the cron daemon (process 77) did not wake at 2026-11-23T09:01Z"),
    "stopped": (
        [(-700, "T", 100, 77, 5000)],
        "the cron daemon (process 77) does not run: its state is T",
    ),
    "late": (each_minute(46), "the cron daemon (process 77) did not wake at 2026-11-23T09:01Z"),
    "at work": (
        [(-700, "S", 100, 77, 5000), (61, "D", 101, 77, 5000)],
        "the cron daemon (process 77) did not come to rest in the minute 2026-11-23T09:01Z",
    ),
    "another each time": (
        [(30 * n, "S", 100 + n, 77 + n, 5000 + n) for n in range(-20, 20)],
        "the cron daemon was not seen through one whole minute: it was started anew, or the clock was set",  # noqa: E501
    ),
}


@pytest.mark.parametrize("how", DAEMONS)
def test_a_daemon_that_does_not_tick_leaves_all_as_it_was(tmp_path: Path, how: str) -> None:
    daemon, why = DAEMONS[how]
    case = PlayedScript(root=tmp_path, daemon=daemon).lay_out()
    (done,) = case.run()
    assert done.error is not None
    assert done.error.why == why
    assert (case.tab().read_bytes(), case.history(), case.beside()) == (JOB, [], [])


@pytest.mark.parametrize("shell", SHELLS)
def test_a_minute_that_was_not_seen_is_none_for_the_next_file_either(
    tmp_path: Path, shell: str
) -> None:
    """For the first file it sleeps too long each time; for the second it does not."""
    case = PlayedScript(root=tmp_path, names=("one", "two"), shell=shell).lay_out()
    for minute in (1, 2, 3):
        # a sleep until one second before the minute ends six seconds after its beginning
        late = int(at(60 * minute + 6).timestamp())
        case.acts[60 * minute - 1] = f"echo {late} >{tmp_path}/played/clock; set -- {late}"
    first, second = case.run()
    assert first.error is not None
    assert "was not seen through one whole minute" in str(first.error.why)
    assert (second.error, second.minute) == (None, at(300))
    assert case.renamed("two") == timedelta(seconds=245)


def test_without_a_daemon(tmp_path: Path) -> None:
    case = PlayedScript(root=tmp_path, name="bash").lay_out()
    (done,) = case.run()
    assert done.error is not None
    assert (done.error.why, done.error.fix) == (
        "no cron daemon is running",
        "start its service there, then run the command again",
    )
    assert (case.tab().read_bytes(), case.history(), case.beside()) == (JOB, [], [])


def test_a_daemon_that_worked_is_seen_asleep_twice(tmp_path: Path) -> None:
    rows = [(-700, "S", 100, 77, 5000), (61, "D", 101, 77, 5000), (70, "S", 102, 77, 5000)]
    case = PlayedScript(root=tmp_path, daemon=rows).lay_out()
    (done,) = case.run()
    assert (done.error, case.renamed()) == (None, timedelta(seconds=71))


def test_a_daemon_that_is_started_anew_makes_another_minute(tmp_path: Path) -> None:
    rows = [
        (each[0], each[1], each[2], 77, 5000 if each[0] < 60 else 9000) for each in each_minute()
    ]
    case = PlayedScript(root=tmp_path, daemon=rows).lay_out()
    (done,) = case.run()
    assert done.minute == at(180)
    assert case.tab().read_bytes() == marked(JOB, at(180))
    assert case.history()[-1] == "from 2026-11-23T09:03Z task"


def test_a_clock_that_is_set_makes_another_minute(tmp_path: Path) -> None:
    case = PlayedScript(root=tmp_path).lay_out()
    hour = int(at(3600 + 20).timestamp())
    case.daemon = [
        *each_minute(minutes=2),
        *[(60 * n + 1, "S", 200 + n, 77, 5000) for n in range(2, 70)],
    ]
    case.acts[61] = f"echo {hour} >{tmp_path}/played/clock; set -- {hour}"
    (done,) = case.run()
    assert done.minute == at(3600 + 120)
    assert case.tab().read_bytes() == marked(JOB, at(3600 + 120))


def test_a_file_that_changes_meanwhile_is_left_and_the_others_go_on(tmp_path: Path) -> None:
    case = PlayedScript(root=tmp_path, names=("one", "two")).lay_out()
    case.acts[62] = f"echo '# by another' >{case.tab('one')}"
    first, second = case.run()
    assert first.error is not None
    assert first.error.why == "it has changed since it was read"
    assert case.tab("one").read_bytes() == b"# by another\n"
    assert case.history("one") == []
    assert (second.error, second.minute) == (None, at(120))
    assert case.beside() == []


def test_it_waits_for_another_second_than_the_files(tmp_path: Path) -> None:
    case = PlayedScript(root=tmp_path).lay_out()
    case.acts[65] = f"touch -d @{int(at(65).timestamp())} {case.tab()}"
    (done,) = case.run()
    assert (done.error, case.renamed()) == (None, timedelta(seconds=66))
    assert case.tab().stat().st_mtime == at(66).timestamp()


@pytest.mark.parametrize("way", Way)
def test_renamed_too_late_it_is_put_once_more(tmp_path: Path, way: Way) -> None:
    """The process is stopped at the renaming: the true minute goes into the marks."""
    late = int(at(130).timestamp())
    played = tmp_path / "played"
    once = f"[ -e {played}/once ] || echo {late} >{played}/clock; : >{played}/once; "
    case = PlayedScript(root=tmp_path, way=way, slow=once).lay_out()
    (done,) = case.run()
    assert (done.error, done.minute) == (None, at(180))
    (note,) = done.notes
    assert "renamed later than planned" in note
    assert case.tab().read_bytes() == (marked(JOB, at(180)) if way is Way.OUT else JOB)
    assert case.renamed() == timedelta(seconds=185)
    has = "task" if way is Way.OUT else "cron"
    assert case.history()[-1] == f"from 2026-11-23T09:03Z {has}"
    assert case.beside() == []


@pytest.mark.parametrize(
    ("shell", "way"),
    [
        ("dash", Way.OUT),
        ("bash", Way.BACK),
        ("busybox", Way.OUT),
        *(
            pytest.param(*each, marks=pytest.mark.long)
            for each in (("dash", Way.BACK), ("bash", Way.OUT), ("busybox", Way.BACK))
        ),
    ],
)
def test_a_runner_that_looks_is_waited_for(tmp_path: Path, way: Way, shell: str) -> None:
    """Not longer than 30 seconds; then the way out is refused, and the way back is told."""
    case = PlayedScript(root=tmp_path, way=way, shell=shell).lay_out()
    before = case.tab().read_bytes()
    descriptor = os.open(case.task().path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        (done,) = case.run()
    finally:
        os.close(descriptor)
    assert case.history() == []
    assert case.clock == timedelta(seconds=95)
    if way is Way.OUT:
        assert done.error is not None
        assert "another process holds its lock" in str(done.error.why)
        assert case.tab().read_bytes() == before
    else:
        assert (done.error, done.minute, case.tab().read_bytes()) == (None, at(120), JOB)
        assert "another process holds its lock" in done.notes[0]


@pytest.mark.parametrize("way", Way)
def test_a_file_that_changes_in_the_very_second_is_left(tmp_path: Path, way: Way) -> None:
    """Between the first note and the renaming; what is noted then is that nothing is known."""
    case = PlayedScript(root=tmp_path, way=way).lay_out()
    other = f"printf '# by another\\n' >{case.tab()}"
    case.more = f'sync() {{ case $1 in */history.new) {other} ;; esac; command sync "$@"; }}\n'
    (done,) = case.run()
    assert done.error is not None
    assert done.error.why == "it has changed since it was read"
    assert case.tab().read_bytes() == b"# by another\n"
    assert case.history() == ["from 2026-11-23T09:02Z unknown"]
    assert case.beside() == []
