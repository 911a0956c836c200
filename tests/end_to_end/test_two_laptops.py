"""`rollback --from-hosts` on one laptop while another one's hand-over is in the midst of a wave.

A host has been sent its edit, and waits for its tick: its line is active when the rollback looks,
and marked after that. No line may outlive its stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cron2aws.app.context import Context
from cron2aws.aws.commands import Invocation
from cron2aws.aws.editing import Editors, SentEdit
from cron2aws.sandbox.agent import execute
from cron2aws.sandbox.hosts import Outcome, Scripted
from tests.calling import command
from tests.fleet_world import FROM_HOSTS, FleetWorld, fleet
from tests.host_tree import HAS_LINE, path_of
from tests.two_hosts import World

LONG = 900.0
"""Seconds that a command is under way for Systems Manager until its script has ended."""


@dataclass
class Late:
    """A world's clock by which something happens at a moment, whoever sleeps until then."""

    world: World
    at: datetime | None = None
    act: object = None

    def now(self) -> datetime:
        return self.world.now()

    def sleep_until(self, moment: datetime) -> None:
        if self.at is not None and moment >= self.at:
            at, self.at = self.at, None
            self.world.sleep_until(at)
            assert callable(self.act)
            self.act()
        self.world.sleep_until(moment)


@dataclass(kw_only=True)
class Held:
    """The first laptop's editors: on a host the script begins only so many seconds after it came.

    What Run Command lists of it until then is the sandbox's: a command that goes on.
    """

    made: FleetWorld
    editors: Editors
    host: str
    seconds: float
    second: list[int] = field(default_factory=list)
    """The exit code of what the second laptop does meanwhile."""

    def send(self, instance: str, patch: str, *, check: bool = False) -> str:
        world = self.made.world
        if check or instance != self.made.host(self.host).id or self.second:
            return self.editors.send(instance, patch, check=check)
        sandbox = world.sandbox
        (known,) = [each for each in sandbox.hosts if each.instance_id == instance]
        sandbox.add_host(replace(known, behaviour=Scripted(outcomes=(Outcome(seconds=LONG),))))
        sent = self.editors.send(instance, patch)
        sandbox.add_host(known)
        running = sandbox._parts.run_command.commands[sent]

        def begins() -> None:
            outcome = execute(running.script, timeout=600, root=known.root)
            (invocation,) = running.invocations
            invocation.outcome, invocation.ends = outcome, world.now()

        clock = Late(world, world.now() + timedelta(seconds=self.seconds), begins)
        self.second.append(rollback(self.made, replace(world.context, clock=clock)))
        clock.sleep_until(world.now() + timedelta(seconds=self.seconds))
        return sent

    def answer(self, command_id: str, instance: str) -> Invocation | None:
        return self.editors.answer(command_id, instance)

    def sent_since(self, moment: datetime) -> tuple[SentEdit, ...]:
        return self.editors.sent_since(moment)


def rollback(made: FleetWorld, context: Context) -> int:
    """On the second laptop."""
    context = replace(context, state=made.world.folder / "second")
    return command(context, "rollback", *FROM_HOSTS, "--yes")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetWorld]:
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with fleet(tmp_path, HAS_LINE, HAS_LINE) as made:
        yield made


@pytest.mark.parametrize("seconds", [5, 150, 400])
def test_no_line_outlives_its_stack(
    two: FleetWorld, capsys: pytest.CaptureFixture[str], seconds: float
) -> None:
    """Each minute of the job runs once on each host, whoever runs it."""
    world = two.world
    held = Held(made=two, editors=world.context.editors, host="web-2", seconds=seconds)
    first = replace(world.context, editors=held)  # type: ignore[arg-type]
    assert command(first, "migrate", *FROM_HOSTS, "--comment-out", "--yes") == 6
    said = capsys.readouterr().err
    assert held.second == [0]
    assert two.marked == []
    assert [host.text for host in world.hosts] == [HAS_LINE, HAS_LINE]
    assert not [each for each in world.stacks() if each.is_task]
    assert "1 host took part in a hand-over meanwhile, by another command" in said
    world.pass_minutes(2)
    assert world.failures == []
    *known, _ = world.ran.items()
    assert not {
        f"{minute:%H:%M} {name}": ran
        for minute, hosts in known
        for name, ran in hosts.items()
        if len(ran) != 1
    }
