"""Edits of hosts elsewhere, through the sandbox's Run Command, which runs the real script."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.app.context import Context
from cron2aws.handover.edit import Edited, digest
from cron2aws.handover.history import TaskFolder
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.remote import HostEdits
from cron2aws.handover.remote_host import OnHost
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, StandInHost, stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.calling import opened
from tests.edit_case import ID, JOB, marked, restored

World = Callable[..., Context]
clock = SYSTEM_CLOCK.now
"""The hosts' clocks are this machine's, and so is AWS's at the start."""
TAB = "/etc/cron.d/one"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with Sandbox(clock=VirtualClock(clock())) as sandbox:

        def make(*hosts: StandInHost) -> Context:
            for each in hosts:
                sandbox.add_host(each)
            return opened(sandbox)

        yield make


def a_host(folder: Path, name: str) -> StandInHost:
    root = folder / name
    (root / "etc/cron.d").mkdir(parents=True)
    (root / TAB[1:]).write_bytes(JOB)
    os.utime(root / TAB[1:], (1, 1))
    return stand_in(name, tags={"Role": "web"}, root=root, behaviour=RunWithShell())


def tab_of(host: StandInHost) -> Path:
    assert host.root
    return host.root / TAB[1:]


def edit_of(host: StandInHost, way: Way) -> OnHost:
    data = tab_of(host).read_bytes()
    edit = FileEdit(
        path=TAB,
        location=Path(TAB),
        sha256=digest(data),
        ids=frozenset({ID}),
        make=marked if way is Way.OUT else restored,
        tasks={ID: TaskFolder("web-one")},
    )
    return OnHost(instance=host.instance_id, label=host.name, edits=[edit], contents={TAB: data})


def test_hosts_side_by_side_out_and_back(world: World, tmp_path: Path) -> None:
    hosts = [a_host(tmp_path, f"web-{number}") for number in range(3)]
    context = world(*hosts)
    for way in Way:
        ended: list[str] = []
        many = HostEdits(
            context.editors,
            context.clock,
            way,
            ended=lambda on, _, ended=ended: ended.append(on.label),  # type: ignore[misc]
        )
        found = many.carry_out([edit_of(each, way) for each in hosts])
        assert sorted(ended) == ["web-0", "web-1", "web-2"]
        for host in hosts:
            (edited,) = found[host.instance_id]
            assert (edited.error, edited.notes) == (None, ())
            new = marked(JOB, edited.minute) if way is Way.OUT else JOB
            assert tab_of(host).read_bytes() == new
            os.utime(tab_of(host), (1, 1))


def carried_out(context: Context, on: OnHost, way: Way, *, check: bool = False) -> Edited:
    many = HostEdits(context.editors, context.clock, way, check=check)
    ((edited,),) = many.carry_out([on]).values()
    return edited


def test_a_look_then_the_edit_then_the_same_once_more(world: World, tmp_path: Path) -> None:
    host = a_host(tmp_path, "web")
    context = world(host)
    on = edit_of(host, Way.OUT)
    looked = carried_out(context, on, Way.OUT, check=True)
    assert (looked.error, tab_of(host).read_bytes()) == (None, JOB)
    edited = carried_out(context, on, Way.OUT)
    assert tab_of(host).read_bytes() == marked(JOB, edited.minute)
    again = carried_out(context, on, Way.OUT)
    assert (again.error, again.minute, again.sha256) == (None, edited.minute, edited.sha256)
    assert again.notes == (f"note: {TAB} on web was edited by a command before",)


def test_a_host_that_is_an_hour_ahead_marks_nothing_and_takes_lines_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that begins an hour late what it was sent."""
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    host = a_host(tmp_path, "web")
    with Sandbox([host], clock=VirtualClock(clock() - timedelta(hours=1))) as sandbox:
        context = opened(sandbox)
        for check in (True, False):
            refused = carried_out(context, edit_of(host, Way.OUT), Way.OUT, check=check)
            assert refused.error
            assert refused.known
            assert str(refused.error.why).startswith("it came too late: not after ")
            assert tab_of(host).read_bytes() == JOB
        tab_of(host).write_bytes(marked(JOB, clock()))
        os.utime(tab_of(host), (1, 1))
        assert carried_out(context, edit_of(host, Way.BACK), Way.BACK).error is None
        assert tab_of(host).read_bytes() == JOB
