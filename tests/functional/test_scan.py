"""`scan`: the document that others rely on, and the table that people read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cron2aws.app.sources import of_this_host
from tests.functional.cli import cron2aws

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
TAB = b"""\
SHELL=/bin/bash
PATH=/usr/local/bin:/usr/bin
17 3 * * 1-5 root /usr/local/bin/backup --all%first%second
@reboot root /usr/local/bin/warm-up
0 0 30 2 * root never
"""
SYSTEM = ("--dialect", "debian", "--timezone", "UTC", "--format-of", "system")


@pytest.fixture
def tab(tmp_path: Path) -> Path:
    path = tmp_path / "jobs"
    path.write_bytes(TAB)
    return path


def test_the_document_has_every_field_of_the_contract(tab: Path) -> None:
    document = cron2aws("scan", "-o", "json", *SYSTEM, str(tab)).document
    assert list(document) == [
        "schema", "made", "version", "host", "hosts", "hosts_not_read", "sources", "entries",
        "unreadable", "matrix", "summary",
    ]  # fmt: skip
    assert document["schema"] == "cron2aws.scan/1"
    assert {"name", "dialect", "timezone"} <= set(document["host"])
    source = document["sources"][0]
    assert source["path"] == str(tab)
    assert source["sha256"] == hashlib.sha256(TAB).hexdigest()
    assert (source["format"], source["lines"], source["loaded"]) == ("system", 5, True)
    entry = document["entries"][0]
    assert set(entry) >= {
        "id", "source", "line", "text", "user", "schedule", "command", "stdin", "environment",
        "timezone", "state", "verdict", "decision", "triggers", "proof", "clock_changes",
        "findings", "script",
    }  # fmt: skip


def test_an_entry_is_told_as_the_daemon_has_it(tab: Path) -> None:
    entry = cron2aws("scan", "-o", "json", *SYSTEM, str(tab)).document["entries"][0]
    assert entry["line"] == 3
    assert entry["text"] == "17 3 * * 1-5 root /usr/local/bin/backup --all%first%second"
    assert (entry["user"], entry["schedule"]) == ("root", "17 3 * * 1-5")
    assert (entry["command"], entry["stdin"]) == ("/usr/local/bin/backup --all", "first\nsecond\n")
    assert entry["environment"] == {"SHELL": "/bin/bash", "PATH": "/usr/local/bin:/usr/bin"}
    assert (entry["verdict"], entry["decision"], entry["state"]) == ("exact", "migrate", "active")
    (trigger,) = entry["triggers"]
    assert trigger == {"expression": "cron(17 3 ? * MON-FRI *)", "timezone": "UTC", "guard": None}
    assert entry["proof"]["days_checked"] == 146097
    assert "/usr/local/bin/backup --all" in entry["script"]


def test_a_guard_and_what_is_said_of_it_are_in_the_document(tmp_path: Path) -> None:
    path = tmp_path / "jobs"
    path.write_text(
        "# cron2aws: guard\n0 3 * * * root [ -f /a ] && rm /a\n"
        "0 4 * * * root pgrep x >/dev/null && rm /a\n0 5 * * * root rm /a\n"
    )

    def told(*options: str) -> list[tuple[bool, bool, set[str]]]:
        found = cron2aws("scan", "-o", "json", *SYSTEM, *options, str(path)).document
        return [
            (entry["quiet_guard"], " guard=1\n" in entry["script"],
             {finding["code"] for finding in entry["findings"]})
            for entry in found["entries"]
        ]  # fmt: skip

    noted, other = (True, True, {"C326"}), (False, False, set[str]())
    assert told() == [noted, (False, False, {"C318"}), other]
    assert told("--no-quiet-guards") == told()
    assert told("--quiet-guards") == [noted, (True, True, {"C326"}), other]


def test_what_cannot_be_a_task_stays(tab: Path) -> None:
    document = cron2aws("scan", "-o", "json", *SYSTEM, str(tab)).document
    _, reboot, never = document["entries"]
    assert (reboot["verdict"], reboot["decision"], reboot["triggers"]) == ("refused", "keep", [])
    assert (never["verdict"], never["decision"], never["script"]) == ("never", "keep", None)
    assert document["summary"] == {
        "entries": 3, "exact": 1, "differs": 0, "never": 1, "refused": 1, "unreadable": 0,
        "migrated": 0,
    }  # fmt: skip


def test_a_file_that_the_daemon_ignores_whole_is_shown_and_never_migrated(tmp_path: Path) -> None:
    path = tmp_path / "jobs"
    path.write_bytes(b"0 3 * * * root good\n61 * * * * root bad\n")
    document = cron2aws("scan", "-o", "json", *SYSTEM, str(path)).document
    assert document["sources"][0]["loaded"] is False
    assert [entry["decision"] for entry in document["entries"]] == ["review"]
    (line,) = document["unreadable"]
    assert (line["line"], line["text"]) == (2, "61 * * * * root bad")
    assert "bad minute" in line["message"]


def test_strict_asks_for_a_decision(tmp_path: Path) -> None:
    path = tmp_path / "jobs"
    path.write_bytes(b"0 3 * * * root good\n61 * * * * root bad\n")
    assert cron2aws("scan", *SYSTEM, str(path)).code == 0
    assert cron2aws("scan", "--strict", *SYSTEM, str(path)).code == 1


def test_the_table_names_the_zone_the_trigger_and_the_decision(tab: Path) -> None:
    answer = cron2aws("scan", *SYSTEM, str(tab))
    assert answer.code == 0
    assert "cron(17 3 ? * MON-FRI *) UTC" in answer.out
    assert "\nentries     3\nto migrate  1\nto keep     2\n" in answer.out


def test_a_secret_is_masked_in_the_table_and_verbatim_in_json(tmp_path: Path) -> None:
    path = tmp_path / "jobs"
    path.write_bytes(
        b"0 3 * * * root mysqldump --password=hunter2hunter2 shop # all\n"
        b"61 * * * * root mysqldump --password=hunter2hunter2 shop\n"
    )
    shown = cron2aws("scan", *SYSTEM, str(path)).out
    assert "mysqldump" in shown
    assert "hunter2" not in shown
    document = cron2aws("scan", "-o", "json", *SYSTEM, str(path)).out
    assert document.count("hunter2hunter2") > 2


def test_standard_input_is_a_users_crontab() -> None:
    answer = cron2aws(
        "scan", "-o", "json", "--dialect", "cronie", "--timezone", "UTC", "--user", "app", "-",
        stdin=b"5 * * * * /opt/app/tick\n",
    )  # fmt: skip
    (entry,) = answer.document["entries"]
    assert (entry["source"], entry["user"], entry["command"]) == ("-", "app", "/opt/app/tick")


@pytest.mark.parametrize(
    ("choice", "lines"),
    [
        (("--only", "*backup*"), [3]),
        (("--exclude", "*backup*"), [4, 5]),
        (("--only", "root", "--exclude", "never"), [3, 4]),
    ],
)
def test_entries_can_be_chosen(tab: Path, choice: tuple[str, ...], lines: list[int]) -> None:
    document = cron2aws("scan", "-o", "json", *SYSTEM, *choice, str(tab)).document
    assert [entry["line"] for entry in document["entries"]] == lines


def test_a_report_file_is_for_its_owner_alone(tab: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    answer = cron2aws("scan", "-o", "json", "--report-file", str(report), *SYSTEM, str(tab))
    assert (answer.code, answer.out) == (0, "")
    assert report.stat().st_mode & 0o777 == 0o600
    assert '"cron2aws.scan/1"' in report.read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("/nowhere/crontab",), 3, "/nowhere/crontab cannot be read"),
        (("--timezone", "Asia/Tokio", "-"), 2, "Asia/Tokyo"),
        (("--dialect", "fcron", "-"), 2, "--dialect"),
        (("--from", "tomorrow", "-"), 2, "2027-03-14"),
        (("--from", "9999-12-31", str(FIXTURES / "debian-web")), 2, "is out of reach"),
    ],
)
def test_errors_say_what_and_what_to_do(arguments: tuple[str, ...], code: int, told: str) -> None:
    answer = cron2aws("scan", *arguments)
    assert answer.code == code
    assert told in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("named", "here"),
    [
        ((), True),
        (("/etc/crontab",), True),
        (("/etc/cron.d/backup", "/var/spool/cron/crontabs/root"), True),
        (("/etc/crontab", "/root/copy-of-crontab"), False),
        (("/etc/crontab.bak",), False),
        (("/srv/hosts/web-1",), False),
    ],
)
def test_only_what_the_daemon_reads_here_is_this_hosts(named: tuple[str, ...], here: bool) -> None:
    assert of_this_host(named) is here


@pytest.mark.parametrize("tree", sorted(path.name for path in FIXTURES.iterdir() if path.is_dir()))
def test_every_fixture_can_be_scanned(tree: str) -> None:
    document = cron2aws("scan", "-o", "json", str(FIXTURES / tree)).document
    assert document["sources"]
    assert all(entry["verdict"] and entry["decision"] for entry in document["entries"])
