"""The switch of cfn/functions/runner.sh: by a host's crontabs, who runs the minute."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.handover_model.answers import DUE
from tests.handover_model.cases import CASES
from tests.handover_model.rows import ID, LONG_AGO, PLACE, Case
from tests.handover_model.rule import SETTLE
from tests.in_turn import shells_of
from tests.ledger_host import now
from tests.shells import SHELLS, Ended, Host, ended, why_not
from tests.surroundings import cannot
from tests.switch_host import RUN, Tabs, command_for, iso, line_for

STOOD_IN = ("runuser", "getent", "sh", "sleep", "stat", "date")


def tabs_for(shell: str, folder: Path) -> Tabs:
    if reason := why_not(shell, STOOD_IN):
        cannot(reason)
    made = Tabs(host=Host(shell=shell, folder=folder))
    made.lay_out()
    return made


def of_case(case: Case) -> str:
    line = line_for(case.source, case.command, case.schedule, case.siblings, case.marker)
    return command_for(line, user=case.user, system=case.source.startswith("etc/"))


def lay_out(tabs: Tabs, case: Case) -> None:
    tabs.clear()
    tabs.write(case.files)
    tabs.write_history(
        [(DUE + minutes * 60, who) for minutes, who in case.history],
        None if case.looked is None else DUE + case.looked,
    )
    changed = {path: DUE + case.elsewhere.get(path, LONG_AGO) for path in case.files}
    for path in (Path(case.source), *Path(case.source).parents):
        changed[str(path)] = DUE + case.changed
    tabs.tell(DUE + case.now, changed)


def has_an_odd_name(case: Case) -> bool:
    """Whether a file is there that the daemon passes over: patterns are each shell's own."""
    return any(re.search("[^A-Za-z0-9_-]", Path(each).name) for each in case.files)


@pytest.mark.parametrize("shell", SHELLS)
def test_each_row_of_the_model(shell: str, tmp_path: Path) -> None:
    """Each shell has its share of them; in a long run it has all."""
    tabs = tabs_for(shell, tmp_path)
    tabs.fake()
    passwd = tmp_path / "etc/passwd"
    passwd.write_text(passwd.read_text() + passwd.read_text().replace("alice", "anna"))
    shadow = tmp_path / "etc/shadow"
    shadow.write_text(shadow.read_text() + shadow.read_text().replace("alice", "anna"))
    # a ledger is the same to all rows, and half of a delivery's processes: one shell has it here,
    # each of them in the tests below
    run_name = RUN if shell == "dash" else ""
    wrong = {}
    for number, case in enumerate(CASES):
        if shell not in shells_of(number) and not has_an_odd_name(case):
            continue
        lay_out(tabs, case)
        tabs.history.parent.mkdir(parents=True, exist_ok=True)
        facts = {
            "run": run_name,
            "live": "" if case.live is None else iso(DUE + case.live * 60),
            "takes": "removal" if case.removal else "",
        }
        run = tabs.deliver(of_case(case), due=DUE, id=ID, mine=PLACE, **facts)
        written = tabs.history.read_text().splitlines() if tabs.history.exists() else []
        found = (
            run.said["outcome"].replace("ran", "runs"),
            written[len(case.history) :],
            int(tabs.history.stat().st_mtime) - DUE,
            run.said.get("tab", ""),
        )
        wanted = (
            case.outcome,
            [f"from {iso(DUE + minutes * 60)} {who}" for minutes, who in case.appended],
            case.now - SETTLE,
            f"/{case.tab}" if case.tab else "",
        )
        if found != wanted:
            wrong[case.name] = (wanted, found, run.stderr[-300:])
    assert wrong == {}


# --- real files, with their own times of change


@pytest.fixture(params=SHELLS)
def tabs(request: pytest.FixtureRequest, tmp_path: Path) -> Tabs:
    return tabs_for(request.param, tmp_path)


TAB = "etc/cron.d/shop"
ACTIVE = b"0 3 * * * root backup\n"
MARKED = f" # cron2aws:{ID}@- {PLACE} | ".encode() + ACTIVE
COMMAND = command_for(line_for(TAB, b"backup", "0 3 * * *"))


def last_minute() -> int:
    return now() // 60 * 60


def ask(tabs: Tabs, due: int, by: str = RUN, **facts: str) -> Ended:
    given = {"run": f"at-{due}", "by": by, "id": ID, "mine": PLACE, **facts}
    return tabs.deliver(COMMAND, due=due, **given)


def test_what_was_changed_after_the_minute_is_no_proof(tabs: Tabs) -> None:
    """The file is new, the minute is not: cron may have run it. Nobody has looked before."""
    tabs.write({TAB: MARKED})
    run = ask(tabs, last_minute() - 60)
    since = int((tabs.host.folder / TAB).stat().st_ctime) // 60 * 60 + 60
    assert (run.code, run.said["outcome"]) == (1, "not-run")
    assert "was changed around that minute" in run.said["reason"]
    assert tabs.lines() == [f"from {iso(since)} task"]


def test_an_older_mtime_changes_nothing(tabs: Tabs) -> None:
    tabs.write({TAB: MARKED})
    os.utime(tabs.host.folder / TAB, (1, 1))
    assert ask(tabs, last_minute() - 60).said["outcome"] == "not-run"


def test_what_was_known_before_the_change_counts(tabs: Tabs) -> None:
    """Handed over, taken back and handed over again; then come the deliveries of it all, late."""
    tabs.write({TAB: MARKED})
    due = last_minute() - 600
    changes = [(due - 600, "cron"), (due, "task"), (due + 120, "cron"), (due + 240, "task")]
    tabs.write_history(changes, looked=due + 300)
    found = {at: ask(tabs, due + at).said["outcome"] for at in range(-60, 360, 60)}
    cron, task = "left-to-cron", "ran"
    assert found == {-60: cron, 0: task, 60: task, 120: cron, 180: cron, 240: task, 300: task}
    assert len(tabs.lines()) == 4


def test_two_deliveries_of_a_minute_have_one_answer(tabs: Tabs) -> None:
    """Also when the crontab was changed in between."""
    tabs.write({TAB: ACTIVE})
    due = last_minute()
    tabs.write_history([(due - 600, "cron")], looked=due - 60)
    first = ask(tabs, due)
    assert (first.code, first.first) == (0, "[cron2aws] exit=- seconds=0 outcome=left-to-cron")
    tabs.write({TAB: MARKED})
    again = ask(tabs, due)
    assert (again.code, again.said) == (0, {**first.said, "again": "1"})
    assert ask(tabs, due, by="another").said["outcome"] == "duplicate"


def test_a_crontab_that_cannot_be_read_is_no_proof(tabs: Tabs) -> None:
    minute = last_minute()
    where = tabs.host.folder / TAB
    where.mkdir()
    folder = ask(tabs, minute, live="2026-01-01T00:00Z")
    where.rmdir()
    where.symlink_to(where)
    loop = ask(tabs, minute - 60, live="2026-01-01T00:00Z")
    where.unlink()
    where.parent.rmdir()
    where.parent.write_text("")
    no_folder = ask(tabs, minute - 120, live="2026-01-01T00:00Z")
    for run in (folder, loop, no_folder):
        assert (run.code, run.said["outcome"]) == (1, "not-run")
        assert "cannot be read" in run.said["reason"]
    assert tabs.lines() == []


@pytest.mark.parametrize("gone", [TAB, "etc/cron.d", "etc"])
def test_what_is_not_there_has_no_line(tabs: Tabs, gone: str) -> None:
    """The time of the folder counts that is left: it was made in this minute."""
    minute = last_minute()
    if gone != TAB:
        shutil.rmtree(tabs.host.folder / gone)
    # the user's entry of passwd is a stand-in's, which needs etc
    command = COMMAND if gone != "etc" else COMMAND.replace("user=root", "user=")
    facts = {"run": "x", "by": "x", "id": ID, "mine": PLACE}
    tabs.write_history([(minute - 600, "stopped")], looked=minute - 300)
    run = tabs.deliver(command, due=minute - 60, **facts)
    assert (run.code, run.said["outcome"]) == (0, "not-here")
    _, line = tabs.lines()
    assert line.endswith(" absent")
    assert line > f"from {iso(minute - 60)}"


def test_a_link_is_followed_and_its_own_time_counts(tabs: Tabs) -> None:
    minute = last_minute()
    where = tabs.host.folder / TAB
    (tabs.host.folder / "elsewhere").write_bytes(MARKED)
    where.symlink_to(tabs.host.folder / "elsewhere")
    assert ask(tabs, minute - 60).said["outcome"] == "not-run"
    tabs.write_history([(minute - 600, "task")], looked=minute)
    assert ask(tabs, minute - 120).said["outcome"] == "ran"
    (tabs.host.folder / "elsewhere").unlink()
    assert ask(tabs, minute - 180).said["outcome"] == "ran"  # the history has it
    assert tabs.lines()[-1].endswith("absent")


def test_where_no_history_can_be_written_the_file_says_what_came_after_it(tabs: Tabs) -> None:
    tabs.fake()
    tabs.write({TAB: MARKED})
    (tabs.host.folder / "var/lib/cron2aws").symlink_to("/nonexistent/folder")
    due = last_minute()
    tabs.tell(due + 5, {TAB: due - 30})
    assert ask(tabs, due).said["outcome"] == "ran"
    tabs.tell(due + 5, {TAB: due})
    assert ask(tabs, due - 60).said["outcome"] == "not-run"


def test_a_history_that_cannot_be_read_is_no_proof(tabs: Tabs) -> None:
    tabs.write({TAB: MARKED})
    (tabs.host.folder / "var/lib/cron2aws").write_text("")
    run = ask(tabs, last_minute() - 60)
    assert (run.code, run.said["outcome"]) == (1, "not-run")
    assert "history cannot be read" in run.said["reason"]


def test_left_to_cron_without_a_daemon_is_a_failure(tabs: Tabs) -> None:
    minute = last_minute()
    tabs.write({TAB: ACTIVE})
    tabs.write_history([(minute - 600, "cron")], looked=minute - 300)
    (tabs.host.folder / "proc/417/comm").write_text("cronyd\n")
    run = ask(tabs, minute)
    assert (run.code, run.said["outcome"]) == (1, "left-to-cron")
    assert run.said["reason"] == "no cron daemon is running"
    shutil.rmtree(tabs.host.folder / "proc/417")
    assert ask(tabs, minute - 60).said["outcome"] == "left-to-cron"


def test_a_run_by_hand_and_a_command_by_hand_ask_nobody(tabs: Tabs) -> None:
    tabs.write({TAB: ACTIVE})
    by_hand = tabs.deliver(COMMAND, due=None)
    written = tabs.deliver("echo ran", due=last_minute())
    for run in (by_hand, written):
        assert (run.said["outcome"], run.output) == ("ran", b"ran\n")
    assert tabs.lines() == []


def test_cleaning_leaves_what_the_hand_over_keeps(tabs: Tabs) -> None:
    minute = last_minute()
    tabs.write({TAB: ACTIVE})
    tabs.write_history([(minute - 86400, "cron")], looked=minute - 86400)
    kept = tabs.history.with_name("line")
    old = tabs.history.with_name("2020-01-01T00-00Z.end")
    for path in (kept, old):
        path.write_text("x")
        os.utime(path, (1, 1))
    assert ask(tabs, minute, keep="3600").said["outcome"] == "left-to-cron"
    assert kept.exists()
    assert not old.exists()
    assert tabs.history.stat().st_mode & 0o777 == 0o644  # as it was made; the runner's own is 0600


def test_the_history_is_for_root_alone(tabs: Tabs) -> None:
    tabs.write({TAB: ACTIVE})
    ask(tabs, last_minute())
    assert tabs.history.stat().st_mode & 0o777 == 0o600
    assert tabs.history.parent.stat().st_mode & 0o777 == 0o700


# --- a look has a moment of its own


def test_the_crontab_is_not_looked_at_in_the_first_two_seconds(tabs: Tabs) -> None:
    """The daemon may not have read it yet. What was found says nothing of them either."""
    tabs.fake()
    tabs.write({TAB: MARKED})
    due = last_minute()
    tabs.tell(due - 3, {TAB: due - 600})
    tabs.pass_time()
    # the job tells when it began: while it is waited for, time may go on
    tells = f"cat {tabs.host.folder}/clock"
    job = command_for(line_for(TAB, b"backup", "0 3 * * *"), job=tells)
    run = tabs.deliver(job, due=due, run=f"at-{due}", by=RUN, id=ID, mine=PLACE)
    assert (run.said["outcome"], run.output.split()[0]) == ("ran", str(due + 2).encode())
    assert tabs.looked() == due
    # who has no crontab to look at begins at once
    tabs.tell(due - 3, {})
    assert tabs.deliver(tells, due=due, run="x").output.split()[0] == str(due).encode()


def test_a_clock_that_stays_behind_is_told(tabs: Tabs) -> None:
    tabs.fake()
    tabs.write({TAB: MARKED})
    due = last_minute()
    tabs.pass_time()
    for behind, outcome in ((90, "ran"), (91, "clock-behind")):
        tabs.tell(due - behind, {TAB: due - 600})
        run = tabs.deliver(COMMAND, due=due, id=ID, mine=PLACE, run=outcome, by=outcome)
        assert run.said["outcome"] == outcome


def test_a_look_waits_for_a_command_that_edits(tabs: Tabs) -> None:
    tabs.write({TAB: MARKED})
    due = last_minute() - 60
    tabs.write_history([(due - 600, "task")], looked=due - 300)
    program = [str(shutil.which("flock")), "--no-fork", str(tabs.history.parent), "cat"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as command:
        assert command.stdin
        assert command.stdout
        command.stdin.write(b"it has the lock\n")
        command.stdin.flush()
        command.stdout.readline()
        # what the command notes before its edit, and then it is killed
        edits = f"echo from {iso(due)} unknown >>{tabs.history}; kill -9 {command.pid}"
        real = shutil.which("sleep")
        tabs.host.stand_in("sleep", f"#!/bin/sh\n[ $1 = .01 ] || {edits}\nexec {real} .01\n")
        run = ask(tabs, due)
    assert (run.code, run.said["outcome"]) == (1, "not-run")
    assert tabs.lines()[1] == f"from {iso(due)} unknown"


def test_a_command_that_is_stopped_in_its_edit_is_told(tabs: Tabs) -> None:
    tabs.fake()
    tabs.write({TAB: MARKED})
    due = last_minute()
    tabs.tell(due + 5, {TAB: due - 600})
    tabs.write_history([(due - 600, "task")], looked=due - 300)
    tabs.pass_time()
    folder = os.open(tabs.history.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        run = ask(tabs, due)
    finally:
        os.close(folder)
    assert (run.code, run.said["outcome"]) == (1, "not-run")
    assert f"{tabs.history.parent} has been locked for 30 s" in run.said["reason"]
    assert (tabs.clock(), tabs.looked()) == (due + 35, due - 300)
    assert ask(tabs, due - 60).said["outcome"] == "ran"


def test_the_job_does_not_hold_the_lock(tabs: Tabs) -> None:
    tabs.write({TAB: MARKED})
    due = last_minute() - 60
    tabs.write_history([(due - 600, "task")], looked=due - 300)
    job = f"flock -n {tabs.history.parent} echo free"
    command = command_for(line_for(TAB, b"backup", "0 3 * * *"), job=job)
    run = tabs.deliver(command, due=due, id=ID, mine=PLACE)
    assert (run.said["outcome"], run.output) == ("ran", b"free\n")


def test_a_look_that_cannot_be_noted_counts_as_none(tabs: Tabs) -> None:
    tabs.fake()
    tabs.write({TAB: ACTIVE})
    due = last_minute()
    tabs.tell(due + 5, {TAB: due - 30})
    tabs.write_history([(due - 600, "task")], looked=due - 300)
    tabs.history.with_name("history.new").mkdir()
    assert ask(tabs, due).said["outcome"] == "left-to-cron"
    assert (tabs.lines(), tabs.looked()) == ([f"from {iso(due - 600)} task"], due - 300)


def test_a_host_without_flock_is_told(tabs: Tabs, tmp_path: Path) -> None:
    """A look without the lock could fall into an edit."""
    bare = tmp_path / "bare"
    bare.mkdir()
    # the runner looks into the usual folders, too: here there are none
    usual = ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
    for folder in usual[1:].split(":"):
        for path in Path(folder).iterdir():
            if path.name != "flock" and not (bare / path.name).is_symlink():
                (bare / path.name).symlink_to(path)
    due, facts = last_minute(), {"id": ID, "mine": PLACE}
    runs = [tabs.text(command, due=due, **facts) for command in (COMMAND, "echo ran")]
    with_line, by_hand = (
        ended(tabs.host.start(each.replace(usual, "", 1), PATH=f"{tmp_path}/bin:{bare}"))
        for each in runs
    )
    assert (with_line.code, with_line.said["outcome"]) == (1, "not-run")
    assert with_line.said["reason"].startswith("this host has no program flock: install util-linux")
    assert by_hand.output == b"ran\n"
