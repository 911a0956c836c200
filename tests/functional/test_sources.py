"""What a SOURCE is: whose host, which format, which files of a folder; and what `migrate` asks."""

from __future__ import annotations

import getpass
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import SourceError
from cron2aws.hosts.folder import read_folder
from cron2aws.hosts.local import read_host
from cron2aws.hosts.packages import SystemPackages, read_dpkg, read_rpm
from cron2aws.hosts.source_kind import SourceKind, locate_source, standard_path_of
from tests.functional.cli import cron2aws

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
ME = getpass.getuser()
NGINX = "0 0 * * 0 nginx -s reload\n"
SAID = ("--timezone", "UTC", "--dialect", "debian")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def scan(*arguments: object, stdin: bytes = b"") -> dict[str, Any]:
    return cron2aws("scan", "-o", "json", *map(str, arguments), stdin=stdin).document


def told(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Codes and details of the findings about hosts and files."""
    about = [*document["hosts"], *document["sources"]]
    return [(found["code"], found["detail"]) for each in about for found in each["findings"]]


def codes(document: dict[str, Any]) -> list[str]:
    return [code for code, _ in told(document)]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copied host in Asia/Tokyo, with users root, reports and others."""
    return Path(shutil.copytree(FIXTURES / "tokyo-reports", tmp_path / "copies" / "web-1"))


# --- the format


@pytest.mark.parametrize("dialect", ["debian", "cronie"])
def test_a_word_that_can_be_both_decides_nothing(tmp_path: Path, dialect: str) -> None:
    """D9."""
    tab = write(tmp_path / "mytab", NGINX)
    document = scan(tab, "--timezone", "UTC", "--dialect", dialect, "--user", "bob")
    assert codes(document) == ["C125"]
    (entry,) = document["entries"]
    assert (entry["user"], entry["command"]) == ("bob", "nginx -s reload")
    assert [source["loaded"] for source in document["sources"]] == [True]


def test_all_lines_decide(tmp_path: Path) -> None:
    tab = write(tmp_path / "mytab", f"*/5 * * * * /srv/a\n{NGINX}")
    document = scan(tab, *SAID, "--user", "bob")
    assert told(document) == []
    assert [entry["user"] for entry in document["entries"]] == ["bob", "bob"]


def test_standard_input_is_judged_like_a_file() -> None:
    """D10."""
    document = scan("-", *SAID, stdin=b"17 * * * * root cd / && run-parts x\n")
    assert told(document) == []
    (entry,) = document["entries"]
    assert (entry["user"], entry["command"]) == ("root", "cd / && run-parts x")


# --- whose host


@pytest.mark.parametrize(
    ("path", "root", "below"),
    [
        ("/etc/crontab", "/", "/etc/crontab"),
        ("/a/etc/crontab", "/a", "/etc/crontab"),
        ("/a/b/../etc/cron.d/x", "/a", "/etc/cron.d/x"),
        ("/a/etc/cron.d/", "/a", "/etc/cron.d"),
        ("/a/var/spool/cron/crontabs/bob", "/a", "/var/spool/cron/crontabs/bob"),
        ("/a/var/spool/cron/tabs", "/a", "/var/spool/cron/tabs"),
        ("/var/spool/cron/bob", "/", "/var/spool/cron/bob"),
    ],
)
def test_a_standard_place_is_told_by_the_path(path: str, root: str, below: str) -> None:
    spot = standard_path_of(Path(path))
    assert spot is not None
    assert (str(spot.root), spot.path) == (root, below)


@pytest.mark.parametrize("path", ["/a/crontab", "/etc/cron.d/x/y", "/etc/crontab.bak", "/srv"])
def test_other_places_tell_nothing(path: str) -> None:
    assert standard_path_of(Path(path)) is None


def test_the_home_of_a_source(copy: Path, tmp_path: Path) -> None:
    lone = write(tmp_path / "repository/etc/crontab", "")
    sources = {
        "-": SourceKind.ELSEWHERE,
        "/etc/crontab": SourceKind.HERE,
        "/etc/cron.d": SourceKind.HERE,
        str(copy): SourceKind.TREE,
        f"{copy}/etc/crontab": SourceKind.TREE,
        f"{copy}/etc/hostname": SourceKind.ELSEWHERE,
        str(lone): SourceKind.ELSEWHERE,
        str(lone.parent.parent): SourceKind.TREE,
    }
    assert {name: locate_source(name).home for name in sources} == sources


def test_a_file_of_a_tree_belongs_to_its_host(copy: Path) -> None:
    """D11."""
    spool = copy / "var/spool/cron/crontabs/reports"
    document = scan(copy / "etc/crontab", spool)
    whole = scan(copy)
    (host,) = document["hosts"]
    assert (host["name"], host["dialect"], host["timezone"]) == (
        "reports-tyo",
        "debian",
        "Asia/Tokyo",
    )
    assert {each["path"] for each in document["sources"]} == {
        "/etc/crontab",
        "/var/spool/cron/crontabs/reports",
    }
    assert codes(document) == ["C126"]  # the copy's owner
    assert {each["id"] for each in document["entries"]} == {each["id"] for each in whole["entries"]}


def test_a_tree_and_a_file_of_it_are_one_host(copy: Path) -> None:
    document = scan(copy / "etc/crontab", copy)
    assert document["hosts"] == scan(copy)["hosts"]
    assert document["sources"] == scan(copy)["sources"]


def test_files_of_two_trees_are_two_hosts() -> None:
    files = [FIXTURES / name / "etc/crontab" for name in ("fleet-web-1", "fleet-web-3")]
    zones = [host["timezone"] for host in scan(*files)["hosts"]]
    assert zones == ["UTC", "Europe/Berlin"]


def test_a_file_of_a_tree_can_be_said_to_be_another_format(copy: Path) -> None:
    write(copy / "etc/crontab", NGINX)
    (entry,) = scan(copy / "etc/crontab", "--format-of", "user", "--user", "bob")["entries"]
    assert (entry["user"], entry["command"]) == ("bob", "nginx -s reload")


def test_a_name_that_no_file_can_have_is_an_error() -> None:
    answer = cron2aws("scan", "x" * 300)
    assert answer.code == 3
    assert "File name too long" in answer.err


def test_a_file_of_a_tree_that_is_not_there_is_an_error(copy: Path) -> None:
    answer = cron2aws("scan", str(copy / "etc/cron.d/none"))
    assert answer.code == 3
    assert f"{copy}/etc/cron.d/none: No such file or directory" in answer.err


def test_what_is_taken_from_this_machine_is_told(tmp_path: Path) -> None:
    tab = write(tmp_path / "mytab", "1 * * * * /srv/x\n")
    found = told(scan(tab, "--dialect", "debian"))
    assert [code for code, _ in found if code == "C147"] == ["C147", "C147"]
    host, user = (detail for code, detail in found if code == "C147")
    assert host.startswith("the time zone `")
    assert host.endswith("(say --timezone)")
    assert user == f"the user `{ME}`, who owns the file here (say --user)"
    assert told(scan(tab, *SAID, "--user", "bob")) == []
    input_user = told(scan("-", *SAID, stdin=b"1 * * * * /srv/x\n"))
    assert input_user == [("C147", f"the user `{ME}`, who runs cron2aws (say --user)")]


def test_the_owner_of_a_spool_file_is_its_name(tmp_path: Path) -> None:
    tab = write(tmp_path / "backup/var/spool/cron/bob", "1 * * * * x\n")
    document = scan(tab, *SAID)
    assert told(document) == []
    assert document["entries"][0]["user"] == "bob"


# --- what `migrate` asks


def migrate(*arguments: object, stdin: bytes = b"") -> tuple[int, str]:
    answer = cron2aws(
        "--sandbox", "migrate", "--tag", "Name=web", "--dry-run", "--yes", *map(str, arguments),
        stdin=stdin,
    )  # fmt: skip
    return answer.code, answer.err.partition("hint: ")[2].strip()


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (SAID, "--format-of system|user --user ME"),
        ((*SAID, "--format-of", "user"), "--user ME"),
        ((*SAID, "--user", "bob"), "--format-of system|user"),
        (("--timezone", "UTC", "--user", "a", "--format-of", "user"), "--dialect "),
        (("--dialect", "debian", "--format-of", "system"), "--timezone "),
    ],
)
def test_migrate_wants_it_said(tmp_path: Path, said: Sequence[str], missing: str) -> None:
    tab = write(tmp_path / "mytab", NGINX)
    code, hint = migrate(tab, *said)
    assert code == 2
    wanted = missing.replace("ME", ME)
    assert hint.startswith(f"give what is true on its host, for example {wanted}")


def test_migrate_goes_on_where_all_is_said(tmp_path: Path, copy: Path) -> None:
    tab = write(tmp_path / "mytab", NGINX)
    assert migrate(tab, *SAID, "--format-of", "user", "--user", "bob") == (0, "")
    assert migrate(tab, *SAID, "--format-of", "system") == (0, "")
    assert migrate("-", *SAID, stdin=b"1 * * * * root x\n") == (0, "")
    assert migrate(copy / "etc/crontab") == (0, "")


def test_a_managers_name_names_the_stack(copy: Path) -> None:
    write(copy / "etc/crontab", "#Ansible: check dirs\n5 2 * * * root /srv/x\n")
    given = ("--sandbox", "migrate", "--tag", "Name=web", "--dry-run", "-o", "json")
    answer = cron2aws(*given, f"{copy}/etc/crontab")
    assert "cron2aws-web-88baf0f6-check-dirs-" in answer.out


# --- folders


def test_a_folder_of_crontabs_is_read(tmp_path: Path) -> None:
    """D13."""
    folder = tmp_path / "crons"
    write(folder / "a", "1 * * * * root x\n")
    write(folder / "b", "2 * * * * /srv/y\n")
    write(folder / "README", "Our crontabs.\nAsk ops.\n")
    write(folder / ".hidden", "3 * * * * root z\n")
    document = scan(folder, *SAID, "--user", "bob")
    assert [(each["path"], each["format"]) for each in document["sources"]] == [
        (str(folder / "a"), "system"),
        (str(folder / "b"), "user"),
    ]
    assert told(document) == [("C148", f"`{folder}/README`")]


def test_a_folder_in_a_tree_is_read_as_its_daemon_reads_it() -> None:
    document = scan(FIXTURES / "debian-web/etc/cron.d")
    assert [(each["path"], each["loaded"]) for each in document["sources"]] == [
        ("/etc/cron.d/backup", True),
        ("/etc/cron.d/shop", True),
        ("/etc/cron.d/shop.dpkg-old", False),
    ]
    assert {each["format"] for each in document["sources"]} == {"system"}
    assert "C120" in codes(document)
    assert document["hosts"][0]["name"] == "web-1"


def test_a_folder_of_a_standard_place_has_its_rules_also_without_a_host(tmp_path: Path) -> None:
    folder = tmp_path / "etc/cron.d"
    write(folder / "app", NGINX)
    write(folder / "app.bak", NGINX)
    document = scan(folder, *SAID)
    assert [(each["format"], each["loaded"]) for each in document["sources"]] == [
        ("system", True),
        ("system", False),
    ]
    assert codes(document) == ["C120"]
    spool = tmp_path / "var/spool/cron/crontabs"
    write(spool / "bob", NGINX)
    assert [each["user"] for each in scan(spool, *SAID)["entries"]] == ["bob"]


def test_a_folder_without_a_crontab_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "crons/README", "Our crontabs.\n")
    with pytest.raises(SourceError, match="has no crontab"):
        read_folder(tmp_path / "crons", DIALECTS["debian"])
    with pytest.raises(SourceError, match="No such file"):
        read_folder(tmp_path / "none", DIALECTS["debian"])


# --- packages


class Asked:
    """A package database that knows one file, and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    can_tell = True

    def owners(self, paths: Sequence[str]) -> Mapping[str, str]:
        self.calls.append(list(paths))
        return {"/etc/cron.d/shop": "shop-tools"}


def test_a_packages_job_is_told_once(copy: Path) -> None:
    write(copy / "etc/cron.d/sysstat", "5 * * * * root debian-sa1 1 1\n")
    (entry,) = scan(copy / "etc/cron.d/sysstat")["entries"]
    assert [found["code"] for found in entry["findings"]] == ["C360"]
    assert entry["decision"] == "keep"


def test_the_packages_are_asked_once_for_all_of_cron_d() -> None:
    packages = Asked()
    host = read_host(FIXTURES / "debian-web", packages=packages)
    assert packages.calls == [
        ["/etc/cron.d/backup", "/etc/cron.d/shop", "/etc/cron.d/shop.dpkg-old"]
    ]
    tabs = {tab.path: tab for tab in host.read(label="x").host.tabs}
    kept = {
        path: {f.code for e in tab.crontab.entries for f in e.findings}
        for path, tab in tabs.items()
    }
    assert "C360" in kept["/etc/cron.d/shop"]
    assert "C360" not in kept["/etc/cron.d/backup"]


def test_what_dpkg_prints_is_read() -> None:
    printed = (
        "e2fsprogs: /etc/cron.d/e2scrub_all\n"
        "libc6:amd64: /etc/cron.d/a\n"
        "one, other: /etc/cron.d/b\n"
        "diversion by x from: /etc/cron.d/c\n"
        "diversion by x to: /etc/cron.d/c.distrib\n"
    )
    assert read_dpkg(printed) == {
        "/etc/cron.d/e2scrub_all": "e2fsprogs",
        "/etc/cron.d/a": "libc6",
        "/etc/cron.d/b": "one",
    }


def test_what_rpm_prints_is_read() -> None:
    paths = ["/etc/cron.d/0hourly", "/etc/cron.d/ours"]
    printed = "cronie\nfile /etc/cron.d/ours is not owned by any package\n"
    assert read_rpm(printed, paths) == {"/etc/cron.d/0hourly": "cronie"}
    assert read_rpm("cronie\ncronie-noanacron\n" + printed, paths) == {}


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="needs a machine with dpkg")
def test_this_machines_dpkg_knows_its_files() -> None:
    owners = SystemPackages().owners(["/usr/bin/dpkg", "/no/such/file"])
    assert owners == {"/usr/bin/dpkg": "dpkg"}
    assert SystemPackages().owners([]) == {}
