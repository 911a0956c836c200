"""Rollbacks where more than one host, stack or way of writing marks is in sight: the real commands.

The hosts are trees of files and really run what is sent, so that what the probe finds is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cron2aws.aws.stacks import Stacks
from cron2aws.plan.values import Deployed
from cron2aws.sandbox.run_command.hosts import Echo
from cron2aws.task.task import TAG_ID
from tests.calling import HOST, command
from tests.host_tree import HAS_LINE, HAS_NONE, OneHost, path_of
from tests.two_hosts import World, make_world

WEB = {"role": "web"}
NOTHING = "# nothing any more\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    """Two hosts of one target with the same line."""
    with make_world(folder, ("1", WEB, HAS_LINE), ("2", WEB, HAS_LINE)).open() as made:
        yield made


def out(world: World, host: OneHost, tag: str = "role=web", *options: str) -> int:
    given = (str(host.root), "--tag", tag, "--yes", "--comment-out", *HOST, *options)
    return command(world.context, "migrate", *given)


def back(world: World, source: Path, *options: str) -> int:
    return command(world.context, "rollback", *options, "--source", str(source), "--yes", *HOST)


def test_a_stack_stays_for_the_host_that_still_has_its_mark(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = world.hosts
    assert [out(world, host) for host in world.hosts] == [0, 0]
    (stack,) = world.stacks()
    capsys.readouterr()
    assert back(world, one.root) == 6
    told = capsys.readouterr().err
    assert (one.text, two.is_marked) == (HAS_LINE, True)
    assert [each.stack_name for each in world.stacks()] == [stack.stack_name]
    assert f"stack {stack.stack_name} stays: other hosts leave their line to it" in told
    assert f"{two.id} would run the job nowhere" in told
    assert "take it back there first: `cron2aws rollback " in told
    assert "; the line of " in told
    # once more nothing is changed
    assert back(world, one.root, stack.id) == 6
    assert back(world, two.root) == 0
    assert ([host.text for host in world.hosts], world.stacks()) == ([HAS_LINE] * 2, ())


def prune(world: World, host: OneHost) -> int:
    given = (str(host.root), "--tag", "role=web", "--yes", "--prune", *HOST)
    return command(world.context, "migrate", *given)


def test_a_task_that_another_host_needs_is_not_pruned(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = world.hosts
    assert [out(world, host, "role=web", "--run-on", "marked") for host in world.hosts] == [0, 0]
    (stack,) = world.stacks()
    one.tab.write_text(NOTHING)
    capsys.readouterr()
    assert prune(world, one) == 6
    told = capsys.readouterr().err
    assert f"stack {stack.stack_name} stays: other hosts leave their line to it" in told
    assert f"{two.id} would run the job nowhere" in told
    assert [(each.stack_name, each.enabled) for each in world.stacks()] == [
        (stack.stack_name, True)
    ]
    two.tab.write_text(HAS_LINE)  # cron runs it there
    assert prune(world, one) == 0
    assert (one.text, two.text, world.stacks()) == (NOTHING, HAS_LINE, ())


class Between:
    """The stacks, but for what is done before a schedule is stopped."""

    def __init__(self, stacks: Stacks, act: Callable[[], object]) -> None:
        self._stacks = stacks
        self._act = act

    def __getattr__(self, name: str) -> object:
        return getattr(self._stacks, name)

    def flip(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
        if parameters == {"Enabled": "false"}:
            self._act()
        self._stacks.flip(stack, parameters)


def test_a_host_that_is_handed_over_meanwhile_keeps_the_stack(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """All hosts were asked, and none needed it: then `migrate` comes on another one."""
    one, two = world.hosts
    assert out(world, one) == 0
    context = world.context

    def elsewhere() -> None:
        world.context = replace(context, state=world.folder / "state-of-2")
        assert out(world, two) == 0

    stacks = Between(context.stacks, elsewhere)
    world.context = replace(context, stacks=stacks)  # type: ignore[arg-type]
    assert back(world, one.root) == 6
    assert (one.text, two.is_marked) == (HAS_LINE, True)
    assert f"{two.id} would run the job nowhere" in capsys.readouterr().err
    assert [stack.enabled for stack in world.stacks()] == [True]
    assert back(world, two.root) == 0
    assert ([host.text for host in world.hosts], world.stacks()) == ([HAS_LINE] * 2, ())


def test_two_targets_have_two_stacks(folder: Path) -> None:
    hosts = (("1", WEB, HAS_LINE), ("2", {"role": "db"}, HAS_LINE))
    with make_world(folder, *hosts).open() as world:
        one, two = world.hosts
        assert [out(world, one), out(world, two, "role=db")] == [0, 0]
        web, db = sorted(world.stacks(), key=lambda each: str(each.target) != "role=web")
        assert web.id == db.id
        assert back(world, one.root) == 0
        assert (one.text, two.is_marked) == (HAS_LINE, True)
        assert [each.stack_name for each in world.stacks()] == [db.stack_name]
        assert back(world, two.root) == 0
        assert (two.text, world.stacks()) == (HAS_LINE, ())


class TestAFileOfNobody:
    """A crontab that was read, but not the one that the stack names."""

    def rehearsed(self, world: World) -> Deployed:
        given = (str(world.hosts[0].root), "--tag", "role=web", "--yes", "--rehearse", *HOST)
        assert command(world.context, "migrate", *given) == 0
        (stack,) = world.stacks()
        return stack

    def other(self, world: World) -> Path:
        path = world.folder / "a-crontab"
        path.write_text(HAS_NONE)
        return path

    def test_no_name_means_nothing_of_it(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.rehearsed(world)
        assert back(world, self.other(world)) == 0
        assert "Nothing to roll back" in capsys.readouterr().err
        assert len(world.stacks()) == 1

    def test_hosts_that_say_nothing_keep_the_stack(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stack = self.rehearsed(world)
        for host in world.sandbox.hosts:
            world.sandbox.add_host(replace(host, behaviour=Echo()))
        assert back(world, self.other(world), stack.id) == 6
        told = capsys.readouterr().err
        assert f"stack {stack.stack_name} stays: the crontab of its line was not read" in told
        assert f"{world.hosts[0].id} does not say how /etc/crontab has it" in told
        assert "--without-lines" in told
        assert len(world.stacks()) == 1
        assert back(world, self.other(world), stack.id, "--without-lines") == 0
        assert ([host.text for host in world.hosts], world.stacks()) == ([HAS_LINE] * 2, ())

    def test_hosts_that_have_their_lines_let_it_go(self, world: World) -> None:
        stack = self.rehearsed(world)
        assert back(world, self.other(world), stack.id) == 0
        assert ([host.text for host in world.hosts], world.stacks()) == ([HAS_LINE] * 2, ())

    def test_hosts_that_leave_it_to_the_task_keep_it(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert out(world, world.hosts[1]) == 0
        (stack,) = world.stacks()
        assert back(world, self.other(world), stack.id) == 6
        assert f"{world.hosts[1].id} would run the job nowhere" in capsys.readouterr().err
        assert world.stacks()[0].stack_name == stack.stack_name


def test_a_line_whose_stack_is_gone_while_another_has_its_id(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line comes back, as no stack runs it; the other stack is not this line's."""
    one, two = world.hosts
    assert out(world, two) == 0
    (stack,) = world.stacks()
    one.tab.write_text(two.text.replace(stack.stack_name, "cron2aws-gone"))
    capsys.readouterr()
    assert back(world, one.root) == 0
    told = capsys.readouterr().err
    assert "put the line back in /etc/crontab, no stack" in told
    assert (one.text, two.is_marked) == (HAS_LINE, True)
    assert [each.stack_name for each in world.stacks()] == [stack.stack_name]


class TestOlderTasks:
    """Of a version before: ids and marks of eight digits, no minute, no blank in front."""

    TAB = b"# of the host\n\t* *  * * *\troot  echo ran >>ran \r\n*/5 * * * * root echo caf\xe9\n"

    def marked(self, world: World) -> OneHost:
        host = world.hosts[0]
        host.tab.write_bytes(self.TAB)
        assert out(world, host) == 0
        data = host.tab.read_bytes()
        for stack in world.stacks():
            older = stack.id[:8]
            name = stack.stack_name.replace(stack.id, older)
            world.context.stacks.delete(stack)
            world.context.stacks.create(
                name,
                {**stack.parameters, "EntryId": older},
                {**stack.tags, TAG_ID: older},
            )
            place = f"123456789012/{world.sandbox.region}"
            new = f" # cron2aws:{stack.id}@- {place}/{stack.stack_name} | ".encode()
            assert new in data
            data = data.replace(new, f"# cron2aws:{older} {place}/{name} | ".encode())
        host.tab.write_bytes(data)
        assert [len(stack.id) for stack in world.stacks()] == [8, 8]
        return host

    def test_a_rollback_gives_the_very_bytes(self, world: World) -> None:
        host = self.marked(world)
        assert back(world, host.root) == 0
        assert (host.tab.read_bytes(), world.stacks()) == (self.TAB, ())

    def test_the_lines_alone_give_the_very_bytes(self, world: World) -> None:
        host = self.marked(world)
        assert back(world, host.root, "--lines-only") == 0
        assert (host.tab.read_bytes(), len(world.stacks())) == (self.TAB, 2)
        assert back(world, host.root) == 0
        assert (host.tab.read_bytes(), world.stacks()) == (self.TAB, ())
