"""Goldens of `status`: each standing, each state, last and next runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cron2aws.app.zones import resolve_zone
from cron2aws.handover.interfaces import RunLike
from cron2aws.handover.status import status
from cron2aws.plan.values import Deployed, Place
from cron2aws.report.document import Tasks
from cron2aws.task.upcoming import next_run
from tests.golden.golden import Golden, table
from tests.golden.hosts import NOW, assessed, host
from tests.golden.plans import PLACE, marked, planned, stack_of


def statuses() -> Iterator[Golden]:
    """The table with every standing, in trouble and out of it."""
    yield Golden(name="status/every-standing", make=lambda folder: table(every_standing(folder)))
    yield Golden(name="status/all-well", make=lambda folder: table(_one(folder, "Asia/Tokyo")))
    yield Golden(name="status/several-hosts", make=lambda folder: table(_several_hosts(folder)))
    yield Golden(name="status/no-tasks", make=lambda _: table(Tasks(rows=())))


RAN = datetime(2026, 11, 22, 3, 0, 4, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Ended:
    status: str
    started: datetime


class Ran:
    """The last runs, by the names of their machines."""

    def __init__(self, **ended: str) -> None:
        self._ended = ended

    def last(self, machine: str) -> RunLike | None:
        found = self._ended.get(machine.replace("-", "_"))
        return Ended(status=found, started=RAN) if found else None

    def running(self, machine: str) -> tuple[RunLike, ...]:
        del machine
        return ()


def _tasks(folder: Path, text: str, stacks: list[Deployed], runs: Ran, zone: str = "UTC") -> Tasks:
    rows = status(
        assessed(host(folder, {"/etc/crontab": text}, zone=zone)),
        stacks,
        runs,
        lambda stack: next_run(stack.parameters, NOW, resolve_zone),
        now=NOW,
        place=PLACE,
    )
    return Tasks(rows=rows)


def _one(folder: Path, zone: str) -> Tasks:
    text = "0 3 * * * root backup\n"
    before = host(folder / "before", {"/etc/crontab": text}, zone=zone)
    (step,) = planned(assessed(before)).steps
    stack = stack_of(step, Enabled="true")
    runs = Ran(**{f"machine_{step.task.id}": "SUCCEEDED"})
    return _tasks(folder, marked(text, [step]), [stack], runs, zone)


def every_standing(folder: Path) -> Tasks:
    lines = "".join(f"{minute} 3 * * * root job-{minute}\n" for minute in range(10))
    steps = planned(assessed(host(folder / "before", {"/etc/crontab": lines}))).steps
    there = Place(account="210987654321", region="us-west-2")
    text = marked(marked(lines, [steps[0], steps[1], steps[3], steps[4]]), [steps[8]], there)
    text = text.replace("9 3 * * * root job-9\n", "").replace("5 3 *", "15 3 *")
    elsewhere = stack_of(steps[7], Enabled="true", Source="/etc/cron.d/elsewhere")
    stacks = [
        stack_of(steps[0], Enabled="true"),  # ok
        stack_of(steps[1], Enabled="false"),  # runs nowhere
        stack_of(steps[2], Enabled="true"),  # runs twice
        # 3: its stack is gone
        stack_of(steps[4], Enabled="true", OriginalSchedule="0 4 * * *"),
        stack_of(steps[5]),
        stack_of(steps[6], "ROLLBACK_COMPLETE"),
        replace(elsewhere, tags={**elsewhere.tags, "cron2aws:host": "web-2"}, id="00000007"),
        # 8: handed over to another place
        stack_of(steps[9], Enabled="true"),
        replace(stack_of(steps[7], "UPDATE_IN_PROGRESS")),
    ]
    runs = Ran(
        **{f"machine_{steps[0].task.id}": "SUCCEEDED", f"machine_{steps[2].task.id}": "TIMED_OUT"}
    )
    return _tasks(folder, text, stacks, runs)


def _several_hosts(folder: Path) -> Tasks:
    lines = "0 3 * * * root backup\n"
    trees = [host(folder, {"/etc/crontab": lines}, name=name) for name in ("web-1", "web-2")]
    steps = planned(assessed(trees[0])).steps
    for tree in trees[1:]:
        (tree / "etc/crontab").write_text(marked(lines, steps), encoding="utf-8")
    rows = status(
        assessed(*trees),
        [stack_of(steps[0], Enabled="true")],
        Ran(),
        lambda stack: next_run(stack.parameters, NOW, resolve_zone),
        now=NOW,
        place=PLACE,
    )
    return Tasks(rows=rows)
