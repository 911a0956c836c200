"""The edit script makes of a crontab what the local command makes of it, and as carefully."""

from __future__ import annotations

import base64
import fcntl
import gzip
import hashlib
import itertools
import os
import stat
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.edit import add_lines, comment_out, restore
from cron2aws.crontab.mark import Mark
from cron2aws.crontab.reader import read_crontab
from cron2aws.handover.edit import digest
from cron2aws.handover.history import Has, Kept, Since, TaskFolder, all_kept, stamp
from cron2aws.handover.record import FileEdit, Way
from tests.edit_case import ID, JOB, mark, marked, restored
from tests.host_edit import SHELLS, EditedHost
from tests.in_turn import EVERY
from tests.oracle.real_cron import need_real_cron

in_each_shell = pytest.mark.parametrize("shell", SHELLS)
TAB = "etc/cron.d/one"
BEFORE = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"


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
    assert beside(root) == []
    assert task.kept() is None  # it is in its file again


def beside(root: Path) -> list[str]:
    """What lies beside the crontab."""
    return sorted({path.name for path in (root / TAB).parent.iterdir()} - {"one"})


@dataclass(frozen=True, kw_only=True)
class Tabs:
    """Crontabs below /etc/cron.d, with the lines of each that are marked, and what comes back."""

    root: Path
    contents: Sequence[bytes]
    chosen: Sequence[Sequence[int]]
    lost: Sequence[Sequence[bytes]] = ()

    def lay_out(self) -> None:
        (self.root / "etc/cron.d").mkdir(parents=True)
        for number, content in enumerate(self.contents):
            self.at(number).write_bytes(content)
            os.utime(self.at(number), (1, 1))

    def at(self, number: int) -> Path:
        return self.root / f"etc/cron.d/tab{number}"

    def ids(self, number: int) -> dict[int, str]:
        return {line: f"{number:08x}{line:08x}" for line in self.chosen[number]}

    def make(self, number: int, way: Way) -> Callable[[bytes, datetime | None], bytes]:
        ids = self.ids(number)

        def out(before: bytes, minute: datetime | None) -> bytes:
            place = {"account": "123456789012", "region": "eu-west-1", "stack": "s-1"}
            said = stamp(minute) if minute else None
            marks = {line: Mark(id=each, minute=said, **place) for line, each in ids.items()}
            return comment_out(before, marks)

        def back(before: bytes, _: datetime | None) -> bytes:
            lost = self.lost[number] if self.lost else ()
            return add_lines(restore(before, list(ids.values())), lost)

        return out if way is Way.OUT else back

    def edits(self, way: Way) -> list[FileEdit]:
        return [
            FileEdit(
                path=f"/etc/cron.d/tab{number}",
                location=self.at(number),
                sha256=digest(self.at(number).read_bytes()),
                ids=frozenset(self.ids(number).values()),
                make=self.make(number, way),
                tasks={
                    each: TaskFolder(f"t-{each}", self.root) for each in self.ids(number).values()
                },
            )
            for number in range(len(self.contents))
        ]

    def check(self, host: EditedHost) -> None:
        """Out and back: the very bytes that the local command would write, and nothing else."""
        for way in Way:
            before = [self.at(number).read_bytes() for number in range(len(self.contents))]
            told = host.edit(self.edits(way), way)
            for number, (each, old) in enumerate(zip(told, before, strict=True)):
                assert each.error is None, (each.error, old)
                assert self.at(number).read_bytes() == self.make(number, way)(old, each.minute)
                os.utime(self.at(number), (1, 1))
            if way is Way.OUT:
                self.check_kept(before)
                self.keep_lost()
        assert len(list((self.root / "etc/cron.d").iterdir())) == len(self.contents)

    def keep_lost(self) -> None:
        """As when they were marked: nothing else comes back."""
        for number, lines in enumerate(self.lost):
            for place, line in enumerate(lines):
                kept = Kept(source=f"/etc/cron.d/tab{number}", mark="", line=line)
                TaskFolder(f"lost-{number}-{place}", self.root).keep(kept)

    def check_kept(self, before: Sequence[bytes]) -> None:
        kept = all_kept(self.root)
        for number, old in enumerate(before):
            lines = old.split(b"\n")
            for line, each in self.ids(number).items():
                assert kept[f"t-{each}"].line == lines[line - 1]
                assert kept[f"t-{each}"].source == f"/etc/cron.d/tab{number}"


def active(content: bytes, *, system: bool) -> list[int]:
    entries = read_crontab(content, DIALECTS["debian"], system=system, user=None).entries
    return [each.line for each in entries if each.mark is None]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A crontab, or several, one behind the other."""

    content: bytes
    chosen: Sequence[int]
    """Of its lines."""

    def then(self, other: Part) -> Part:
        after = self.content.count(b"\n") + (not self.content.endswith(b"\n"))
        return Part(
            content=self.content.removesuffix(b"\n") + b"\n" + other.content,
            chosen=[*self.chosen, *(after + line for line in other.chosen)],
        )


def parts(entries: int) -> list[Part]:
    """The fixtures' crontabs, with so many entries of each."""
    paths = [
        path
        for folder in ("etc/crontab", "etc/cron.d/*", "var/spool/cron/*", "var/spool/cron/*/*")
        for path in sorted(FIXTURES.glob(f"*/{folder}"))
        if path.is_file()
    ]
    found = []
    for path in paths:
        content = path.read_bytes()
        lines = active(content, system="/etc/" in str(path))
        found.append(Part(content=content, chosen=lines[::3][:entries]))
    return found


def check_parts(root: Path, shell: str, found: Sequence[Part]) -> None:
    assert sum(len(each.chosen) for each in found) > 4
    tabs = Tabs(
        root=root,
        contents=[each.content for each in found],
        chosen=[each.chosen for each in found],
        lost=[[b"7 * * * * printf '\\t%s' \xff"]] * len(found),
    )
    tabs.lay_out()
    tabs.check(EditedHost(root=tabs.root, shell=shell))


@pytest.mark.parametrize("number", range(len(SHELLS)), ids=SHELLS)
def test_the_fixtures(tmp_path: Path, number: int) -> None:
    """The script knows bytes and no entries: one file is many of them, and each shell has some."""
    share = parts(1)[number :: len(SHELLS)]
    one, two = share[::2], share[1::2]
    whole = [reduce(Part.then, one), reduce(Part.then, two)]
    whole[1] = Part(content=whole[1].content.removesuffix(b"\n"), chosen=whole[1].chosen)
    check_parts(tmp_path / "host", SHELLS[number], whole)


@pytest.mark.long
@in_each_shell
def test_each_fixture(tmp_path: Path, shell: str) -> None:
    """Two entries of each crontab, all in one edit."""
    check_parts(tmp_path / "host", shell, parts(2))


CONTENT = st.lists(
    st.one_of(
        st.sampled_from(
            [b"1 2 * * * x", b"@daily y %z", b"", b"# c", b"A=b\r", b"\t3 * * * * \xe4"]
        ),
        st.binary(max_size=9).map(lambda line: line.replace(b"\n", b"")),
    ),
    max_size=6,
).flatmap(lambda lines: st.sampled_from([b"\n".join(lines), b"".join(x + b"\n" for x in lines)]))


@pytest.mark.long
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CONTENT, min_size=3, max_size=5), st.data())
def test_any_crontabs(contents: list[bytes], data: st.DataObject) -> None:
    """Whatever bytes they have; many in one edit, as shells are slow."""
    rows = [[n for n, line in enumerate(each.split(b"\n"), 1) if line] for each in contents]
    chosen = [
        data.draw(st.sets(st.sampled_from(each), max_size=2)) if each else set() for each in rows
    ]
    lost = [
        data.draw(st.lists(st.sampled_from([b"7 * * * * z", b"\xff"]), max_size=1)) for _ in rows
    ]
    for shell in SHELLS:
        with TemporaryDirectory() as folder:
            tabs = Tabs(
                root=Path(folder) / "host",
                contents=contents,
                chosen=[sorted(each) for each in chosen],
                lost=lost,
            )
            tabs.lay_out()
            tabs.check(EditedHost(root=tabs.root, shell=shell))


@pytest.mark.parametrize(
    ("shell", "count"),
    [
        ("dash", 10),
        ("bash", 3),
        ("busybox", 3),
        pytest.param("bash", 10, marks=pytest.mark.long),
        pytest.param("busybox", 10, marks=pytest.mark.long),
    ],
)
def test_all_its_tasks_are_locked_while_a_file_is_renamed(
    tmp_path: Path, shell: str, count: int
) -> None:
    """Dash has nine descriptors, and makes no process for the last command of another one."""
    contents = [b"".join(b"%d * * * * root x%d\n" % (n, n) for n in range(count))]
    tabs = Tabs(root=tmp_path / "host", contents=contents, chosen=[range(1, count + 1)])
    tabs.lay_out()
    asks = f"""mv() {{
    case $3 in */etc/*) for p in {tabs.root}/var/lib/cron2aws/t-*; do
        if flock -n "$p" true; then echo "$p" >>{tabs.root}/free; fi
    done ;; esac
    command mv "$@"
}}
"""
    tabs.check(EditedHost(root=tabs.root, shell=shell, before=asks))
    assert len(list((tabs.root / "var/lib/cron2aws").glob("t-*"))) == count
    assert not (tabs.root / "free").exists()


def test_names_with_every_byte(tmp_path: Path) -> None:
    """What one shell has put behind marks, the next one brings back."""
    root = tmp_path / "host"
    folder = root / "etc/cron.d"
    folder.mkdir(parents=True)
    names = [bytes({*range(1, 128)} - {47}), bytes(range(128, 256)), b"-n \\c a\n"]
    paths = [folder / os.fsdecode(name) for name in names]
    for path in paths:
        path.write_bytes(JOB)
    ways = itertools.cycle(Way)
    for shell, way in zip([*SHELLS, *SHELLS] if EVERY else SHELLS, ways, strict=False):
        for path in paths:
            os.utime(path, (1, 1))
        host = EditedHost(root=root, shell=shell)
        told = host.edit([an_edit(host, way, f"etc/cron.d/{each.name}") for each in paths], way)
        for path, done in zip(paths, told, strict=True):
            assert done.error is None
            assert path.read_bytes() == (marked(JOB, done.minute) if way is Way.OUT else JOB)
        kept = TaskFolder("web-one", root).kept()
        assert (kept.source if kept else "") == (
            f"/{paths[-1].relative_to(root)}" if way is Way.OUT else ""
        )
    assert len(list(folder.iterdir())) == len(names)


KILL = """step() {{
    read -r n <{root}/steps; n=$((n + 1)); echo $n >{root}/steps
    [ $n != {at} ] || kill -9 0
}}
mv() {{ step; command mv "$@" && step; }}
sync() {{ step; command sync "$@" && step; }}
touch() {{ step; command touch "$@" && step; }}
flock() {{ step; command flock "$@" && step; }}
"""


def killed(root: Path, way: Way, step: int) -> int:
    """The edit is killed at that step, whole; how many steps there were."""
    (root / "steps").write_text("0\n")
    host = EditedHost(root=root, before=KILL.format(root=root, at=step))
    edit = an_edit(host, way)
    host.run(host.patch([edit], way))
    return int((root / "steps").read_text())


def laid_out(root: Path, way: Way) -> None:
    (root / "etc/cron.d").mkdir(parents=True, exist_ok=True)
    (root / TAB).write_bytes(JOB if way is Way.OUT else marked(JOB, BEFORE))
    os.utime(root / TAB, (1, 1))


def goes_on(root: Path, way: Way) -> bool:
    """What is left after a kill is whole, and the same edit made again finds what there is.

    Whether that is an edit that was made.
    """
    before = JOB if way is Way.OUT else marked(JOB, BEFORE)
    host = EditedHost(root=root)
    edit = FileEdit(
        path=f"/{TAB}",
        location=root / TAB,
        sha256=digest(before),
        ids=frozenset({ID}),
        make=marked if way is Way.OUT else restored,
        tasks={ID: TaskFolder("web-one", root)},
    )
    text = (root / TAB).read_bytes()
    done_before = text != before
    if done_before:
        assert text == JOB if way is Way.BACK else text.endswith(b" | " + JOB)
    else:
        os.utime(root / TAB, (1, 1))
    out, err = host.run(host.patch_for([edit], way, [before]))
    (done,) = host.told([edit], out)
    assert (done.error and done.error.why, err) == (None, "")
    assert [note for note in done.notes if "command before" in note] == list(done.notes)
    assert bool(done.notes) is done_before
    assert (root / TAB).read_bytes() == (marked(JOB, done.minute) if way is Way.OUT else JOB)
    assert beside(root) == []
    lines = TaskFolder("web-one", root).history().lines
    made, began = ("task" if way is Way.OUT else "cron"), "unknown"
    assert lines[-1].has in ({made, began} if done_before else {made})
    return done_before


@pytest.mark.parametrize("way", Way)
def test_killed_right_before_and_after_the_renaming(tmp_path: Path, way: Way) -> None:
    laid_out(tmp_path, way)
    count = killed(tmp_path, way, 0)
    (tmp_path / "log").write_text("")
    were_made = []
    for step in (count // 2, count):
        laid_out(tmp_path, way)
        killed(tmp_path, way, step)
        were_made.append(goes_on(tmp_path, way))
    assert were_made == [False, True]


@pytest.mark.long
@pytest.mark.parametrize("way", Way)
def test_killed_at_any_step(tmp_path: Path, way: Way) -> None:
    """`kill -9` to all its processes at once, before and after all that changes a file."""
    laid_out(tmp_path / "whole", way)
    count = killed(tmp_path / "whole", way, 0)
    assert count > 20
    ended = set()
    for step in range(1, count + 1):
        root = tmp_path / str(step)
        laid_out(root, way)
        assert killed(root, way, step) == step
        ended.add(goes_on(root, way))
    assert ended == {True, False}


@contextmanager
def by_lsattr(root: Path, flag: str, which: str) -> Iterator[None]:
    """As lsattr shows it: a container may not set flags."""
    (root / "bin").mkdir()
    lsattr = root / "bin/lsattr"
    flags = f"----{flag}---------e-------"
    lsattr.write_text(f'#!/bin/sh\n[ "$2" != {root / which} ] || echo "{flags} $2"\n')
    lsattr.chmod(0o755)
    yield


@contextmanager
def by_chattr(root: Path, flag: str, which: str) -> Iterator[None]:
    subprocess.run(["chattr", f"+{flag}", root / which], check=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", f"-{flag}", root / which], check=True)


def takes_flags() -> bool:
    """Whether the tests' folders do, and who runs them may set one."""
    with TemporaryDirectory() as folder:
        words = [["chattr", f"{sign}i", folder] for sign in "+-"]
        ran = [subprocess.run(each, capture_output=True, check=False) for each in words]
    return [each.returncode for each in ran] == [0, 0]


FLAGS = {"lsattr": by_lsattr} | ({"chattr": by_chattr} if takes_flags() else {})


class TestBadHosts:
    """Each is refused with its reason, and its file is as it was."""

    @staticmethod
    def refused(root: Path, way: Way = Way.OUT, shell: str = "dash", mounts: str = "") -> str:
        host = EditedHost(root=root, shell=shell, before=mounts)
        tab = root / TAB
        edit = an_edit(host, way)
        before = tab.read_bytes()
        whys = []
        for act in ("check", "edit"):
            (done,) = host.edit([edit], way, act)
            assert done.error is not None
            whys.append(str(done.error.why))
        assert whys[0] == whys[1]
        assert (tab.read_bytes(), beside(root)) == (before, [])
        assert TaskFolder("web-one", root).history().lines == ()
        return whys[0]

    def test_a_link(self, root: Path) -> None:
        (root / TAB).rename(root / "etc/real")
        (root / TAB).symlink_to("../real")
        assert self.refused(root) == "it is a symbolic link, or no regular file"

    def test_two_names(self, root: Path) -> None:
        (root / "etc/other").hardlink_to(root / TAB)
        assert self.refused(root) == "it has 2 names (hard links)"

    @pytest.mark.parametrize("which", [TAB, "etc/cron.d"])
    @pytest.mark.parametrize(("flag", "why"), [("i", "immutable"), ("a", "append-only")])
    @pytest.mark.parametrize("how", FLAGS)
    def test_a_flag(self, root: Path, how: str, flag: str, why: str, which: str) -> None:
        with FLAGS[how](root, flag, which):
            assert self.refused(root) == f"{root / which} is {why}"

    def test_a_name_beside_which_none_fits(self, root: Path) -> None:
        name = "x" * 250
        (root / TAB).rename(root / "etc/cron.d" / name)
        host = EditedHost(root=root)
        (done,) = host.edit([an_edit(host, Way.OUT, f"etc/cron.d/{name}")], Way.OUT)
        assert done.error is not None
        assert done.error.why == "File name too long"

    def test_a_file_that_has_changed(self, root: Path) -> None:
        host = EditedHost(root=root)
        edit = an_edit(host, Way.OUT)
        patch = host.patch([edit], Way.OUT)
        (root / TAB).write_bytes(b"# other\n" + JOB)
        (done,) = host.told([edit], host.run(patch)[0])
        assert done.error is not None
        assert done.error.why == "it has changed since it was read"

    def test_a_file_that_is_gone(self, root: Path) -> None:
        host = EditedHost(root=root)
        edit = an_edit(host, Way.OUT)
        patch = host.patch([edit], Way.OUT)
        (root / TAB).unlink()
        (done,) = host.told([edit], host.run(patch)[0])
        assert done.error is not None
        assert done.error.why == "there is no such file"

    @pytest.mark.parametrize(
        ("how", "why"),
        [
            ("mount -t tmpfs -o size=8k x {0} && head -c 4096 /dev/zero >{0}/fill",
             "No space left on device"),
            ("mount --bind {0} {0} && mount -o remount,bind,ro {0}", "Read-only file system"),
            ("mount --bind {0}/one {0}/one",
             "another file is mounted over it (a bind mount)"),
        ],
    )  # fmt: skip
    def test_mounts(self, root: Path, how: str, why: str) -> None:
        need_real_cron()  # what it needs this needs, too: root, and a namespace of its own
        folder = root / "etc/cron.d"
        tab = folder / "one"
        back = f"[ -e {tab} ] || cp -p {root}/saved {tab}"
        keep = f"cp -p {tab} {root}/saved && {how.format(folder)} && {{ {back}; }}"
        host = EditedHost(root=root)
        edit = an_edit(host, Way.OUT)
        patch = host.patch([edit], Way.OUT)
        for act in ("check", "edit"):
            script = root / "script"
            script.write_text(host.script(patch, act))
            ran = subprocess.run(
                ["unshare", "--mount", "sh", "-c", f"{keep} && sh {script}; ls -A {folder}"],
                capture_output=True,
                text=True,
                check=True,
            )
            (done,) = host.told([edit], ran.stdout, act)
            assert done.error is not None
            assert done.error.why == why
            assert ".one" not in ran.stdout
        assert TaskFolder("web-one", root).history().lines == ()

    @pytest.mark.parametrize("way", Way)
    def test_a_history_that_cannot_be_written(self, root: Path, way: Way) -> None:
        """The way out is refused, the way back is not: it must not depend on it."""
        laid_out(root, way)
        (root / "var/lib/cron2aws").mkdir(parents=True)
        (root / "var/lib/cron2aws/web-one").touch()
        host = EditedHost(root=root)
        edit = an_edit(host, way)
        out, _ = host.run(host.patch([edit], way))
        (done,) = host.told([edit], out)
        if way is Way.OUT:
            assert done.error is not None
            assert str(done.error.why).startswith("the history in ")
            assert ((root / TAB).read_bytes(), beside(root)) == (JOB, [])
        else:
            assert (done.error, (root / TAB).read_bytes()) == (None, JOB)
            assert done.notes[0].startswith("warning: the history in ")

    @pytest.mark.parametrize("way", Way)
    def test_a_backup_that_cannot_be_made(self, root: Path, way: Way) -> None:
        laid_out(root, way)
        (root / "var/lib/cron2aws").mkdir(parents=True)
        (root / "var/lib/cron2aws/backups").touch()
        host = EditedHost(root=root)
        edit = an_edit(host, way)
        out, _ = host.run(host.patch([edit], way))
        (done,) = host.told([edit], out)
        if way is Way.OUT:
            assert done.error is not None
            assert "cannot hold a backup" in str(done.error.why)
            assert (root / TAB).read_bytes() == JOB
        else:
            assert (done.error, (root / TAB).read_bytes()) == (None, JOB)
            assert "cannot hold a backup" in done.notes[0]

    def test_another_command_at_work(self, root: Path) -> None:
        (root / "var/lib/cron2aws").mkdir(parents=True, mode=0o700)
        quick = "sleep() { :; }\n"
        lock = root / "var/lib/cron2aws/lock"
        with lock.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            why = self.refused(root, mounts=quick)
        assert why == "another cron2aws command is changing things on this host"

    @pytest.mark.parametrize("cut", [0, 1, 40, -8])
    def test_a_patch_that_is_damaged(self, root: Path, cut: int) -> None:
        host = EditedHost(root=root)
        patch = host.patch([an_edit(host, Way.OUT)], Way.OUT)
        (done,) = host.told([an_edit(host, Way.OUT)], host.run(patch[:cut])[0])
        assert done.error is not None
        assert done.error.why == "the patch is damaged"

    def test_attributes_that_are_kept(self, root: Path) -> None:
        """An attribute, and an owner: of root's files another one, else whoever runs this."""
        tab, is_root = root / TAB, os.geteuid() == 0
        host = EditedHost(root=root)
        note = "trusted.note" if is_root else "user.note"
        os.setxattr(tab, note, b"kept")
        owner = (12, 34) if is_root else (os.geteuid(), os.getegid())
        os.chown(tab, *owner)
        (done,) = host.edit([an_edit(host, Way.OUT)], Way.OUT)
        assert done.error is None
        assert os.getxattr(tab, note) == b"kept"
        assert (tab.stat().st_uid, tab.stat().st_gid) == owner


def test_what_another_edit_has_beside_a_crontab_stays_while_it_is_at_work(root: Path) -> None:
    """It goes with the next one that has the lock."""
    (root / "var/lib/cron2aws").mkdir(parents=True, mode=0o700)
    left = root / "etc/cron.d/.one.cron2aws-99999999"
    left.touch()
    host = EditedHost(root=root, before="sleep() { :; }\n")
    with (root / "var/lib/cron2aws/lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        (done,) = host.edit([an_edit(host, Way.OUT)], Way.OUT)
        assert done.error is not None
        assert left.exists()
    host = EditedHost(root=root)
    (done,) = host.edit([an_edit(host, Way.OUT)], Way.OUT)
    assert done.error is None
    assert not left.exists()


def test_what_somebody_has_put_into_the_minutes_place_is_not_told(root: Path) -> None:
    host = EditedHost(root=root)
    edit = an_edit(host, Way.OUT)
    patch = host.patch([edit], Way.OUT)
    (done,) = host.told([edit], host.run(patch)[0])
    assert done.minute is not None
    text = (root / TAB).read_bytes().replace(stamp(done.minute).encode(), b"\n[cron2aws] edit=")
    (root / TAB).write_bytes(text)
    (again,) = host.told([edit], host.run(patch)[0])
    assert again.error is not None
    assert again.error.why == "it has changed since it was read"


def test_a_history_that_is_copied_in_part_stays_as_it_was(root: Path) -> None:
    """busybox's awk writes to a full disk and tells nobody."""
    (root / "bin").mkdir()
    awk = root / "bin/awk"
    awk.write_text('#!/bin/sh\n/usr/bin/awk "$@" && { [ -z "${new-}" ] || : >"$new"; }\n')
    awk.chmod(0o755)
    task = TaskFolder("web-one", root)
    task.note(Since(minute=BEFORE, has=Has.CRON), looked=BEFORE)
    (done,) = EditedHost(root=root).edit([an_edit(EditedHost(root=root), Way.OUT)], Way.OUT)
    assert done.error is not None
    assert "the history in" in str(done.error.why)
    assert [str(line) for line in task.history().lines] == [f"from {stamp(BEFORE)} cron"]
    assert (root / TAB).read_bytes() == JOB


OWN = b"SHELL=/bin/sh\n0 4 * * * root echo 'a b'\n # cron2aws:x@- y | 1 1 * * * root ls\n"
COMMAND = OWN.index(b"echo")
MARK = OWN.index(b" # cron2aws")
EVIL = base64.b64encode(b"* * * * * root id\n").decode()
PATCHES = {
    "a line of its own": ("back", (f"keep 1 {len(OWN)}", f"text {EVIL}")),
    "a line of its own, out": ("out", (f"keep 1 {len(OWN)}", f"text {EVIL}")),
    "the end is lost": ("out", (f"keep 1 {len(OWN) - 1}",)),
    "the beginning is lost": ("out", (f"keep 2 {len(OWN) - 1}",)),
    "bytes in another order": ("back", ("keep 15 5", f"keep 1 {len(OWN)}")),
    "bytes twice": ("out", ("keep 1 14", f"keep 1 {len(OWN)}")),
    "a mark in a command": (
        "out",
        (f"keep 1 {COMMAND + 6}", "mark $(id) y", f"keep {COMMAND + 7} {len(OWN) - COMMAND - 6}"),
    ),
    "what is no mark goes": ("back", (f"keep 15 {len(OWN) - 14}",)),
    "more than a mark goes": (
        "back",
        (f"keep 1 {MARK}", f"keep {len(OWN) - 2} 3"),
    ),
    "octal numbers": ("out", (f"keep 01 {len(OWN)}",)),
    "no number": ("out", ("keep at 1",)),
    "another word": ("out", (f"keep 1 {len(OWN)}", "run id")),
    "another way": ("away", ("mark x y", f"keep 1 {len(OWN)}")),
}


def a_patch(
    way: str,
    *pieces: str,
    file: str = f"/{TAB}",
    backup: str = "b",
    task: str = "",
    until: str = "4102444800",
) -> str:
    """Such as only who means harm would send; nobody looks at its other digests any more."""
    before = hashlib.sha256(OWN).hexdigest()
    rows = [f'file {way} {file} {before} {"0" * 64} 0 {backup} 1 "x"', *pieces, "end"]
    if task:
        rows.insert(1, f"task {task} cron - - - -")
    rows.insert(0, f"until {until}")
    return base64.b64encode(gzip.compress(("\n".join(rows) + "\n").encode())).decode()


@pytest.mark.parametrize("case", PATCHES)
def test_who_may_send_it_can_only_mark_lines_and_bring_them_back(root: Path, case: str) -> None:
    """Else a right to send the document were a right to run anything, by cron, as root."""
    (root / TAB).write_bytes(OWN)
    way, pieces = PATCHES[case]
    for shell in SHELLS:
        out, _ = EditedHost(root=root, shell=shell).run(a_patch(way, *pieces))
        assert "the patch does more than to mark lines or to bring them back" in out
    assert ((root / TAB).read_bytes(), beside(root)) == (OWN, [])


@pytest.mark.parametrize(
    "names",
    [
        {"file": "/etc/passwd"},
        {"file": "/etc/cron.d/../passwd"},
        {"backup": "../../../../etc/cron.d/two"},
        {"backup": ".."},
        {"task": "../../../etc/cron.d"},
        {"until": ""},
        {"until": "tomorrow"},
        {"until": "99999999999"},
    ],
)
def test_it_writes_to_no_other_place(root: Path, names: dict[str, str]) -> None:
    (root / TAB).write_bytes(OWN)
    for shell in SHELLS:
        patch = a_patch("out", f"keep 1 {len(OWN)}", **names)
        out, _ = EditedHost(root=root, shell=shell).run(patch)
        assert out == "[cron2aws] edit=failed reason=the patch is for no crontab\n"
    assert [path.name for path in (root / "etc").iterdir()] == ["cron.d"]
    assert beside(root) == []


@pytest.mark.long
@in_each_shell
def test_two_mebibytes(tmp_path: Path, shell: str) -> None:
    rows = (b"%d 3 * * * root /opt/batch/job%d\n" % (n % 60, n) for n in range(65_000))
    content = b"".join(rows)
    assert len(content) > 2 * 1024 * 1024
    tabs = Tabs(root=tmp_path / "host", contents=[content], chosen=[range(1, 65_000, 6_500)])
    tabs.lay_out()
    tabs.check(EditedHost(root=tabs.root, shell=shell))
