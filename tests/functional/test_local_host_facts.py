"""Which time zone and which name a host has, from its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from cron2aws.hosts.facts import read_name, read_timezone

TOKYO, JAPAN, ODD = b"TZif rules of Tokyo", b"TZif rules of Tokyo", b"TZif of nowhere"


@pytest.fixture
def zoneinfo(tmp_path: Path) -> Path:
    folder = tmp_path / "zoneinfo"
    for name, data in {
        "Japan": JAPAN,
        "Asia/Tokyo": TOKYO,
        "posix/Asia/Tokyo": TOKYO,
        "Europe/London": b"TZif rules of London",
        "tzdata.zi": b"text",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    ("target", "zone"),
    [
        ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("../usr/share/zoneinfo/America/Argentina/Salta", "America/Argentina/Salta"),
        ("/usr/share/zoneinfo/posix/Etc/GMT+3", "Etc/GMT+3"),
        ("/usr/share/zoneinfo/UTC", "UTC"),
    ],
)
def test_the_link_tells_the_zone(tmp_path: Path, zoneinfo: Path, target: str, zone: str) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/localtime").symlink_to(target)
    (tmp_path / "etc/timezone").write_text("Europe/London\n")
    guess = read_timezone(tmp_path, zoneinfo)
    assert (guess.name, guess.findings) == (zone, ())


@pytest.mark.parametrize(
    ("localtime", "named", "expected"),
    [
        (None, "Asia/Tokyo", ("Asia/Tokyo", [])),
        (None, None, ("UTC", ["C131"])),
        (None, "no zone!", ("UTC", ["C131"])),
        (None, "localtime", ("UTC", ["C131"])),
        (TOKYO, "localtime", ("Asia/Tokyo", [])),
        (TOKYO, "Asia/Tokyo", ("Asia/Tokyo", [])),
        (TOKYO, "Japan", ("Japan", [])),
        (TOKYO, None, ("Asia/Tokyo", [])),
        (TOKYO, "Europe/London", ("Asia/Tokyo", ["C131"])),
        (TOKYO, "Mars/Olympus", ("Mars/Olympus", [])),
        (ODD, "Europe/London", ("Europe/London", ["C131"])),
        (ODD, None, ("UTC", ["C131"])),
    ],
)
def test_a_copied_localtime_counts(
    tmp_path: Path,
    zoneinfo: Path,
    localtime: bytes | None,
    named: str | None,
    expected: tuple[str, list[str]],
) -> None:
    (tmp_path / "etc").mkdir()
    if localtime is not None:
        (tmp_path / "etc/localtime").write_bytes(localtime)
    if named is not None:
        (tmp_path / "etc/timezone").write_text(named + "\n")
    guess = read_timezone(tmp_path, zoneinfo)
    assert (guess.name, [found.code for found in guess.findings]) == expected


def test_a_link_to_the_zone_of_the_host_is_no_name(tmp_path: Path, zoneinfo: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/localtime").symlink_to("/usr/share/zoneinfo/localtime")
    (tmp_path / "usr/share/zoneinfo").mkdir(parents=True)
    (tmp_path / "usr/share/zoneinfo/localtime").write_bytes(TOKYO)
    (zoneinfo / "localtime").write_bytes(TOKYO)
    assert read_timezone(tmp_path, zoneinfo).name == "Asia/Tokyo"


def test_a_link_to_elsewhere_is_read_as_a_copy(tmp_path: Path, zoneinfo: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/zone").write_bytes(TOKYO)
    (tmp_path / "etc/localtime").symlink_to("zone")
    assert read_timezone(tmp_path, zoneinfo).name == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("web-1\n", "web-1"),
        ("# set by cloud-init\n\nweb-1 extra\n", "web-1"),
        ("# only a comment\n", "folder"),
        ("", "folder"),
        (None, "folder"),
    ],
)
def test_the_name_of_a_host(tmp_path: Path, text: str | None, name: str) -> None:
    (tmp_path / "etc").mkdir()
    if text is not None:
        (tmp_path / "etc/hostname").write_text(text)
    assert read_name(tmp_path, "folder") == name
