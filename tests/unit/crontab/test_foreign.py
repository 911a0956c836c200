"""Other programs' files are named; a crontab with a bad line stays one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.foreign import foreign_format
from cron2aws.crontab.reader import read_crontab

ROOT = Path(__file__).parents[3]
FILES = json.loads((ROOT / "tests" / "data" / "files.json").read_text("utf-8"))
LINES = json.loads((ROOT / "tests" / "data" / "debian-releases.json").read_text("utf-8"))["lines"]

FOREIGN = {
    "anacron": "SHELL=/bin/sh\nRANDOM_DELAY=45\n1\t5\tcron.daily\tnice run-parts /etc/cron.daily\n"
    "7 25 cron.weekly nice run-parts /etc/cron.weekly\n"
    "@monthly 45 cron.monthly nice run-parts /etc/cron.monthly\n",
    "fcron": "!bootrun(true)\n@ 30m /opt/a\n@first(10) 1h /opt/b\n& 5 3 * * * /opt/c\n"
    "%hours,mail(no) 0 3-5 /opt/d\n%nightly * 21-23 /opt/e\n&bootrun 1 2 * * * /opt/f\n",
    "dcron": "@noauto ID=a /opt/a\n@daily ID=b /opt/b\n* * * * * ID=c FREQ=1d /opt/c\n",
    "supercronic": "*/5 * * * * * * /opt/a\n0 */2 * * * * /opt/b\n@every 5m /opt/c\n",
    "every": "@every 1h30m /opt/a\n",
    "Jenkins": "TZ=Europe/London\nH H(0-5) * * 1-5\nH/15 * * * *\n",
    "systemd-cron": "@minutely root /opt/a\n@quarterly root /opt/b\n@semi-annually root /opt/c\n",
    "timer": "[Unit]\nDescription=Backup every night\n\n[Timer]\nOnCalendar=*-*-* 03:00:00\n"
    "Persistent=true\n\n[Install]\nWantedBy=timers.target\n",
    "OpenBSD": "~ 3 * * * root -ns /opt/a\n0~30 * * * * root /opt/b\n",
    "script": "#!/bin/sh\nset -e\nif [ -x /opt/a ]; then\n  /opt/a\nfi\n",
    "JSON": '{\n "jobs": [\n  {"schedule": "0 3 * * *", "command": "/opt/a"}\n ]\n}\n',
    "YAML": "---\napiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n"
    "  schedule: '0 3 * * *'\n  args:\n  - /opt/a\n",
    "HTML": "<!DOCTYPE html>\n<html><body>404</body></html>\n",
    "README": "Put crontab files here.\nThe daemon reads each of them once a minute, if its\n"
    "name has only letters, digits and dashes in it.\n",
}
TITLES = {
    **{name: name for name in FOREIGN},
    "every": "supercronic",
    "timer": "systemd",
    "script": "a script",
    "HTML": "HTML",
    "README": "a text for people",
}
BINARIES = {
    "ELF": b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0",
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\x03x\n",
    "zip": b"PK\x03\x04\x14\0\0\0\x08\0\n",
    "other": bytes(range(256)) * 2,
}


def told(data: bytes, dialect: str = "debian", *, system: bool = False) -> str | None:
    crontab = read_crontab(data, DIALECTS[dialect], system=system, user="root")
    finding = foreign_format(crontab, path="/srv/tab")
    return finding.detail if finding else None


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", FOREIGN)
def test_another_programs_file_is_named(name: str, dialect: str) -> None:
    detail = told(FOREIGN[name].encode(), dialect)
    if detail is None:  # the daemon takes each line: it is a crontab to it
        crontab = read_crontab(FOREIGN[name].encode(), DIALECTS[dialect], system=False, user="root")
        assert crontab.unreadable == ()
        assert name == "OpenBSD"
        assert dialect in {"debian", "debian-13", "cronie-1.7"}
        return
    assert TITLES[name] in detail


@pytest.mark.parametrize("name", BINARIES)
def test_a_binary_file(name: str) -> None:
    assert "a binary file" in (told(BINARIES[name]) or "")


def test_the_name_anacrontab_is_enough() -> None:
    text = b"@monthly 45 cron.monthly run-parts /etc/cron.monthly\n"
    crontab = read_crontab(text, DIALECTS["cronie"], system=False, user="root")
    assert foreign_format(crontab, path="/srv/tab") is None
    finding = foreign_format(crontab, path="/srv/etc/anacrontab")
    assert finding is not None
    assert "anacron's" in finding.detail
    assert "the daemon runs 1 of its lines all the same, line 1 for one" in finding.detail


def test_what_the_daemon_runs_of_it_is_told() -> None:
    assert "the daemon runs none of it" in (told(FOREIGN["anacron"].encode()) or "")
    found = told(FOREIGN["anacron"].encode(), "cronie") or ""
    assert "runs 1 of its lines all the same, line 5" in found


REAL = "# m h dom mon dow command\nMAILTO=ops\n0 3 * * * /opt/backup --all\n*/5 * * * * /opt/poll\n"
BAD = [line for text in FOREIGN.values() for line in text.splitlines() if line]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("bad", BAD)
def test_a_crontab_with_one_bad_line_stays_a_crontab(bad: str, dialect: str) -> None:
    for text in (f"{REAL}{bad}\n", f"{bad}\n{REAL}", f"0 3 * * * /opt/a\n{bad}\n"):
        assert told(text.encode(), dialect) is None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_file_that_was_shown_to_a_daemon_is_called_anothers(dialect: str) -> None:
    wrong = [
        (name, detail)
        for name, case in FILES.items()
        if (detail := told(case["text"].encode("latin-1"), dialect, system=name[:2] == "sy"))
    ]
    assert wrong == []


def test_no_single_line_that_was_shown_to_a_daemon_is_called_anothers() -> None:
    wrong = [(row[0], told(row[0].encode("latin-1") + b"\n")) for row in LINES]
    assert [(line, detail) for line, detail in wrong if detail] == []


def test_no_fixture_is_called_anothers() -> None:
    hosts = ROOT / "fixtures" / "crontabs"
    places = ("*/etc/crontab", "*/etc/cron.d/*", "*/var/spool/cron/**/*")
    files = [path for place in places for path in hosts.glob(place) if path.is_file()]
    assert len(files) > 20
    for path in files:
        for dialect in DIALECTS:
            assert told(path.read_bytes(), dialect, system="spool" not in path.parts) is None, path


def test_the_tildes_of_an_editor_are_no_text() -> None:
    assert told(b"MAILTO=root\n" + b"~          \n" * 5, "cronie", system=True) is None


def test_a_marked_line_makes_a_crontab_of_it() -> None:
    mark = "# cron2aws:0123abcd 123456789012/eu-west-1/s | 1 * * * * x\n"
    assert told((mark + FOREIGN["fcron"]).encode()) is None
