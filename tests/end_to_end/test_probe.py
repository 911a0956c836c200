"""The probe, end to end: the task's machine and functions, and hosts that really run the runner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cron2aws.aws.runs import Runs
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.errors import Cron2AwsError
from cron2aws.handover.looks import HostLook
from cron2aws.handover.probe import Probe
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import (
    Echo,
    RunWithShell,
    Scripted,
    StandInHost,
    StatusDetails,
)
from cron2aws.sandbox.time.clock import VirtualClock
from tests.fakes import FakeProgress
from tests.handover_model.rows import ID
from tests.probe_host import TAB, active, command_for, lay_out
from tests.sandboxes import client, foundation
from tests.shells import MACHINES_PATH, SHELLS, Host, executable
from tests.stack_harms import breaks, refuses
from tests.stack_runs import NUMBERS as NUMBERS_OF_STACKS
from tests.stack_runs import TAG, TOPICS, Stack, deploy, ends
from tests.switch_host import Tabs

START = datetime(2027, 3, 14, 3, 0, tzinfo=UTC)
DATE = """\
#!/bin/sh
case $1 in
    '+%s '*) read -r now <{folder}/clock; set -- -d "@$now" "$@" ;;
esac
exec {real} "$@"
"""
PARAMETERS = {"EntryId": ID, "ExecutionTimeoutSeconds": "600", "MaxErrors": "0"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START)) as made:
        foundation(TOPICS)
        yield made


@pytest.fixture
def tabs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tabs:
    """A host that is ready; its clock is the test's."""
    shell, *_ = SHELLS
    made = Tabs(host=Host(shell=shell, folder=tmp_path))
    lay_out(made)
    executable(tmp_path / "bin/date", DATE.format(real="/usr/bin/date", folder=tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{MACHINES_PATH}")
    return made


def host(tabs: Tabs, number: int = 1, *, online: bool = True) -> StandInHost:
    return StandInHost(
        instance_id=f"i-{number:017}",
        name=f"web-{number}",
        tags=TAG,
        root=tabs.host.folder,
        online=online,
        behaviour=RunWithShell(),
    )


NUMBERS = count()


def region() -> str:
    return str(client("stepfunctions").meta.region_name)


class Clock:
    """The command's, over the sandbox's."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def now(self) -> datetime:
        return self._sandbox.clock.now()

    def sleep_until(self, moment: datetime) -> None:
        self._sandbox.clock.sleep((moment - self.now()).total_seconds())


def look(
    sandbox: Sandbox,
    tabs: Tabs,
    *hosts: StandInHost,
    command: str = "",
    off: int = 0,
    **parameters: str,
) -> tuple[HostLook, ...]:
    """What the command reads of a probe; `off` is how far the host's clock is."""
    given = {**PARAMETERS, "Command": command or command_for(tabs, "backup"), **parameters}
    stack = deploy(sandbox, hosts or (host(tabs),), given)
    (tabs.host.folder / "clock").write_text(str(int(sandbox.clock.now().timestamp()) + off))
    found = asked(sandbox, stack)
    assert isinstance(found, tuple), vars(found)
    # no job has run, no run is claimed
    left = {each.name for each in (tabs.host.folder / "var/lib/cron2aws").rglob("*.*")}
    assert left == set()
    assert not (tabs.host.folder / "ran").exists()
    return found


def asked(sandbox: Sandbox, stack: Stack) -> tuple[HostLook, ...] | Cron2AwsError:
    probe = Probe(
        Runs(Session(AwsSettings(region=region()))),
        lambda _: stack.output("StateMachineArn"),
        Clock(sandbox),
        FakeProgress(),
        new_name=lambda: str(next(NUMBERS)),
        parallel=1,
    )
    deployed: Any = SimpleNamespace(stack_name=stack.name, status="CREATE_COMPLETE")
    found = probe.look([deployed])[stack.name]
    assert sandbox.notifications()[stack.told_before :] == []
    return found


def one(sandbox: Sandbox, tabs: Tabs, **given: Any) -> HostLook:
    (found,) = look(sandbox, tabs, **given)
    return found


def test_a_host_that_is_ready(sandbox: Sandbox, tabs: Tabs) -> None:
    found = one(sandbox, tabs)
    assert found == HostLook(id=host(tabs).instance_id, line="cron")
    assert found.is_ready


def test_a_line_behind_the_tasks_own_mark(sandbox: Sandbox, tabs: Tabs) -> None:
    place = f"123456789012/{region()}/task-{{}}"
    tabs.write({TAB: f" # cron2aws:{ID}@- {place} | ".encode() + active("backup")})
    text = (tabs.host.folder / TAB).read_text()
    # its stack is the next that is made
    tabs.write({TAB: text.format(next(NUMBERS_OF_STACKS) + 1).encode()})
    assert one(sandbox, tabs).line == "task"


def test_no_such_user(sandbox: Sandbox, tabs: Tabs) -> None:
    found = one(sandbox, tabs, command=command_for(tabs, "backup", user="bob"))
    assert found.trouble == "this host has no user bob"


def test_no_home(sandbox: Sandbox, tabs: Tabs) -> None:
    """Debian's daemon does not mind."""
    nowhere = {"HOME": "/nonexistent"}
    debian = command_for(tabs, "backup", environment=nowhere)
    assert one(sandbox, tabs, command=debian).is_ready
    cronie = command_for(tabs, "backup", environment=nowhere, dialect="cronie")
    assert one(sandbox, tabs, command=cronie).trouble == "HOME cannot be entered: /nonexistent"


def test_a_program_that_is_missing(sandbox: Sandbox, tabs: Tabs) -> None:
    tabs.write({TAB: active("restore")})
    found = one(sandbox, tabs, command=command_for(tabs, "restore"))
    assert found.line == "cron"
    assert found.trouble.startswith("the program restore is not there")


def test_a_crontab_that_cannot_be_read(sandbox: Sandbox, tabs: Tabs) -> None:
    (tabs.host.folder / TAB).unlink()
    (tabs.host.folder / TAB).mkdir()
    found = one(sandbox, tabs)
    assert (found.line, found.trouble) == ("unknown", f"its crontab /{TAB} cannot be read")


def test_a_line_that_somebody_commented_out(sandbox: Sandbox, tabs: Tabs) -> None:
    tabs.write({TAB: b"#" + active("backup")})
    found = one(sandbox, tabs)
    assert (found.line, found.is_ready) == ("stopped", True)


def test_no_daemon(sandbox: Sandbox, tabs: Tabs) -> None:
    (tabs.host.folder / "proc/417/comm").write_text("cronyd\n")
    assert one(sandbox, tabs).trouble.startswith("no cron daemon is running")


def test_no_place_to_write(sandbox: Sandbox, tabs: Tabs) -> None:
    (tabs.host.folder / "var/lib/cron2aws").symlink_to("/proc/no/such/place")
    assert one(sandbox, tabs).trouble.startswith("root can make no file in /var/lib/cron2aws/")


@pytest.mark.parametrize("off", [-20, 20])
def test_a_clock_that_is_off(sandbox: Sandbox, tabs: Tabs, off: int) -> None:
    found = one(sandbox, tabs, off=off)
    assert 15 < found.off <= 20
    assert f"its clock is {found.off} s away from AWS's" in found.trouble


def test_a_clock_that_is_hardly_off(sandbox: Sandbox, tabs: Tabs) -> None:
    assert one(sandbox, tabs, off=-5).is_ready


@pytest.mark.parametrize("run_on", ["all", "one", "marked"])
def test_all_hosts_are_asked_also_where_one_is_offline_or_away(
    sandbox: Sandbox, tabs: Tabs, run_on: str
) -> None:
    """One after the other and no further than the first failure: that is the task's, not ours."""
    away = replace(host(tabs, 3), behaviour=Scripted(outcomes=(ends(StatusDetails.UNDELIVERABLE),)))
    hosts = (
        host(tabs),
        host(tabs, 2, online=False),
        away,
        replace(host(tabs, 4), behaviour=Echo()),
    )
    began = sandbox.clock.now()
    found = look(sandbox, tabs, *hosts, RunOn=run_on, MaxConcurrency="1")
    assert [(each.id[-1], each.line, each.trouble) for each in found] == [
        ("1", "cron", ""),
        ("2", "unknown", "the host did not take it within 1 min"),
        ("3", "unknown", "it did not run: Systems Manager cannot reach the host"),
        ("4", "unknown", ""),
    ]
    assert (sandbox.clock.now() - began).total_seconds() < 120


def test_no_host_at_all(sandbox: Sandbox) -> None:
    stack = deploy(sandbox, (), PARAMETERS)
    found = asked(sandbox, stack)
    assert isinstance(found, Cron2AwsError)
    assert found.why == "Systems Manager knows no instance with its tag"


def test_what_aws_refuses_is_told_to_the_command_alone(sandbox: Sandbox) -> None:
    harms = (
        (refuses("ssm", "SendCommand", "AccessDeniedException"), "AccessDeniedException"),
        (breaks("SendFunction", "Runtime.ExitError"), "Runtime.ExitError"),
        (breaks("WaitFunction", "Runtime.ExitError"), "Runtime.ExitError"),
    )
    for harm, why in harms:
        stack = deploy(sandbox, (host_alone(),), PARAMETERS)
        with harm(stack):
            found = asked(sandbox, stack)
        assert isinstance(found, Cron2AwsError)
        assert str(found.why).startswith(why), found.why


def host_alone() -> StandInHost:
    return StandInHost(instance_id="i-00000000000000009", name="web-9", tags=TAG)
