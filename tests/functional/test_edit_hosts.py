"""Edits of hosts elsewhere, through the sandbox's Run Command, which runs the real script."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cron2aws.app.context import Context
from cron2aws.handover.edit import Editing, digest
from cron2aws.handover.history import TaskFolder
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.remote import HostEdits, OnHost, RemoteEditing
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, StandInHost, stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.calling import opened
from tests.edit_case import ID, JOB, marked, restored
from tests.sandboxes import START

World = Callable[..., Context]
TAB = "/etc/cron.d/one"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with Sandbox(clock=VirtualClock(START)) as sandbox:

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


def test_one_host_as_the_local_command_edits_its_own(world: World, tmp_path: Path) -> None:
    host = a_host(tmp_path, "web")
    context = world(host)
    on = edit_of(host, Way.OUT)
    editing: Editing = RemoteEditing(on, context.editors, context.clock, Way.OUT)
    editing.check(on.edits[0])
    assert tab_of(host).read_bytes() == JOB
    (edited,) = editing.carry_out(on.edits)
    assert tab_of(host).read_bytes() == marked(JOB, edited.minute)
    (again,) = editing.carry_out(on.edits)
    assert (again.error, again.minute, again.sha256) == (None, edited.minute, edited.sha256)
    assert again.notes == (f"note: {TAB} on web was edited by a command before",)
