"""What the runner asks its host for: users, programs, homes, environment; in real shells."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cron2aws.task.command import Job
from tests import environment_lines
from tests.in_turn import in_turn
from tests.shells import JOB, Host, command_of, ended


@pytest.mark.parametrize(
    ("dialect", "home", "ran"),
    [
        ("debian", "/nonexistent", True),
        ("cronie", "/nonexistent", False),
        ("cronie", "/", True),
    ],
)
def test_a_missing_home(host: Host, dialect: str, home: str, ran: bool) -> None:
    run = host.run(replace(JOB, command="echo ran", environment=(("HOME", home),)), dialect)
    assert (run.code == 0, run.output) == (ran, b"ran\n" if ran else b"")


@in_turn(
    "host",
    ("shell", "said"),
    [
        ("/nonexistent/sh", "No such file or directory"),
        ("sh-of-mine", "No such file or directory"),
        ("/etc/passwd", "Permission denied"),
        ("/etc", "Permission denied"),
        ("/etc/passwd/sh", "Not a directory"),
        ("/" + "n" * 300, "File name too long"),
        ("LOOP", "Too many levels of symbolic links"),
    ],
)
def test_a_shell_that_is_no_program_fails_with_the_daemons_words(
    host: Host, shell: str, said: str
) -> None:
    loop = host.folder / "loop"
    loop.unlink(missing_ok=True)
    loop.symlink_to("loop")
    shell = shell.replace("LOOP", str(loop))
    run = host.run(replace(JOB, environment=(("SHELL", shell),)))
    told = f"{shell}: execle: {said}\n"
    assert (run.code, run.output, run.stderr.decode()) == (1, b"", told)
    assert (run.said["exit"], run.said["outcome"]) == ("1", "ran")


def test_a_user_that_the_host_lacks_has_no_run(host: Host) -> None:
    run = host.run(replace(JOB, user="bob"))
    assert run.first == (
        "[cron2aws] exit=- seconds=0 outcome=not-run reason=this host has no user bob"
    )
    assert (run.code, run.output) == (1, b"")


@pytest.mark.parametrize(
    ("days", "ran"),
    [
        # last change:least:most:warning:inactive:expires
        ("19000:0:99999:7::", True),
        ("19000:0:99999:7::99999", True),
        ("19000:0:99999:7::18000", False),
        ("18000:0:30:7::", False),
        ("0:0:99999:7::", False),
        ("::::::", True),
        ("18000::::30:", True),
    ],
)
def test_an_account_that_has_expired_has_no_run(
    hosts: list[Host], days: str, ran: bool, tmp_path: Path
) -> None:
    host = replace(hosts[0], folder=tmp_path)
    host.lay_out()
    (tmp_path / "etc/shadow").write_text(f"alice:*:{days}:\n")
    run = host.run(JOB)
    expired = "the account or the password of alice has expired"
    assert (run.said["outcome"], run.said.get("reason")) == (
        ("ran", None) if ran else ("not-run", expired)
    )


@pytest.mark.parametrize("name", ["runuser", "setsid", "awk", "stat"])
def test_a_program_that_the_host_lacks_is_named(
    hosts: list[Host], name: str, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    programs = (
        "awk cat date env getent grep head ln mkdir mktemp mv rm runuser setsid sleep stat sync "
        "tail tee touch tr"
    )
    for each in programs.split():
        if each != name:
            (bare / each).symlink_to("/bin/true")
    host = hosts[0]
    # the runner looks into the usual folders, too: here there are none
    text = host.text(command_of(JOB)).replace(
        ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin", "", 1
    )
    run = ended(host.start(text, PATH=str(bare)))
    assert (
        run.said["reason"]
        == f"this host has no program {name}: install util-linux, coreutils and awk"
    )
    assert (run.said["outcome"], run.code) == ("not-run", 1)


def recorded_environment(host: Host, job: Job, dialect: str) -> dict[str, str]:
    """What a job gets, by the names of its variables."""
    own = replace(job, environment=(*job.environment, ("SHELL", host.recorder)))
    run = host.run(own, dialect)
    assert (run.code, run.stderr) == (0, b"")
    pairs = json.loads((host.folder / "record").read_text())["environment"]
    return dict(pair.encode("latin-1").decode().split("=", 1) for pair in pairs)


def test_the_hosts_environment_files_are_read_as_pam_does(host: Host, tmp_path: Path) -> None:
    own = replace(host, folder=tmp_path)
    own.lay_out()
    (tmp_path / "etc/environment").write_text(environment_lines.TEXT, encoding="utf-8")
    (tmp_path / "etc/default/locale").write_text(environment_lines.LOCALE)
    (tmp_path / "etc/locale.conf").write_text("LANG=C.UTF-8\n")
    wanted: dict[str, str | None] = {
        **environment_lines.WANTED,
        **environment_lines.WANTED_OF_LOCALE,
        "SHELL": own.recorder,
        "LOGNAME": "alice",
        "HOME": str(tmp_path / "home"),
    }
    known = {name: value for name, value in wanted.items() if value is not None}
    assert recorded_environment(own, JOB, "debian") == known


@in_turn(
    "host",
    ("dialect", "user", "names"),
    [
        ("debian", "alice", {"OF_ENVIRONMENT", "OF_DEFAULT_LOCALE"}),
        ("debian", "root", {"OF_ENVIRONMENT", "OF_DEFAULT_LOCALE"}),
        ("cronie", "alice", {"OF_ENVIRONMENT", "OF_LOCALE_CONF"}),
        # in a system crontab, cronie opens no session of PAM for root
        ("cronie", "root", {"OF_LOCALE_CONF"}),
    ],
)
def test_which_files_a_daemons_session_reads(
    host: Host, dialect: str, user: str, names: set[str], tmp_path: Path
) -> None:
    own = replace(host, folder=tmp_path)
    own.lay_out()
    for name in ("environment", "default/locale", "locale.conf"):
        word = name.upper().replace("/", "_").replace(".", "_")
        (tmp_path / "etc" / name).write_text(f"OF_{word}=yes\nA=of the host\nHOME=/etc\n")
    job = replace(JOB, user=user, system=True, environment=(("A", "of the crontab"),))
    found = recorded_environment(own, job, dialect)
    assert {name for name in found if name.startswith("OF_")} == names
    assert (found["A"], found["HOME"]) == ("of the crontab", str(tmp_path / "home"))
