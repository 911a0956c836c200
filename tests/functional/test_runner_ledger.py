"""The runner's ledger: a minute starts at most once on a host, whatever is killed, and when.

Real shells, processes and files; the steps of tests/ledger_host.py say where a delivery is killed.
"""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from hypothesis import settings

from tests.ledger_host import SHELLS, TASK, Host, Kill, Report, make, why_not
from tests.surroundings import cannot

LONG = settings.get_current_profile_name() == "long"


def host_for(shell: str, folder: Path) -> Host:
    if reason := why_not(shell):
        cannot(reason)
    return make(shell, folder)


@pytest.fixture(params=SHELLS)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Host:
    return host_for(request.param, tmp_path / "host")


def both(host: Host, by: tuple[str, ...] = ("first", "other")) -> list[Report]:
    """Deliveries in the same moment."""
    started = [host.deliver(each) for each in by]
    reports = [each.report() for each in started]
    for each in started:
        each.settle()
    return reports


# --- many at once


def test_of_many_deliveries_one_runs_and_the_others_know(host: Host) -> None:
    many = 200 if LONG else 40
    host.gate.touch()
    started = [host.deliver(("first", "other")[number % 4 == 0]) for number in range(many)]
    while not host.has(".job"):
        os.sched_yield()
    host.gate.unlink()
    reports = [each.report() for each in started]
    for each in started:
        each.settle()
    (winner,) = host.runs
    (ran,) = (each for each in reports if each.outcome == "ran")
    assert ran.facts["exit"] == "3"
    for by, report in zip(itertools.cycle(["other", *["first"] * 3]), reports, strict=False):
        if report is ran:
            assert by == winner
        elif by == winner:
            assert (report.outcome, report.told, report.code) == ("again", ran.told, 3)
        else:
            assert (report.outcome, report.stdout, report.code) == ("duplicate", "", 0)


# --- killed

STEPS = [
    "mkdir *root/run >*",
    "mkdir */run/cron2aws/*",
    "ln */run/cron2aws/*",
    "rm -f */run/cron2aws/*",
    "mkdir */lib/cron2aws/*",
    "ln */lib/cron2aws/*",
    "rm -f */lib/cron2aws/*",
    "sync */lib >*",
    "mkdir */lib/cron2aws >*",
    "mktemp *",
    "tee *",
    "rm -r *",
    "setsid sh -c setsid*",
    "setsid sh -c echo*",
    "cat * >pipe*",
    "stat *",
    "tail *.err",
    "tail *.new",
    "sync *.new *",
    "mv *.new *",
    "tail */4 >pipe*",
    "tail */6 >pipe*",
    "find *",
]
"""All that a run starts, in order: the claims, the outputs, the job, its end, and what is told."""
KILLS = [Kill(call=call, when=when) for call in STEPS for when in ("before", "after")]


def kills(*, alone: bool) -> list[ParameterSet]:
    """Each kill in one shell, each step in all of them; in a long run each kill in all."""
    every = [
        Kill(call=each.call, when=each.when, group=group)
        for each in KILLS
        for group in ((True, False) if alone else (True,))
    ]
    return [
        pytest.param(shell, each, id=f"{shell}-{each}")
        for number, each in enumerate(every)
        for place, shell in enumerate(SHELLS)
        if LONG or place == number % len(SHELLS)
    ]


def check_later_deliveries(host: Host, earlier: tuple[str, ...] = ()) -> None:
    """What two of them tell follows from what the ledger has, and never has a minute two runs.

    `earlier`: who ran the job before the power was cut.
    """
    claimed, ended, before = host.has(), host.has(".end"), [*earlier, *host.runs]
    first, other = both(host)
    if not claimed:
        assert before == []
        assert sorted([first.outcome, other.outcome]) == ["duplicate", "ran"]
        assert host.runs == ["first" if first.outcome == "ran" else "other"]
        return
    assert [*earlier, *host.runs] == before
    assert before in ([], ["first"])
    if ended:
        assert (first.outcome, other.outcome) == ("again", "duplicate")
        assert (first.code, first.stdout, first.stderr) == (3, "told\n", "wrong\n")
        assert first.facts["exit"] == "3"
    else:
        assert (first.outcome, other.outcome) == ("interrupted", "interrupted")
        assert (first.code, other.code) == (1, 1)


@pytest.mark.parametrize(("shell", "kill"), kills(alone=True))
def test_a_killed_run_is_told_and_not_run_again(shell: str, kill: Kill, tmp_path: Path) -> None:
    host = host_for(shell, tmp_path / "host")
    delivery = host.deliver("first", kill)
    report = delivery.report()
    assert report.code == -signal.SIGKILL
    delivery.settle()
    check_later_deliveries(host)


@pytest.mark.parametrize("whom", ["$RUNNER", "-$RUNNER"])
def test_a_job_that_outlives_its_runner_is_told(host: Host, whom: str) -> None:
    """From its first step on."""
    host.gate.touch()
    delivery = host.deliver("first", job=f"kill -9 {whom}")
    assert delivery.report().code == -signal.SIGKILL
    first, other = both(host)
    assert (first.outcome, other.outcome) == ("runner-lost", "runner-lost")
    assert first.facts["reason"].startswith("the job goes on as process ")
    assert (first.code, other.code) == (1, 1)
    host.gate.unlink()
    delivery.settle()
    check_later_deliveries(host)
    assert host.runs == ["first"]


# --- the power is cut


@pytest.mark.parametrize(("shell", "kill"), kills(alone=False))
def test_after_a_power_cut_no_run_starts_again(shell: str, kill: Kill, tmp_path: Path) -> None:
    host = host_for(shell, tmp_path / "host")
    platter = host.keep_a_platter()
    delivery = host.deliver("first", kill)
    assert delivery.report().code == -signal.SIGKILL
    delivery.end()
    for disk in ("synced", "names", "all"):
        again = host.after_power_cut(platter, disk, tmp_path / disk)
        check_later_deliveries(again, tuple(host.runs))
