"""A migration or a rollback that ends at any step: nothing lost, nothing doubled, all resumable.

Guaranteed after ^C, a bug or a refusal, at every step: each crontab is the old or the new bytes,
each job is run at every full minute by exactly one side, and the same command, or `rollback`,
finishes. After `kill -9` or a power cut the second is not: the stacks may have been given their
moment without the file. Then `status` tells it, job by job, and the same commands finish.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crashes import FILES, Death, Host, Killed


@pytest.fixture
def trees(tmp_path: Path) -> Iterator[Path]:
    return (tmp_path / str(number) for number in itertools.count())


def marked(host: Host) -> dict[str, bytes]:
    assert host.migrate() == 0
    host.wait(3)
    return host.bytes()


@pytest.mark.parametrize("backwards", [False, True], ids=["machine-first", "schedule-first"])
def test_unhurt_a_job_is_run_once_at_every_minute(tmp_path: Path, backwards: bool) -> None:
    host = Host(tmp_path, backwards)
    new = marked(host)
    assert new != FILES
    assert {row.standing.value for row in host.status()} == {"ok"}
    assert host.rollback() == 0
    host.wait(3)
    assert host.bytes() == FILES
    assert host.stacks.stacks == {}
    assert host.runners() == {1}


def test_the_witness_sees_what_runs_twice_and_nowhere(tmp_path: Path) -> None:
    host = Host(tmp_path)
    marked(host)
    stack = next(iter(host.stacks.stacks.values()))
    host.stacks.update(stack, {"Enabled": "false"})
    host.wait(3)
    assert host.runners() == {0, 1}
    for name, data in FILES.items():
        (host.tree / name).write_bytes(data)
    host.look()
    host.wait(3)
    assert host.runners() == {0, 1, 2}


def steps_of(host: Host, *, back: bool) -> list[int]:
    """The steps of an unhurt run, from 1; of many sleeps in a row the first and the last."""
    death = Death()
    _ = host.rollback(death) if back else host.migrate(death)
    dull = {n for n in death.sleeps if {n - 1, n + 1} <= death.sleeps}
    return sorted(set(range(1, death.steps + 1)) - dull)


def run(host: Host, death: Death, *, back: bool) -> None:
    with pytest.raises(death.how):
        _ = host.rollback(death) if back else host.migrate(death)


@pytest.mark.parametrize("how", [KeyboardInterrupt, Killed])
@pytest.mark.parametrize("back", [False, True], ids=["out", "back"])
def test_at_every_step(trees: Iterator[Path], how: type[BaseException], back: bool) -> None:
    starts = [Host(next(trees), backwards) for backwards in (False, True)]
    new = marked(starts[0].copy(next(trees)))
    if back:
        assert [marked(start) for start in starts] == [new, new]
    steps = steps_of(starts[0].copy(next(trees)), back=back)
    assert len(steps) > 20
    for at, after in itertools.product(steps, (False, True)):
        death = Death(at=at, how=how, after=after)
        host = starts[after].copy(next(trees))
        run(host, death, back=back)
        assert all(data in (FILES[name], new[name]) for name, data in host.bytes().items()), death
        host.wait(8)
        if how is KeyboardInterrupt:
            assert host.runners() == {1}, death
        trouble = {row.id for row in host.status() if row.is_bad}
        minute = host.clock.now().replace(second=0)
        assert trouble == {entry for entry in host.ids if host.at(entry, minute) != {1}}, death
        # what stands after a step stands before the next one: so every state is finished both ways
        recover(host, new, forward=(death.at + death.after) % 2 == 0)
        if how is KeyboardInterrupt:
            assert host.runners() == {1}, death


def recover(host: Host, new: dict[str, bytes], *, forward: bool) -> None:
    if forward:
        if any(stack.parameters.get("NotAfter") for stack in host.stacks.deployed()):
            assert host.rollback() == 0  # one that was cut short must first be finished
        assert host.migrate() == 0
    else:
        assert host.rollback() == 0
    host.wait(3)
    assert host.bytes() == (new if forward else FILES)
    assert len(host.stacks.stacks) == (2 if forward else 0)
    since = host.clock.now()
    host.wait(3)
    assert host.runners(since) == {1}
