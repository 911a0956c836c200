"""A migration or a rollback that ends at any step: nothing lost, nothing doubled, all resumable.

Held after ^C and after `kill -9`, at every step: each crontab is the old or the new bytes; each job
is run at every full minute by exactly one side, or its delivery says that it is not known;
`status` calls nothing well that runs nowhere; the same command, or `rollback`, finishes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from cron2aws.handover.status_values import Standing
from cron2aws.task.task import TaskOptions
from tests.crashes import FILES, MINUTE, Death, Host, Killed, bare


@pytest.fixture
def trees(tmp_path: Path) -> Iterator[Path]:
    return (tmp_path / str(number) for number in itertools.count())


def marked(host: Host) -> dict[str, bytes]:
    assert host.migrate() == 0
    host.wait(4)
    return bare(host.bytes())


@pytest.mark.parametrize("backwards", [False, True], ids=["machine-first", "schedule-first"])
def test_unhurt_a_job_is_run_once_at_every_minute(tmp_path: Path, backwards: bool) -> None:
    host = Host(tmp_path, backwards)
    new = marked(host)
    assert new != FILES
    assert {row.standing for row in host.status()} == {Standing.HANDED_OVER}
    assert all(stack.parameters["LiveFrom"] for stack in host.stacks.deployed())
    assert host.rollback() == 0
    host.wait(4)
    assert host.bytes() == FILES
    assert host.stacks.stacks == {}
    assert host.runners() == {1}


def test_the_witness_sees_what_runs_twice_and_nowhere(tmp_path: Path) -> None:
    host = Host(tmp_path)
    marked(host)
    new = host.bytes()
    stack = next(iter(host.stacks.stacks.values()))
    host.stacks.update(stack, {"Enabled": "false"})
    host.wait(3)
    assert 0 in host.runners()
    assert 2 not in host.runners()
    host.stacks.update(stack, {"Enabled": "true"})
    for files in (FILES, new):  # and their ctime, in this world, does not tell
        for name, data in files.items():
            (host.tree / name).write_bytes(data)
        host.look()
        host.wait(2)
    assert 2 in host.runners()


def steps_of(host: Host, *, back: bool) -> list[int]:
    """The steps of an unhurt run, from 1; of many sleeps in a row the first and the last."""
    death = Death()
    _ = host.rollback(death) if back else host.migrate(death)
    dull = {n for n in death.sleeps if {n - 1, n + 1} <= death.sleeps}
    return sorted(set(range(1, death.steps + 1)) - dull)


def run(host: Host, death: Death, *, back: bool) -> None:
    with pytest.raises(death.how):
        _ = host.rollback(death) if back else host.migrate(death)


@pytest.mark.parametrize("run_on", [None, "one"])
@pytest.mark.parametrize("how", [KeyboardInterrupt, Killed])
@pytest.mark.parametrize("back", [False, True], ids=["out", "back"])
def test_at_every_step(
    trees: Iterator[Path], how: type[BaseException], back: bool, run_on: str | None
) -> None:
    options = TaskOptions(run_on=run_on)
    starts = [Host(next(trees), backwards, options=options) for backwards in (False, True)]
    new = marked(starts[0].copy(next(trees)))
    if back:
        assert [marked(start) for start in starts] == [new, new]
    steps = steps_of(starts[0].copy(next(trees)), back=back)
    assert len(steps) > 15
    for at, after in itertools.product(steps, (False, True)):
        death = Death(at=at, how=how, after=after)
        host = starts[after].copy(next(trees))
        run(host, death, back=back)
        now = bare(host.bytes())
        assert all(data in (FILES[name], new[name]) for name, data in now.items()), death
        host.wait(8)
        assert host.runners() <= {1, "told"}, death
        assert_told(host)
        # what stands after a step stands before the next one: so every state is finished both ways
        recover(host, new, forward=(death.at + death.after) % 2 == 0)
        assert host.runners() <= {1, "told"}, death


def assert_told(host: Host) -> None:
    """`status` says who runs a job; what it calls handed over its task runs."""
    minute = host.clock.now().replace(second=0) - MINUTE
    for row in host.status():
        assert host.at(row.id, minute) == {1}
        by_task = host.moments[-1].states[row.id] == "task"
        assert (row.standing is Standing.HANDED_OVER) is by_task
        assert row.standing is not Standing.NOWHERE


def recover(host: Host, new: dict[str, bytes], *, forward: bool) -> None:
    assert (host.migrate() if forward else host.rollback()) == 0
    host.wait(3)
    assert bare(host.bytes()) == (new if forward else FILES)
    stacks = host.stacks.deployed()
    assert len(stacks) == (2 if forward else 0)
    assert all(stack.parameters.get("LiveFrom") for stack in stacks)
    since = host.clock.now()
    host.wait(3)
    assert host.runners(since) == {1}
