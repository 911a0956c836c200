"""A task of several tags, or of several values of one: deployed, started, and where it ran."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cron2aws.app.context import Context
from cron2aws.errors import UsageError
from cron2aws.plan.values import Deployed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.task.target import Target
from tests.calling import HOST, command, opened

TAB = b"17 3 * * * root /opt/backup --all\n"
HOSTS = {
    "one": {"Name": "web1", "Role": "web"},
    "two": {"Name": "web1", "Role": "db"},
    "three": {"Name": "web2", "Role": "web"},
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([stand_in(name, tags=tags) for name, tags in HOSTS.items()]) as made:
        yield made


@pytest.fixture
def context(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """With no other hosts than those: `migrate` makes none of its own."""
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    return replace(opened(sandbox), stand_ins=None)


@pytest.fixture
def tab(tmp_path: Path) -> Path:
    (tmp_path / "crontab").write_bytes(TAB)
    return tmp_path / "crontab"


def migrate(context: Context, tab: Path, *options: str) -> int:
    return command(context, "migrate", str(tab), *options, "--yes", *HOST)


def ran_on(sandbox: Sandbox) -> set[str]:
    names = {stand_in(name).instance_id: name for name in HOSTS}
    return {names[each.host.instance_id] for each in sandbox.commands[-1].invocations}


TARGETS = {
    "one tag": (["Name=web1"], {"one", "two"}),
    "two keys": (["Name=web1", "Role=web"], {"one"}),
    "two values": (["Name=web1,web2"], {"one", "two", "three"}),
    "two values and a second key": (["Role=web", "Name=web1,web2"], {"one", "three"}),
}


@pytest.mark.parametrize(("tags", "hosts"), TARGETS.values(), ids=TARGETS)
def test_a_job_runs_on_the_hosts_with_all_of_the_keys_and_any_of_their_values(
    sandbox: Sandbox, context: Context, tab: Path, tags: list[str], hosts: set[str]
) -> None:
    target = Target.parse(tags)
    assert migrate(context, tab, *target.options) == 0
    (stack,) = context.stacks.deployed()
    assert stack.target == target
    assert f"-{target.id}-backup-" in stack.stack_name
    assert command(context, "run", stack.id) == 0
    assert ran_on(sandbox) == hosts
    assert {each.id for each in context.instances.with_tag(target)} == {
        stand_in(name).instance_id for name in hosts
    }


@pytest.mark.parametrize("run_on", ["one", "marked"])
def test_so_it_does_however_hosts_are_chosen(
    sandbox: Sandbox, context: Context, tab: Path, run_on: str
) -> None:
    tags = ("--tag", "Name=web1,web2", "--tag", "Role=db")
    assert migrate(context, tab, *tags, "--run-on", run_on) == 0
    (stack,) = context.stacks.deployed()
    assert command(context, "run", stack.id) == 0
    assert ran_on(sandbox) == {"two"}


def test_the_same_tags_in_another_order_are_the_same_task(
    context: Context, tab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert migrate(context, tab, "--tag", "Role=web,db", "--tag", "Name=web1") == 0
    (stack,) = context.stacks.deployed()
    capsys.readouterr()
    assert migrate(context, tab, "--tag", "Name=web1", "--tag", "Role=db,web") == 0
    assert "Nothing to do: 1 task deployed as planned" in capsys.readouterr().out
    assert context.stacks.deployed() == (stack,)


def test_another_target_is_another_task(context: Context, tab: Path) -> None:
    targets = [["Name=web1"], ["Name=web1,web2"], ["Name=web1", "Role=web"]]
    for tags in targets:
        assert migrate(context, tab, *Target.parse(tags).options) == 0
    stacks: tuple[Deployed, ...] = tuple(context.stacks.deployed())
    assert {stack.target for stack in stacks} == {Target.parse(tags) for tags in targets}
    assert len({stack.id for stack in stacks}) == 1
    assert len({stack.parameters["RuleName"] for stack in stacks}) == len(targets)


def test_a_second_value_of_a_key_is_never_dropped(context: Context, tab: Path) -> None:
    with pytest.raises(UsageError, match="--tag 'Name=web1,web2'"):
        migrate(context, tab, "--tag", "Name=web1", "--tag", "Name=web2")
    assert context.stacks.deployed() == ()
