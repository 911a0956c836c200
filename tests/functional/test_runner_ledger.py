"""The runner's ledger: a minute starts at most once on a host, whatever is killed, and when.

Real shells, processes and files; the steps of tests/ledger_host.py say where a delivery is killed.
"""

from __future__ import annotations

import itertools
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from _pytest.mark import ParameterSet
from hypothesis import given, settings
from hypothesis import strategies as st

from cron2aws.task.runner import RUNNER
from tests.in_turn import EVERY, in_turn, shells_of
from tests.ledger_host import KEEP, PATIENCE, RUN, Host, Kill, Report, make, now
from tests.shells import SHELLS, why_not
from tests.surroundings import cannot


def host_for(shell: str, folder: Path) -> Host:
    if reason := why_not(shell, ["ln"]):
        cannot(reason)
    return make(shell, folder)


@pytest.fixture(params=SHELLS)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    made = host_for(request.param, tmp_path / "host")
    yield made
    made.gate.unlink(missing_ok=True)  # so that no job is left


def both(host: Host, by: tuple[str, ...] = ("first", "other")) -> list[Report]:
    """Deliveries in the same moment."""
    started = [host.deliver(each) for each in by]
    reports = [each.report() for each in started]
    for each in started:
        each.settle()
    return reports


# --- many at once


def test_of_many_deliveries_one_runs_and_the_others_know(host: Host) -> None:
    many = 200 if EVERY else 40
    host.gate.touch()
    started = [host.deliver(("first", "other")[number % 4 == 0]) for number in range(many)]
    hopeless = monotonic() + PATIENCE
    while not host.has(".job") and monotonic() < hopeless:
        select.select([], [], [], 0.01)  # the deliveries need the processors
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
        for shell in shells_of(number)
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


def test_a_job_that_came_without_its_end_is_not_run(host: Host) -> None:
    """Its text was written, but neither its last line nor its input: the runner was killed."""
    start = RUNNER.index("loader() {")
    loader = RUNNER[start : RUNNER.index("\n}\n", start) + 3]
    text = f"mark=JOB\n{loader}loader '$'\nexec {SHELLS[host.shell]} -c \"$loader\"\n"
    for fed, said in (("echo half\n", ""), ("echo whole\nJOB\n", "whole\n")):
        ran = subprocess.run(
            [*SHELLS[host.shell].split(), "-c", text],
            input=fed,
            capture_output=True,
            text=True,
            check=False,
        )
        job, _, rest = ran.stdout.partition("\n")
        assert (job[:4], rest, ran.stderr) == ("job ", said, ""), fed


# --- the power is cut


@pytest.mark.parametrize(("shell", "kill"), kills(alone=False))
def test_after_a_power_cut_no_run_starts_again(shell: str, kill: Kill, tmp_path: Path) -> None:
    host = host_for(shell, tmp_path / "host")
    platter = host.keep_a_platter()
    delivery = host.deliver("first", kill)
    assert delivery.report().code == -signal.SIGKILL
    delivery.end()
    seen = list[dict[Path, bytes | None]]()
    for disk in ("synced", "names", "all"):
        again = host.after_power_cut(platter, disk, tmp_path / disk)
        left = contents(again.root)
        if left not in seen:  # else it is the same host
            check_later_deliveries(again, tuple(host.runs))
        seen.append(left)


def contents(folder: Path) -> dict[Path, bytes | None]:
    """What is in a folder; no bytes for another folder."""
    paths = folder.rglob("*")
    return {
        path.relative_to(folder): path.read_bytes() if path.is_file() else None for path in paths
    }


@settings(max_examples=max(10, settings().max_examples // 20), deadline=None)
@given(
    shell=st.sampled_from(sorted(SHELLS)),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["first", "other"]),
            st.sampled_from([None, *KILLS]),
            st.sampled_from([None, None, "synced", "names", "all"]),
        ),
        min_size=2,
        max_size=4,
    ),
)
def test_no_row_of_deliveries_kills_and_power_cuts_starts_two_runs(
    shell: str, steps: list[tuple[str, Kill | None, str | None]]
) -> None:
    with tempfile.TemporaryDirectory(prefix="cron2aws-ledger-") as folder:
        host = host_for(shell, Path(folder) / "host")
        platter, ran = host.keep_a_platter(), list[str]()
        for number, (by, kill, disk) in enumerate(steps):
            delivery = host.deliver(by, kill)
            report = delivery.report()
            if disk:
                delivery.end()
                ran += host.runs
                host = host.after_power_cut(platter, disk, Path(folder) / str(number))
                platter = host.keep_a_platter()
            else:
                delivery.settle()
            runs = [*ran, *host.runs]
            assert len(runs) <= 1
            if report.code != -signal.SIGKILL:
                allowed = [*(["ran", "again"] if runs == [by] else ["duplicate"] * len(runs))]
                assert report.outcome in (*allowed, "interrupted")


def test_the_claim_from_before_a_start_of_the_host_says_whose_the_report_is(
    host: Host, tmp_path: Path
) -> None:
    """Not the one in /run that a later delivery has left."""
    ran = host.tell("first")
    host = host.after_power_cut(tmp_path, "all", tmp_path / "again")
    assert host.tell("other").outcome == "duplicate"
    assert host.tell("first").told == ran.told
    assert host.tell("other").outcome == "duplicate"
    assert host.runs == []


# --- places

BROKEN = {
    "full": "mount -t tmpfs -o size=4k none {0}; head -c 4096 /dev/zero >{0}/fill",
    "no inodes": "mount -t tmpfs -o nr_inodes=1 none {0}",
    "read-only": "mount -t tmpfs -o ro none {0}",
    "a file": "rmdir {0}; touch {0}",
}


def broken(first: int) -> list[tuple[str, str]]:
    """Each of these in one shell, another one in each test; in a long run in all of them."""
    return [(shell, why) for number, why in enumerate(BROKEN, first) for shell in shells_of(number)]


def host_that_mounts(shell: str, folder: Path) -> Host:
    if os.geteuid() != 0:
        cannot("NOT CHECKED WITHOUT PLACES: only root mounts")
    return host_for(shell, folder)


def before_boot() -> dict[str, str]:
    up = int(float(Path("/proc/uptime").read_text().split()[0]))
    return {"due": str(now() - up - 100), "keep": str(up + KEEP), "run": "before-boot"}


@pytest.mark.parametrize(("shell", "why"), broken(0))
def test_without_room_in_var_lib_the_ledger_is_in_run(shell: str, why: str, tmp_path: Path) -> None:
    place = host_that_mounts(shell, tmp_path / "host")
    ran, again, duplicate, early, early_again = place.tell_all(
        BROKEN[why].format("var/lib"),
        *(place.script(by) for by in ("first", "first", "other")),
        *(place.script("first", **before_boot()) for _ in range(2)),
    )
    assert (ran.outcome, again.outcome, duplicate.outcome) == ("ran", "again", "duplicate")
    assert "ledger" not in ran.facts
    assert again.told == ran.told
    assert (early.outcome, early.code) == ("not-run", 1)
    assert early.facts["reason"].startswith(
        "no file can be made in /var/lib, and the host was started"
    )
    assert (early_again.told, early_again.code) == (early.told, 1)
    assert place.runs == ["first"]


@pytest.mark.parametrize(("shell", "why"), broken(1))
def test_without_room_in_run_the_ledger_is_in_var_lib(shell: str, why: str, tmp_path: Path) -> None:
    place = host_that_mounts(shell, tmp_path / "host")
    ran, again, duplicate, early, early_again = place.tell_all(
        BROKEN[why].format("run"),
        *(place.script(by) for by in ("first", "first", "other")),
        *(place.script("first", **before_boot()) for _ in range(2)),
    )
    assert (ran.outcome, again.outcome, duplicate.outcome) == ("ran", "again", "duplicate")
    assert again.told == ran.told
    assert (early.outcome, early_again.told) == ("ran", early.told)
    assert place.runs == ["first", "first"]


@pytest.mark.parametrize(("shell", "why"), broken(2))
def test_without_any_room_a_run_says_so_and_is_not_started_on_suspicion(
    shell: str, why: str, tmp_path: Path
) -> None:
    place = host_that_mounts(shell, tmp_path / "host")
    ran, suspicious = place.tell_all(
        *(BROKEN[why].format(each) for each in ("run", "var/lib")),
        place.script("first"),
        place.script("first", resent="1"),
    )
    assert (ran.outcome, ran.facts["ledger"]) == ("ran", "none")
    assert (suspicious.outcome, suspicious.code) == ("not-run", 1)
    assert "no file can be made in /var/lib or /run" in suspicious.facts["reason"]
    assert place.runs == ["first"]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_place_that_fills_up_is_no_place_without_a_claim(shell: str, tmp_path: Path) -> None:
    """Neither for a second delivery nor for the report, which goes to the other place."""
    place = host_that_mounts(shell, tmp_path / "host")
    fill = "head -c 999999 /dev/zero >{0}/fill 2>/dev/null || :"
    ran, *later = place.tell_all(
        *(f"mount -t tmpfs -o size=999k none {each}" for each in ("run", "var/lib")),
        place.script("first", job=fill.format(place.root / "var/lib")),
        fill.format("run"),
        *(place.script(by) for by in ("first", "other", "first")),
    )
    assert ran.outcome == "ran"
    assert [each.outcome for each in later] == ["again", "duplicate", "again"]
    assert later[0].told == ran.told
    assert place.runs == ["first"]


def test_what_the_host_lacks_is_made_for_everybody_and_the_ledger_for_root(host: Host) -> None:
    (host.root / "var/lib").rmdir()
    (host.root / "run").rmdir()
    assert host.tell().outcome == "ran"
    for place in ("var/lib", "run"):
        assert (host.root / place).stat().st_mode & 0o777 == 0o755
        assert (host.root / place / "cron2aws").stat().st_mode & 0o777 == 0o700
    assert host.ledger().with_name(f"{RUN}.end").stat().st_mode & 0o777 == 0o600


# --- clocks


def clock(host: Host, *seconds: int) -> None:
    """`date` says these, one after the other, and the last one from then on."""
    times = host.folder / "times"
    times.write_text("".join(f"{each} 2027-03-14T03:00:00+0000\n" for each in seconds))
    program = host.folder / "bin/date"
    program.write_text(
        f"#!/bin/sh\nhead -n 1 {times}\nset -- $(wc -l {times})\n"
        f'[ "$1" = 1 ] || sed -i 1d {times}\n'
    )
    program.chmod(0o755)
    (host.folder / "bin/sleep").write_text("#!/bin/sh\n")


@in_turn("host", (), [()], first=1)
def test_a_clock_that_stays_behind_is_told(host: Host) -> None:
    """The whole time that is waited is the same to all shells (test_runner_switch.py)."""
    clock(host, host.due - 1)
    report = host.tell()
    assert (report.outcome, report.code, host.runs) == ("clock-behind", 1, [])
    assert report.facts["reason"] == "its clock says 2027-03-14T03:00:00+0000"
    assert not host.has()
    clock(host, host.due)
    assert host.tell().outcome == "ran"


@in_turn(
    "host",
    ("after", "outcome"),
    [(0, "ran"), (KEEP, "ran"), (KEEP + 1, "too-late"), (10**9, "too-late")],
)
def test_a_clock_may_jump_while_it_is_waited_for(host: Host, after: int, outcome: str) -> None:
    clock(host, 0, host.due - 2, host.due - 2000, host.due - 1, host.due + after)
    report = host.tell()
    assert (report.outcome, len(host.runs)) == (outcome, outcome == "ran")
    assert report.code == (3 if outcome == "ran" else 1)


@in_turn(
    "host",
    ("hours", "outcome"),
    [(40, "ran"), (48, "ran"), (24 * 4, "ran"), (24 * 5 + 2, "too-late")],
)
def test_what_is_caught_up_runs_while_its_ledger_is_kept(
    host: Host, hours: int, outcome: str
) -> None:
    """By CatchUp=once a ledger is kept for two days more (cfn/functions/send.py)."""
    keep = 3_600 + 172_620 + 3 * 86_400
    facts = {"due": str(now() - hours * 3_600), "keep": str(keep)}
    first, second = (host.tell(by, **facts) for by in ("first", "second"))
    assert (first.outcome, len(host.runs)) == (outcome, outcome == "ran")
    assert second.outcome == ("duplicate" if outcome == "ran" else outcome)


# --- what is kept


def test_a_minute_does_not_see_another_and_goes_when_it_is_old(host: Host) -> None:
    runs = ("2027-03-14T02-58Z", "2027-03-14T02-59Z")
    for run in runs:
        assert host.tell(run=run).outcome == "ran"
    stale = host.root / "run/cron2aws" / "another-task"
    stale.mkdir()
    (stale / runs[0]).touch()
    for run, age in zip(runs, (KEEP + 180, KEEP - 180), strict=True):
        for path in (*host.root.rglob(f"{run}*"), stale / runs[0]):
            os.utime(path, (now() - age, now() - age))
    assert host.tell().outcome == "ran"
    assert [host.has(run=run) for run in (*runs, RUN)] == [False, True, True]
    assert [host.has(".end", run=run) for run in (*runs, RUN)] == [False, True, True]
    assert (stale / runs[0]).exists()
    assert host.tell(run=runs[1]).outcome == "again"
    assert len(host.runs) == 3
