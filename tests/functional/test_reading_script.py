"""What the reading script brings is what is there: equal to reading the same tree directly."""

from __future__ import annotations

import os
import random
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cron2aws.errors import SourceError
from cron2aws.hosts.host import LiveFacts
from cron2aws.hosts.host_answer import DamagedAnswer, HostRefused, joined_parts, read_part, unpack
from cron2aws.hosts.local import read_host
from cron2aws.hosts.packages import SystemPackages
from cron2aws.hosts.processes import daemons
from tests.reading import SCRIPT, SHELLS, Asker, comparable, ids

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
TREES = sorted(each for each in FIXTURES.iterdir() if each.is_dir())

in_each_shell = pytest.mark.parametrize("shell", SHELLS)


@in_each_shell
@pytest.mark.parametrize("tree", TREES, ids=[each.name for each in TREES])
def test_a_fixture_comes_whole(tree: Path, shell: str) -> None:
    brought = Asker(shell).ask(tree).read(tree.name)
    assert comparable(brought) == comparable(read_host(tree, live=LiveFacts()))
    assert [each.data for each in brought.files] == [each.data for each in read_host(tree).files]


@in_each_shell
def test_this_very_host(shell: str) -> None:
    """With its daemon's environment, its name, its packages and its users."""
    answer = Asker(shell).ask(None)
    brought, here = answer.read("i-0abc"), read_host(None, packages=SystemPackages())
    told = [each for each in brought.facts.findings if each.code != "C149"]
    runs = next(daemons(), None)
    assert answer.daemon == runs
    assert [each.code for each in brought.facts.findings].count("C149") == (runs is None)
    brought = replace(brought, facts=replace(brought.facts, findings=tuple(told)))
    assert comparable(brought) == comparable(here)
    assert ids(brought, ["root", "daemon", "no-such-user"]) == [0, 1, None]


NAMES = st.binary(min_size=1, max_size=12).filter(
    lambda name: b"/" not in name and b"\0" not in name and name not in {b".", b".."}
)
PLACES = ("etc/cron.d", "var/spool/cron", "var/spool/cron/crontabs", "var/spool/cron/tabs")
MODES = st.sampled_from([0o644, 0o600, 0o640, 0o666, 0o755, 0o4755])
LINKS = st.sampled_from(
    ["/etc/crontab", "../crontab", "nowhere", "/nowhere", ".", "itself", "../../etc/cron.d/x"]
)
CONTENT = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\n", b"* * * * * root x\n", b"f 1 1 81a4 0 1 1 1\nxx\n", b"no end"]),
)
FILE = st.tuples(CONTENT, MODES, st.sampled_from([0, 1, 1000]), st.sampled_from([0, 1, 1700000000]))
MADE = st.dictionaries(
    st.tuples(st.sampled_from(PLACES), NAMES), st.one_of(FILE, LINKS), max_size=6
)
RELEASES = (
    "",
    'ID=debian\nVERSION_ID="12"\n',
    'ID="almalinux"\nVERSION_ID="8.10"\n',
    "ID=alpine\n",
)
STATUS = (
    "Package: bash\nStatus: install ok installed\nVersion: 5\n\n"
    "Package: cron\nStatus: install ok installed\nVersion: 3.0pl1-197\nDescription: x\n .\n y\n\n"
    "Package: cronie-doc\nStatus: install ok installed\nVersion: 1\n"
)
OTHERS: Mapping[str, st.SearchStrategy[str | None]] = {
    "etc/os-release": st.sampled_from(RELEASES),
    "etc/crontab": st.sampled_from([None, "5 * * * * root x\n", "# \xe9\n* * * * * alice y"]),
    "etc/debian_version": st.sampled_from([None, "12\n"]),
    "etc/hostname": st.sampled_from([None, "", "# no\nweb-1\n"]),
    "etc/timezone": st.sampled_from([None, "Asia/Tokyo\n", "US/Pacific-New"]),
    "etc/anacrontab": st.sampled_from([None, "1 5 cron.daily x\n"]),
    "etc/passwd": st.sampled_from(
        [None, "", "root:x:0:0:root:/root:/bin/sh\nalice:secret:1000:100::/h:\n\nodd\n", "a:b:c"]
    ),
    "var/lib/dpkg/status": st.sampled_from([None, "", STATUS, STATUS.rstrip("\n")]),
    "etc/default/cron": st.sampled_from([None, "TZ=Europe/Paris\n", "# TZ=x\n"]),
    "etc/x/environment": st.sampled_from([None, "TZ=Asia/Tokyo\n"]),
    "lib/systemd/system/cron.service": st.sampled_from(
        [None, "[Service]\nEnvironmentFile=-/etc/default/cron\n", "[Service]\nEnvironment=TZ=UTC\n"]
    ),
    "etc/systemd/system/crond.service.d/x.conf": st.sampled_from(
        [None, "[Service]\nEnvironmentFile = /etc/x/environment\n"]
    ),
}


def make(
    root: Path, others: Mapping[str, str | None], made: Mapping[tuple[str, bytes], object]
) -> None:
    for path, text in others.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
    for (place, name), what in made.items():
        (root / place).mkdir(parents=True, exist_ok=True)
        here = root / place / os.fsdecode(name)
        if here.is_dir():
            continue
        if isinstance(what, str):
            here.symlink_to(what)
        elif isinstance(what, tuple):
            content, mode, owner, changed = what
            here.write_bytes(content)
            here.chmod(mode)
            if os.geteuid() == 0:
                os.chown(here, owner, owner)
            os.utime(here, (changed, changed))


def outcome(read: object) -> object:
    """What a reading gives, an error by its words."""
    try:
        assert callable(read)
        return comparable(read())
    except SourceError as error:
        return error.why


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries(dict(OTHERS)), MADE, st.sampled_from(sorted(SHELLS)))
def test_any_tree_comes_whole(
    others: Mapping[str, str | None], made: Mapping[tuple[str, bytes], object], shell: str
) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "host"
        (root / "etc").mkdir(parents=True)
        make(root, others, made)
        wanted = outcome(lambda: read_host(root, live=LiveFacts()))
        brought = Asker(shell).ask(root)
        assert outcome(lambda: brought.read("host")) == wanted


@in_each_shell
def test_links_that_begin_at_the_root_stay_in_the_tree(tmp_path: Path, shell: str) -> None:
    (tmp_path / "etc/crontabs").mkdir(parents=True)
    (tmp_path / "etc/crontabs/root").write_text("* * * * * x\n")
    (tmp_path / "var/spool/cron").mkdir(parents=True)
    (tmp_path / "var/spool/cron/crontabs").symlink_to("/etc/crontabs")
    (tmp_path / "usr/lib").mkdir(parents=True)
    (tmp_path / "usr/lib/os-release").write_text("ID=alpine\n")
    (tmp_path / "etc/os-release").symlink_to("../usr/lib/os-release")
    (tmp_path / "lib").symlink_to("usr/lib")
    found = Asker(shell).ask(tmp_path).read(tmp_path.name)
    assert [(each.path, each.data) for each in found.files] == [
        ("/var/spool/cron/crontabs/root", b"* * * * * x\n")
    ]
    assert comparable(found) == comparable(read_host(tmp_path, live=LiveFacts()))


@pytest.mark.parametrize(
    ("shell", "bytes_at_least"), [("dash", 2 << 20), ("bash", 3 << 18), ("busybox", 3 << 18)]
)
def test_two_mebibytes_come_in_pieces(tmp_path: Path, shell: str, bytes_at_least: int) -> None:
    rows = random.Random(1)  # noqa: S311
    minutes = [rows.randrange(60) for _ in range(bytes_at_least // 32)]
    lines = [b"%d 3 * * * root /opt/batch/job%d\n" % (m, n) for n, m in enumerate(minutes)]
    (tmp_path / "etc/cron.d").mkdir(parents=True)
    for number in range(4):
        part = b"".join(lines[number::4])
        (tmp_path / f"etc/cron.d/part{number}").write_bytes(part)
    pieces = Asker(shell).pieces(tmp_path)
    assert 4 < len(pieces) <= 150
    outputs = [len(each.text) for each in pieces]
    assert max(outputs) + 150 < 24_000
    files = unpack(joined_parts(pieces)).read("host").files
    assert sum(len(each.data) for each in files) > bytes_at_least
    for number, each in enumerate(files):
        assert each.data == b"".join(lines[number::4])


class TestChanges:
    """What changes while it is read is noticed."""

    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        (tmp_path / "etc/cron.d").mkdir(parents=True)
        noise = random.Random(2).randbytes(60_000)  # noqa: S311
        (tmp_path / "etc/cron.d/noise").write_bytes(noise)
        (tmp_path / "etc/crontab").write_text("* * * * * root x\n")
        return tmp_path

    def test_between_two_pieces(self, tree: Path) -> None:
        def change(number: int) -> None:
            if number == 2:
                (tree / "etc/crontab").write_text("* * * * * root y\n")

        pieces = Asker("dash", change).pieces(tree)
        with pytest.raises(DamagedAnswer):
            joined_parts(pieces)
        assert Asker("dash").ask(tree).read("x").files[0].data == b"* * * * * root y\n"

    def test_in_the_middle_of_a_file(self, tree: Path) -> None:
        """A program that is slow to read, and a writer that comes meanwhile."""
        (tree / "bin").mkdir()
        slow = tree / "bin/head"
        slow.write_text(
            "#!/bin/sh\n"
            'case $3 in */etc/crontab) echo more >>"$3" ;; esac\n'
            'exec /usr/bin/head "$@"\n'
        )
        slow.chmod(0o755)
        script = SCRIPT.replace("\nroot=''\n", f"\nroot='{tree}'\n")
        path = f"{tree}/bin:/usr/bin:/bin"
        texts = [
            subprocess.run(
                ["sh", "-c", script.replace("\npiece=1\n", f"\npiece={number}\n")],
                capture_output=True, text=True, check=True, env={"PATH": path},
            ).stdout
            for number in (1, 2, 3, 4)
        ]  # fmt: skip
        pieces = [read_part(text) for text in texts]
        first = pieces[0]
        assert first.of == 4
        with pytest.raises(DamagedAnswer):
            unpack(joined_parts(pieces))

    def test_a_piece_that_was_cut(self, tree: Path) -> None:
        pieces = Asker("dash").pieces(tree)
        cut = replace(pieces[1], text=pieces[1].text[:-1])
        for wrong in ([pieces[0], cut, *pieces[2:]], pieces[:-1], pieces[::-1]):
            with pytest.raises(DamagedAnswer):
                joined_parts(wrong)

    def test_every_cut_of_an_archive_is_torn(self, tree: Path) -> None:
        (tree / "etc/cron.d/noise").unlink()
        archive = b"d 11 0 41ed 0 2 1 4096\n/etc/cron.d\nf 12 2 81a4 0 1 1 2\n/etc/crontabx\n\n"
        assert len(unpack(archive).files) == 2
        ends = [at for at in range(len(archive)) if not _is_torn(archive[:at])]
        assert ends == [0, archive.index(b"f 12")]

    @pytest.mark.parametrize(
        "head", [b"f ff 1 81a4 0 1 1 2", b"f 1", b"f 1 1", b"d 1 0 41ed x 2 1 1"]
    )
    def test_a_head_that_no_script_of_ours_writes_is_torn(self, head: bytes) -> None:
        assert _is_torn(head + b"\nab\n")


def _is_torn(archive: bytes) -> bool:
    try:
        unpack(archive)
    except DamagedAnswer:
        return True
    return False


def test_what_rpm_says_counts() -> None:
    """On a host with cronie: its version makes the dialect, and who owns a file is known."""
    facts = {
        "name": "ip-10-0-0-1",
        "daemon": "812",
        "TZ": "",
        "cronie": "1.5.2",
        "paths": "/etc/cron.d/0hourly//etc/cron.d/own/",
        "rpm": "cronie\nfile /etc/cron.d/own is not owned by any package",
    }
    records = [("fact", name, text) for name, text in facts.items()]
    line = "1 2 * * * root x\n"
    states = f"81a4 0 1 1 {len(line)}"
    archive = "".join(f"{kind} {len(n)} {len(t)}\n{n}{t}\n" for kind, n, t in records)
    archive += "d 11 0 41ed 0 2 1 4096\n/etc/cron.d\n"
    for path in ("/etc/cron.d/0hourly", "/etc/cron.d/own"):
        archive += f"f {len(path)} {len(line)} {states}\n{path}{line}\n"
    host = unpack(archive.encode()).read("i-0abc")
    assert (host.facts.name, host.facts.dialect) == ("ip-10-0-0-1", "cronie-1.5.2")
    assert host.facts.dialect_from == "the package cronie 1.5.2"
    assert [(each.path, each.package) for each in host.files] == [
        ("/etc/cron.d/0hourly", "cronie"),
        ("/etc/cron.d/own", None),
    ]
    assert "C149" not in {each.code for each in host.facts.findings}


def test_nothing_is_written(tmp_path: Path) -> None:
    """Not even a time of change, anywhere in the tree."""
    root = tmp_path / "host"
    subprocess.run(["cp", "-a", str(FIXTURES / "debian-web"), str(root)], check=True)

    def states() -> dict[Path, tuple[int, int, int]]:
        return {
            each: (each.lstat().st_mtime_ns, each.lstat().st_ctime_ns, each.lstat().st_size)
            for each in [root, *root.rglob("*")]
        }

    before = states()
    Asker("dash").ask(root)
    assert states() == before


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    """A pipe would wait for ever; a folder and a file too long are told as what they are."""
    (tmp_path / "etc/cron.d/folder").mkdir(parents=True)
    os.mkfifo(tmp_path / "etc/cron.d/pipe")
    with (tmp_path / "etc/cron.d/long").open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    brought = Asker("dash").ask(tmp_path)
    assert stat.S_ISFIFO(brought.files["/etc/cron.d/pipe"].st_mode)
    assert outcome(lambda: brought.read("x")) == outcome(
        lambda: read_host(tmp_path, live=LiveFacts())
    )
    assert "16777217 bytes" in str(outcome(lambda: brought.read("x")))


def test_only_ids_and_homes_of_users_leave_the_host(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("alice:hash:1000:100:Alice A.,room 3:/home/a:/bin/sh\n")
    brought = Asker("dash").ask(tmp_path)
    assert brought.files["/etc/passwd"].content == b"alice:x:1000:::/home/a:\n"


def test_custom_scripts_of_run_parts_come_without_their_bytes(tmp_path: Path) -> None:
    (tmp_path / "etc/cron.daily").mkdir(parents=True)
    (tmp_path / "etc/cron.daily/backup").write_text("#!/bin/sh\nsecret\n")
    kept = Asker("dash").ask(tmp_path).files["/etc/cron.daily/backup"]
    assert (kept.kind, kept.content, kept.st_size) == ("h", b"", 17)


def test_a_host_without_a_program_says_so(tmp_path: Path) -> None:
    for name in ("awk", "base64", "stat"):
        (tmp_path / name).symlink_to("/bin/true")
    script = SCRIPT.replace("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "")
    ran = subprocess.run(
        ["/bin/dash", "-c", script], capture_output=True, text=True, check=False,
        env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert ran.returncode == 1
    with pytest.raises(HostRefused, match="there is no gzip here"):
        read_part(ran.stdout)


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("", "did not answer as the script does"),
        ("hello\n", "did not answer as the script does"),
        ("[cron2aws] read=1 piece=1\n", "did not answer as the script does"),
        ("[cron2aws] read=2 piece=1\n", "another release's"),
    ],
)
def test_another_answer_is_none(output: str, why: str) -> None:
    with pytest.raises(HostRefused, match=why):
        read_part(output)


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_host_keeps_of_tasks_comes_along(tmp_path: Path, shell: str) -> None:
    """A run touches it: as long as it says the same it is the same, in whichever piece."""
    kept = tmp_path / "var/lib/cron2aws/web-backup"
    kept.mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/crontab").write_text("0 3 * * * root /opt/backup\n")
    (kept / "history").write_text("from 2026-12-01T03:00Z task\n")
    (kept / "line").write_text("{}\n")
    (kept / "20261201T030000Z").write_text("of a run\n")
    first = Asker(shell).pieces(tmp_path)
    os.utime(kept / "history", (1, 1))
    assert Asker(shell).pieces(tmp_path) == first
    assert unpack(joined_parts(first)).of_tasks == {
        "web-backup/history": b"from 2026-12-01T03:00Z task\n",
        "web-backup/line": b"{}\n",
    }
