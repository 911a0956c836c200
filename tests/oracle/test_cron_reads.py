"""Our reading of Debian crontabs beside the real daemon's, on files made for it."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Crontab
from cron2aws.crontab.reader import read_crontab
from cron2aws.hosts.daemons import read_dialect
from cron2aws.hosts.local import TreeUsers, read_host
from cron2aws.hosts.tree import TreeReader
from tests.oracle.real_cron import RealCron, Seen, dry_run, need_real_cron, why_not

pytestmark = pytest.mark.oracle
DEBIAN = DIALECTS[read_dialect(Path("/")).name if why_not() is None else "debian"]
FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
DEBIAN_FIXTURES = ("debian-web", "tokyo-reports", "oddities", "ignored-file", "packages")


@pytest.fixture(scope="module", autouse=True)
def _real_cron() -> None:
    need_real_cron()


def read(data: bytes, *, system: bool = False) -> Crontab:
    return read_crontab(data, DEBIAN, system=system, user="root", known_user=USERS.__contains__)


USERS = {"root", "daemon", "nobody", "www-data"}
NAMES = [b"A", b"'A'", b'"A B"', b'"A=B"', b"A B", b"", b"A'", b"'A", b'"A"B', b"5", b"\xc3\xa4"]
EQUALS = [b"=", b" = ", b"\t=\x0b\x0c"]
VALUES = [
    b"b", b"b c \t", b"'b'", b'"b" ', b'"b"x', b"' b '", b"'\"b\" '", b"'\"b\"'", b"", b'""', b'b"',
    b"'b", b"$X %y\\", b"b # c", b"b\r", b"'b'\r", b"\xffb", b"x" * 997, b'"' + b"x" * 997 + b'"',
]  # fmt: skip
SETTINGS = [b"".join(parts) for parts in product(NAMES, EQUALS[:1], VALUES)] + [
    b"".join(parts) for parts in product(NAMES[:4], EQUALS[1:], VALUES)
]
COMMANDS = [
    b"a", b"a b  c\t", b"  a", b"\ta", b"a # b", b"a%b", b"a%b%c%", b"a%", b"a\\%b", b"a\\\\%b",
    b"a\\\\\\%b", b"a\\\\b", b"a\\nb", b"a\\", b"'a%b'", b"a%b\\%c\\\\%d\\n", b"a\r", b"\xffa",
    b"a\xe4\xc3\xa4", b"x" * 998, b"-n a", b"~", b"", b"*a", b"a%%%", b"%b", b"a\0@reboot root c",
    b"a%x%\\\\", b"a%\\", b"a%x\\", b"a%x%\\\\\\", b"a%x% \\", b"a%x%\\ ", b"a%x%\\%", b"a%x%\\\\%",
]  # fmt: skip

BEHIND_A_NUL = [b"\0 nul", b"\0ot nul", b"\0"]


def settings_file(cron: RealCron) -> bytes:
    """Every setting that the daemon takes, each with a job below it."""
    good = [line for line in SETTINGS if read(line + b"\n").loaded]
    jobs = [b"%s\n@reboot root setting-%d\n" % (line, n) for n, line in enumerate(good)]
    return b"SHELL=%s\n" % bytes(cron.shell) + b"".join(jobs)


def commands_file(cron: RealCron) -> bytes:
    jobs = [b"@reboot root " + command + b"\n" for command in COMMANDS]
    jobs += [b"@reboot root" + rest + b"\n" for rest in BEHIND_A_NUL]
    return b"SHELL=%s\nN=command\n" % bytes(cron.shell) + b"".join(jobs)


MARKS = [
    b" # cron2aws:0123456789abcdef@2026-12-01T03:00Z 123456789012/eu-west-1/s | ",
    b"# cron2aws:0123456789abcdef@- 123456789012/eu-west-1/s | ",
    b"# cron2aws:0123abcd 123456789012/eu-west-1/s | ",
]
LINES = [
    b"@reboot x", b"@reboot", b"@reboot ", b"@Reboot x", b"@reboot\x0cx", b"1 2 3 4 5",
    b"1 2 3 4 5 x", b"1 2 3 4", b"1 2 3 4 x", b"1 2 3 4 5 *x", b"@daily *x", b"1 2 3 4 5 \xffx",
    b"1 \xff 3 4 5 x", b"1 2\xff 3 4 5 x", b"\xff 2 3 4 5 x", b"@daily \xffx", b"-1 2 3 4 5 x",
    b"5:30 2 3 4 5 x", b"1#2 2 3 4 5 x", b"*/0 * * * * x", b"*/99 * * * * x", b"22-2 * * * * x",
    b"1,,2 * * * * x", b"60 * * * * x", b"* 24 * * * x", b"* * 0 * * x", b"* * * 13 * x",
    b"* * * * 8 x", b"* * * jan sun x", b"* * * january * x", b"* * * * SUN-sat x",
    b"5/10 * * * * x", b"\r", b"\x0c", b"\x0b* * * * * x", b"\t 1 2 3 4 5\tx", b"# c\r",
    b"\xef\xbb\xbf# c", b"\xc2\xa01 2 3 4 5 x", b"1 2 3 4 5 x\0y", b"1 2 3 4 5 x\0* * * * * y",
    b"A=b\0c", b"1 2 3 4 5 " + b"x" * 998, b"1 2 3 4 5 " + b"x" * 999,
    b"1 2 3 4 5 " + "ä".encode() * 500, b"0" * 998 + b"1 * * * * x", b"0" * 999 + b"1 * * * * x",
    b"*/" + b"0" * 998 + b"1 * * * * x", b"*/" + b"0" * 999 + b"1 * * * * x",
    b"* * * " + b"a" * 1000 + b" * x", b"1 2 3\0 4 5 x", b"1 2 \0003 4 5 x", b"@reboot\0 x",
    b" # c", b"\t #c", *(mark + b"61 2 3 4 5 x" for mark in MARKS),
]  # fmt: skip


def test_single_lines_are_taken_or_refused_alike(tmp_path: Path) -> None:
    wrong = []
    for line in [*LINES, *SETTINGS[::2]]:
        unreadable = read(line + b"\n").unreadable
        ours = unreadable[0].message.split(":")[0] if unreadable else None
        theirs = dry_run(line + b"\n", tmp_path)
        if ours != theirs:
            wrong.append((line[:60], ours, theirs))
    assert wrong == []


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"1 2 3 4 5 x", "new crontab file is missing newline before EOF, can't install."),
        (b"A=b", "new crontab file is missing newline before EOF, can't install."),
        (b"1 2 3 4 5 x\n# c", None),
        (b"1 2 3 4 5 x\n  \t", None),
        (b"", None),
        (b"\n", None),
    ],
)
def test_the_end_of_a_file(tmp_path: Path, data: bytes, complaint: str | None) -> None:
    assert dry_run(data, tmp_path) == complaint
    assert read(data).loaded is (complaint is None)


NAMES_IN_CRON_D = [
    "plain", "with-dash", "with_under", "-lead", "_lead", "0num", "a" * 200, "dot.conf", "x~",
    "#x", "x.dpkg-old", "sp ace", "plus+", "umlÄut",
]  # fmt: skip
MODES = [0o644, 0o600, 0o400, 0o000, 0o755, 0o4644, 0o660, 0o664, 0o646]
SPOOL_MODES = {"root": 0o600, "daemon": 0o644, "nobody": 0o400}
SIZES = {"comments-10003": 10_002, "comments-10004": 10_003}


@pytest.fixture(scope="module")
def cron(tmp_path_factory: pytest.TempPathFactory) -> RealCron:
    folder = tmp_path_factory.mktemp("cron")
    for parent in (folder, *folder.parents[:3]):
        parent.chmod(0o755)  # the jobs of others than root write below it
    cron = RealCron(folder)
    job = b"SHELL=%s\n" % bytes(cron.shell)
    cron.system("settings", settings_file(cron))
    cron.system("commands", commands_file(cron).replace(b"@reboot root *a\n", b""))
    for name in NAMES_IN_CRON_D:
        cron.system(name, job + b"@reboot root name:%s\n" % name.encode())
    for mode in MODES:
        cron.system(f"m{mode:04o}", job + b"@reboot root mode:m%04o\n" % mode, mode)
    for user, mode in SPOOL_MODES.items():
        cron.user(user, job + b"@reboot spool:%s\n" % user.encode(), mode)
    cron.user("ghost", job + b"@reboot spool:ghost\n")
    for name, comments in SIZES.items():
        cron.system(name, b"#\n" * (comments - 1) + job + b"@reboot root size:%s\n" % name.encode())
    marked = (mark + b"@reboot root marked:%d\n" % n for n, mark in enumerate(MARKS))
    cron.system("marked", job + b"".join(marked) + b"@reboot root marked:active\n")
    cron.system("bad", job + b"@reboot root bad:1\n61 * * * * root x\n")
    cron.system("stranger", job + b"@reboot root bad:2\n@daily ghost x\n@daily root y\n")
    cron.system("ends", job + b"@reboot root bad:3\n@daily root")
    return cron


@pytest.fixture(scope="module")
def seen(cron: RealCron) -> Seen:
    return cron.start(run_reboot_jobs=True)


def tree_of(cron: RealCron) -> Path:
    """The folder with its files where a host has them, by links that stay in it."""
    (cron.folder / "var/spool").mkdir(parents=True)
    (cron.folder / "var/spool/cron").symlink_to("/")
    (cron.folder / "etc").symlink_to("/")
    return cron.folder


def commands(seen: Seen, kind: str) -> set[str]:
    return {run.command for run in seen.runs if run.command.startswith(kind)}


def test_every_setting_has_the_value_that_the_job_gets(cron: RealCron, seen: Seen) -> None:
    entries = read(settings_file(cron), system=True).entries
    theirs = {run.command: run.environment for run in seen.runs}
    assert len(entries) > 150
    for entry in entries:
        given = theirs[entry.command]
        ours = dict(entry.environment)
        assert {name: given.get(name) for name in ours} == ours, entry.line
        assert set(given) - set(ours) <= set(PAM_AND_DEFAULTS), entry.line


PAM_AND_DEFAULTS = ("HOME", "LOGNAME", "PATH", "LANG", "PWD", "XDG_SESSION_ID", "SHELL", "LC_ALL")


def test_every_command_is_the_one_that_the_shell_gets(cron: RealCron, seen: Seen) -> None:
    data = (cron.folder / "cron.d" / "commands").read_bytes()
    ours = [(entry.command, entry.stdin or "") for entry in read(data, system=True).entries]
    theirs = [(run.command, run.stdin) for run in seen.runs if run.environment.get("N")]
    assert sorted(ours) == sorted(theirs)
    assert len(ours) == len(COMMANDS) + len(BEHIND_A_NUL)


def test_names_modes_and_owners(cron: RealCron, seen: Seen) -> None:
    tree = tree_of(cron)
    ids = {"root": 0, "daemon": 1, "nobody": 65_534}
    reader = TreeReader(root=tree, dialect=DEBIAN, users=TreeUsers(ids=ids), copied=False)
    ours = {
        f"{kind}:{name}"
        for file in reader.files()
        if file.considered
        for kind, path in (("name", "/etc/cron.d/"), ("mode", "/etc/cron.d/m"), ("spool", "/var"))
        if file.path.startswith(path) and f"{kind}:".encode() in file.data
        for name in [file.path.rsplit("/", 1)[1]]
    }
    assert ours == commands(seen, "name:") | commands(seen, "mode:") | commands(seen, "spool:")
    assert len(ours) > 12


@pytest.mark.parametrize("changed", [0, 1, -1])
def test_etc_crontab_of_the_epoch(tmp_path_factory: pytest.TempPathFactory, changed: int) -> None:
    cron = RealCron(tmp_path_factory.mktemp("epoch"))
    for path in (cron.folder / "crontab", cron.system("app", b"")):
        path.write_bytes(b"SHELL=%s\n@reboot root %s\n" % (bytes(cron.shell), path.name.encode()))
        path.chmod(0o644)
        os.utime(path, (changed, changed))
    theirs = {run.command for run in cron.start(run_reboot_jobs=True).runs}
    reader = TreeReader(root=tree_of(cron), dialect=DEBIAN, users=None, copied=False)
    ours = {Path(file.path).name for file in reader.files() if file.considered}
    assert ours == theirs
    assert ("crontab" in theirs) is (changed != 0)


def test_marked_lines_are_comments(cron: RealCron, seen: Seen) -> None:
    crontab = read((cron.folder / "cron.d" / "marked").read_bytes(), system=True)
    ours = {entry.command for entry in crontab.entries if entry.mark is None}
    assert ours == commands(seen, "marked:") == {"marked:active"}
    assert len(crontab.entries) == 1 + len(MARKS)


def test_one_bad_line_and_the_file_is_ignored(cron: RealCron, seen: Seen) -> None:
    assert commands(seen, "bad:") == set()
    for name, words in {"bad": "bad minute", "stranger": "bad username"}.items():
        crontab = read((cron.folder / "cron.d" / name).read_bytes(), system=True)
        assert not crontab.loaded
        assert crontab.unreadable[0].message.startswith(words)
        assert seen.error_of(f"/etc/cron.d/{name}") == words
    assert not read((cron.folder / "cron.d" / "ends").read_bytes(), system=True).loaded
    assert any("Missing newline before EOF" in line for line in seen.log)


def test_the_longest_file_that_is_read(cron: RealCron, seen: Seen) -> None:
    ours = {
        f"size:{name}"
        for name in SIZES
        if read((cron.folder / "cron.d" / name).read_bytes(), system=True).loaded
    }
    assert ours == commands(seen, "size:") == {"size:comments-10003"}


def test_the_fixtures_load_or_not_as_we_say(tmp_path_factory: pytest.TempPathFactory) -> None:
    cron = RealCron(tmp_path_factory.mktemp("fixtures"))
    ours: dict[str, bool] = {}
    passwd: set[str] = set()
    for name in DEBIAN_FIXTURES:
        host = read_host(FIXTURES / name)
        passwd |= set((FIXTURES / name / "etc/passwd").read_text().splitlines())
        for n, file in enumerate(host.files):
            if file.system:
                path = f"/etc/cron.d/{name}-{n}"
                cron.system(f"{name}-{n}", file.data)
            else:
                path = f"crontab for user {file.owner}"
                cron.user(str(file.owner), file.data)
            ours[path] = read_crontab(
                file.data,
                DEBIAN,
                system=file.system,
                user=file.owner,
                known_user=host.known_user,
            ).loaded
    cron.users("\n".join(sorted(passwd)) + "\n")
    seen = cron.start(run_reboot_jobs=False)
    ignored = [line for line in seen.log if "this crontab file will be ignored" in line]
    assert len(ours) > 15
    assert len(ignored) == list(ours.values()).count(False) == 2
    assert [path for path, loaded in ours.items() if seen.error_of(path) and loaded] == []
    assert seen.runs == []
