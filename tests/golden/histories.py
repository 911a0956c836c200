"""Goldens of `history`: each outcome, one task and several, with what was printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cron2aws.plan.parts import Part, Printed, with_output
from cron2aws.plan.past import Execution, PastRun, past_run
from cron2aws.plan.values import Deployed
from cron2aws.report.document import History
from tests.fakes import deployed
from tests.golden.golden import Golden, table

STARTED = datetime(2026, 11, 22, 18, 0, 2, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
FAILED = """\
Task       web-backup
Result     FAILED on 1 of 2 hosts
User       root

FAILED i-0a web-1: it ran and ended with exit code 3
  started 2026-11-23 03:00:03 +0900
  took 1 min 5 s
  | FAILED i-0b web-2: it ran and ended with exit code 9
ok     i-0b web-2: it ran and ended with exit code 0
  took 4 s

Execution  https://us-east-1.console.aws.amazon.com/x
Hosts      https://x/systems-manager/run-command/0b7e0a34-57d2-4ef0-8d4f-7d4b6f0a2b11?region=x
"""


AGENT = "failed to run commands: exit status 3"


def histories() -> Iterator[Golden]:
    """The table with every outcome, and what a run printed."""
    runs = kinds_of_runs()
    mine = tuple(run for run in runs if run.stack.id == runs[0].stack.id)
    yield Golden(name="history/every-outcome", make=lambda _: table(History(runs=runs)))
    yield Golden(name="history/one-task", make=lambda _: table(History(runs=mine)))
    yield Golden(name="history/no-runs", make=lambda _: table(History(runs=())))
    shown = (printed_run(), runs[0], without_output())
    yield Golden(
        name="history/output", make=lambda _: table(History(runs=shown, shows_output=True))
    )


def stack(number: int = 1, **parameters: str) -> Deployed:
    """A task of this release, without a topic for successes."""
    made = deployed(f"{number}a2b3c4d5e6f7a8b", {"OriginalSchedule": "0 3 * * *", **parameters})
    return replace(made, outputs={**made.outputs, "TemplateVersion": "2"})


def run(
    status: str,
    output: Mapping[str, Any],
    *,
    of: Deployed | None = None,
    ago: int = 0,
    seconds: float | None = 6,
    name: str = "7e04530e-a2b0-5cc8-80bb-2ab3e6f1e2b4",
    by_hand: bool = False,
) -> PastRun:
    """So many days before."""
    started = STARTED - timedelta(days=ago)
    execution = Execution(
        arn=f"arn:aws:states:us-east-1:123456789012:execution:cron2aws-web-backup:{name}",
        name=name,
        status=status,
        started=started,
        ended=None if seconds is None else started + timedelta(seconds=seconds),
        given={} if by_hand else {"scheduled_time": f"{started:%Y-%m-%dT%H:%M:00Z}"},
        output=output,
    )
    found = past_run(of or stack(), execution, TOKYO)
    assert found
    return found


def _ours(outcome: str, **more: object) -> dict[str, Any]:
    return {"run": {"outcome": outcome, **more}}


def kinds_of_runs() -> tuple[PastRun, ...]:
    """A run of each outcome, and of each kind."""
    other = stack(2, RunOn="one")
    ran = {"i-0a": "ran exit=0 seconds=4"}
    left = {"i-0a": "left-to-cron", "i-0b": "not-here"}
    many = {f"i-0{number}": "ran exit=0 seconds=3725" for number in range(7)}
    nobody = "Task  x\nResult     FAILED: NoHost\nRun        x\n\nno host is online\n\nExecution  x"
    return (
        run("RUNNING", {}, seconds=None),
        run("SUCCEEDED", _ours("succeeded", hosts=ran), ago=1),
        run("FAILED", {"error": "cron2aws.Failed", "cause": FAILED}, ago=1, of=other, seconds=71),
        run("SUCCEEDED", _ours("succeeded", hosts=many), ago=2, seconds=3800),
        run("SUCCEEDED", _ours("skipped", hosts=left, reason="cron runs it"), ago=3, seconds=3),
        run("SUCCEEDED", _ours("skipped", reason="2026-11-19 is not one of the days 1"), ago=4),
        run("FAILED", {"error": "cron2aws.NotTold", "cause": nobody}, ago=5, of=other),
        run("TIMED_OUT", {}, ago=6),
        run("ABORTED", {}, ago=7),
        run(
            "SUCCEEDED",
            _ours("succeeded", hosts=ran),
            ago=8,
            name="by-hand-20261115T100000-ab12cd",
            by_hand=True,
        ),
        run("SUCCEEDED", _ours("succeeded"), ago=9, of=replace(stack(3), outputs={})),
    )


def printed_run() -> PastRun:
    """With a first line of the runner's, and an escape."""
    made = run("FAILED", {"error": "cron2aws.Failed", "cause": FAILED}, seconds=71)
    line = "[cron2aws] exit=3 seconds=65 outcome=ran out=12 err=5\n"
    first, second = made.parts
    parts = (
        with_output(
            first, f"{line}one\n\x1b[31mtwo\n", "three\nfailed to run commands: exit status 3"
        ),
        replace(second, printed=Printed(out="", err="")),
    )
    return replace(made, parts=parts)


def without_output() -> PastRun:
    made = run("SUCCEEDED", _ours("succeeded", hosts={"i-0c": "ran exit=0 seconds=1"}), ago=40)
    return replace(made, parts=(*made.parts, Part(instance="i-0d", name="web-4")))
