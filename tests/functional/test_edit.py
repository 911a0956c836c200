"""One edit of crontabs: bytes, histories and the minute, whatever happens between the steps."""

from __future__ import annotations

import itertools
import os
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cron2aws.crontab.edit import restore
from cron2aws.crontab.mark import Mark
from cron2aws.errors import SafetyError
from cron2aws.handover.edit import Edited, Editor, digest
from cron2aws.handover.history import Kept, Since, TaskFolder, Who, stamp, who_runs
from cron2aws.handover.record import FileEdit, Way
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.sweep import sweep
from cron2aws.hosts.tick import CronDaemon
from tests.played_host import PlayedHost, at, each_minute

JOB = b"* * * * * root caf\xe9\r\n"
ID = "8dc0222b8dc0222b"


def mark(minute: datetime | None) -> str:
    said = stamp(minute) if minute else None
    where = {"account": "123456789012", "region": "eu-west-1", "stack": "s"}
    return Mark(id=ID, minute=said, **where).format()


def marked(before: bytes, minute: datetime | None) -> bytes:
    return mark(minute).encode() + before


def restored(before: bytes, minute: datetime | None) -> bytes:
    del minute
    return restore(before, [ID])


class Steps(Disk):
    """The machine's disk by the played clock; something may happen before or after a step."""

    def __init__(self, host: PlayedHost) -> None:
        self.host = host
        self.log: list[str] = []
        self.renamed: dict[Path, list[datetime]] = {}
        self.at = 0
        self.act: Callable[[], None] = lambda: None
        self.after = False

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in {"create", "give_attributes", "rename", "sync_folder", "read"}:
            return found

        def step(*arguments: Any) -> Any:
            self.log.append(name)
            here = len(self.log) == self.at
            if here and not self.after:
                self.act()
            result = found(*arguments)
            if name == "rename":
                self.renamed.setdefault(arguments[1], []).append(self.host.time)
            if here and self.after:
                self.act()
            return result

        return step

    def changed_at(self, path: Path) -> float:
        return self.renamed[path][-1].timestamp()


class Case:
    """Crontabs with a task each, on a host whose time is played."""

    def __init__(self, folder: Path, *names: str, start: float = 20, late: float = 1.3) -> None:
        self.root = folder
        for name in ("etc/cron.d", "state", "played"):
            (folder / name).mkdir(parents=True)
        self.host = PlayedHost(folder / "played", start, each_minute(late))
        self.disk = Steps(self.host)
        self.daemon = CronDaemon(self.host, self.host.root)
        self.tabs = [folder / "etc/cron.d" / name for name in names]
        self.tasks = {path.name: TaskFolder(f"t-{path.name}", folder) for path in self.tabs}
        for path in self.tabs:
            path.write_bytes(JOB)

    def editor(self, way: Way = Way.OUT, *, copies: bool = False, **more: Any) -> Editor:
        daemon = None if copies else self.daemon
        backups = self.root / "state/backups"
        return Editor(way, self.host, daemon=daemon, backups=backups, disk=self.disk, **more)

    def edit(self, path: Path, make: Callable[..., bytes] = marked) -> FileEdit:
        return FileEdit(
            path=f"/etc/cron.d/{path.name}",
            location=path,
            sha256=digest(path.read_bytes()),
            ids=frozenset({ID}),
            make=make,
            tasks={ID: self.tasks[path.name]},
        )

    def out(self, **more: Any) -> tuple[Edited, ...]:
        return self.editor(**more).carry_out([self.edit(path) for path in self.tabs])

    def back(self, **more: Any) -> tuple[Edited, ...]:
        edits = [self.edit(path, restored) for path in self.tabs]
        return self.editor(Way.BACK, **more).carry_out(edits)

    def history(self, path: Path) -> list[str]:
        return [str(line) for line in self.tasks[path.name].history()]

    def beside(self) -> list[str]:
        """What lies in the folder and is no crontab."""
        return sorted(
            {path.name for path in (self.root / "etc/cron.d").iterdir()} - set(self.names)
        )

    @property
    def names(self) -> list[str]:
        return [path.name for path in self.tabs]


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
    assert case.disk.renamed == {tab: [at(65)]}
    assert tab.read_bytes() == marked(JOB, at(120))
    assert out.sha256 == digest(tab.read_bytes())
    assert stat.S_IMODE(tab.stat().st_mode) == 0o640
    assert case.history(tab) == ["from 2026-11-23T09:02Z task"]
    kept = Kept(source="/etc/cron.d/one", mark=mark(at(120)), line=JOB.rstrip(b"\n"))
    assert case.tasks["one"].kept() == kept
    case.host.time = at(200)
    (back,) = case.back()
    assert (back.error, back.minute, back.notes) == (None, at(300), ())
    assert tab.read_bytes() == JOB
    assert case.history(tab)[1:] == ["from 2026-11-23T09:05Z cron"]
    assert case.tasks["one"].kept() == kept  # until the stack is gone
    assert case.beside() == []


def test_only_the_renaming_is_left_for_the_quiet_part(case: Case) -> None:
    """Prepared before the wait; then the history, on the disk, and only then the crontab."""
    order: list[str] = []
    (tab,) = case.tabs

    class Told(TaskFolder):
        def append(self, *since: Since) -> None:
            order.append(f"history {case.host.time.second}")
            assert tab.read_bytes() == JOB
            super().append(*since)

    case.host.acts[59] = lambda: order.append(f"before {case.beside()}")
    case.tasks["one"] = Told("t-one", case.root)
    case.out()
    assert order == [f"before ['.one.cron2aws-{os.getpid()}']", "history 5"]
    steps = case.disk.log
    assert steps[-3:] == ["read", "rename", "sync_folder"]


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
    assert [when for tab in two.tabs for when in two.disk.renamed[tab]] == [at(65)] * 2


@pytest.mark.parametrize(("slow", "second"), [(40, at(120)), (40.1, at(180)), (100, at(180))])
def test_those_that_do_not_fit_go_into_the_next_one(
    two: Case, slow: float, second: datetime
) -> None:
    one, other = two.tabs

    class Slow(Steps):
        def sync_folder(self, path: Path) -> None:
            super().sync_folder(path)
            if path == one.parent and two.disk.renamed and other not in two.disk.renamed:
                two.host.time += timedelta(seconds=slow)

    two.disk = Slow(two.host)
    first, later = two.out()
    assert (first.error, later.error) == (None, None)
    assert (first.minute, later.minute) == (at(120), second + timedelta(minutes=slow // 60))
    assert one.read_bytes() == marked(JOB, first.minute)
    assert other.read_bytes() == marked(JOB, later.minute)
    assert later.minute is not None
    assert two.history(other) == [f"from {stamp(later.minute)} task"]


def test_one_that_never_fits_is_refused(case: Case) -> None:
    class Slow(TaskFolder):
        def append(self, *since: Since) -> None:
            case.host.time += timedelta(seconds=50)
            super().append(*since)

    (tab,) = case.tabs
    case.tasks["one"] = Slow("t-one", case.root)
    (out,) = case.out()
    assert isinstance(out.error, SafetyError)
    assert "quiet part" in str(out.error)
    assert tab.read_bytes() == JOB
    assert case.beside() == []
    lines = case.tasks["one"].history()
    assert {who_runs(lines, at(60 * n)) for n in range(2, 20)} == {Who.CRON}


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
    assert two.history(one) == ["from 2026-11-23T09:02Z task", "from 2026-11-23T09:02Z cron"]
    assert (second.error, second.minute) == (None, at(120))
    assert other.read_bytes() == marked(JOB, at(120))
    assert two.beside() == []


def test_a_daemon_that_is_started_anew_makes_another_minute(case: Case) -> None:
    case.host.acts[61] = lambda: setattr(case.host, "began", "9000")
    (out,) = case.out()
    assert out.minute == at(180)
    assert case.tabs[0].read_bytes() == marked(JOB, at(180))
    assert case.history(case.tabs[0]) == ["from 2026-11-23T09:03Z task"]


class TestHistoryThatCannotBeWritten:
    """An edit out is refused; one back is made all the same."""

    @pytest.fixture(autouse=True)
    def broken(self, two: Case) -> None:
        folder = two.root / "var/lib/cron2aws/t-one"
        folder.parent.mkdir(parents=True)
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
        one, _ = two.tabs
        edit = two.edit(one)
        both = {"0": two.tasks["two"], **edit.tasks}
        (out,) = two.editor().carry_out([FileEdit(**{**vars(edit), "tasks": both})])
        assert out.error
        assert who_runs(two.tasks["two"].history(), at(120)) is Who.CRON

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


def truth(case: Case, way: Way) -> dict[int, set[str]]:
    """Who runs each minute: cron by what the file is at its tick, the task by the history."""
    (tab,) = case.tabs
    before, after = ("cron", "") if way is Way.OUT else ("", "cron")
    renames = case.disk.renamed.get(tab, [])
    lines = case.tasks["one"].history()
    found = {}
    for number in range(1, 12):
        tick = at(60 * number + 1.3)
        cron = after if renames and renames[0] <= tick else before
        default = way.before
        task = "task" if (who_runs(lines, at(60 * number)) or default) is Who.TASK else ""
        found[number] = {cron, task} - {""}
    return found


STEPS = 8
"""Of one edit, from looking at the file to the folder's name on the disk."""


def test_the_steps_are_known(case: Case) -> None:
    case.out()
    assert len(case.disk.log) == STEPS


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("stop", [39.9, 55.5, 62, 200])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_stopped_between_any_two_steps(tmp_path: Path, way: Way, stop: float, step: int) -> None:
    """SIGSTOP, or a hung disk: at each minute exactly one runs the job, and the mark is true.

    Nobody knows the minute whose tick came between its beginning and a late renaming: it is told.
    """
    for after in (False, True):
        case = Case(tmp_path / str(after), "one")
        (tab,) = case.tabs
        if way is Way.BACK:
            tab.write_bytes(marked(JOB, at(-600)))
        case.disk.at, case.disk.after = step, after
        stopped = timedelta(seconds=stop)
        case.disk.act = lambda: setattr(case.host, "time", case.host.time + stopped)  # noqa: B023
        (done,) = case.out() if way is Way.OUT else case.back()
        assert done.error is None
        assert done.minute is not None
        unknown = {n for n, who in truth(case, way).items() if len(who) != 1}
        if unknown:
            (renamed,) = case.disk.renamed[tab][:1]
            assert unknown == {renamed.minute}
            assert renamed.second == 0
            assert f"at {stamp(renamed)} is not known for certain" in done.notes[0]
        expected = marked(JOB, done.minute) if way is Way.OUT else JOB
        assert tab.read_bytes() == expected
        assert case.history(tab)[-1] == f"from {stamp(done.minute)} {way.after}"
        assert case.beside() == []
        assert done.sha256 == digest(expected)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("stop", [39.9, 55.5, 62])
@pytest.mark.parametrize("after", [False, True])
def test_stopped_at_the_history(tmp_path: Path, way: Way, stop: float, after: bool) -> None:
    """The file waits for the next minute, and what was announced is taken back."""
    case = Case(tmp_path, "one")
    (tab,) = case.tabs
    stops = [stop]

    class Slow(TaskFolder):
        def append(self, *since: Since) -> None:
            if after:
                super().append(*since)
            case.host.time += timedelta(seconds=stops.pop() if stops else 0)
            if not after:
                super().append(*since)

    case.tasks["one"] = Slow("t-one", case.root)
    if way is Way.BACK:
        tab.write_bytes(marked(JOB, at(-600)))
    (done,) = case.out() if way is Way.OUT else case.back()
    assert (done.error, done.notes) == (None, ())
    assert done.minute == at(120 if stop < 40 else 180 if stop < 55 else 240)
    assert {len(who) for who in truth(case, way).values()} == {1}


def test_a_late_renaming_is_told(case: Case) -> None:
    (tab,) = case.tabs
    case.disk.act = lambda: setattr(case.host, "time", at(190))
    case.disk.at = STEPS - 1  # the renaming
    (done,) = case.out()
    assert done.minute == at(240)
    assert case.history(tab) == [
        "from 2026-11-23T09:02Z task",
        "from 2026-11-23T09:02Z cron",
        "from 2026-11-23T09:04Z task",
    ]
    (note,) = done.notes
    assert "it counts from 2026-11-23T09:04Z on, not from 2026-11-23T09:02Z" in note
    assert tab.read_bytes() == marked(JOB, at(240))


class Killed(BaseException):
    """`kill -9`: nothing runs any more."""


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("how", [Killed, KeyboardInterrupt])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_ended_at_any_step(tmp_path: Path, way: Way, how: type[BaseException], step: int) -> None:
    for after in (False, True):
        case = Case(tmp_path / str(after), "one")
        (tab,) = case.tabs
        if way is Way.BACK:
            tab.write_bytes(marked(JOB, at(-600)))
        old = tab.read_bytes()
        new = marked(JOB, at(120)) if way is Way.OUT else JOB

        def die() -> None:
            raise how

        case.disk.at, case.disk.after, case.disk.act = step, after, die
        with pytest.raises(how):
            _ = case.out() if way is Way.OUT else case.back()
        renamed = tab in case.disk.renamed
        assert tab.read_bytes() == (new if renamed else old)
        if how is KeyboardInterrupt:
            assert case.beside() == []
            for number, who in truth(case, way).items():
                assert len(who) == 1, number


def test_nothing_is_left_where_the_wait_is_interrupted(two: Case) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    two.host.acts[60] = interrupt
    with pytest.raises(KeyboardInterrupt):
        two.out()
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

    with pytest.raises(KeyboardInterrupt):
        two.out(held=held)
    one, other = two.tabs
    assert log == ["held", "free"]
    assert (one.read_bytes(), other.read_bytes()) == (marked(JOB, at(120)), JOB)
    assert (two.history(one), two.history(other)) == (["from 2026-11-23T09:02Z task"], [])
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
