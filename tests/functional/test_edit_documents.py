"""Edits of hosts elsewhere where `setup` has made the document that they go out as."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cron2aws.app.context import Context
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import StandInHost
from cron2aws.sandbox.time.clock import VirtualClock
from tests.calling import command, opened
from tests.functional import test_edit_hosts


@pytest.mark.parametrize(
    "edit",
    [
        test_edit_hosts.test_hosts_side_by_side_out_and_back,
        test_edit_hosts.test_a_look_then_the_edit_then_the_same_once_more,
    ],
)
def test_an_edit_is_the_same_by_its_document(
    edit: Callable[[test_edit_hosts.World, Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with Sandbox(clock=VirtualClock(test_edit_hosts.clock())) as sandbox:

        def world(*hosts: StandInHost) -> Context:
            for each in hosts:
                sandbox.add_host(each)
            return opened(sandbox)

        assert command(world(), "setup", "--yes") == 0
        edit(world, tmp_path)
        sent = {(each.document, each.version) for each in sandbox.commands}
    assert sent == {("cron2aws-edit", "$LATEST")}
