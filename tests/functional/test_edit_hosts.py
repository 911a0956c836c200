"""Edits of hosts elsewhere, through the sandbox's Run Command, which runs the real script."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.app.context import Context
from cron2aws.app.remote import RemoteFleet
from cron2aws.aws.commands import Invocation
from cron2aws.aws.editing import Editors
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import AwsError
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.edit import Edited, digest
from cron2aws.handover.fleet_back import HostTabs
from cron2aws.handover.history import TaskFolder
from cron2aws.handover.on_host import OnHost, Sends
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.remote import HostEdits
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, StandInHost, stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.calling import opened
from tests.edit_case import ID, JOB, marked, restored

World = Callable[..., Context]
AGO = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
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


def carried_out(
    context: Context, on: OnHost, way: Way, *, check: bool = False, sends: Sends | None = None
) -> Edited:
    many = HostEdits(sends or context.editors, context.clock, way, check=check)
    ((edited,),) = many.carry_out([on]).values()
    return edited


@dataclass
class Loses:
    """The answers to the first sendings are lost: of those that were sent, and of the others."""

    editors: Editors
    sent: list[bool]

    def send(self, instance: str, patch: str, *, check: bool = False) -> str:
        is_sent = self.sent.pop(0) if self.sent else None
        number = "" if is_sent is False else self.editors.send(instance, patch, check=check)
        lost = AwsError("sending failed", why="the connection was closed", maybe_done=True)
        if is_sent is not None:
            raise lost
        return number

    def answer(self, command_id: str, instance: str) -> Invocation | None:
        return self.editors.answer(command_id, instance)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(
    "sent", [(True,), (False,), (True, True), (True, False), (False, True), (False, False)]
)
def test_a_sending_whose_answer_is_lost(
    world: World, tmp_path: Path, way: Way, sent: tuple[bool, ...]
) -> None:
    """It is sent once more; what is not known then, the same edit finds, sent anew."""
    host = a_host(tmp_path, "web")
    before, after = (JOB, marked(JOB, AGO)) if way is Way.OUT else (marked(JOB, AGO), JOB)
    tab_of(host).write_bytes(before)
    os.utime(tab_of(host), (1, 1))
    context = world(host)
    on = edit_of(host, way)
    edited = carried_out(context, on, way, sends=Loses(context.editors, list(sent)))
    known = len(sent) == 1  # the second one is answered
    is_made = known or any(sent)
    assert (edited.error is None, edited.known) == (known, known)
    text = tab_of(host).read_bytes()
    assert (text != before) is is_made
    if known:
        # one that was sent has made it
        assert bool(edited.notes) is sent[0]
    again = carried_out(context, on, way)
    assert again.error is None
    assert bool(again.notes) is is_made
    text = tab_of(host).read_bytes()
    assert text == (marked(JOB, again.minute) if way is Way.OUT else after)


def test_a_file_that_another_has_changed_after_a_lost_answer_is_not_known(
    world: World, tmp_path: Path
) -> None:
    """What was sent may have edited it before."""
    host = a_host(tmp_path, "web")
    context = world(host)
    on = edit_of(host, Way.OUT)

    class Changes(Loses):
        def send(self, instance: str, patch: str, *, check: bool = False) -> str:
            try:
                return super().send(instance, patch, check=check)
            finally:
                with tab_of(host).open("ab") as tab:
                    tab.write(b"# by another\n")

    edited = carried_out(context, on, Way.OUT, sends=Changes(context.editors, [True]))
    assert not edited.known
    assert edited.error
    assert edited.error.what == f"whether {TAB} on web was edited is not known"
    assert edited.error.why == "it has changed since it was read"
    assert b"# cron2aws:" in tab_of(host).read_bytes()


def test_minutes_are_told_by_the_zone_of_the_hosts_crontabs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    host = a_host(tmp_path, "web")
    found: list[Edited] = []
    crontabs = Crontabs(dialect=DIALECTS["debian"], tabs={}, zone=ZoneInfo("Asia/Tokyo"))
    tabs = HostTabs(id=host.instance_id, label="web", crontabs=crontabs, contents={TAB: JOB})
    with Sandbox([host], clock=VirtualClock(clock() - timedelta(hours=1))) as sandbox:
        fleet = RemoteFleet(Way.OUT, opened(sandbox))
        edits = {host.instance_id: edit_of(host, Way.OUT).edits}
        fleet.carry_out(edits, [tabs], lambda _, edited: found.extend(edited))
    assert found[0].error
    assert str(found[0].error.why).count(" in Asia/Tokyo)") == 2


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
