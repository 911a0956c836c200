"""Which daemon a host has: by its package, else by its release."""

from __future__ import annotations

from pathlib import Path

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.hosts.daemons import read_dialect


def host(root: Path, release: str | None, status: str = "") -> Path:
    (root / "etc").mkdir()
    if release is not None:
        (root / "etc/os-release").write_text(release + "\n")
    if status:
        (root / "var/lib/dpkg").mkdir(parents=True)
        (root / "var/lib/dpkg/status").write_text(status)
    return root


def package(name: str, version: str, status: str = "install ok installed") -> str:
    fields = f"Status: {status}\nPriority: important\nVersion: {version}\nDescription: x\n more\n"
    return f"Package: {name}\n{fields}\n"


@pytest.mark.parametrize(
    ("release", "dialect", "certain"),
    [
        ('ID=debian\nVERSION_ID="11"', "debian", True),
        ('ID=debian\nVERSION_ID="12"', "debian", True),
        ('ID=debian\nVERSION_ID="13"', "debian-13", True),
        ('PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian\nVERSION_CODENAME=forky', "debian-13",
         True),
        ("ID=debian\nVERSION_CODENAME=bookworm", "debian", True),
        ("ID=debian", "debian", False),
        ('ID=raspbian\nID_LIKE=debian\nVERSION_ID="12"', "debian", True),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"', "debian", True),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.10"', "debian-13", True),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="26.04"', "debian-13", True),
        ('ID=pop\nID_LIKE="ubuntu debian"\nVERSION_ID="22.04"\nUBUNTU_CODENAME=jammy', "debian",
         True),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\nUBUNTU_CODENAME=noble', "debian",
         True),
        ('ID=linuxmint\nID_LIKE=debian\nVERSION_ID="7"\nDEBIAN_CODENAME=trixie', "debian-13", True),
        ('ID=pop\nID_LIKE="ubuntu debian"', "debian", False),
        ('ID="amzn"\nVERSION_ID="2023"', "cronie", True),
        ('ID="amzn"\nVERSION_ID="2"\nID_LIKE="centos rhel fedora"', "cronie-1.4", True),
        ('ID="amzn"\nVERSION_ID="2018.03"', "cronie-1.4", True),
        ('ID="centos"\nVERSION_ID="7"', "cronie-1.4", True),
        ("ID='rocky'\nID_LIKE='rhel centos fedora'\nVERSION_ID='8.9'", "cronie-1.5.2", True),
        ('ID="almalinux"\nVERSION_ID="8.10"', "cronie-1.5.2", True),
        ('ID="rhel"\nVERSION_ID="9.4"', "cronie", True),
        ('ID="almalinux"\nVERSION_ID="10.0"', "cronie-1.7", True),
        ('ID="eurolinux"\nID_LIKE="rhel fedora centos"\nVERSION_ID="8.9"', "cronie-1.5.2", True),
        ("ID=fedora\nVERSION_ID=41", "cronie-1.7", True),
        ('ID="sles"\nVERSION_ID="12.5"\nID_LIKE="suse"', "cronie-1.4", True),
        ('ID="sles"\nVERSION_ID="15.6"\nID_LIKE="suse"', "cronie-1.5.1", True),
        ('ID="opensuse-leap"\nVERSION_ID="15.6"\nID_LIKE="suse opensuse"', "cronie-1.5.1", True),
        ('ID="opensuse-tumbleweed"\nVERSION_ID="20260101"', "cronie-1.7", True),
        ("ID=alpine\nVERSION_ID=3.19.1", "debian", False),
        ("ID=rhel", "debian", False),
        ("", "debian", False),
    ],
)  # fmt: skip
def test_the_daemon_of_a_release(tmp_path: Path, release: str, dialect: str, certain: bool) -> None:
    guess = read_dialect(host(tmp_path, release))
    assert guess.name == dialect
    assert [found.code for found in guess.findings] == ["C130"] * (not certain)


def test_what_the_dialect_is_known_by(tmp_path: Path) -> None:
    release = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"'
    root = host(tmp_path, release)
    assert read_dialect(root).source == "the release Debian GNU/Linux 12 (bookworm)"
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "var/lib/dpkg/status").write_text(package("cron", "3.0pl1-197"))
    assert read_dialect(root).source == "the package cron 3.0pl1-197"


BOOKWORM = 'ID=debian\nVERSION_ID="12"'


@pytest.mark.parametrize(
    ("status", "dialect", "certain"),
    [
        (package("cron", "3.0pl1-137"), "debian", True),
        (package("cron", "3.0pl1-184ubuntu2"), "debian", True),
        (package("cron", "3.0pl1-186"), "debian", True),
        (package("cron", "3.0pl1-187"), "debian-13", True),
        (package("cron", "3.0pl1-197"), "debian-13", True),
        (package("anacron", "2.3-36") + package("cron", "3.0pl1-197"), "debian-13", True),
        (package("cron", "3.0pl1-197", "hold ok installed"), "debian-13", True),
        (package("cron", "3.0pl1-197", "deinstall ok config-files"), "debian", True),
        (package("cron-daemon-common", "3.0pl1-197"), "debian", True),
        (package("cron", "4.0-1"), "debian-13", False),
        (package("systemd-cron", "1.15.19-5"), "debian", False),
        (package("systemd-cron", "2.5") + package("cron", "3.0pl1-197"), "debian-13", True),
        (package("bcron", "0.11-1"), "debian", False),
        (package("cronie", "1.7.2-4"), "cronie-1.7", False),
    ],
)
def test_the_package_counts_more_than_the_release(
    tmp_path: Path, status: str, dialect: str, certain: bool
) -> None:
    guess = read_dialect(host(tmp_path, BOOKWORM, status))
    assert guess.name == dialect
    assert [found.code for found in guess.findings] == ["C130"] * (not certain)


def test_another_daemon_is_named(tmp_path: Path) -> None:
    guess = read_dialect(host(tmp_path, BOOKWORM, package("systemd-cron", "1.15.19-5")))
    assert guess.findings[0].detail == (
        "systemd-cron is installed, which reads in its own way; read as debian"
    )


def test_systemd_cron_is_known_by_its_generator(tmp_path: Path) -> None:
    folder = host(tmp_path, BOOKWORM) / "usr/lib/systemd/system-generators"
    folder.mkdir(parents=True)
    assert read_dialect(tmp_path).findings == ()
    (folder / "systemd-crontab-generator").touch()
    assert [found.code for found in read_dialect(tmp_path).findings] == ["C130"]


@pytest.mark.parametrize(
    ("version", "dialect", "certain"),
    [
        ("1.4.11", "cronie-1.4", True),
        ("1.5.0", "cronie-1.5.1", True),
        ("1.5.1", "cronie-1.5.1", True),
        ("1.5.2", "cronie-1.5.2", True),
        ("1.5.4", "cronie-1.5.3", True),
        ("1.5.5", "cronie-1.5.5", True),
        ("1.5.6", "cronie-1.5.5", True),
        ("1.5.7", "cronie", True),
        ("1.6.1", "cronie-1.7", False),
        ("1.7.2", "cronie-1.7", True),
        ("1.8.0", "cronie-1.7", False),
        (None, "cronie", True),
    ],
)
def test_on_the_host_rpm_tells_the_version(
    tmp_path: Path, version: str | None, dialect: str, certain: bool
) -> None:
    guess = read_dialect(host(tmp_path, 'ID="rhel"\nVERSION_ID="9.4"'), lambda: version)
    assert guess.name == dialect
    assert [found.code for found in guess.findings] == ["C130"] * (not certain)


@pytest.mark.parametrize(
    ("folder", "dialect"),
    [("var/spool/cron", "cronie"), ("var/spool/cron/crontabs", "debian"), ("srv", "debian")],
)
def test_without_an_os_release_the_spool_tells(tmp_path: Path, folder: str, dialect: str) -> None:
    (host(tmp_path, None) / folder).mkdir(parents=True)
    guess = read_dialect(tmp_path)
    assert guess.name == dialect
    assert [found.code for found in guess.findings] == ["C130"]


def test_os_release_may_lie_in_usr_lib_behind_a_link(tmp_path: Path) -> None:
    (host(tmp_path, None) / "usr/lib").mkdir(parents=True)
    (tmp_path / "usr/lib/os-release").write_text("ID=fedora\n")
    assert read_dialect(tmp_path).name == "cronie-1.7"
    (tmp_path / "usr/lib/os-release").rename(tmp_path / "usr/lib/fedora-release")
    # an absolute link is the host's, not this machine's
    (tmp_path / "etc/os-release").symlink_to("/usr/lib/fedora-release")
    assert read_dialect(tmp_path).name == "cronie-1.7"


def test_every_dialect_has_a_grammar_of_its_name() -> None:
    assert all(rules.grammar.name == name for name, rules in DIALECTS.items())
