"""What a job gets from the runner is what it gets from the daemon, in both ways into a session.

Debian's daemon runs here and now; cronie's part was recorded (tests/data/execution-cronie.json).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cron2aws.crontab.dialect import DIALECTS
from tests import environment_lines
from tests.in_turn import EVERY
from tests.oracle.real_cron import need_real_cron
from tests.oracle.real_systemd import CROND, need_real_systemd, run_scripts
from tests.oracle.recorded_jobs import Case, Host, Record, read_cases

pytestmark = pytest.mark.oracle

SHELLS_OWN = ("PWD", "OLDPWD", "SHLVL", "_")
NOT_OURS = ("LANG", "FROM_ETC_ENVIRONMENT")
"""The recording crond had a LANG of its own; here /etc/environment is nobody's but the job's."""


@pytest.fixture(scope="module", autouse=True)
def _real_cron() -> None:
    need_real_cron()


@pytest.fixture
def host(tmp_path: Path) -> Host:
    made = Host(folder=tmp_path / "host")
    made.folder.mkdir()
    made.lay_out()
    return made


def test_debian_the_daemon_and_the_runner_give_a_job_the_same(host: Host) -> None:
    cases = read_cases("execution-debian.json")
    host.install(cases)
    host.write_scripts(cases, DIALECTS["debian"])
    host.run(wanted=sum(case.observed is not None for case in cases))
    daemon = host.records("daemon")
    assert set(daemon) == {case.id for case in cases if case.observed is not None}
    assert host.records("out") == daemon
    ours = by_systemd(host, half=0)
    assert ours == {name: daemon[name] for name in ours}


def test_cronie_the_runner_gives_a_job_what_the_daemon_gave(host: Host) -> None:
    cases = read_cases("execution-cronie.json")
    host.write_scripts(cases, DIALECTS["cronie"])
    host.run(wanted=0)
    wanted = {case.id: recorded(case) for case in cases if case.observed is not None}
    ours = host.records("out")
    assert {name: comparable(record) for name, record in ours.items()} == wanted
    (host.folder / "etc/pam.d/crond").write_text(CROND)
    ours = by_systemd(host, half=1)
    found = {name: comparable(record) for name, record in ours.items()}
    assert found == {name: wanted[name] for name in ours}


def by_systemd(host: Host, *, half: int) -> dict[str, Record]:
    """What the runner's jobs get where systemd opens their sessions.

    The cases are the same for both daemons: each has one half of them, in a long run all.
    """
    need_real_systemd()
    ran = host.records("out")
    host.forget("out")
    chosen = host.keep_scripts(slice(None) if EVERY else slice(half, None, 2))
    ended = run_scripts(host.folder)
    assert set(ended) == chosen
    others = {name for name, run in ended.items() if run.said.get("way") != "systemd"}
    # cronie opens no session of PAM for root in a system crontab
    assert others <= {"sys-root"}
    ours = host.records("out")
    # whom the daemon refuses, PAM refuses, too
    assert set(ours) == ran.keys() & chosen
    return ours


def recorded(case: Case) -> Record:
    seen = case.observed
    assert seen is not None
    return {
        "argv": "".join(f"{word}\0" for word in seen["argv"]),
        "environ": environment(seen["env"]),
        "directory": f"{seen['cwd']}\n",
        "uid": str(seen["uid"]),
        "gid": str(seen["gid"]),
        "groups": " ".join(map(str, sorted({*seen["groups"], seen["gid"]}))),
        "stdin": seen["stdin"],
    }


def comparable(record: Record) -> Record:
    return {
        "argv": record["argv"].split("\0", 1)[1],  # behind the recorder's own /bin/sh
        "environ": environment(record["environ"].split("\0")),
        "groups": " ".join(map(str, sorted(map(int, record["groups"].split(","))))),
        **{name: record[name] for name in ("directory", "uid", "gid", "stdin")},
    }


def environment(pairs: list[str]) -> str:
    left_out = (*SHELLS_OWN, *NOT_OURS, "")
    return "\0".join(sorted(pair for pair in pairs if pair.split("=")[0] not in left_out))


def test_debian_reads_etc_environment_as_our_table_has_it(host: Host) -> None:
    """And the runner as Debian's daemon, name for name."""
    (host.folder / "etc/environment").write_text(environment_lines.TEXT, encoding="utf-8")
    (host.folder / "etc/default/locale").write_text(environment_lines.LOCALE)
    case = Case(
        id="environment",
        system=False,
        user="alice",
        env_lines=("T=environment", "SHELL=/opt/capture"),
        line="* * * * * true",
        observed=None,
    )
    host.install([case])
    host.write_scripts([case], DIALECTS["debian"])
    host.run(wanted=1)
    (daemon,), (ours,) = (list(host.records(by).values()) for by in ("daemon", "out"))
    assert ours == daemon
    pairs = daemon["environ"].encode("latin-1").decode().split("\0")
    found = dict(pair.split("=", 1) for pair in pairs if pair)
    known = {**environment_lines.WANTED, **environment_lines.WANTED_OF_LOCALE}
    assert {name: found.get(name) for name in known} == known
