"""Crontabs on disk: trees of hosts, this host's rules, named files, standard input."""

from __future__ import annotations

import os
import pwd
from contextlib import suppress
from pathlib import Path

import pytest

from cron2aws.crontab.dialect import DIALECTS, Dialect
from cron2aws.crontab.reader import read_crontab
from cron2aws.errors import SourceError
from cron2aws.hosts.host import HostFiles, SourceFile
from cron2aws.hosts.local import TreeUsers, read_facts, read_file, read_host, read_stdin
from cron2aws.hosts.tree import TreeReader

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
DEBIAN, CRONIE = DIALECTS["debian"], DIALECTS["cronie"]
ME = pwd.getpwuid(os.geteuid()).pw_name
JOB = "1 * * * * root x\n"


def write(root: Path, path: str, text: str | bytes = JOB, mode: int = 0o644) -> Path:
    file = root / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    return file


def by_path(host: HostFiles) -> dict[str, SourceFile]:
    return {file.path: file for file in host.files}


def codes(file: SourceFile) -> list[str]:
    return [found.code for found in file.findings]


@pytest.mark.parametrize(
    ("name", "host", "dialect", "timezone"),
    [
        ("debian-web", "web-1", "debian", "UTC"),
        ("amazon-batch", "batch-1", "cronie", "UTC"),
        ("tokyo-reports", "reports-tyo", "debian", "Asia/Tokyo"),
        ("oddities", "oddities", "debian", "UTC"),
        ("ignored-file", "legacy-1", "debian", "UTC"),
        ("packages", "plain-1", "debian", "UTC"),
    ],
)
def test_a_fixture_says_who_it_is(name: str, host: str, dialect: str, timezone: str) -> None:
    facts = read_host(FIXTURES / name).facts
    assert (facts.name, facts.dialect, facts.timezone) == (host, dialect, timezone)
    assert facts.findings == ()


def test_every_fixture_is_described() -> None:
    described = (FIXTURES / "README.md").read_text("utf-8")
    folders = [path.name for path in FIXTURES.iterdir() if path.is_dir()]
    assert [name for name in folders if f"| `{name}` |" not in described] == []


def test_the_files_of_a_debian_host() -> None:
    host = read_host(FIXTURES / "debian-web")
    assert [(f.path, f.system, f.owner, f.considered) for f in host.files] == [
        ("/etc/crontab", True, None, True),
        ("/etc/cron.d/backup", True, None, True),
        ("/etc/cron.d/shop", True, None, True),
        ("/etc/cron.d/shop.dpkg-old", True, None, False),
        ("/var/spool/cron/crontabs/root", False, "root", True),
        ("/var/spool/cron/crontabs/shop", False, "shop", True),
    ]
    assert host.users is not None
    assert host.users.id_of("shop") is not None
    assert host.users.id_of("ghost") is None


def test_the_files_of_a_cronie_host() -> None:
    host = read_host(FIXTURES / "amazon-batch")
    assert [(f.path, f.considered) for f in host.files if not f.system] == [
        ("/var/spool/cron/app", True),
        ("/var/spool/cron/etl", True),
    ]
    assert not by_path(host)["/etc/cron.d/metrics.rpmsave"].considered
    assert by_path(host)["/etc/cron.d/settlement.conf"].considered


@pytest.mark.parametrize("name", ["debian-web", "amazon-batch", "tokyo-reports", "oddities"])
def test_every_file_of_a_good_fixture_loads(name: str) -> None:
    host = read_host(FIXTURES / name)
    for file in host.files:
        crontab = read_crontab(
            file.data,
            host.dialect,
            system=file.system,
            user=file.owner,
            known_user=host.known_user,
        )
        assert crontab.loaded, file.path
        assert crontab.unreadable == ()


def test_overrides_silence_the_guesses(tmp_path: Path) -> None:
    write(tmp_path, "/etc/crontab")
    guessed = read_facts(tmp_path, dialect=None, timezone=None)
    assert sorted(found.code for found in guessed.findings) == ["C130", "C131"]
    facts = read_facts(tmp_path, dialect="cronie-1.4", timezone="Asia/Tokyo")
    assert (facts.dialect, facts.timezone, facts.findings) == ("cronie-1.4", "Asia/Tokyo", ())
    assert facts.name == tmp_path.name


def test_a_tree_judges_names_and_tells_modes(tmp_path: Path) -> None:
    write(tmp_path, "/etc/os-release", "ID=debian\n")
    write(tmp_path, "/etc/cron.d/writable", mode=0o666)
    write(tmp_path, "/etc/cron.d/x.bak")
    write(tmp_path, "/etc/cron.d/.placeholder")
    (tmp_path / "etc/cron.d/folder").mkdir()
    files = by_path(read_host(tmp_path))
    assert list(files) == ["/etc/cron.d/writable", "/etc/cron.d/x.bak"]
    assert files["/etc/cron.d/writable"].considered
    assert "C126" in codes(files["/etc/cron.d/writable"])
    assert not files["/etc/cron.d/x.bak"].considered
    assert "C120" in codes(files["/etc/cron.d/x.bak"])


def test_unknown_users_count_where_the_tree_has_a_passwd(tmp_path: Path) -> None:
    write(tmp_path, "/etc/os-release", "ID=debian\n")
    write(tmp_path, "/var/spool/cron/crontabs/alice", "1 * * * * x\n", 0o600)
    host = read_host(tmp_path)
    assert host.users is None
    assert host.files[0].considered
    write(
        tmp_path, "/etc/passwd", "root:x:0:0::/:/bin/sh\nbroken\nodd:x:²:7\nbob:x:7:7::/:/bin/sh\n"
    )
    host = read_host(tmp_path)
    assert not host.files[0].considered
    assert "C124" in codes(host.files[0])
    assert host.users is not None
    assert [host.users.id_of(name) for name in ("bob", "alice")] == [7, None]


def test_links_in_a_tree_stay_in_the_tree(tmp_path: Path) -> None:
    write(tmp_path, "/etc/os-release", "ID=debian\n")
    write(tmp_path, "/opt/app/cron", "2 * * * * root app\n")
    (tmp_path / "etc/cron.d").mkdir()
    (tmp_path / "etc/cron.d/absolute").symlink_to("/opt/app/cron")
    (tmp_path / "etc/cron.d/relative").symlink_to("../../opt/app/cron")
    (tmp_path / "etc/cron.d/broken").symlink_to("/opt/none")
    (tmp_path / "etc/cron.d/loop").symlink_to("loop")
    files = by_path(read_host(tmp_path))
    assert files["/etc/cron.d/absolute"].data == b"2 * * * * root app\n"
    assert files["/etc/cron.d/relative"].data == b"2 * * * * root app\n"
    for name in ("broken", "loop"):
        file = files[f"/etc/cron.d/{name}"]
        assert (file.data, file.considered, codes(file)) == (b"", False, ["C123"])


def test_what_lies_beside_the_crontabs_is_told(tmp_path: Path) -> None:
    write(tmp_path, "/etc/os-release", 'ID="opensuse-leap"\nPRETTY_NAME="openSUSE Leap"\n')
    write(tmp_path, "/etc/timezone", "UTC\n")
    write(tmp_path, "/etc/anacrontab", "1 5 cron.daily run-parts /etc/cron.daily\n")
    write(tmp_path, "/var/spool/cron/tabs/alice", "1 * * * * x\n", 0o600)
    host = read_host(tmp_path)
    assert [(file.path, file.owner) for file in host.files] == [
        ("/var/spool/cron/tabs/alice", "alice")
    ]
    assert [found.code for found in host.facts.findings] == ["C130", "C132"]
    assert "openSUSE Leap" in host.facts.findings[0].detail


def test_a_tree_without_a_crontab_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no crontab"):
        read_host(tmp_path)


def test_all_unreadable_places_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "/etc/os-release", "ID=debian\n")
    write(tmp_path, "/etc/cron.d", "no folder")
    write(tmp_path, "/var/spool/cron/crontabs", "no folder")
    with pytest.raises(SourceError) as caught:
        read_host(tmp_path)
    assert "/etc/cron.d: Not a directory; /var/spool/cron/crontabs: Not a" in str(caught.value)


def test_a_crontab_of_many_megabytes_is_none(tmp_path: Path) -> None:
    file = write(tmp_path, "/etc/crontab")
    os.truncate(file, 17 * 1024 * 1024)
    with pytest.raises(SourceError, match="bytes, which no crontab has"):
        read_host(tmp_path)


def own_host(root: Path, dialect: Dialect = DEBIAN) -> dict[str, SourceFile]:
    """As this machine is read, with its files below a root; its users are root and I."""
    ids = {"root": 0, "me": os.geteuid()}
    reader = TreeReader(root=root, dialect=dialect, users=TreeUsers(ids=ids), copied=False)
    return {file.path: file for file in reader.files()}


@pytest.mark.parametrize(
    ("path", "mode", "codes_in_debian", "codes_in_cronie"),
    [
        ("/etc/crontab", 0o644, [], []),
        ("/etc/crontab", 0o664, ["C121"], ["C121"]),
        ("/etc/cron.d/app", 0o644, [], []),
        ("/etc/cron.d/app", 0o755, [], ["C121"]),
        ("/etc/cron.d/app.sh", 0o644, ["C120"], []),
        ("/var/spool/cron/{}me", 0o600, [], []),
        ("/var/spool/cron/{}me", 0o644, ["C121"], []),
        ("/var/spool/cron/{}ghost", 0o600, ["C124"], ["C124"]),
    ],
)
def test_on_this_host_every_rule_holds(
    tmp_path: Path, path: str, mode: int, codes_in_debian: list[str], codes_in_cronie: list[str]
) -> None:
    for dialect, expected in ((DEBIAN, codes_in_debian), (CRONIE, codes_in_cronie)):
        root = tmp_path / dialect.name
        shown = path.format("crontabs/" if dialect is DEBIAN else "")
        write(root, shown, mode=mode)
        not_roots = ["C122"] * (not shown.endswith("/me") and os.geteuid() != 0)
        file = own_host(root, dialect)[shown]
        assert codes(file) == expected + not_roots
        assert file.considered is (not expected + not_roots)


def test_a_link_in_the_spool_is_refused_on_this_host(tmp_path: Path) -> None:
    write(tmp_path, "/srv/tab", mode=0o600)
    for spool, dialect in (("crontabs/", DEBIAN), ("", CRONIE)):
        folder = tmp_path / "var/spool/cron" / spool
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "me").symlink_to("/srv/tab")
        file = own_host(tmp_path, dialect)[f"/var/spool/cron/{spool}me"]
        assert file.data == JOB.encode()
        assert codes(file) == (["C123"] if dialect is DEBIAN else [])


ALPINE = {"etc/os-release": "ID=alpine\n", "etc/crontabs/root": "1 * * * * x\n"}


@pytest.mark.parametrize("target", ["/etc/crontabs", "../../../etc/crontabs", "/etc/alias"])
def test_a_folder_may_be_a_link_below_the_trees_root(tmp_path: Path, target: str) -> None:
    for path, text in ALPINE.items():
        write(tmp_path, path, text)
    (tmp_path / "etc/alias").symlink_to("/etc/crontabs")
    (tmp_path / "var/spool/cron").mkdir(parents=True)
    (tmp_path / "var/spool/cron/crontabs").symlink_to(target)
    host = read_host(tmp_path)
    assert [file.path for file in host.files] == ["/var/spool/cron/crontabs/root"]
    assert host.files[0].location == tmp_path / "etc/crontabs/root"
    assert [found.code for found in host.facts.findings] == ["C130", "C131"]


def test_links_on_the_way_are_followed_below_the_root(tmp_path: Path) -> None:
    write(tmp_path, "etc/os-release", "ID=debian\nVERSION_ID=12\n")
    write(tmp_path, "data/cron.d/app")
    write(tmp_path, "data/spool/cron/crontabs/root", "1 * * * * x\n")
    (tmp_path / "etc/cron.d").symlink_to("/data/cron.d")
    (tmp_path / "var").mkdir()
    (tmp_path / "var/spool").symlink_to("/data/spool")
    paths = set(by_path(read_host(tmp_path)))
    assert paths == {"/etc/cron.d/app", "/var/spool/cron/crontabs/root"}


def test_a_tree_without_a_crontab_names_the_folders_that_were_looked_for(tmp_path: Path) -> None:
    write(tmp_path, "etc/os-release", "ID=sles\nVERSION_ID=15.6\n")
    (tmp_path / "var/spool/cron/tabs").mkdir(parents=True)
    with pytest.raises(SourceError) as caught:
        read_host(tmp_path)
    assert caught.value.why == (
        "neither /etc/crontab, /etc/cron.d nor /var/spool/cron or /var/spool/cron/tabs holds one"
    )


@pytest.mark.parametrize("dialect", [DEBIAN, CRONIE])
def test_etc_crontab_of_the_epoch_is_no_file_to_the_daemon(
    tmp_path: Path, dialect: Dialect
) -> None:
    for path in ("etc/crontab", "etc/cron.d/app"):
        os.utime(write(tmp_path, path), (0, 0))
    files = own_host(tmp_path, dialect)
    assert {path: codes(file) for path, file in files.items() if "C127" in codes(file)} == {
        "/etc/crontab": ["C127"] if os.geteuid() == 0 else ["C122", "C127"]
    }
    assert not files["/etc/crontab"].considered
    os.utime(tmp_path / "etc/crontab", (1, 1))
    assert "C127" not in codes(own_host(tmp_path, dialect)["/etc/crontab"])


def test_a_copy_of_the_epoch_is_told_only(tmp_path: Path) -> None:
    write(tmp_path, "etc/os-release", "ID=debian\nVERSION_ID=12\n")
    os.utime(write(tmp_path, "etc/crontab"), (0, 0))
    file = by_path(read_host(tmp_path))["/etc/crontab"]
    assert file.considered
    assert "C126" in codes(file)


@pytest.mark.parametrize("zone", ["US/Pacific-New", "Factory", "Mars/Olympus"])
def test_this_host_is_read_with_any_zone(tmp_path: Path, zone: str) -> None:
    write(tmp_path, "etc/os-release", "ID=debian\nVERSION_ID=12\n")
    write(tmp_path, "etc/timezone", f"{zone}\n")
    write(tmp_path, "etc/crontab")
    assert read_host(tmp_path).facts.timezone == zone


def test_another_programs_file_is_one_finding(tmp_path: Path) -> None:
    write(tmp_path, "etc/os-release", "ID=rhel\nVERSION_ID=9.4\n")
    write(tmp_path, "etc/cron.d/app")
    write(tmp_path, "etc/cron.d/README", "Put files here.\nThey are read.\nOnce a minute.\n")
    tabs = read_host(tmp_path).read(label="h").host.tabs
    told = {tab.path: (tab.loaded, [found.code for found in tab.findings]) for tab in tabs}
    assert told["/etc/cron.d/README"] == (False, ["C128"])
    assert told["/etc/cron.d/app"][0]
    assert [len(tab.crontab.items) for tab in tabs] == [0, 1]


def test_this_host_is_read_by_its_own_files() -> None:
    facts = read_facts(None, dialect=None, timezone=None)
    assert facts.dialect in DIALECTS
    with suppress(SourceError):  # a machine without cron, or one where I may not look
        host = read_host(None, dialect="debian", timezone="UTC")
        assert host.users is not None
        assert [host.users.id_of(name) for name in ("root", "no\0body")] == [0, None]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("host/etc/crontab", "1 * * * * x y\n", (True, None, [])),
        ("host/etc/cron.d/app", "1 * * * * x y\n", (True, None, [])),
        ("host/var/spool/cron/crontabs/bob", JOB, (False, "bob", [])),
        ("host/var/spool/cron/tabs/bob", JOB, (False, "bob", [])),
        ("host/var/spool/cron/bob", JOB, (False, "bob", [])),
        ("crontab.txt", JOB, (True, None, [])),
        ("crontab.txt", "1 * * * * /bin/x\n", (False, ME, [])),
        ("crontab.txt", "1 * * * * app x\n", (False, ME, ["C125"])),
    ],
)
def test_the_format_of_a_named_file(
    tmp_path: Path, path: str, text: str, expected: tuple[bool, str | None, list[str]]
) -> None:
    file = read_file(write(tmp_path, path, text), DEBIAN)
    assert (file.system, file.owner, codes(file)) == expected
    assert file.path == str(tmp_path / path)
    assert file.considered


def test_the_format_can_be_said(tmp_path: Path) -> None:
    path = write(tmp_path, "etc/crontab")
    file = read_file(path, DEBIAN, format_of="user", user="bob")
    assert (file.system, file.owner) == (False, "bob")
    file = read_file(path, DEBIAN, format_of="system", user="bob")
    assert (file.system, file.owner) == (True, None)


def test_a_named_file_is_judged_by_its_content_alone(tmp_path: Path) -> None:
    file = read_file(write(tmp_path, "etc/cron.d/x.bak", mode=0o777), DEBIAN)
    assert file.considered
    assert file.findings == ()


def test_a_relative_path_is_shown_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "tab")
    monkeypatch.chdir(tmp_path)
    assert read_file(Path("tab"), DEBIAN).path == str(tmp_path / "tab")


@pytest.mark.parametrize(("name", "why"), [("none", "No such file"), ("folder", "a regular file")])
def test_what_is_no_file_is_an_error(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(SourceError, match=why):
        read_file(tmp_path / name, DEBIAN)


def test_standard_input_is_a_users() -> None:
    file = read_stdin(b"1 * * * * x\n", DEBIAN)
    assert (file.path, file.location, file.system, file.owner) == ("-", None, False, ME)
    assert read_stdin(b"", DEBIAN, user="bob").owner == "bob"
    file = read_stdin(b"", DEBIAN, format_of="system", user="bob")
    assert (file.system, file.owner) == (True, None)
    assert file.sha256.startswith("e3b0c442")
