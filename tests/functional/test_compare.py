"""`scan --compare`: what is different from an older scan, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.cli import cron2aws

TAB = """\
API_TOKEN=abc123def456ghi
MODE=production
0 3 * * * root /bin/first
0 4 * * * root kinit backup%OldSecret1
0 5 * * * root /bin/third
"""


def make_host(folder: Path, name: str, text: str = TAB) -> Path:
    root = folder / name
    (root / "etc/cron.d").mkdir(parents=True, exist_ok=True)
    (root / "etc/hostname").write_text(f"{name}\n")
    (root / "etc/timezone").write_text("UTC\n")
    (root / "etc/os-release").write_text("ID=debian\nVERSION_ID=12\n")
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (root / "etc/crontab").write_text(text)
    return root


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """What was reviewed, of a host."""
    return reviewed(tmp_path, make_host(tmp_path, "web-1"))


def reviewed(folder: Path, *hosts: Path) -> Path:
    file = folder / "reviewed.json"
    assert cron2aws("scan", *map(str, hosts), "-o", "json", "--report-file", str(file)).code == 0
    return file


def compared(review: Path, *hosts: Path) -> str:
    """The part of the report that compares."""
    answer = cron2aws("scan", *map(str, hosts), "--compare", str(review), "-o", "markdown")
    assert answer.code == 0
    assert "OldSecret1" not in answer.out
    assert "abc123def456ghi" not in answer.out
    part = answer.out.split("## Since the last review (reviewed.json)\n")[1]
    return part.split("\n## ")[0]


def changes(part: str) -> list[tuple[str, ...]]:
    rows = [line for line in part.splitlines() if line.startswith("| `")]
    return [tuple(cell.strip(" `") for cell in row.strip("|").split(" | "))[1:] for row in rows]


def test_a_line_that_moved_is_no_change(tmp_path: Path, review: Path) -> None:
    host = make_host(tmp_path, "web-1", f"# a comment\n\n{TAB}")
    assert "none" in compared(review, host)


def test_changes_stand_in_the_order_of_the_lines(tmp_path: Path) -> None:
    lines = [f"0 {hour} * * * root /bin/job-{hour}\n" for hour in range(1, 13)]
    review = reviewed(tmp_path, make_host(tmp_path, "web-1", "".join(lines)))
    later = [line.replace("0 ", "1 ", 1) for line in lines]
    part = compared(review, make_host(tmp_path, "web-1", "".join(later)))
    places = [row[0] for row in changes(part)]
    assert places == [f"/etc/crontab:{line}" for line in range(1, 13)]


def test_of_the_environment_only_what_differs_is_told(tmp_path: Path, review: Path) -> None:
    host = make_host(tmp_path, "web-1", TAB.replace("production", "staging"))
    rows = changes(compared(review, host))
    assert [row[1:] for row in rows] == [("environment", "MODE=production", "MODE=staging")] * 3


def test_another_secret_is_told_and_not_shown(tmp_path: Path, review: Path) -> None:
    text = TAB.replace("abc123def456ghi", "zzz999yyy888xxx").replace("OldSecret1", "NewSecret2")
    part = compared(review, make_host(tmp_path, "web-1", text))
    assert "NewSecret2" not in part
    assert "zzz999yyy888xxx" not in part
    rows = changes(part)
    secret = ("environment", "API_TOKEN=****", "API_TOKEN=**** (another secret)")
    assert [row[1:] for row in rows if row[1] == "environment"] == [secret] * 2
    # an entry is known by its command with its input: with another one it is another entry
    assert sorted(row[1] for row in rows if row[1] != "environment") == ["gone", "new"]


def test_a_setting_that_came_or_went_is_told(tmp_path: Path, review: Path) -> None:
    host = make_host(tmp_path, "web-1", TAB.replace("MODE=production", "LEVEL=3"))
    rows = changes(compared(review, host))
    assert len(rows) == 3
    assert "MODE=production" in rows[0][2]
    assert "LEVEL not set" in rows[0][2]
    assert "MODE not set" in rows[0][3]
    assert "LEVEL=3" in rows[0][3]


def test_the_host_is_named_where_there_are_several(tmp_path: Path) -> None:
    hosts = [make_host(tmp_path, name) for name in ("web-1", "web-2", "web-3")]
    review = reviewed(tmp_path, *hosts)
    assert "none" in compared(review, *hosts)
    make_host(tmp_path, "web-2", TAB.replace("0 5", "0 6"))
    rows = changes(compared(review, *hosts))
    assert rows == [("web-2: /etc/crontab:5", "schedule", "0 5 * * *", "0 6 * * *")]


def test_of_several_hosts_one_can_be_looked_at(tmp_path: Path) -> None:
    """The others are named, and are not gone."""
    hosts = [make_host(tmp_path, name) for name in ("web-1", "web-2", "web-3")]
    review = reviewed(tmp_path, *hosts)
    make_host(tmp_path, "web-2", TAB.replace("0 5", "0 6"))
    part = compared(review, hosts[1])
    assert [row[1:] for row in changes(part)] == [("schedule", "0 5 * * *", "0 6 * * *")]
    assert "gone" not in part
    assert "web-1, web-3" in part


def test_one_host_is_the_same_whatever_it_is_called(tmp_path: Path, review: Path) -> None:
    part = compared(review, make_host(tmp_path, "web-9"))
    assert "none" in part
    assert "not looked at" not in part
