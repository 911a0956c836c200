"""By which zone a host's daemon reads: the host's own, or a TZ in the daemon's environment."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cron2aws.app.zones import resolve_zone
from cron2aws.hosts.daemon_zone import read_daemon_zone
from cron2aws.hosts.service import configured, read_environment_file, running
from cron2aws.schedule.zone_names import LOCAL, zone_of_tz

ZONES = json.loads((Path(__file__).parents[1] / "data" / "daemon-zones.json").read_text())
NO_NAME = {"Mars/Olympus", "Asia/Tokyo # the office", "Asia/Tokyo "}
TOKYO = "TZ=Asia/Tokyo\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize("row", ZONES["seen"], ids=lambda row: repr(row["TZ"]))
def test_a_tz_stands_for_the_clock_by_which_the_real_daemon_ran(row: dict[str, object]) -> None:
    moment = datetime.fromisoformat(ZONES["the_minute_after"])
    name = LOCAL if row["TZ"] is None else zone_of_tz(str(row["TZ"]))
    assert row["job_has_TZ"] is False
    if row["TZ"] in NO_NAME:  # the daemon runs by UTC then, but no name says so
        with pytest.raises(LookupError):
            resolve_zone(name)
        name = "UTC"
    local = moment.astimezone(ZoneInfo(ZONES["localtime"] if name == LOCAL else name))
    assert row["hours"] == [local.hour]
    assert (int(str(row["minutes"])[1:-1]) - local.minute) % 60 == 1


HOST = {"etc/os-release": "ID=debian\n", "etc/timezone": "Europe/Berlin\n"}
UNIT = "[Service]\nEnvironmentFile=-/etc/default/cron\nExecStart=/usr/sbin/cron -f $EXTRA_OPTS\n"


@pytest.mark.parametrize(
    ("dialect", "files", "zone", "where"),
    [
        ("debian", {}, "Europe/Berlin", None),
        ("debian", {"etc/default/cron": "# TZ=Asia/Tokyo\nEXTRA_OPTS=''\n"}, "Europe/Berlin", None),
        ("debian", {"etc/default/cron": TOKYO}, "Asia/Tokyo", "/etc/default/cron"),
        ("debian-13", {"etc/default/cron": 'TZ="Asia/Tokyo"\n'}, "Asia/Tokyo", "/etc/default/cron"),
        ("debian", {"etc/default/cron": "export TZ=Asia/Tokyo\n"}, "Europe/Berlin", None),
        ("debian", {"etc/default/cron": "TZ=Europe/Berlin\n"}, "Europe/Berlin", None),
        ("debian", {"etc/default/cron": "TZ=:Japan\n"}, "Asia/Tokyo", "/etc/default/cron"),
        ("debian", {"etc/default/cron": "TZ=:/etc/localtime\n"}, "Europe/Berlin", None),
        ("debian", {"etc/sysconfig/crond": TOKYO}, "Europe/Berlin", None),
        ("cronie", {"etc/sysconfig/crond": TOKYO}, "Asia/Tokyo", "/etc/sysconfig/crond"),
        ("cronie", {"etc/default/cron": TOKYO}, "Europe/Berlin", None),
        (
            "cronie-1.5.1",  # SUSE calls the unit cron.service
            {"usr/lib/systemd/system/cron.service": "[Service]\nEnvironment=TZ=Asia/Tokyo\n"},
            "Asia/Tokyo",
            "usr/lib/systemd/system/cron.service",
        ),
        (
            "debian",
            {"etc/systemd/system/cron.service.d/tz.conf": "[Service]\nEnvironment=TZ=Asia/Tokyo\n"},
            "Asia/Tokyo",
            "etc/systemd/system/cron.service.d/tz.conf",
        ),
        (
            "debian",  # a file beats a line, wherever they stand
            {
                "etc/systemd/system/cron.service.d/tz.conf": "[Service]\nEnvironment=TZ=Asia/Tokyo",
                "etc/default/cron": "TZ=Asia/Kolkata\n",
            },
            "Asia/Kolkata",
            "/etc/default/cron",
        ),
        (
            "debian",  # the unit in /etc has no EnvironmentFile any more
            {
                "etc/systemd/system/cron.service": "[Service]\nExecStart=/usr/sbin/cron -f\n",
                "lib/systemd/system/cron.service": UNIT,
                "etc/default/cron": TOKYO,
            },
            "Europe/Berlin",
            None,
        ),
        (
            "debian",
            {"etc/systemd/system.conf": "[Manager]\nDefaultEnvironment=A=b TZ=Asia/Tokyo\n"},
            "Asia/Tokyo",
            "etc/systemd/system.conf",
        ),
    ],
)
def test_what_sets_the_daemons_zone(
    tmp_path: Path, dialect: str, files: dict[str, str], zone: str, where: str | None
) -> None:
    guess = read_daemon_zone(write(tmp_path, HOST | files), dialect)
    assert guess.name == zone
    told = [(found.code, where in found.detail) for found in guess.findings if where]
    assert told == ([("C135", True)] if where else [])
    assert bool(guess.findings) is bool(where)


@pytest.mark.parametrize(
    ("named", "zone", "codes"),
    [
        ("US/Pacific", "America/Los_Angeles", ["C134"]),
        ("posix/Europe/Berlin", "Europe/Berlin", ["C134"]),
        ("right/UTC", "UTC", ["C134"]),
        ("Asia/Calcutta", "Asia/Kolkata", ["C134"]),
        ("Europe/Oslo", "Europe/Oslo", []),
        ("Etc/UTC", "Etc/UTC", []),
        ("UTC", "UTC", []),
        ("US/Pacific-New", "US/Pacific-New", []),
        ("Factory", "Factory", []),
    ],
)
def test_the_name_that_eventbridge_gets(
    tmp_path: Path, named: str, zone: str, codes: list[str]
) -> None:
    root = write(tmp_path, {"etc/timezone": f"{named}\n"})
    for guess in (
        read_daemon_zone(root, "debian"),
        read_daemon_zone(tmp_path, "debian", wanted=named),
    ):
        assert (guess.name, [found.code for found in guess.findings]) == (zone, codes)


DROP_INS = "etc/systemd/system/cron.service.d"


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({f"{DROP_INS}/b.conf": "[Service]\nEnvironment=X=b\n",
          f"{DROP_INS}/a.conf": "[Service]\nEnvironment=X=a\n"}, "b"),
        ({f"{DROP_INS}/a.conf": "[Service]\nEnvironment=X=etc\n",
          "usr/lib/systemd/system/cron.service.d/a.conf": "[Service]\nEnvironment=X=usr\n"}, "etc"),
        ({f"{DROP_INS}/a.conf": "[Service]\nEnvironment=X=etc\n",
          "usr/lib/systemd/system/cron.service.d/b.conf": "[Service]\nEnvironment=X=usr\n"}, "usr"),
        ({"run/systemd/system/cron.service.d/a.conf": "[Service]\nEnvironment=X=run\n",
          "usr/lib/systemd/system/cron.service.d/a.conf": "[Service]\nEnvironment=X=usr\n"}, "run"),
        ({"etc/systemd/system/service.d/a.conf": "[Service]\nEnvironment=X=all\n"}, "all"),
        ({f"{DROP_INS}/a.txt": "[Service]\nEnvironment=X=a\n"}, None),
        ({f"{DROP_INS}/a.conf": "[Unit]\nEnvironment=X=a\n"}, None),
        ({f"{DROP_INS}/a.conf": "[Service]\nEnvironment=X=a\nEnvironment=\n"}, None),
        ({f"{DROP_INS}/a.conf": "[Service]\nEnvironment=X=a\nEnvironment=Y=b\n"}, "a"),
        ({f"{DROP_INS}/a.conf": "[Service]\nEnvironment=Y=b \"X=a b\" 'Z=c'\n"}, "a b"),
        ({f"{DROP_INS}/a.conf": "[Service]\nEnvironment=Y=b \\\n  X=a\n"}, "a"),
        ({f"{DROP_INS}/a.conf": "[Service]\n#Environment=X=a\n;Environment=X=b\n"}, None),
        ({f"{DROP_INS}/a.conf": "[Service]\nEnvironment=X=a\nUnsetEnvironment=X\n"}, None),
        ({f"{DROP_INS}/a.conf": "[Service]\nEnvironment=X=a\nUnsetEnvironment=X=b\n"}, "a"),
        ({"etc/default/cron": "X=old\n", f"{DROP_INS}/a.conf":
          "[Service]\nEnvironmentFile=/etc/new\n", "etc/new": "X=new\n"}, "new"),
        ({"etc/default/cron": "X=old\n", f"{DROP_INS}/a.conf":
          "[Service]\nEnvironmentFile=\nEnvironmentFile=-/etc/none\n"}, None),
        ({f"{DROP_INS}/a.conf":
          "[Service]\nExecStart=\nExecStart=/usr/bin/env X=a /usr/sbin/cron -f\n"}, "a"),
    ],
)  # fmt: skip
def test_systemds_rules(tmp_path: Path, files: dict[str, str], value: str | None) -> None:
    unit = {"lib/systemd/system/cron.service": UNIT}
    found = configured(write(tmp_path, unit | files), debian=True)
    assert (found["X"].value if "X" in found else None) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("X=a b  \n", "a b"),
        ("  X = a\n", "a"),
        ("X='a \"b'\n", 'a "b'),
        ('X="a\\"b\\\\\\$c\\n"\n', 'a"b\\$c\\n'),
        ("X=\"a\"'b'c\n", "abc"),
        ("X=a'b'\n", "a'b'"),
        ("X=a\\\nb\n", "ab"),
        ("X=a # b\n", "a # b"),
        ("X=\n", ""),
        ("X=a\nX=b\n", "b"),
        ("#X=a\n;X=b\n", None),
        ("# c \\\nX=a\n", None),
        ("export X=a\n", None),
        ("1X=a\n", None),
    ],
)
def test_an_environment_file(text: str, value: str | None) -> None:
    assert read_environment_file(text).get("X") == value


def process(root: Path, pid: str, comm: str, environ: bytes, namespace: str = "pid:[1]") -> None:
    folder = root / "proc" / pid
    (folder / "ns").mkdir(parents=True)
    (folder / "comm").write_text(comm + "\n")
    (folder / "environ").write_bytes(environ)
    (folder / "ns/pid").symlink_to(namespace)


def test_the_running_daemon_is_asked_first(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    process(tmp_path, "self", "python", b"TZ=UTC\0")
    process(tmp_path, "17", "cron", b"PATH=/bin\0TZ=Asia/Tokyo\0", "pid:[2]")
    assert running(tmp_path) is None  # a container's
    process(tmp_path, "20", "crond", b"PATH=/bin\0")
    assert set(running(tmp_path) or {}) == {"PATH"}
    write(tmp_path, {"run/crond.pid": "30\n"})
    process(tmp_path, "30", "cron", b"TZ=Asia/Kolkata\0")
    found = running(tmp_path) or {}
    assert (found["TZ"].value, found["TZ"].where) == (
        "Asia/Kolkata",
        "the running daemon (process 30)",
    )


def test_a_number_that_went_to_another_program_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, {"run/crond.pid": "30\n"})
    process(tmp_path, "self", "python", b"")
    process(tmp_path, "30", "bash", b"TZ=Asia/Kolkata\0")
    assert running(tmp_path) is None


SYSTEMD = json.loads(
    (Path(__file__).parents[1] / "data" / "systemd-environment.json").read_text("utf-8")
)


def test_the_environment_is_what_the_real_systemd_gave(tmp_path: Path) -> None:
    found = configured(write(tmp_path, SYSTEMD["files"]), debian=True)
    assert {name: each.value for name, each in found.items()} == SYSTEMD["seen"]
