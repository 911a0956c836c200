"""Hosts of one AWS, with all but time real: the editor, the functions, the runner and its files.

Time is the sandbox's, which nobody waits for. What the machine alone could tell of it is told to
the editor and to the runner alike: a file was changed at the time at which its ctime was first seen
to be another, and each host's daemon wakes at each minute's beginning. What cron runs then is read
from the host's files as they stand at that moment.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cron2aws.app.context import Context
from cron2aws.app.installed import task_templates
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks
from cron2aws.hosts.tick import minute_of
from cron2aws.plan.values import Deployed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, StandInHost
from cron2aws.sandbox.time import triggers
from cron2aws.sandbox.time.clock import VirtualClock
from cron2aws.sandbox.time.triggers import Trigger, minutes_between
from tests.calling import opened
from tests.fakes import FakeProgress
from tests.host_tree import OneHost, put_tools

START = datetime(2027, 3, 14, 3, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DELIVERIES = ((3,), (70,), (3, 80), (25,))
"""Seconds after its minute at which a minute is delivered, one after the other; one comes twice."""


class NoticingClock(VirtualClock):
    """Whoever asks for the time lets the world see what has happened until then."""

    def __init__(self, world: World) -> None:
        super().__init__(START)
        self._world = world

    def now(self) -> datetime:
        moment = super().now()
        self._world.notice(moment)
        return moment


class World:
    """The hosts and their AWS; it is the commands' clock, too."""

    def __init__(self, folder: Path, hosts: Sequence[OneHost]) -> None:
        self.folder = folder
        self.hosts = tuple(hosts)
        self.ran: dict[datetime, dict[str, list[str]]] = {}
        """Who ran the job at each minute, `cron` or `task`, by the names of the hosts.

        Hosts with many jobs have the job's name behind it.
        """

        self.fired: dict[str, set[datetime]] = defaultdict(set)
        """The minutes of each schedule, by its name."""

        self.failures: list[str] = []
        self.progress = FakeProgress()
        self._lock = threading.RLock()
        self._seen = START
        self._ctimes: dict[Path, int] = {}
        self._changed: dict[Path, datetime] = {}
        self._due: list[tuple[datetime, int, datetime, Trigger]] = []
        self._numbers = itertools.count()
        self._deliveries = itertools.cycle(DELIVERIES)
        self._is_delivering = False
        self._look()
        self._tell()
        self.clock = NoticingClock(self)
        self.sandbox: Sandbox
        self.context: Context

    @contextmanager
    def open(self) -> Iterator[World]:
        with Sandbox(map(_instance, self.hosts), clock=self.clock) as self.sandbox:
            made = opened(self.sandbox)
            calls = StackCalls(
                Session(AwsSettings(region=self.sandbox.region)),
                lambda seconds: self.sleep_until(self.now() + timedelta(seconds=seconds)),
            )
            stacks = Stacks(calls, task_templates(), tell=self.progress.say)
            self.context = replace(made, clock=self, stacks=stacks, stand_ins=None)
            yield self

    def join(self, host: OneHost) -> None:
        """A host is started, and has been there for a while when it is seen."""
        with self._lock:
            self.hosts = (*self.hosts, host)
            host.wake(self.minutes)
            self._look()
            self._tell()
        self.sandbox.add_host(_instance(host))

    @property
    def minutes(self) -> int:
        """How many have begun."""
        return int((self._seen - START) / MINUTE) + 1

    # the commands' clock

    def now(self) -> datetime:
        return self.clock.now()

    def sleep_until(self, moment: datetime) -> None:
        """What is due meanwhile is delivered, and has ended when this returns."""
        while not self._is_delivering and self._due and self._due[0][0] <= moment:
            at, _, minute, trigger = heapq.heappop(self._due)
            self._move(at)
            self._is_delivering = True
            try:
                self._deliver(minute, trigger)
            finally:
                self._is_delivering = False
        self._move(moment)
        if not self._is_delivering and self._due and self._due[0][0] <= moment:
            self.sleep_until(moment)

    def pass_minutes(self, number: int) -> None:
        """To the twentieth second of a minute, with all that is due delivered."""
        until = minute_of(self.now()) + number * MINUTE + timedelta(seconds=20)
        self.sleep_until(until)

    def _move(self, moment: datetime) -> None:
        left = (moment - self.now()).total_seconds()
        if left > 0:
            self.clock.sleep(left)
        self.now()

    def _deliver(self, minute: datetime, trigger: Trigger) -> None:
        before = [len(host.task_runs()) for host in self.hosts]
        arn = self.sandbox._deliveries.deliver(trigger, minute, self.sandbox.start)
        if arn is None:  # its stack has gone meanwhile: cron's minute, or it is missing there
            return
        ended = self.sandbox.wait(arn)
        if ended["status"] != "SUCCEEDED":
            self.failures.append(f"{minute:%H:%M} {ended['cause']}")
        for host, had in zip(self.hosts, before, strict=True):
            if runs := host.task_runs()[had:]:  # one may have joined since that minute
                self.ran[minute].setdefault(host.name, []).extend(runs)

    # what the machine cannot tell

    def notice(self, moment: datetime) -> None:
        """What was changed until now was changed at the time that was asked for last."""
        with self._lock:
            if moment <= self._seen:
                return
            self._look()
            for minute in minutes_between(self._seen, moment):
                self._begin(minute)
            self._seen = moment
            self._tell()

    def look(self) -> None:
        """What was changed until now was changed now, and is told."""
        with self._lock:
            self._look()
            self._tell()

    def changed_at(self, path: Path) -> float:
        with self._lock:
            self._look()
            return self._changed[path].timestamp()

    def _look(self) -> None:
        for host in self.hosts:
            for path in host.watched:
                if not path.exists():
                    continue
                ctime = path.lstat().st_ctime_ns
                if self._ctimes.get(path) != ctime:
                    is_new = path not in self._ctimes
                    self._ctimes[path] = ctime
                    self._changed[path] = START - timedelta(days=1) if is_new else self._seen

    def _begin(self, minute: datetime) -> None:
        for host in self.hosts:
            host.wake(int((minute - START) / MINUTE) + 1)
        self.ran[minute] = {host.name: host.cron_runs() for host in self.hosts}
        for trigger in triggers.everywhere(self.sandbox.account, self.sandbox.region):
            if trigger.enabled and trigger.fires_at(minute):
                self.fired[trigger.name].add(minute)
                for late in next(self._deliveries):
                    at = minute + timedelta(seconds=late)
                    heapq.heappush(self._due, (at, next(self._numbers), minute, trigger))

    def _tell(self) -> None:
        lines = (f"{int(at.timestamp())} {path}\n" for path, at in self._changed.items())
        for name, text in (
            ("clock", str(int(self._seen.timestamp()))),
            ("changed", "".join(lines)),
        ):
            new = self.folder / f"{name}.new"
            new.write_text(text)
            new.rename(self.folder / name)

    def stacks(self) -> tuple[Deployed, ...]:
        return self.context.stacks.deployed()


def _instance(host: OneHost) -> StandInHost:
    return StandInHost(
        instance_id=host.id,
        name=host.name,
        tags={"Name": host.name, **host.tags},
        root=host.root,
        behaviour=RunWithShell(),
    )


def make_world(folder: Path, *hosts: tuple[str, Mapping[str, str], str]) -> World:
    """Hosts by their ids' last digit, tags and crontabs; the agent's PATH is to be `path_of`."""
    made = []
    for number, tags, text in hosts:
        name = f"web-{number}"
        host = OneHost(id=f"i-{number:>017}", name=name, root=folder / name, tags=tags)
        host.lay_out(text)
        made.append(host)
    put_tools(folder)
    return World(folder, made)
