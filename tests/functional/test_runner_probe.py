"""The probe of cfn/functions/runner.sh: everything that a run would meet, and no job."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.task.command import habits_of, render
from tests.handover_model.rows import ID, PLACE
from tests.in_turn import in_turn
from tests.probe_host import SPOOL, TAB, active, command_for, lay_out, put_daemon
from tests.shells import JOB, SHELLS, Ended, Host, why_not
from tests.surroundings import cannot
from tests.switch_host import Tabs, line_for


@pytest.fixture(params=SHELLS)
def tabs(request: pytest.FixtureRequest, tmp_path: Path) -> Tabs:
    if reason := why_not(request.param, ("runuser", "getent", "sh")):
        cannot(reason)
    made = Tabs(host=Host(shell=request.param, folder=tmp_path))
    lay_out(made)
    return made


def probe(tabs: Tabs, command: str = "backup", **given: Any) -> Ended:
    """`given`: of the task's command; no job may have run, nor a claim be left."""
    names = {"tab", "user", "dialect", "environment"}
    text = command_for(tabs, command, **{key: given.pop(key) for key in names & given.keys()})
    run = tabs.deliver(text, due=None, probe="1", id=ID, mine=PLACE, **given)
    assert run.code == 0, (run.stdout, run.stderr)
    assert not (tabs.host.folder / "ran").exists()
    assert not run.output
    assert [each for each in tabs.history.parent.glob("*") if each != tabs.history] == []
    assert abs(time.time() - int(run.said["clock"])) < 60  # noqa: TID251 (the host's clock)
    return run


def why(run: Ended) -> str:
    assert run.said["outcome"] == "unready", run.first
    return run.said["reason"]


def test_a_host_that_is_ready(tabs: Tabs) -> None:
    run = probe(tabs)
    assert run.first == (
        f"[cron2aws] exit=- seconds=0 outcome=ready line=cron clock={run.said['clock']}"
    )
    assert [line.split()[0::2] for line in tabs.lines()] == [["from", "cron"]]


@in_turn(
    "tabs",
    ("written", "line"),
    [
        (active("backup"), "cron"),
        (f" # cron2aws:{ID}@- {PLACE} | ".encode() + active("backup"), "task"),
        (b"#" + active("backup"), "stopped"),
        (b"", "absent"),
        (None, "absent"),
    ],
)
def test_it_says_how_the_crontab_has_the_line(tabs: Tabs, written: bytes | None, line: str) -> None:
    (tabs.host.folder / TAB).unlink()
    if written is not None:
        tabs.write({TAB: written})
    run = probe(tabs)
    assert (run.said["outcome"], run.said["line"]) == ("ready", line)
    assert len(tabs.lines()) == 1


def test_another_tab_that_has_the_line_is_named(tabs: Tabs) -> None:
    (tabs.host.folder / TAB).unlink()
    tabs.write({"etc/crontab": active("backup")})
    run = probe(tabs)
    assert (run.said["line"], run.said["tab"]) == ("cron", "/etc/crontab")


@in_turn(
    "tabs",
    ("command",),
    [
        ("backup",),
        ("  backup --all",),
        ("BIN/backup",),
        ("./backup",),
        ("backup; true",),
        ("cd / && nothing-like-it",),
        (". ./settings && x",),
        ("if true; then x; fi",),
        ("[ -x /no/such ] && x",),
        ("( nothing-like-it )",),
        ("A=1 nothing-like-it",),
        ("2>/dev/null nothing-like-it",),
        ("$HOME/nothing-like-it",),
        ('"nothing like it"',),
    ],
)
def test_a_command_whose_first_word_is_there_or_says_nothing(tabs: Tabs, command: str) -> None:
    (tabs.host.folder / "home/backup").symlink_to("../bin/backup")
    command = command.replace("BIN", f"{tabs.host.folder}/bin")
    tabs.write({TAB: active(command)})
    assert probe(tabs, command).said["outcome"] == "ready"


@in_turn(
    "tabs",
    ("command", "said"),
    [
        ("nothing-like-it -x", "the program nothing-like-it is not there"),
        ("nothing-like-it;true", "the program nothing-like-it is not there"),
        ("/no/such/x -x", "the program /no/such/x is not there"),
        ("./nothing-like-it", "the program ./nothing-like-it is not there"),
        ("/etc/passwd", "alice may not run /etc/passwd"),
        ("/etc", "alice may not run /etc"),
    ],
)
def test_a_program_that_is_not_there(tabs: Tabs, command: str, said: str) -> None:
    tabs.write({TAB: active(command)})
    assert why(probe(tabs, command)).startswith(said)


def test_the_jobs_own_path_counts(tabs: Tabs) -> None:
    run = probe(tabs, environment={"PATH": "/nothing"})
    assert why(run).startswith("the program backup is not there, or not in the PATH")


def test_shells_of_other_languages_are_not_asked(tabs: Tabs) -> None:
    environment = {"SHELL": tabs.host.recorder}
    assert probe(tabs, environment=environment).said["outcome"] == "ready"
    assert not (tabs.host.folder / "record").exists()


def test_a_shell_that_is_not_there(tabs: Tabs) -> None:
    run = probe(tabs, environment={"SHELL": "/nonexistent/sh"})
    assert "/nonexistent/sh" in why(run)
    assert "No such file or directory" in why(run)


def test_what_a_shell_reads_first_may_bring_the_program(tabs: Tabs) -> None:
    rc = tabs.host.folder / "rc"
    rc.write_text("echo noise; of_rc() { :; }\n")
    environment = {"SHELL": "/bin/bash", "BASH_ENV": str(rc)}
    tabs.write({TAB: active("of_rc")})
    assert probe(tabs, "of_rc", environment=environment).said["outcome"] == "ready"
    rc.write_text("exit 7\n")
    run = probe(tabs, "of_rc", environment=environment)
    assert "the shell /bin/bash of the job ended before it began" in why(run)


@pytest.mark.parametrize(("dialect", "ready"), [("debian", True), ("cronie", False)])
def test_a_home_that_is_not_there(tabs: Tabs, dialect: str, ready: bool) -> None:
    run = probe(tabs, dialect=dialect, environment={"HOME": "/nonexistent"})
    assert (run.said["outcome"] == "ready") is ready
    assert ready or "HOME cannot be entered: /nonexistent" in why(run)


def test_a_user_that_is_not_there(tabs: Tabs) -> None:
    run = probe(tabs, user="bob")
    assert why(run) == "this host has no user bob"
    assert run.said["line"] == "unknown"


def test_an_account_that_has_expired(tabs: Tabs) -> None:
    (tabs.host.folder / "etc/shadow").write_text("alice:*:19000:0:99999:7::18000:\n")
    assert "has expired" in why(probe(tabs))


def test_a_session_that_does_not_open(tabs: Tabs) -> None:
    tabs.host.stand_in("runuser", "#!/bin/sh\necho 'runuser: cannot open session' >&2\nexit 1\n")
    assert why(probe(tabs)) == "runuser: cannot open session"


def test_a_crontab_that_cannot_be_read(tabs: Tabs) -> None:
    (tabs.host.folder / TAB).unlink()
    (tabs.host.folder / TAB).mkdir()
    assert why(probe(tabs)) == f"its crontab /{TAB} cannot be read"


@in_turn(
    "tabs",
    ("tab", "dialect", "state", "wanted"),
    [
        (TAB, "debian", (0o644, 0), ""),
        (TAB, "debian", (0o4755, 0), ""),
        (TAB, "debian", (0o664, 0), "644"),
        (TAB, "debian", (0o646, 0), "644"),
        (TAB, "debian", (0o644, 1234), "644"),
        (TAB, "debian", (0o644, os.getuid() or 1234), "644"),
        (SPOOL, "debian", (0o600, 0), ""),
        (SPOOL, "debian", (0o600, os.getuid()), ""),
        (SPOOL, "debian", (0o600, 1234), "600"),
        (SPOOL, "debian", (0o640, 0), "600"),
        (TAB, "cronie", (0o644, 0), ""),
        (TAB, "cronie", (0o400, 0), ""),
        (TAB, "cronie", (0o664, 0), "644"),
        (TAB, "cronie", (0o744, 0), "644"),
        (TAB, "cronie", (0o645, 0), "644"),
        (TAB, "cronie", (0o644, 1234), "644"),
        (SPOOL, "cronie", (0o600, 0), ""),
        (SPOOL, "cronie", (0o640, 0), ""),
        (SPOOL, "cronie", (0o660, 0), "600"),
    ],
)
def test_a_crontab_that_its_daemon_does_not_take(
    tabs: Tabs, tab: str, dialect: str, state: tuple[int, int], wanted: str
) -> None:
    """By its mode and its owner."""
    mode, owner = state
    where = tabs.host.folder / tab
    (tabs.host.folder / TAB).unlink()
    tabs.write({tab: active("backup", "alice " if tab == TAB else "")})
    where.chmod(mode)
    (tabs.host.folder / "owner").write_text(f"{owner}\n")
    run = probe(tabs, tab=tab, dialect=dialect)
    assert (run.said["outcome"] == "ready") is (wanted == "")
    assert run.said["line"] == "cron"
    if wanted:
        looks = f"{stat.filemode(where.stat().st_mode)} {owner or 'root'} 1"
        assert why(run) == (
            f"cron does not read /{tab} as it is ({looks}): make it a file of root's, "
            f"mode {wanted}, with one name"
        )


def test_a_cronie_that_takes_any_mode(tabs: Tabs) -> None:
    (tabs.host.folder / TAB).chmod(0o666)
    (tabs.host.folder / "proc/417/cmdline").write_text("/usr/sbin/crond\0-np\0")
    assert probe(tabs, dialect="cronie").said["outcome"] == "ready"


@in_turn(
    "tabs",
    ("dialect", "tab", "ready"),
    [
        ("debian", TAB, False),
        ("cronie", TAB, True),
        ("debian", SPOOL, False),
        ("cronie", SPOOL, False),
    ],
)
def test_a_crontab_of_two_names(tabs: Tabs, dialect: str, tab: str, ready: bool) -> None:
    (tabs.host.folder / TAB).unlink()
    tabs.write({tab: active("backup", "alice " if tab == TAB else "")})
    (tabs.host.folder / tab).chmod(0o600)
    (tabs.host.folder / "another").hardlink_to(tabs.host.folder / tab)
    run = probe(tabs, tab=tab, dialect=dialect)
    assert (run.said["outcome"] == "ready") is ready
    assert ready or " root 2): make it" in why(run)


@pytest.mark.parametrize(
    ("tab", "owner", "ready"), [(TAB, 0, True), (TAB, 1234, False), (SPOOL, 0, False)]
)
def test_a_link_to_a_crontab(tabs: Tabs, tab: str, owner: int, ready: bool) -> None:
    (tabs.host.folder / TAB).unlink()
    tabs.write({"real": active("backup", "alice " if tab == TAB else "")})
    (tabs.host.folder / "real").chmod(0o600)
    (tabs.host.folder / tab).symlink_to(tabs.host.folder / "real")
    (tabs.host.folder / "owner").write_text(f"{owner}\n")
    run = probe(tabs, tab=tab)
    assert (run.said["outcome"] == "ready") is ready
    assert ready or f"cron does not read /{tab} as it is (lrwx" in why(run)


def test_no_daemon(tabs: Tabs) -> None:
    (tabs.host.folder / "proc/417/comm").write_text("cronyd\n")
    run = probe(tabs)
    assert why(run).startswith("no cron daemon is running: start it")
    assert run.said["line"] == "cron"


@in_turn(
    "tabs",
    ("slept", "minutes", "state", "ready"),
    [
        (5000, 5000, "S", True),
        (2600, 5000, "S", True),
        (0, 1, "S", True),
        (900_000, 5000, "R", True),
        (40, 5000, "S", False),
        (5000, 5000, "T", False),
        (5000, 1, "T", False),
        (5000, 5000, "Z", False),
    ],
)
def test_a_daemon_that_does_not_wake(
    tabs: Tabs, slept: int, minutes: int, state: str, ready: bool
) -> None:
    put_daemon(tabs, slept=slept, minutes=minutes, state=state)
    run = probe(tabs)
    assert (run.said["outcome"] == "ready") is ready
    assert ready or "(process 417) does not wake each minute" in why(run)


def test_a_daemons_child_is_no_daemon(tabs: Tabs) -> None:
    """It has the daemon's name for as long as its job runs."""
    put_daemon(tabs, state="T")
    child = tabs.host.folder / "proc/2"
    child.mkdir()
    for name in ("comm", "stat", "status"):
        text = (tabs.host.folder / "proc/417" / name).read_text()
        (child / name).write_text(text.replace(" T 1 ", " S 417 "))
    assert "(process 417)" in why(probe(tabs))


def test_a_place_that_takes_no_file(tabs: Tabs) -> None:
    (tabs.host.folder / "var/lib/cron2aws").symlink_to("/proc/no/such/place")
    assert why(probe(tabs)).startswith(f"root can make no file in /var/lib/cron2aws/{tabs.task} (")


def test_a_place_without_room(tabs: Tabs) -> None:
    (tabs.host.folder / "room").write_text("2048 4096\n")
    assert why(probe(tabs)).startswith(f"/var/lib/cron2aws/{tabs.task} has 8 MB left")


def test_a_program_of_the_runners_own_that_is_not_there(tabs: Tabs) -> None:
    text = 'command() { [ "$2" != setsid ]; }\n'
    job = replace(JOB, line=line_for(TAB, b"true", "0 3 * * *"))
    whole_text = render(job, habits_of(DIALECTS["debian"]), title="cron2aws 0123456789abcdef: x")
    run = tabs.deliver(whole_text.replace("\n", f"\n{text}", 1), due=None, probe="1")
    assert why(run).startswith("this host has no program setsid: install util-linux")


def test_a_command_by_hand_is_not_run(tabs: Tabs) -> None:
    run = tabs.deliver(f"touch {tabs.host.folder}/ran", due=None, probe="1")
    assert (run.said["outcome"], run.said["line"]) == ("ready", "unknown")
    assert not (tabs.host.folder / "ran").exists()


def test_a_probe_keeps_no_run_away(tabs: Tabs) -> None:
    probe(tabs, run="a-name", by="another")
    run = tabs.deliver("echo ran", due=None, run="a-name", by="a-name")
    assert (run.said["outcome"], run.output) == ("ran", b"ran\n")
