"""`status` on a host whose lines are handed over, and which its task's target matches no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from cron2aws.app.sources import Reading
from cron2aws.app.status import Looked, status_of
from cron2aws.aws.instances import Instances
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.errors import AwsError
from cron2aws.handover.status_values import Row, Standing
from cron2aws.task.target import Target
from tests.host_tree import HAS_LINE, OneHost, path_of
from tests.two_hosts import World, make_world
from tests.two_hosts_commands import migrate, rollback

WEB = {"role": "web"}
TARGET = Target.having({"role": ["web"]})


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Two hosts whose lines are handed over, `marked`: each needs its own run."""
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with make_world(tmp_path, ("1", WEB, HAS_LINE), ("2", WEB, HAS_LINE)).open() as made:
        for host in made.hosts:
            assert migrate(made, host, TARGET, "marked").failed == ()
        made.pass_minutes(2)
        yield made


def tag(world: World, host: OneHost, tags: Mapping[str, str]) -> None:
    """The instance's tags are these from now on."""
    (found,) = [each for each in world.sandbox.hosts if each.instance_id == host.id]
    world.sandbox.add_host(replace(found, tags=tags))


def on(world: World, host: OneHost, here: str | None) -> tuple[Looked, Row]:
    """`status` on that host, which its metadata say is `here`."""
    context = replace(world.context, here=here)
    looked = status_of(Reading(hosts=(host.read(),)), context, here=True)
    (row,) = looked.tasks.rows
    return looked, row


def test_its_job_runs_nowhere(world: World) -> None:
    one, two = world.hosts
    assert on(world, one, one.id)[0].exit_code == 0
    tag(world, one, {"role": "other"})
    before = one.by_task()
    world.pass_minutes(2)
    # it is so: nobody runs it here, and the other host's runs go on
    assert one.by_task() == before
    assert two.by_task() > before
    assert world.failures == []
    looked, row = on(world, one, one.id)
    assert (looked.exit_code, row.standing) == (4, Standing.NOWHERE)
    assert row.mend == (
        f"this host is {one.id}, without the tag role=web; give it the tag role=web, "
        f"or cron2aws rollback {row.id}"
    )


def away(world: World) -> tuple[Looked, Row]:
    """`status` where no crontab is read."""
    looked = status_of(Reading(hosts=()), world.context, here=False)
    (row,) = looked.tasks.rows
    return looked, row


WHERE: list[Callable[[World], tuple[Looked, Row]]] = [
    away,
    lambda world: on(world, world.hosts[1], world.hosts[1].id),
]


@pytest.mark.parametrize("look", WHERE, ids=["away", "on the other host"])
def test_it_is_seen_elsewhere(world: World, look: Callable[[World], tuple[Looked, Row]]) -> None:
    one, _ = world.hosts
    assert look(world)[0].exit_code == 0
    tag(world, one, {"Name": "web-1", "role": "other"})
    # the newest report is the one before it: nobody can know yet
    world.pass_minutes(2)
    looked, row = look(world)
    assert (looked.exit_code, row.told) == (4, "runs nowhere on web-1")
    assert row.mend == (
        f"give web-1 the tag role=web again; if it is to leave for good, then cron2aws rollback "
        f"{row.id} there, and take the tag off after the task's next run"
    )


def test_long_after(world: World) -> None:
    """Many reports later, and though the line was cron's in the oldest one."""
    one, two = world.hosts
    tag(world, one, {"role": "other"})
    world.pass_minutes(14)
    looked, row = away(world)
    assert (looked.exit_code, row.about) == (4, (one.id,))
    tag(world, one, WEB)
    world.pass_minutes(1)
    assert away(world)[0].exit_code == 0
    assert two.by_task() > 14


def test_what_it_says_to_do_elsewhere_ends_it(world: World) -> None:
    """Rolled back while it has the tag, its last report says that cron runs the job."""
    one, _ = world.hosts
    rollback(world, one)
    world.pass_minutes(2)
    tag(world, one, {"role": "other"})
    world.pass_minutes(2)
    looked, row = away(world)
    assert (looked.exit_code, row.standing) == (0, Standing.HANDED_OVER)


@pytest.mark.parametrize("state", ["stopped", "terminated"])
def test_an_instance_that_is_off_is_no_trouble(world: World, state: str) -> None:
    one, _ = world.hosts
    tag(world, one, {"role": "other"})
    ec2 = Session(AwsSettings(region=world.sandbox.region)).client("ec2")
    if state == "stopped":
        ec2.stop_instances(InstanceIds=[one.id])
    else:
        ec2.terminate_instances(InstanceIds=[one.id])
    world.pass_minutes(2)
    assert away(world)[0].exit_code == 0


def test_where_ec2_may_not_be_asked(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = world.hosts

    class Refusing(Instances):
        def __init__(self) -> None:
            pass

        def with_tag(self, target: Target) -> NoReturn:
            raise AwsError(what=f"looking for {target} failed", why="UnauthorizedOperation: no")

        def tags_of_running(self, ids: Iterable[str]) -> NoReturn:
            assert set(ids) == {one.id}
            raise AwsError(what="looking at tags failed", why="UnauthorizedOperation: no")

    tag(world, one, {"role": "other"})
    world.pass_minutes(2)
    world.context = replace(world.context, instances=Refusing())
    looked, row = away(world)
    assert (looked.exit_code, row.standing) == (0, Standing.HANDED_OVER)
    assert capsys.readouterr().err == (
        "note: not looked at, whether hosts that reported before have lost their tag: looking at "
        "tags failed: UnauthorizedOperation: no\n"
    )
    assert on(world, two, two.id)[0].exit_code == 0
    assert (
        "note: not looked at, whether this host has the tags of its tasks: looking for role=web "
        "failed: UnauthorizedOperation: no\n"
    ) in capsys.readouterr().err


def test_what_it_says_to_do_mends_it(world: World) -> None:
    one, two = world.hosts
    tag(world, one, {"role": "other"})
    world.pass_minutes(1)
    tag(world, one, WEB)
    assert on(world, one, one.id)[0].exit_code == 0
    before = one.by_task()
    world.pass_minutes(2)
    assert one.by_task() > before
    tag(world, one, {"role": "other"})
    taken = rollback(world, one)
    assert (one.text, two.is_marked) == (HAS_LINE, True)
    # the line is back, and the stack stays for the other host
    (failure,) = taken.failed
    assert two.id in (failure.error.why or "")


def test_a_host_that_is_no_instance(world: World) -> None:
    one, _ = world.hosts
    looked, row = on(world, one, None)
    assert (looked.exit_code, row.standing) == (4, Standing.NOWHERE)
    assert row.mend.startswith("this host is no EC2 instance, without the tag role=web; ")
