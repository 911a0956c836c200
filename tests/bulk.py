"""`migrate` of many entries in virtual time: the real command, several stacks at once.

`python -m tests.bulk ENTRIES [NUMBER]...` prints rows of docs/reference/limits.md.

A stack is made in 60 s (assumed); every call takes from its bucket (aws/rates.py). The command's
own waits, those of the SDK among them, are the sandbox's clock's, which goes on when all wait.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import resource
import signal
import sys
import tempfile
import threading
import types
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.client
import botocore.endpoint
import botocore.retries.bucket
import click

from cron2aws.app.context import Context
from cron2aws.app.installed import task_templates
from cron2aws.aws.rates import CallRate, rate_of
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks
from cron2aws.cli.main import call
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.rates.bucket import Bucket
from tests.calling import HOST, opened

# what is replaced of botocore, its stubs do not name
CLIENT: Any = botocore.client.BaseClient
ENDPOINT: Any = botocore.endpoint
RETRIES: Any = botocore.retries.bucket
STACK_SECONDS = 60
CHANGING = ("CreateStack", "UpdateStack", "DeleteStack", "UpdateTerminationProtection")
SCARCE = CallRate(burst=3, per_second=1)
"""What others leave of a bucket."""
NUMBER = re.compile(r"-job-(\d+)-")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A case: one stack in `failing` fails, and ^C comes at these numbers of stacks begun."""

    entries: int
    parallel: int = 20
    failing: int = 0
    scarce: bool = False
    interrupted: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What came of it."""

    codes: tuple[int, ...]
    stand: int
    seconds: float
    calls: Counter[str]
    refused: Counter[str]
    megabytes: int
    said: str

    @property
    def changing(self) -> int:
        return sum(self.calls[name] for name in CHANGING)


class Cloud:
    """CloudFormation under load, and a clock that all who wait share."""

    def __init__(self, sandbox: Sandbox, wanted: Wanted) -> None:
        self.sandbox = sandbox
        self.wanted = wanted
        self.calls: Counter[str] = Counter()
        self._real = CLIENT._make_api_call
        self._made: dict[str, datetime] = {}
        self._at = threading.local()
        self._lock = threading.Lock()
        self._interrupts = list(wanted.interrupted)
        self.main = threading.get_ident()
        self.is_on = True
        """Stacks fail that are to."""

    def sleep(self, seconds: float) -> None:
        inside = getattr(self._at, "works", 0) > 0
        self.sandbox.clock.sleep(seconds, in_execution=inside)

    def sleep_until(self, moment: datetime) -> None:
        left = (moment - self.sandbox.now).total_seconds()
        if left > 0:
            self.sleep(left)

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        self._at.works = getattr(self._at, "works", 0) + 1
        try:
            if self._at.works > 1:
                yield
            else:
                with self.sandbox.clock.working():
                    yield
        finally:
            self._at.works -= 1

    def context(self) -> Context:
        settings = AwsSettings(region=self.sandbox.region)
        session = Session(settings, now=lambda: self.sandbox.now, wait=self.sleep_until)
        stacks = Stacks(StackCalls(session, self.sleep), task_templates())
        return replace(
            opened(self.sandbox),
            stacks=Working(stacks, self),  # type: ignore[arg-type]
            throttled=lambda: session.throttled,
            one_at_a_time=False,
        )

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        def count(client: object, operation: str, given: dict[str, Any]) -> dict[str, Any]:
            return self._count(client, operation, given)

        real_time, acquire = ENDPOINT.time, RETRIES.TokenBucket.acquire
        clock: Any = RETRIES.Clock
        CLIENT._make_api_call = count
        ENDPOINT.time = types.SimpleNamespace(sleep=self.sleep, time=real_time.time)
        cloud = self

        class Virtual:
            def current_time(self) -> float:
                return cloud.sandbox.now.timestamp()

            def sleep(self, seconds: float) -> None:
                cloud.sleep(seconds)

        def acquired(bucket: Any, amount: int = 1, block: bool = True) -> bool:
            del block
            while True:
                try:
                    return bool(acquire(bucket, amount, block=False))
                except RETRIES.CapacityNotAvailableError:
                    self.sleep(0.2)

        RETRIES.Clock = Virtual
        RETRIES.TokenBucket.acquire = acquired
        try:
            yield
        finally:
            CLIENT._make_api_call = self._real
            ENDPOINT.time = real_time
            RETRIES.Clock, RETRIES.TokenBucket.acquire = clock, acquire

    def _count(self, client: object, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self.calls[operation] += 1
            begun = self.calls["CreateStack"]
            strikes = bool(self._interrupts) and begun >= self._interrupts[0]
            if strikes:
                self._interrupts.pop(0)
        if strikes:
            signal.pthread_kill(self.main, signal.SIGINT)
        if operation == "CreateStack" and self.is_on and self._fails(given["StackName"]):
            given = {**given, "Parameters": [_spoilt(each) for each in given["Parameters"]]}
        answer: dict[str, Any] = self._real(client, operation, given)
        now = self.sandbox.now
        if operation == "CreateStack":
            self._made[answer["StackId"]] = now
        for stack in answer.get("Stacks", ()):
            made = self._made.get(stack["StackId"])
            if made and now < made + timedelta(seconds=STACK_SECONDS):
                stack["StackStatus"] = "CREATE_IN_PROGRESS"
                stack.pop("Outputs", None)
        return answer

    def _fails(self, name: str) -> bool:
        number = NUMBER.search(name)
        every = self.wanted.failing
        return bool(every and number and int(number[1]) % every == every // 2)


def _spoilt(parameter: dict[str, str]) -> dict[str, str]:
    if parameter["ParameterKey"] != "ScheduleExpression":
        return parameter
    return {**parameter, "ParameterValue": "cron(x)"}


class Working:
    """A store whose calls count as work, so that time waits for all threads."""

    def __init__(self, store: object, cloud: Cloud) -> None:
        self._store, self._cloud = store, cloud

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            with self._cloud.working():
                return getattr(self._store, name)(*given, **named)

        return call


def measured(wanted: Wanted, again: bool = False) -> Measured:
    """`again`: once more at the end, with nothing that fails."""
    with (
        tempfile.TemporaryDirectory() as name,
        contextlib.chdir(name),
        _state(name),
        Sandbox() as sandbox,
    ):
        Path("etc").mkdir()
        lines = [f"{n % 60} {n % 24} * * * root /opt/job-{n}\n" for n in range(wanted.entries)]
        Path("etc/crontab").write_text("".join(lines))
        Path("etc/hostname").write_text("web-1\n")
        words = ["migrate", ".", "--tag", "Name=web", "--yes", *HOST]
        words += ["--parallel", str(wanted.parallel)]
        cloud = Cloud(sandbox, wanted)
        codes: list[int] = []
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            call(["setup", "--tag", "Name=web", "--yes"], opened(sandbox))
            with cloud.installed():
                sandbox.load.enforced = True
                if wanted.scarce:
                    for operation in ("CreateStack", "DescribeStacks"):
                        key = ("cloudformation", operation)
                        sandbox.load._buckets[key] = ("Throttling", Bucket(SCARCE))
                begun = sandbox.now
                context = cloud.context()
                for _ in wanted.interrupted:
                    try:
                        codes.append(call(words, context))
                    except click.exceptions.Abort:  # click's word for ^C
                        codes.append(130)
                codes.append(call(words, context))
                seconds = (sandbox.now - begun).total_seconds()
                if again:
                    cloud.is_on = False
                    codes.append(call(words, context))
                sandbox.load.enforced = False
        stacks = opened(sandbox).stacks.deployed()
        return Measured(
            codes=tuple(codes),
            stand=sum(each.status == "CREATE_COMPLETE" for each in stacks),
            seconds=seconds,
            calls=cloud.calls,
            refused=+sandbox.load.refused,
            megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            said=printed.getvalue(),
        )


@contextlib.contextmanager
def _state(folder: str) -> Iterator[None]:
    """A state folder of its own, so that no other command is in the way; and ^C counts."""
    before = os.environ.get("CRON2AWS_STATE")
    # in the background of a shell it is ignored
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["CRON2AWS_STATE"] = f"{folder}/state"
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        os.environ.pop("CRON2AWS_STATE")
        if before is not None:
            os.environ["CRON2AWS_STATE"] = before


def bound(wanted: Wanted) -> float:
    """Seconds that it takes at least: the stacks side by side, and their creations at our pace."""
    side_by_side = wanted.entries * STACK_SECONDS / wanted.parallel
    creating = rate_of("CreateStack", "us-east-1")
    assert creating is not None
    rate = SCARCE.per_second if wanted.scarce else creating.ours.per_second
    return max(side_by_side, wanted.entries / rate)


def cases(entries: int) -> dict[str, Wanted]:
    """Of that many entries."""
    quarter = entries // 4
    return {
        "20 at once": Wanted(entries=entries),
        "4 at once, as without `--parallel`": Wanted(entries=entries, parallel=4),
        "20 at once, one in ten fails": Wanted(entries=entries, failing=10),
        "20 at once, others leave 1 a second": Wanted(entries=entries, scarce=True),
        "20 at once, `^C` three times": Wanted(
            entries=entries, interrupted=(quarter, 2 * quarter, 3 * quarter)
        ),
    }


def main() -> None:
    entries, only = int(sys.argv[1]), sys.argv[2:]
    for number, (name, wanted) in enumerate(cases(entries).items()):
        if only and str(number) not in only:
            continue
        it = measured(wanted, again=bool(wanted.failing))
        looks = it.calls["DescribeStacks"]
        sys.stdout.write(
            f"| {name} | {it.stand:,} | {it.seconds:,.0f} | {bound(wanted):,.0f} | "
            f"{it.changing / entries:.3f} | {looks / it.seconds:.2f} | {it.refused.total()} | "
            f"{', '.join(map(str, it.codes))} | {it.megabytes} | {dict(it.refused)}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
