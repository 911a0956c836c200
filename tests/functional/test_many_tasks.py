"""`status` and `history` of 2,000 tasks, in virtual time, against AWS's own buckets.

python -m tests.functional.test_many_tasks    calls and seconds, before and after
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, cast

import pytest
from botocore.client import BaseClient

from cron2aws.app.context import Context
from cron2aws.app.history import history
from cron2aws.app.options import HistoryOptions
from cron2aws.app.sources import Reading
from cron2aws.app.status import status_of
from cron2aws.aws.pace import Pace
from cron2aws.aws.past_runs import PastRuns
from cron2aws.aws.rates import rate_of
from cron2aws.aws.runs import Runs
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.plan.values import Deployed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.time.clock import VirtualClock
from cron2aws.task.target import Target
from tests.calling import opened
from tests.fakes import deployed
from tests.functional.aws.test_pace import Bucket

NOW = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)
LATENCY = 0.1
"""Seconds until AWS answers."""
DAYS = 30
"""So long each task has run daily."""


class Time:
    """Virtual: it goes on when every thread that works waits."""

    def __init__(self) -> None:
        self.clock = VirtualClock(NOW)

    def now(self) -> datetime:
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds, in_execution=True)

    def sleep_until(self, moment: datetime) -> None:
        left = (moment - self.now()).total_seconds()
        if left > 0:
            self.sleep(left)


@dataclass(kw_only=True)
class States:
    """Step Functions with its buckets; what it refuses is asked again, as the SDK does it."""

    time: Time
    region: str
    paced: bool
    exceptions: Any
    asked: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.pace = Pace(self.region, self.time.now, self.time.sleep_until)
        actions = ("ListExecutions", "DescribeExecution")
        rates = {action: rate_of(action, self.region) for action in actions}
        self.buckets = {name: Bucket(rate, self.time.now) for name, rate in rates.items() if rate}

    def call(self, action: str) -> None:
        wait = 0.5
        while True:
            if self.paced:
                self.pace.wait(action)
            self.time.sleep(LATENCY)
            with self.lock:
                self.asked[action] += 1
                before = self.buckets[action].refused
                self.buckets[action].take()
                is_taken = self.buckets[action].refused == before
                self.refused += not is_taken
            if is_taken:
                return
            self.time.sleep(wait)
            wait = min(20, wait * 2)

    def list_executions(self, **given: Any) -> dict[str, Any]:
        self.call("ListExecutions")
        number = int(given["stateMachineArn"].rpartition("-")[2])
        started = last_due(number)
        rows = [
            {
                "executionArn": f"{number}:{day}",
                "name": f"{number}-{day}",
                "status": "SUCCEEDED",
                "startDate": started - timedelta(days=day),
                "stopDate": started - timedelta(days=day) + timedelta(seconds=5),
            }
            for day in range(min(DAYS, given["maxResults"]))
        ]
        return {"executions": rows, "ResponseMetadata": {}}

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:
        self.call("DescribeExecution")
        number, day = map(int, executionArn.split(":"))
        started = last_due(number) - timedelta(days=day)
        return {
            "executionArn": executionArn,
            "name": f"{number}-{day}",
            "status": "SUCCEEDED",
            "startDate": started,
            "stopDate": started + timedelta(seconds=5),
            "input": json.dumps({"scheduled_time": f"{started:%Y-%m-%dT%H:%M:%SZ}"}),
            "output": json.dumps({"run": {"outcome": "succeeded", "hosts": {"i-0a": "ran"}}}),
            "ResponseMetadata": {},
        }


def last_due(number: int) -> datetime:
    """Every minute of the day has as many of the tasks."""
    minute = number * 1440 // 2000
    at = NOW.replace(hour=minute // 60, minute=minute % 60, second=0)
    return at if at <= NOW else at - timedelta(days=1)


def task(number: int, *, was_enabled: bool = True) -> Deployed:
    due = last_due(number)
    parameters = {
        "ScheduleExpression": f"cron({due.minute} {due.hour} * * ? *)",
        "Enabled": "true" if was_enabled else "false",
        "RuleName": f"job-{number}",
    }
    made = deployed(f"{number:016x}", parameters, name=f"cron2aws-job-{number}")
    outputs = {"StateMachineArn": f"machine-{number}", "TemplateVersion": "2"}
    return replace(made, outputs=MappingProxyType(outputs), was_updated=was_enabled)


@dataclass(frozen=True, kw_only=True)
class Stacks:
    """DescribeStacks is one call for a hundred; it is not what takes long."""

    tasks: Sequence[Deployed]

    def deployed(self) -> tuple[Deployed, ...]:
        return tuple(self.tasks)

    def machine(self, stack: Deployed) -> str:
        return stack.outputs["StateMachineArn"]


class Nobody:
    """EC2 that has no instance."""

    def of_targets(self, targets: Iterable[Target]) -> dict[Target, tuple[()]]:
        return dict.fromkeys(targets, ())

    def tags_of_running(self, _: object) -> dict[str, Any]:
        return {}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a command took."""

    asked: Counter[str]
    refused: int
    seconds: float
    rows: int
    said: str


class Told:
    """Who is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def measured(
    ask: Callable[[Context], int],
    context: Context,
    tasks: Sequence[Deployed],
    *,
    region: str = "us-east-1",
    before: bool = False,
) -> Measured:
    """`before`: one task after the other, at no pace, also of tasks that were never enabled."""
    time, told = Time(), Told()
    session = Session(AwsSettings(region=region))
    exceptions = session.client("stepfunctions").exceptions
    states = States(time=time, region=region, paced=not before, exceptions=exceptions)
    session._clients["stepfunctions"] = cast(BaseClient, states)
    if before:
        tasks = [replace(each, was_updated=True) for each in tasks]
    made = replace(
        context,
        stacks=Stacks(tasks=tasks),  # type: ignore[arg-type]
        runs=_Working(Runs(session), time, is_on=not before),  # type: ignore[arg-type]
        past=_Working(PastRuns(session), time, is_on=not before),  # type: ignore[arg-type]
        instances=Nobody(),  # type: ignore[arg-type]
        console=told,  # type: ignore[arg-type]
        clock=Still(),
        rate_of=lambda action: rate_of(action, region),
        one_at_a_time=before,
    )
    rows = ask(made)
    seconds = (time.now() - NOW).total_seconds()
    return Measured(
        asked=states.asked,
        refused=states.refused,
        seconds=seconds,
        rows=rows,
        said="\n".join(told.notes),
    )


class Still:
    """The moment at which the command was called."""

    def now(self) -> datetime:
        return NOW

    def sleep_until(self, moment: datetime) -> None:
        raise AssertionError(moment)


class _Working:
    """A store whose calls count as work, so that time waits for all threads."""

    def __init__(self, store: object, time: Time, *, is_on: bool) -> None:
        self._store, self._time, self._is_on = store, time, is_on

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            with self._time.clock.working() if self._is_on else nullcontext():
                found = getattr(self._store, name)(*given, **named)
                return iter(list(found)) if name == "newest" else found

        return call


def status(context: Context) -> int:
    nothing = Reading(hosts=())
    return len(status_of(nothing, context, here=False).tasks.rows)


def newest(context: Context) -> int:
    return len(history(HistoryOptions(), context).runs)


def last_night(context: Context) -> int:
    return len(history(HistoryOptions(since=timedelta(hours=2)), context).runs)


ALL = [task(number) for number in range(2_000)]
HALF = [task(number, was_enabled=number % 2 == 0) for number in range(2_000)]


@contextmanager
def context_of() -> Iterator[Context]:
    with Sandbox() as sandbox:
        yield opened(sandbox)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRON2AWS_STATE", str(tmp_path_factory.mktemp("state")))
        with context_of() as made:
            yield made


def test_status_asks_for_several_at_once_and_is_never_refused(context: Context) -> None:
    found = measured(status, context, ALL)
    assert (found.rows, found.refused) == (2_000, 0)
    assert found.asked["ListExecutions"] == 2_000
    assert "2000 tasks takes about 7 min: AWS lets an account ask 5 times a second" in found.said


def test_status_asks_nothing_of_a_task_that_was_never_enabled(context: Context) -> None:
    found = measured(status, context, HALF)
    assert (found.rows, found.refused) == (2_000, 0)
    assert found.asked["ListExecutions"] == 1_000


def test_history_asks_those_that_can_have_the_newest_runs(context: Context) -> None:
    found = measured(newest, context, ALL)
    assert (found.rows, found.refused) == (20, 0)
    assert found.asked["ListExecutions"] < 100
    assert found.asked["DescribeExecution"] == 20
    assert "of 2000 tasks were due since 2026-11-23 11:00 UTC" in found.said


def test_history_since_a_moment_asks_those_that_were_due(context: Context) -> None:
    found = measured(last_night, context, ALL)
    assert (found.rows, found.refused) == (167, 0)
    assert found.asked["DescribeExecution"] == 167
    assert found.asked["ListExecutions"] == 168  # a run may have started in the minute before


def test_so_many_tasks_are_refused_at_no_pace(context: Context) -> None:
    """As before; the buckets of these tests can refuse."""
    found = measured(status, context, ALL, region="eu-central-1", before=True)
    assert found.refused > 100


def main() -> None:
    """Calls and seconds; where the machine is busy its threads meet less, and it takes longer."""
    cases = [
        ("status", status, ALL),
        ("status, half never enabled", status, HALF),
        ("history", newest, ALL),
        ("history --since 2h", last_night, ALL),
    ]
    with context_of() as context:
        for region in ("us-east-1", "eu-central-1"):
            for name, ask, tasks in cases:
                for before in (True, False):
                    if before and ask is not status:
                        continue
                    it = measured(ask, context, tasks, region=region, before=before)
                    when = "before" if before else "after"
                    sys.stdout.write(
                        f"{region} {name} {when}: {dict(it.asked)}, {it.refused} refused, "
                        f"{it.seconds:.0f} s, {it.rows} rows\n"
                    )


if __name__ == "__main__":
    main()
