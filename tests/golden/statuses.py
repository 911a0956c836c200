"""Goldens of `status`: each standing, each state, last and next runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cron2aws.app.zones import resolve_zone
from cron2aws.assess.values import Assessment, UnreadHost
from cron2aws.handover.status import status
from cron2aws.handover.status_values import Look, Row
from cron2aws.plan.advice import Advice
from cron2aws.plan.reports import Seen
from cron2aws.plan.values import Deployed, Place
from cron2aws.report.document import Tasks
from cron2aws.task.upcoming import next_run
from tests.golden.golden import Golden, table
from tests.golden.hosts import NOW, assessed, host
from tests.golden.plans import PLACE, marked, planned, stack_of


def statuses() -> Iterator[Golden]:
    """The table with every standing, in trouble and out of it."""
    yield Golden(name="status/every-standing", make=lambda folder: table(every_standing(folder)))
    yield Golden(name="status/all-well", make=lambda folder: table(one_task(folder, "Asia/Tokyo")))
    yield Golden(name="status/several-hosts", make=lambda folder: table(several_hosts(folder)))
    yield Golden(name="status/a-fleet", make=lambda folder: table(a_fleet(folder)))
    yield Golden(name="status/no-tasks", make=lambda _: table(Tasks(rows=())))


RAN = datetime(2026, 11, 22, 3, 0, 4, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Ended:
    status: str
    started: datetime


def _rows(found: Assessment, stacks: Sequence[Deployed], **seen: Seen) -> tuple[Row, ...]:
    """`seen` is by the tasks' ids, behind an `_`."""
    return status(
        found,
        stacks,
        Look(
            reports=lambda stack: seen.get(f"_{stack.id}", Seen()),
            next_run=lambda stack, after: next_run(stack.parameters, after, resolve_zone),
            was_handed_over=lambda _: False,
            unmatched=lambda _: "",
            now=NOW,
            place=PLACE,
            name=lambda _, instance: instance.replace("i-", "web-"),
        ),
    )


def _seen(status: str, at: datetime | None = None, **hosts: str) -> Seen:
    run = Ended(status=status, started=at or RAN)
    words = {name.replace("_", "-"): word for name, word in hosts.items()}
    return Seen(last=run, ended=run, hosts=words, at=run.started)


def one_task(folder: Path, zone: str) -> Tasks:
    text = "0 3 * * * root backup\n"
    before = host(folder / "before", {"/etc/crontab": text}, zone=zone)
    (step,) = planned(assessed(before)).steps
    found = assessed(host(folder, {"/etc/crontab": marked(text, [step])}, zone=zone))
    stack = stack_of(step, Enabled="true", LiveFrom="2026-11-20T03:00Z")
    seen = {f"_{step.task.id}": _seen("SUCCEEDED", NOW, i_1="ok")}
    return Tasks(rows=_rows(found, [stack], **seen))


LIVE = "2026-11-20T03:00Z"


def every_standing(folder: Path) -> Tasks:
    lines = "".join(f"{minute} 3 * * * root job-{minute}\n" for minute in range(16))
    steps = planned(assessed(host(folder / "before", {"/etc/crontab": lines}))).steps
    there = Place(account="210987654321", region="us-west-2")
    out = [steps[0], steps[1], steps[3], steps[4], steps[10], steps[11]]
    text = marked(marked(lines, out), [steps[8]], there)
    text = text.replace("9 3 * * * root job-9\n", "").replace("5 3 *", "15 3 *", 1)
    text = "".join(
        line for line in text.splitlines(keepends=True) if not line.endswith(("-13\n", "-14\n"))
    )
    away = {"cron2aws:host": "web-2"}

    def far(number: int, **changed: str) -> Deployed:
        stack = stack_of(steps[number], Enabled="true", **changed)
        return replace(stack, tags={**stack.tags, **away})

    stacks = [
        stack_of(steps[0], Enabled="true", LiveFrom=LIVE),  # handed over
        stack_of(steps[1], Enabled="false"),  # runs nowhere
        replace(stack_of(steps[2], Enabled="true"), changed=NOW - timedelta(days=20)),
        # 3: its stack is gone
        stack_of(steps[4], Enabled="true", OriginalSchedule="0 4 * * *"),
        stack_of(steps[5]),
        stack_of(steps[6], "ROLLBACK_COMPLETE"),
        stack_of(steps[7]),
        # 8: handed over to another place
        stack_of(steps[9], Enabled="true"),
        stack_of(steps[10], Enabled="true", LiveFrom=LIVE),  # not seen
        stack_of(steps[11], Enabled="true", LiveFrom=LIVE),  # failing
        stack_of(steps[12], Enabled="true", LiveFrom=LIVE),  # came back here
        far(13, LiveFrom=LIVE),  # came back elsewhere, and failing on the others
        far(14, LiveFrom=LIVE),  # stopped
        stack_of(steps[15], "UPDATE_IN_PROGRESS"),
    ]
    seen = {
        0: _seen("SUCCEEDED", NOW, i_1="ok"),
        10: _seen("SUCCEEDED", NOW - timedelta(days=9), i_1="ok"),
        11: _seen("TIMED_OUT", NOW),
        13: _seen("FAILED", NOW, i_1="failed", i_2="left-to-cron"),
        14: replace(_seen("FAILED", NOW), failed={"i-1": "stopped-by-hand"}),
    }
    found = assessed(host(folder, {"/etc/crontab": text}))
    by_id = {f"_{steps[number].task.id}": each for number, each in seen.items()}
    return Tasks(rows=_rows(found, stacks, **by_id))


def a_fleet(folder: Path) -> Tasks:
    """Five hosts that were read themselves, of which each stands in another way, and one more."""
    lines = "0 3 * * * root backup\n"
    names = [f"web-{number}" for number in range(1, 6)]
    trees = [host(folder, {"/etc/crontab": lines}, name=name) for name in names]
    (step,) = planned(assessed(trees[0])).steps
    texts = [marked(lines, [step])] * 2 + [lines, lines, "# gone\n"]
    for tree, text in zip(trees, texts, strict=True):
        (tree / "etc/crontab").write_text(text, encoding="utf-8")
    stack = stack_of(step, Enabled="true", RunOn="marked")
    rows = status(
        assessed(*trees),
        [stack],
        Look(
            reports=lambda _: _seen("SUCCEEDED", NOW, i_1="ok", i_2="ok"),
            next_run=lambda stack, after: next_run(stack.parameters, after, resolve_zone),
            was_handed_over=lambda _: False,
            unmatched=lambda _: "",
            had=lambda _, label: label != "web-4",
            now=NOW,
            place=PLACE,
            advice=Advice(hosts=("--from-hosts", "--tag", "Name=web")),
        ),
    )
    off = UnreadHost(id="i-6", label="web-6 (i-6)", why="its agent is not heard of")
    return Tasks(rows=rows, unread=(off,))


def several_hosts(folder: Path) -> Tasks:
    lines = "0 3 * * * root backup\n"
    trees = [host(folder, {"/etc/crontab": lines}, name=name) for name in ("web-1", "web-2")]
    steps = planned(assessed(trees[0])).steps
    for tree in trees[1:]:
        (tree / "etc/crontab").write_text(marked(lines, steps), encoding="utf-8")
    return Tasks(rows=_rows(assessed(*trees), [stack_of(steps[0], Enabled="true")]))
