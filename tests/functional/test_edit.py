"""One edit of crontabs: bytes, histories and the minute. How it may end: test_edit_ends.py."""

from __future__ import annotations

import fcntl
import itertools
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cron2aws.errors import SafetyError
from cron2aws.handover.edit import digest
from cron2aws.handover.history import Kept, Since, TaskFolder, stamp
from cron2aws.handover.record import FileEdit, Way
from cron2aws.hosts.sweep import sweep
from tests.edit_case import JOB, Case, Folder, PlayedDisk, mark, marked, restored
from tests.played_host import at


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path, "one")


@pytest.fixture
def two(tmp_path: Path) -> Case:
    return Case(tmp_path, "one", "two")


def test_out_and_back(case: Case) -> None:
    (tab,) = case.tabs
    tab.chmod(0o640)
    (out,) = case.out()
    assert (out.error, out.minute, out.notes) == (None, at(120), ())
    assert case.disk.renamed(tab) == [at(65)]
    assert tab.stat().st_mtime == at(65).timestamp()
    assert tab.read_bytes() == marked(JOB, at(120))
    assert out.sha256 == digest(tab.read_bytes())
    assert stat.S_IMODE(tab.stat().st_mode) == 0o640
    assert case.history(tab) == ["from 2026-11-23T09:02Z unknown", "from 2026-11-23T09:02Z task"]
    assert case.tasks["one"].history().looked == at(63)
    kept = Kept(source="/etc/cron.d/one", mark=mark(at(120)), line=JOB.rstrip(b"\n"))
    assert case.tasks["one"].kept() == kept
    case.host.time = at(200)
    (back,) = case.back()
    assert (back.error, back.minute, back.notes) == (None, at(300), ())
    assert tab.read_bytes() == JOB
    assert case.history(tab)[2:] == [
        "from 2026-11-23T09:05Z unknown",
        "from 2026-11-23T09:05Z cron",
    ]
    assert case.tasks["one"].kept() == kept  # until the stack is gone
    assert case.beside() == []


def test_what_runs_when_the_daemon_starts_raises_no_doubt_about_the_mark(case: Case) -> None:
    (tab,) = case.tabs
    tab.write_bytes(JOB + JOB.replace(b"* * * * *", b"@reboot"))
    case.out()
    case.host.time = at(200)
    (back,) = case.back()
    assert (back.error, back.minute, back.notes) == (None, at(300), ())
    assert case.history(tab)[2:] == [
        "from 2026-11-23T09:05Z unknown",
        "from 2026-11-23T09:05Z cron",
    ]


def test_only_the_renaming_is_left_for_the_quiet_part(case: Case) -> None:
    """All else is prepared before the wait."""
    (tab,) = case.tabs
    beside: list[str] = []
    case.host.acts[59] = lambda: beside.extend(case.beside())
    case.out()
    assert beside == [f".one.cron2aws-{os.getpid()}"]
    assert case.disk.renamed(tab) == [at(65)]


def test_copies_wait_for_nobody_and_have_no_history(case: Case) -> None:
    (tab,) = case.tabs
    (out,) = case.out(copies=True)
    assert (out.error, out.minute) == (None, None)
    assert tab.read_bytes() == marked(JOB, None)
    (back,) = case.back(copies=True)
    assert tab.read_bytes() == JOB
    assert (back.minute, case.host.slept, case.history(tab)) == (None, [], [])


def test_a_second_edit_in_the_same_second_has_another_time(case: Case) -> None:
    (tab,) = case.tabs
    times = [int(tab.stat().st_mtime)]
    for _ in range(3):
        case.out(copies=True)
        times.append(int(tab.stat().st_mtime))
        case.back(copies=True)
        times.append(int(tab.stat().st_mtime))
    assert all(one != other for one, other in itertools.pairwise(times))


def test_several_files_in_one_quiet_part(two: Case) -> None:
    assert [each.minute for each in two.out()] == [at(120)] * 2
    assert [when for tab in two.tabs for when in two.disk.renamed(tab)] == [at(65)] * 2


@pytest.mark.parametrize(("slow", "second"), [(40, at(120)), (40.1, at(180)), (100, at(180))])
def test_those_that_do_not_fit_go_into_the_next_one(
    two: Case, slow: float, second: datetime
) -> None:
    one, other = two.tabs

    class Slow(PlayedDisk):
        def sync_folder(self, path: Path) -> None:
            super().sync_folder(path)
            if path == one.parent and self.renamed(one) and not self.renamed(other):
                two.host.time += timedelta(seconds=slow)

    two.disk = Slow(two.host, two.steps)
    first, later = two.out()
    assert (first.error, later.error) == (None, None)
    assert (first.minute, later.minute) == (at(120), second + timedelta(minutes=slow // 60))
    assert one.read_bytes() == marked(JOB, first.minute)
    assert other.read_bytes() == marked(JOB, later.minute)
    assert later.minute is not None
    assert two.history(other)[-1] == f"from {stamp(later.minute)} task"


def test_one_that_never_fits_is_refused(case: Case) -> None:
    class Slow(Folder):
        def keep(self, line: Kept) -> None:
            case.host.time += timedelta(seconds=50)
            super().keep(line)

    (tab,) = case.tabs
    slow = Slow("t-one", case.root)
    slow.steps = case.steps
    case.tasks["one"] = slow
    (out,) = case.out()
    assert isinstance(out.error, SafetyError)
    assert "quiet part" in str(out.error)
    assert tab.read_bytes() == JOB
    assert case.beside() == []
    # it was looked at again: cron's, since the file was changed ten minutes ago
    assert case.history(tab)[-1] == "from 2026-11-23T08:51Z cron"


def test_a_daemon_that_does_not_tick_leaves_all_as_it_was(two: Case) -> None:
    two.host.wakes = lambda _: 0
    for each in two.out():
        assert "did not wake" in str(each.error)
    assert {tab.read_bytes() for tab in two.tabs} == {JOB}
    assert two.beside() == []
    assert [two.history(tab) for tab in two.tabs] == [[], []]


def test_a_file_that_changes_meanwhile_is_left_and_the_others_go_on(two: Case) -> None:
    one, other = two.tabs
    two.host.acts[62] = lambda: one.write_bytes(b"# by somebody else\n")
    first, second = two.out()
    assert "has changed since it was read" in str(first.error)
    assert one.read_bytes() == b"# by somebody else\n"
    assert two.history(one) == []
    assert (second.error, second.minute) == (None, at(120))
    assert other.read_bytes() == marked(JOB, at(120))
    assert two.beside() == []


def test_a_daemon_that_is_started_anew_makes_another_minute(case: Case) -> None:
    case.host.acts[61] = lambda: setattr(case.host, "began", "9000")
    (out,) = case.out()
    assert out.minute == at(180)
    assert case.tabs[0].read_bytes() == marked(JOB, at(180))
    assert case.history(case.tabs[0])[-1] == "from 2026-11-23T09:03Z task"


class TestHistoryThatCannotBeWritten:
    """An edit out is refused; one back is made all the same."""

    @pytest.fixture(autouse=True)
    def broken(self, two: Case) -> None:
        folder = two.root / "var/lib/cron2aws/t-one"
        (folder / "history").unlink()
        folder.rmdir()
        folder.touch()

    def test_out(self, two: Case) -> None:
        one, other = two.tabs
        with pytest.raises(SafetyError, match=r"history in .*t-one cannot be written"):
            two.editor().check(two.edit(one))
        first, second = two.out()
        assert "history" in str(first.error)
        assert one.read_bytes() == JOB
        assert second.error is None
        assert other.read_bytes() == marked(JOB, second.minute)

    def test_of_two_entries_neither_tells_of_an_edit(self, two: Case) -> None:
        one, other = two.tabs
        edit = two.edit(one)
        both = {"0": two.tasks["two"], **edit.tasks}
        (out,) = two.editor().carry_out([FileEdit(**{**vars(edit), "tasks": both})])
        assert out.error
        assert two.history(other) == []

    def test_back(self, two: Case) -> None:
        one, other = two.tabs
        for tab in two.tabs:
            tab.write_bytes(marked(JOB, at(-600)))
        two.editor(Way.BACK).check(two.edit(one, restored))
        first, second = two.back()
        assert (first.error, first.minute) == (None, at(120))
        assert [note[:8] for note in first.notes] == ["warning:"]
        assert second.notes == ()
        assert {one.read_bytes(), other.read_bytes()} == {JOB}


class FullFolder(Folder):
    """Its disk takes so many notes and no more."""

    left = 0

    def note(self, *since: Since, looked: datetime) -> None:
        if self.left <= 0:
            raise OSError(28, os.strerror(28))
        self.left -= 1
        super().note(*since, looked=looked)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("left", [0, 1])
def test_a_disk_that_fills_up(tmp_path: Path, way: Way, left: int) -> None:
    """The first note is before the edit, the second one after it."""
    case = Case(tmp_path, "one", way=way)
    (tab,) = case.tabs
    full = FullFolder("t-one", case.root)
    full.steps, full.left = case.steps, left
    case.tasks["one"] = full
    (done,) = case.out() if way is Way.OUT else case.back()
    if way is Way.OUT and not left:
        assert "history" in str(done.error)
        assert (tab.read_bytes(), case.beside(), case.history(tab)) == (JOB, [], [])
    else:
        assert (done.error, done.minute) == (None, at(120))
        assert {note[:8] for note in done.notes} == {"warning:"}
        assert tab.read_bytes() == (marked(JOB, at(120)) if way is Way.OUT else JOB)


@contextmanager
def a_look(folder: TaskFolder) -> Iterator[int]:
    """As a runner that hangs, or whose process is stopped, has it."""
    descriptor = os.open(folder.path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class TestARunnerThatLooks:
    """An edit waits for it, not longer than 30 seconds."""

    def test_out(self, two: Case) -> None:
        one, other = two.tabs
        with a_look(two.tasks["one"]):
            first, second = two.out()
        assert "another process holds it" in str(first.error)
        assert (one.read_bytes(), two.history(one)) == (JOB, [])
        assert second.minute == at(120)
        assert two.disk.renamed(other) == [at(95.05)]

    def test_back(self, tmp_path: Path) -> None:
        case = Case(tmp_path, "one", way=Way.BACK)
        (tab,) = case.tabs
        with a_look(case.tasks["one"]):
            (back,) = case.back()
        assert (back.error, back.minute) == (None, at(120))
        assert "another process holds it" in back.notes[0]
        assert (tab.read_bytes(), case.history(tab)) == (JOB, [])

    def test_a_short_one(self, case: Case) -> None:
        (tab,) = case.tabs
        with a_look(case.tasks["one"]) as descriptor:
            case.host.acts[66] = lambda: fcntl.flock(descriptor, fcntl.LOCK_UN)
            (out,) = case.out()
        assert (out.error, out.minute) == (None, at(120))
        assert at(66) <= case.disk.renamed(tab)[0] < at(67)


def test_it_waits_for_another_second_than_the_files(case: Case) -> None:
    """The daemon, if it read in that very second, would not read again."""
    (tab,) = case.tabs
    case.host.acts[65] = lambda: os.utime(tab, (at(65).timestamp(),) * 2)
    (out,) = case.out()
    assert out.error is None
    assert case.disk.renamed(tab) == [at(66)]
    assert int(tab.stat().st_mtime) == int(at(66).timestamp())


class TestALineThatIsBackWithAnother:
    """Another active line may be the job's as well: nothing is known from the last look on."""

    @pytest.mark.parametrize(
        ("more", "first"),
        [
            (b"1 * * * * root  caf\xe9\r\n", "09:01Z unknown"),
            (b"1 * * * * root other\n", "09:02Z unknown"),
            (b"#1 * * * * root caf\xe9\r\n", "09:02Z unknown"),
        ],
    )
    def test_it(self, tmp_path: Path, more: bytes, first: str) -> None:
        case = Case(tmp_path, "one", way=Way.BACK)
        (tab,) = case.tabs
        tab.write_bytes(tab.read_bytes() + more)
        (back,) = case.back()
        assert back.error is None
        assert case.history(tab)[0] == f"from 2026-11-23T{first}"
        assert case.history(tab)[-1] == "from 2026-11-23T09:02Z cron"


class TestBackupThatCannotBeMade:
    """As with the history: the way out is refused, the way back is not."""

    @pytest.fixture(autouse=True)
    def broken(self, case: Case) -> None:
        (case.root / "state/backups").touch()

    def test_out(self, case: Case) -> None:
        (tab,) = case.tabs
        with pytest.raises(SafetyError):
            case.editor().check(case.edit(tab))
        (out,) = case.out()
        assert "cannot be replaced" in str(out.error)
        assert (tab.read_bytes(), case.beside(), case.host.slept) == (JOB, [], [])

    def test_back(self, case: Case) -> None:
        (tab,) = case.tabs
        tab.write_bytes(marked(JOB, at(-600)))
        case.editor(Way.BACK).check(case.edit(tab, restored))
        (back,) = case.back()
        assert (back.error, back.minute, tab.read_bytes()) == (None, at(120), JOB)
        (note,) = back.notes
        assert note.startswith("warning: ")
        assert "cannot hold a backup" in note


def test_nothing_is_left_where_the_wait_is_interrupted(two: Case) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    two.host.acts[60] = interrupt
    with pytest.raises(KeyboardInterrupt) as ended:
        two.out()
    assert [each.partition(" was not touched: ")[2] for each in ended.value.__notes__] == [
        "cron runs its jobs, as before"
    ] * 2
    assert {tab.read_bytes() for tab in two.tabs} == {JOB}
    assert two.beside() == []
    assert [two.history(tab) for tab in two.tabs] == [[], []]


def test_what_begins_is_held_to_its_end(two: Case) -> None:
    """A signal comes between files, never between a history and its file."""
    log: list[str] = []

    @contextmanager
    def held() -> Iterator[None]:
        log.append("held")
        yield
        log.append("free")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as ended:
        two.out(held=held, zone=ZoneInfo("Asia/Tokyo"))
    minute = "2026-11-23T09:02Z (2026-11-23 18:02 in Asia/Tokyo)"
    assert ended.value.__notes__ == [
        f"rewrote /etc/cron.d/one: from {minute} on the tasks run its jobs",
        "/etc/cron.d/two was not touched: cron runs its jobs, as before",
    ]
    one, other = two.tabs
    assert log == ["held", "free"]
    assert (one.read_bytes(), other.read_bytes()) == (marked(JOB, at(120)), JOB)
    assert two.history(one)[-1] == "from 2026-11-23T09:02Z task"
    assert two.history(other) == []
    assert two.beside() == []


def test_really_killed_in_the_wait(case: Case) -> None:
    """What a kill -9 leaves beside the crontab goes at the next start."""
    (tab,) = case.tabs
    child = os.fork()
    if child == 0:
        case.host.acts[60] = lambda: os.kill(os.getpid(), signal.SIGKILL)
        case.out()
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert tab.read_bytes() == JOB
    left = [f".one.cron2aws-{child}"]
    assert case.beside() == left
    assert [path.name for path in sweep([tab.parent])] == left
    assert case.beside() == []
