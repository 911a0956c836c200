"""Scripts in the folders of run-parts: whose they are, whether they run, and as which line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.run_parts import AnacronJob, Script, crontab_line_for, read_anacrontab
from cron2aws.hosts.local import read_host
from tests.functional.cli import cron2aws
from tests.making import assessment_of
from tests.reading import Asker

DEBIAN, CRONIE = DIALECTS["debian"], DIALECTS["cronie"]
CRONTAB = """\
17 * * * * root cd / && run-parts --report /etc/cron.hourly
25 6\t* * * root test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )
"""
ANACRONTAB = """\
SHELL=/bin/sh
START_HOURS_RANGE=3-22
# period delay name command
1\t5\tcron.daily\t\tnice run-parts /etc/cron.daily
7 70 cron.weekly nice run-parts /etc/cron.weekly
@monthly 45 cron.monthly nice run-parts /etc/cron.monthly
3 1 own.job /opt/own --password=hunter2
"""
NAMES = ("backup", "back_up-2", "backup.sh", ".placeholder", "näme", "tidy~", "x.dpkg-old", "a b")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A Debian host with a script of its own, two of packages, and three that do not run."""
    files = {
        "etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
        "etc/hostname": "web-1\n",
        "etc/timezone": "UTC\n",
        "etc/crontab": CRONTAB,
        "etc/cron.daily/backup": "#!/bin/sh\n",
        "etc/cron.daily/logrotate": "#!/bin/sh\n",
        "etc/cron.daily/tool": "#!/bin/sh\n",
        "etc/cron.daily/backup.sh": "#!/bin/sh\n",
        "etc/cron.daily/.placeholder": "",
        "etc/cron.weekly/report": "#!/bin/sh\n",
    }
    for name, text in files.items():
        path = tmp_path / "web-1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    off = tmp_path / "web-1/etc/cron.hourly/off"
    off.parent.mkdir()
    off.write_text("")
    return tmp_path / "web-1"


def scripts(*named: str | Path) -> dict[str, dict[str, Any]]:
    (host,) = cron2aws("scan", "-o", "json", *map(str, named)).document["hosts"]
    return {each["path"].removeprefix("/etc/cron."): each for each in host["scripts"]}


def test_each_script_of_yours_has_its_line(tree: Path) -> None:
    found = scripts(tree)
    assert {name: (each["own"], each["line"]) for name, each in found.items()} == {
        "daily/backup": (True, "25 6 * * * root cd / && /usr/local/sbin/backup"),
        "daily/backup.sh": (True, "25 6 * * * root cd / && /usr/local/sbin/backup.sh"),
        "daily/logrotate": (False, None),  # by its name
        "daily/tool": (True, "25 6 * * * root cd / && /usr/local/sbin/tool"),
        "hourly/off": (True, "17 * * * * root cd / && /usr/local/sbin/off"),
        "weekly/report": (True, None),  # nothing runs its folder
    }
    assert {name: each["passed_over"] for name, each in found.items() if each["passed_over"]} == {
        "daily/backup.sh": "run-parts passes over a name with other signs than letters, digits, "
        "_ and -",
        "hourly/off": "it is not executable",
    }


def test_dpkgs_lists_say_whose_they_are(tree: Path) -> None:
    info = tree / "var/lib/dpkg/info"
    info.mkdir(parents=True)
    (info / "tool:amd64.list").write_text("/.\n/etc/cron.daily\n/etc/cron.daily/tool\n")
    found = scripts(tree)
    assert (found["daily/tool"]["package"], found["daily/tool"]["own"]) == ("tool", False)
    assert found["daily/logrotate"]["own"]  # no package says that it has put it there
    assert {each["asked"] for each in found.values()} == {True}


def test_the_script_on_the_host_says_the_same(tree: Path) -> None:
    brought = Asker("dash").ask(tree)
    there = brought.read("web-1").facts
    here = read_host(tree).facts
    assert [each.path for each in there.scripts] == [each.path for each in here.scripts]
    assert [each.executable for each in there.scripts] == [each.executable for each in here.scripts]


def test_a_report_shows_them_as_jobs_of_yours(tree: Path) -> None:
    (tree / "etc/anacrontab").write_text(ANACRONTAB)
    out = cron2aws("scan", str(tree)).out
    assert "Jobs of yours that run-parts runs" in out
    assert "/usr/local/sbin/backup" in out
    assert "1 script of packages, which stay" in out
    assert "Jobs of anacron, which stay with the host" in out
    assert "hunter2" not in out
    web_2 = tree.parent / "web-2"
    subprocess.run(["cp", "-r", tree, web_2], check=True)
    (web_2 / "etc/hostname").write_text("web-2\n")
    assert "web-1, web-2" in cron2aws("scan", str(tree), str(web_2)).out


def test_a_saved_scan_has_them(tree: Path, tmp_path: Path) -> None:
    (tree / "etc/anacrontab").write_text(ANACRONTAB)
    document = cron2aws("scan", "-o", "json", str(tree)).document
    saved = tmp_path / "a.json"
    saved.write_text(json.dumps(document))
    again = cron2aws("scan", "-o", "json", str(saved)).document
    assert again["hosts"] == document["hosts"]


def test_names_and_modes_are_as_run_parts_has_them(tmp_path: Path) -> None:
    for number, name in enumerate(NAMES):
        for mode in (0o755, 0o644, 0o611):
            path = tmp_path / f"{name}{'' if mode == 0o755 else f'_{mode:o}'}"
            path.write_text(f"#!/bin/sh\n# {number}\n")
            path.chmod(mode)
    ran = subprocess.run(
        ["run-parts", "--test", tmp_path], capture_output=True, text=True, check=True
    )
    by_us = {
        str(path)
        for path in tmp_path.iterdir()
        if not Script(
            path=str(path), executable=bool(path.stat().st_mode & 0o111)
        ).passed_over(DEBIAN)
    }  # fmt: skip
    assert by_us == set(ran.stdout.split())
    assert len(by_us) > 3


@pytest.mark.parametrize(
    ("name", "passed_over"),
    [("backup.sh", False), ("x~", True), ("x.rpmsave", True), ("a,", True), ("x.rpmnew", True)],
)
def test_red_hats_run_parts_has_its_own_rule(name: str, passed_over: bool) -> None:
    script = Script(path=f"/etc/cron.daily/{name}", executable=True)
    assert bool(script.passed_over(CRONIE)) == passed_over


def test_an_anacrontab_is_read() -> None:
    found = read_anacrontab(ANACRONTAB)
    assert found.hour == 3
    assert [each.name for each in found.jobs] == [
        "cron.daily", "cron.weekly", "cron.monthly", "own.job"
    ]  # fmt: skip
    assert found.jobs[0] == AnacronJob(
        period="1", delay=5, name="cron.daily", command="nice run-parts /etc/cron.daily"
    )
    assert read_anacrontab("1 x y z\nnonsense\n\n").jobs == ()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/etc/cron.daily/a", "5 3 * * * root cd / && /usr/local/sbin/a"),
        ("/etc/cron.weekly/a", "10 4 * * 0 root cd / && /usr/local/sbin/a"),
        ("/etc/cron.monthly/a b", "45 3 1 * * root cd / && '/usr/local/sbin/a b'"),
        ("/etc/cron.daily/50%", r"5 3 * * * root cd / && /usr/local/sbin/50\%"),
        ("/etc/cron.hourly/a", None),
    ],
)
def test_what_anacron_runs_has_a_time_that_it_may_take(path: str, line: str | None) -> None:
    assert (
        crontab_line_for(Script(path=path, executable=True), (), read_anacrontab(ANACRONTAB))
        == line
    )


def test_the_line_is_one_that_the_daemon_reads() -> None:
    line = crontab_line_for(
        Script(path="/etc/cron.daily/50% of", executable=True), (), read_anacrontab(ANACRONTAB)
    )
    (entry,) = assessment_of(f"{line}\n").entries
    assert entry.entry.command == "cd / && '/usr/local/sbin/50% of'"
