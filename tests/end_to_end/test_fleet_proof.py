"""A fleet that is nearly alike, from the scan to the rollback: each minute of each job counted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.fleet_proof import COUNTED, COUNTERS, LACKING, Counting, counting
from tests.fleet_proof import JOBS as EVERY
from tests.fleets import CRONTAB, HOSTS, JOBS, ROOTS
from tests.host_tree import path_of

ONLY = ("--only", "*>>ran*")
OUT = ("migrate", "--comment-out", "--yes", *ONLY)
BACK = ("rollback", "--yes")
WORDS = (
    *JOBS,
    (ROOTS, "only-here"),
    ("/etc/cron.d/old", "/opt/old/run"),
    *((path, f"echo j{number} ") for number, path in enumerate(
        (CRONTAB, COUNTED, COUNTED, ROOTS, COUNTERS), start=1
    )),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    """So many hosts, of which so many lack a job; `more` lines are in one of the files."""

    count: int
    lacking: int = 0
    jobs: Sequence[str] = EVERY
    run_on: str = "marked"
    more: str = ""


@contextmanager
def made(folder: Path, monkeypatch: pytest.MonkeyPatch, case: Case) -> Iterator[Counting]:
    monkeypatch.setenv("PATH", path_of(folder))
    monkeypatch.setenv("CRON2AWS_STATE", str(folder / "state"))
    with counting(folder, case.count, case.lacking, case.jobs, more=case.more) as fleet:
        yield fleet


Difference = tuple[str, tuple[str, str], str]


def differences(said: str) -> set[Difference]:
    """What a scan's document says: by host and job, `lacks`, `alone` or `otherwise`."""
    document = json.loads(said)
    commands = {each["id"]: each["command"] for each in document["entries"]}
    found: set[Difference] = set()
    for row in document["matrix"]["entries"]:
        if row["alike"]:
            continue
        (job,) = [
            (path, word)
            for path, word in WORDS
            if path == row["source"] and word in commands[row["id"]]
        ]
        having = [host for way in row["ways"] for host in way["hosts"]]
        if len(having) == 1:
            found.add((_name(having[0]), job, "alone"))
            continue
        found |= {(_name(host), job, "lacks") for host in row["without"]}
        found |= {
            (_name(host), job, "otherwise") for way in row["ways"][1:] for host in way["hosts"]
        }
    return found


def _name(label: str) -> str:
    return label.partition(" ")[0]


def planted(fleet: Counting) -> set[Difference]:
    found = {
        (each.host, job, kind)
        for each in fleet.fleet.planted
        if each.host != fleet.newcomer.name
        for kind in ("lacks", "alone", "otherwise")
        for job in getattr(each, kind)
    }
    lacking = {host.name for host in fleet.lacking}
    return found | {(name, (COUNTERS, f"echo {LACKING} "), "lacks") for name in lacking}


def check(fleet: Counting, run_on: str, live: datetime | None, gone: datetime) -> None:
    """Each job at each minute, as RunOn has it; a host whose line is active is always cron's.

    `live`: from when on hosts without the line run it; `gone`: the stacks are no more.
    """
    lacking = {host.name for host in fleet.lacking}
    for minute, jobs in fleet.counted().items():
        for job, runs in jobs.items():
            here = {name for name in runs if job != LACKING or name not in lacking}
            active = fleet.active(minute, job)
            told = (f"{minute:%H:%M}", job, runs, active)
            assert all(count <= 1 for count in runs.values()), told
            assert all(runs[name] == 1 for name in active), told
            without = [runs[name] for name in runs.keys() - here]
            if run_on == "one":
                assert runs.total() - len(active) <= 1, told
                assert runs.total() >= 1, told
                assert active or runs.total() == 1, told
                continue
            assert all(runs[name] == 1 for name in here), told
            if run_on == "marked" or not live or minute < live or minute >= gone:
                assert sum(without) == 0, told
            elif minute < fleet.going:
                assert sum(without) == len(without), told


CASES = [
    pytest.param(Case(count=3, lacking=1, jobs=(LACKING,), run_on="one"), id="three hosts, one"),
    *(
        pytest.param(
            Case(count=HOSTS, lacking=3, run_on=run_on),
            id=f"thirty hosts, {run_on}",
            marks=pytest.mark.long,
        )
        for run_on in ("marked", "one", "all")
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_from_the_scan_to_the_rollback(
    case: Case,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run_on = case.run_on
    with made(tmp_path, monkeypatch, case) as fleet:
        world = fleet.world
        assert fleet.command("scan", "-o", "json") == 0
        assert differences(capsys.readouterr().out) == planted(fleet)
        world.pass_minutes(1)
        having = [host.id for host in world.hosts if host.cron_runs()]
        assert fleet.command(*OUT, "--run-on", run_on) == 0
        assert fleet.order == having
        assert fleet.active_lines() == []
        world.pass_minutes(2)
        lives = {each.parameters["LiveFrom"] for each in world.stacks() if each.is_task}
        assert ("" in lives) == (run_on == "marked")
        assert fleet.command("status") == 0
        fleet.join()
        world.pass_minutes(2)
        capsys.readouterr()
        assert fleet.command("status", "-o", "json") == 4
        told = json.loads(capsys.readouterr().out)["tasks"]
        newcomer = fleet.newcomer.name
        assert {each["told"] for each in told if _name(each["host"]) == newcomer} == {
            "not handed over: cron runs it"
        }
        fleet.going = world.now()
        assert fleet.command(*BACK) == 0
        gone = world.now()
        assert fleet.crontabs() == fleet.before
        assert not [each for each in world.stacks() if each.is_task]
        world.pass_minutes(2)
        assert world.failures == []
    live = max((datetime.fromisoformat(each) for each in lives if each), default=None)
    check(fleet, run_on, live, gone)


@pytest.mark.long
def test_two_mebibytes_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Debian's cron reads 10,003 lines of a file, each of 1,000 characters
    lines = [
        f"{'# ' if n % 200 else ''}{n * 7919 % 60} 3 * * * root /opt/batch/job{n} {'long' * 45}\n"
        for n in range(9_900)
    ]
    case = Case(count=1, jobs=("j1", "j2"), more="".join(lines))
    with made(tmp_path, monkeypatch, case) as fleet:
        (host,) = fleet.world.hosts
        sizes = {path: len(data) for path, data in fleet.before[host.name].items()}
        assert sum(sizes.values()) > 2 * 1024 * 1024
        assert fleet.command("scan", "-o", "json") == 0
        found = json.loads(capsys.readouterr().out)
        assert {each["path"][1:]: each["sha256"] for each in found["sources"]} == {
            path: hashlib.sha256(data).hexdigest() for path, data in fleet.before[host.name].items()
        }
        assert fleet.command(*OUT) == 0
        assert fleet.active_lines() == []
        fleet.world.pass_minutes(1)
        assert fleet.command(*BACK) == 0
        assert fleet.crontabs() == fleet.before
        fleet.world.pass_minutes(1)
        assert fleet.world.failures == []
    check(fleet, "marked", None, fleet.world.now())
