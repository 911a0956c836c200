"""The AWS of hosts, as a process: the sandbox by the real clock, with deliveries that are late.

    python -m tests.counted.aws FOLDER LATE TWICE AHEAD SEED HOST:INIT:NAME...

FOLDER gets `port` and `aws.jsonl`: what was delivered, and how its execution ended. INIT is process
1 of the host, NAME what its tag `Name` says. LATE and TWICE are the shares of deliveries that come
1 to 90 s late, and twice. Its clock is AHEAD seconds ahead.
"""

from __future__ import annotations

import heapq
import itertools
import json
import os
import random
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from moto.cloudformation.models import cloudformation_backends

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, StandInHost, stand_in
from cron2aws.sandbox.server import SandboxServer
from cron2aws.sandbox.time import triggers
from cron2aws.sandbox.time.clock import RealClock
from cron2aws.sandbox.time.triggers import Trigger, minutes_between
from tests.counted.tabs import JOB

LATEST = 90.0
"""Seconds after its minute at which the last delivery may come."""


class AheadClock(RealClock):
    """So many seconds ahead of this machine's."""

    def __init__(self, seconds: float) -> None:
        self._ahead = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return super().now() + self._ahead


class Deliverer:
    """Fires what is due, sometimes late, sometimes twice, and notes how each run ended."""

    def __init__(self, sandbox: Sandbox, folder: Path, chances: tuple[float, float, int]) -> None:
        self._sandbox = sandbox
        self._late, self._twice, seed = chances
        self._chance = random.Random(seed)
        self._log = (folder / "aws.jsonl").open("a", buffering=1)
        self._due: list[tuple[datetime, int, datetime, Trigger]] = []
        self._number = itertools.count()
        self._running: dict[str, tuple[datetime, Trigger]] = {}
        self._names: dict[str, str] = {}

    def attend(self, stop: threading.Event) -> None:
        last = self._sandbox.now
        while not stop.wait(0.2):
            now = self._sandbox.now
            for minute in minutes_between(last, now):
                self._plan(minute)
            last = now
            while self._due and self._due[0][0] <= now:
                _, _, minute, trigger = heapq.heappop(self._due)
                self._deliver(minute, trigger)
            self._look()

    def _plan(self, minute: datetime) -> None:
        # the state of the schedule at the minute counts, however late the delivery is
        self._names |= dict(_jobs(self._sandbox))
        for trigger in triggers.everywhere(self._sandbox.account, self._sandbox.region):
            if not (trigger.enabled and trigger.fires_at(minute)):
                continue
            for _ in range(1 + (self._chance.random() < self._twice)):
                late = self._chance.uniform(1, LATEST) * (self._chance.random() < self._late)
                at = minute + timedelta(seconds=late)
                heapq.heappush(self._due, (at, next(self._number), minute, trigger))

    def _deliver(self, minute: datetime, trigger: Trigger) -> None:
        arn = self._sandbox._deliveries.deliver(trigger, minute, self._sandbox.start)
        self._note("delivered", minute, trigger, execution=arn)
        if arn:
            self._running[arn] = minute, trigger

    def _look(self) -> None:
        for arn, (minute, trigger) in list(self._running.items()):
            with suppress(TimeoutError):
                ended = self._sandbox.wait(arn, real_seconds=0)
                del self._running[arn]
                told = {key: ended[key] for key in ("arn", "status", "output", "error", "cause")}
                self._note("ended", minute, trigger, execution=arn, **told)

    def _note(self, what: str, minute: datetime, trigger: Trigger, **more: Any) -> None:
        facts = {
            "what": what,
            "minute": f"{minute:%Y-%m-%dT%H:%M}",
            "at": self._sandbox.now.isoformat(),
            "task": trigger.name,
            "job": self._names.get(trigger.name, "?"),
            **more,
        }
        self._log.write(json.dumps(facts, default=str) + "\n")


def _jobs(sandbox: Sandbox) -> Iterator[tuple[str, str]]:
    """The tasks and the job of each, by the parameters of their stacks."""
    for stack in list(cloudformation_backends[sandbox.account][sandbox.region].stacks.values()):
        given = stack.parameters
        found = re.search(rf"{JOB} (\w+)", given.get("Command", ""))
        if found:
            yield given.get("RuleName", ""), found[1]


def main(
    folder: Path, chances: tuple[float, float, int], clock: RealClock, hosts: Sequence[str]
) -> None:
    stop = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stop.set())
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    with (
        Sandbox(map(_instance, hosts), clock=clock) as sandbox,
        SandboxServer(sandbox, 0) as server,
    ):
        # the header `Date` of every answer
        handler: Any = server._server.RequestHandlerClass
        handler.date_time_string = lambda *_: format_datetime(clock.now(), usegmt=True)
        (folder / "port").write_text(server.url.rpartition(":")[2])
        Deliverer(sandbox, folder, chances).attend(stop)


def _instance(given: str) -> StandInHost:
    host, init, name = given.split(":")
    through = ("nsenter", "--target", init, "--all", "--", "/bin/sh", "/mnt/agent.sh")
    return stand_in(host, tags={"Name": name}, behaviour=RunWithShell(through=through))


if __name__ == "__main__":
    given, late, twice, ahead, seed, *hosts = sys.argv[1:]
    numbers = float(late), float(twice), int(seed)
    main(Path(given), numbers, AheadClock(float(ahead)), hosts)
