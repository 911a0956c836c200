"""Two hosts with the same line, handed over one after the other and back: who ran each minute.

The editor, the probe, the machine, the functions, the runner and its files are real. Deliveries
come in time, late and twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from cron2aws.task.target import Target
from tests.host_tree import HAS_LINE, HAS_NONE, OneHost, path_of
from tests.two_hosts import World, make_world
from tests.two_hosts_commands import migrate, rollback

pytestmark = pytest.mark.long

CRON, TASK, NOBODY = ["cron"], ["task"], list[str]()
FIRES = "the task, while its schedule fires"
ANY = "one of the two hosts, by whomever"
Phase = tuple[object, object] | str


@dataclass(frozen=True, kw_only=True)
class Row:
    """Two hosts of one or two targets; `lines`: which have the line, the older instance first.

    `phases` are who runs each minute on host 1 and on host 2: as it was, after each hand-over, and
    after each rollback, first that of host 1.
    """

    targets: int = 1
    run_on: str
    lines: Sequence[str] = ("1", "2")
    ids: tuple[str, str] = ("1", "2")
    phases: Sequence[Phase]


EACH = ((CRON, CRON), (TASK, CRON), (TASK, TASK), (CRON, TASK), (CRON, CRON))
"""Each host runs its own line, whoever does it there."""
ROWS = {
    "all, both have the line": Row(run_on="all", phases=EACH),
    "marked, both have the line": Row(run_on="marked", phases=EACH),
    # a host whose line is active is cron's; of the others one runs it, the oldest that is online
    "one, both have the line": Row(
        run_on="one",
        phases=((CRON, CRON), (TASK, CRON), (TASK, NOBODY), (CRON, NOBODY), (CRON, CRON)),
    ),
    "one, the younger is handed over first": Row(
        run_on="one",
        ids=("2", "1"),
        phases=((CRON, CRON), (NOBODY, CRON), (NOBODY, TASK), (CRON, TASK), (CRON, CRON)),
    ),
    # the other host runs it from LiveFrom on, as long as there is the task
    "all, one without the line": Row(
        run_on="all",
        lines=("1",),
        phases=((CRON, NOBODY), (TASK, TASK), (CRON, FIRES)),
    ),
    "marked, one without the line": Row(
        run_on="marked",
        lines=("1",),
        phases=((CRON, NOBODY), (TASK, NOBODY), (CRON, NOBODY)),
    ),
    "one, the younger without the line": Row(
        run_on="one",
        lines=("1",),
        phases=((CRON, NOBODY), (TASK, NOBODY), (CRON, NOBODY)),
    ),
    # LiveFrom comes after the edit and goes before it: meanwhile the next host is asked
    "one, the older without the line": Row(
        run_on="one",
        lines=("1",),
        ids=("2", "1"),
        phases=((CRON, NOBODY), ANY, (CRON, NOBODY)),
    ),
    "two targets, all": Row(targets=2, run_on="all", phases=EACH),
    "two targets, one": Row(targets=2, run_on="one", phases=EACH),
    "two targets, marked": Row(targets=2, run_on="marked", phases=EACH),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_each_minute_is_counted_on_both(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    targets = [Target.having({"role": [f"web-{number % row.targets}"]}) for number in range(2)]
    texts = [HAS_LINE if number in row.lines else HAS_NONE for number in ("1", "2")]
    world = make_world(
        tmp_path,
        *(
            (number, target.tags_of(number), text)
            for number, target, text in zip(row.ids, targets, texts, strict=True)
        ),
    )
    having = [
        (host, target)
        for host, target, text in zip(world.hosts, targets, texts, strict=True)
        if text == HAS_LINE
    ]
    with world.open():
        edits = [_out(world, host, target, row.run_on) for host, target in having]
        edits += [_back(world, host, row) for host, _ in having]
        world.pass_minutes(2)
        assert world.stacks() == ()
    assert [host.text for host in world.hosts] == texts
    assert world.failures == []
    fired = set().union(*world.fired.values())
    for minute, ran in world.ran.items():
        phase = row.phases[sum(edit <= minute for edit in edits)]
        assert _is_as(phase, ran, world, minute in fired), (f"{minute:%H:%M}", ran, _table(world))


def _is_as(phase: Phase, ran: Mapping[str, list[str]], world: World, fires: bool) -> bool:
    found = [ran[host.name] for host in world.hosts]
    if isinstance(phase, str):
        return sorted(map(len, found)) == [0, 1]
    expected = [(TASK if fires else NOBODY) if cell == FIRES else cell for cell in phase]
    return found == expected


def _out(world: World, host: OneHost, target: Target, run_on: str) -> datetime:
    world.pass_minutes(1)
    outcome = migrate(world, host, target, run_on)
    assert outcome.failed == ()
    assert host.is_marked
    (minute,) = outcome.minutes.values()
    assert minute is not None
    return minute


def _back(world: World, host: OneHost, row: Row) -> datetime:
    world.pass_minutes(2)
    others = [other for other in world.hosts if other.is_marked and other != host]
    stacks = len(world.stacks())
    taken = rollback(world, host)
    assert not host.is_marked
    if row.targets == 1 and others:
        # a host of the same target needs the stack
        (failure,) = taken.failed
        assert failure.error.why == f"{others[0].id} would run the job nowhere"
        assert len(world.stacks()) == stacks
    else:
        assert taken.failed == ()
        assert len(world.stacks()) == stacks - 1
    (minute,) = taken.minutes.values()
    assert minute is not None
    return minute


def _table(world: World) -> str:
    return "\n".join(f"{minute:%H:%M} {ran}" for minute, ran in world.ran.items())
