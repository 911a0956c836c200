"""The runner with the real systemd: what the job gets, how its end is told, what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cron2aws.task.command import Job
from cron2aws.task.whole import whole
from tests.oracle.real_systemd import (
    CROND,
    need_real_systemd,
    processes_left,
    run_scripts,
    units_left,
)
from tests.oracle.recorded_jobs import Host
from tests.shells import Ended, command_of
from tests.switch_host import line_for

pytestmark = pytest.mark.oracle

ALICE = Job(user="alice", command="true", stdin=None, environment=())
ROOT = replace(ALICE, user="root")
LOST = "pkill -KILL -f '[u]nit=cron2aws-lost-'; sleep 1; echo still there; exit 3"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A job, and what is told of it."""

    job: Job
    told: str
    """Of the first line, without what differs from run to run."""
    out: bytes = b""
    err: bytes = b""
    code: int
    dialect: str = "debian"
    limit: int = 60
    probe: str = ""


def ran(
    command: str, exit_: int, *, job: Job = ALICE, code: int | None = None, out: bytes = b""
) -> Row:
    return Row(
        job=replace(job, command=command),
        told=f"exit={exit_} outcome=ran out={len(out)} err=0 dropped=0 way=systemd",
        code=exit_ if code is None else code,
        out=out,
    )


SIGNALS = {"HUP": 1, "INT": 2, "KILL": 9, "SEGV": 11, "PIPE": 13, "TERM": 15}
SIGNS = "$HOME ${HOME} $$ %n %% \\x41 ;"
LEADS = "set -- $(cat /proc/$$/stat); [ $1 = $5 ] && [ $1 = $6 ] && echo leads"
OF_PAM = "echo $USER $FROM_ETC_ENVIRONMENT"
ROWS = {
    "well": ran("echo well", 0, out=b"well\n"),
    "seven": ran("exit 7", 7),
    "most": ran("exit 255", 255),
    # systemd-run itself ends with 255 for each, and with 0 for some
    **{
        f"sig{name.lower()}": ran(f"kill -{name} $$", 128 + number, code=1 if number == 9 else None)
        for name, number in SIGNALS.items()
    },
    # what systemd would expand or resolve in a unit's words
    "signs": ran(f"printf '%s' '{SIGNS}'", 0, out=SIGNS.encode()),
    "input": ran("cat", 0, job=replace(ALICE, stdin=SIGNS), out=SIGNS.encode()),
    "login": ran("logname; cat /proc/self/loginuid", 0, out=b"alice\n2001"),
    "roots": ran("logname; cat /proc/self/loginuid", 0, job=ROOT, out=b"root\n0"),
    "groups": ran("id -G", 0, job=ROOT, out=b"0 3002\n"),
    # in a system crontab, cronie opens no session of PAM for root, but gives him his groups
    "system": Row(
        job=replace(ROOT, command="id -G", system=True),
        told="exit=0 outcome=ran out=7 err=0 dropped=0 way=session",
        out=b"0 3002\n",
        code=0,
        dialect="cronie",
    ),
    "leads": ran(LEADS, 0, out=b"leads\n"),
    "manager": ran("env | grep -c -e ^INVOCATION -e ^SYSTEMD -e ^JOURNAL", 1, out=b"0\n"),
    "child": ran("sleep 3141 >/dev/null 2>&1 & exit 0", 0),
    # the client is killed, as when the bus is restarted: the job goes on, and its own end is told
    "lost": Row(
        job=replace(ROOT, command=LOST),
        told="exit=3 outcome=ran out=12 err=7 dropped=0 way=systemd",
        out=b"still there\n",
        err=b"Killed\n",  # dash's word for the client
        code=3,
    ),
    "limit": Row(
        job=replace(ALICE, command="sleep 2718 & setsid sleep 2718 & echo here; sleep 2718"),
        told="exit=143 outcome=ran out=5 err=0 dropped=0 way=systemd ended=limit limit=1",
        out=b"here\n",
        code=143,
        limit=1,
    ),
    **{
        user: Row(
            job=replace(ALICE, user=user),
            told="exit=- outcome=not-run out=0 err=0 dropped=0 way=systemd "
            f"reason=PAM's service cron refuses {user}",
            code=1,
        )
        for user in ("erin", "frank")
    },
    "crond": replace(ran(OF_PAM, 0, out=b"alice yes\n"), dialect="cronie"),
    "closed": Row(
        job=replace(ALICE, environment=(("HOME", "/no/such"),)),
        told="exit=- outcome=not-run out=0 err=56 dropped=0 way=systemd "
        "reason=HOME cannot be entered: /no/such",
        code=1,
        dialect="cronie",
    ),
}
PROBED = "exit=- outcome=unready line=unknown reason="
ECHO = replace(ALICE, command="echo ran")
ROWS |= {
    "probe": Row(job=ECHO, told="exit=- outcome=ready line=unknown", code=0, probe="1"),
    "probe-erin": Row(
        job=replace(ECHO, user="erin"),
        told=f"{PROBED}PAM's service cron refuses erin",
        code=0,
        probe="1",
    ),
    "probe-program": Row(
        job=replace(ECHO, command="/opt/nothing-like-it"),
        told=f"{PROBED}the program /opt/nothing-like-it is not there, or not in the PATH of the "
        "job: see to it",
        code=0,
        probe="1",
    ),
    # nobody has started one there
    "probe-daemon": Row(
        job=replace(ECHO, line=line_for("etc/cron.d/x", b"echo ran", "0 3 * * *")),
        told="exit=- outcome=unready line=absent reason=no cron daemon is running: start it "
        "(systemctl start cron)",
        code=0,
        probe="1",
    ),
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Ended]]:
    """All rows on one host."""
    need_real_systemd()
    host = Host(folder=tmp_path_factory.mktemp("systemd") / "host")
    host.folder.mkdir()
    host.lay_out()
    (host.folder / "etc/pam.d/crond").write_text(CROND)
    with (host.folder / "etc/group").open("a") as file:
        file.write("extra:x:3002:root\n")
    for name, row in ROWS.items():
        facts = {"task": name, "limit": str(row.limit), "probe": row.probe}
        text = whole(command_of(row.job, row.dialect), facts)
        (host.folder / "scripts" / name).write_text(text)
    return host.folder, run_scripts(host.folder)


@pytest.mark.parametrize("name", ROWS)
def test_what_is_told_of_a_job(name: str, ended: tuple[Path, dict[str, Ended]]) -> None:
    row, run = ROWS[name], ended[1][name]
    words = run.first.removeprefix("[cron2aws] ").split()
    told = " ".join(
        word for word in words if not word.startswith(("seconds=", "started=", "clock="))
    )
    assert (told, run.output, run.stderr, run.code) == (row.told, row.out, row.err, row.code)


def test_what_is_left_of_all_jobs(ended: tuple[Path, dict[str, Ended]]) -> None:
    """A child that its job left running, its unit, and nothing else."""
    folder, _ = ended
    assert [unit.rpartition("-")[0] for unit in units_left(folder)] == ["cron2aws-child"]
    # the watcher's own sleep ends within a second
    ours = [line for line in processes_left(folder) if re.search(r"sleep \d\d|cron2aws", line)]
    assert ours == ["sleep 3141"]
