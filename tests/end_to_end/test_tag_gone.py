"""`status` on a host whose lines are handed over, and which its task's target matches no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cron2aws.app.sources import Reading
from cron2aws.app.status import Looked, status_of
from cron2aws.handover.status import Row, Standing
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
    looked, row = on(world, two, two.id)
    assert (looked.exit_code, row.standing) == (0, Standing.HANDED_OVER)


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
