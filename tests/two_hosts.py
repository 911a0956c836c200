"""Hosts of one AWS, with all but time real: the editor, the functions, the runner and its files.

Time is the sandbox's, which nobody waits for. What the machine alone could tell of it is told to
the editor and to the runner alike: a file was changed at the time at which its ctime was first seen
to be another, and each host's daemon wakes at each minute's beginning. What cron runs then is read
from the host's files as they stand at that moment.
"""

from __future__ import annotations

import heapq
import itertools
import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.installed import template_text
from cron2aws.app.options import ScheduleOptions
from cron2aws.app.returns import returns_of
from cron2aws.app.sources import Reading
from cron2aws.assess.values import Assessment
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.deploy import Deployer
from cron2aws.handover.edit import Editor
from cron2aws.handover.history import TaskFolder
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.looks import Wanted
from cron2aws.handover.migrate import Migration, Outcome
from cron2aws.handover.probe import Probe
from cron2aws.handover.record import Way
from cron2aws.handover.rollback import Rollback, Taken
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.host import ReadHost
from cron2aws.hosts.local import read_host
from cron2aws.hosts.tick import CronDaemon, minute_of
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Deployed, Wish
from cron2aws.sandbox import triggers
from cron2aws.sandbox.clock import VirtualClock
from cron2aws.sandbox.hosts import RunWithShell, StandInHost
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.triggers import Trigger, minutes_between
from cron2aws.task.task import Target, TaskOptions
from tests.calling import opened
from tests.fakes import FakeProgress
from tests.shells import MACHINES_PATH, RUNUSER, executable

START = datetime(2027, 3, 14, 3, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DELIVERIES = ((3,), (70,), (3, 80), (25,))
"""Seconds after its minute at which a minute is delivered, one after the other; one comes twice."""
TAB = "etc/crontab"
LINE = "* * * * * root echo ran >>ran\n"
HAS_LINE = f"# of the host\n{LINE}"
HAS_NONE = "# of the host\n17 3 1 1 * root echo other\n"
SLEPT = 5000
"""How often a daemon has slept at the start, once a minute."""
DATE = """\
#!/bin/sh
case $1 in '+%s '*) set -- -d "@$(cat {folder}/clock)" "$@" ;; esac
exec {real} "$@"
"""
GETENT = """\
#!/bin/sh
# of the host in whose folder the agent has started this
exec grep "^$2:" "etc/$1"
"""
STAT = """\
#!/bin/sh
# `changed` has lines `SECONDS PATH`; whoever runs this is root here
said=$({real} "$@") || {{ code=$?; printf '%s\\n' "$said"; exit $code; }}
case $* in
    *%Z*)
        for path do :; done
        while read -r seconds known; do
            [ "$path" != "$known" ] || said="$seconds${{said#"${{said%%[!0-9]*}}"}}"
        done <{folder}/changed
        ;;
    *'%a %u %h'*) set -- $said; said="$1 0 $3" ;;
esac
printf '%s\\n' "$said"
"""


class NoticingClock(VirtualClock):
    """Whoever asks for the time lets the world see what has happened until then."""

    def __init__(self, world: World) -> None:
        super().__init__(START)
        self._world = world

    def now(self) -> datetime:
        moment = super().now()
        self._world.notice(moment)
        return moment


class NoticedDisk(Disk):
    """The machine's own, but for when files were changed."""

    def __init__(self, world: World) -> None:
        self._world = world

    def changed_at(self, path: Path) -> float:
        return self._world.changed_at(path)


@dataclass(frozen=True, kw_only=True)
class OneHost:
    """A host: an instance, its tags, and its files below `root`."""

    id: str
    name: str
    root: Path
    tags: Mapping[str, str]

    @property
    def tab(self) -> Path:
        return self.root / TAB

    @property
    def text(self) -> str:
        return self.tab.read_text()

    @property
    def is_marked(self) -> bool:
        return "# cron2aws:" in self.text

    def lay_out(self, text: str) -> None:
        for name in ("etc/cron.d", "home", "var/lib", "var/spool/cron/crontabs", "dev/shm"):
            (self.root / name).mkdir(parents=True)
        (self.root / "run").mkdir()
        (self.root / "run/crond.pid").write_text("417\n")
        self.tab.write_text(text)
        self.tab.chmod(0o644)
        rest = f"x:{os.getuid()}:{os.getgid()}::{self.root}/home:/bin/sh"
        for name, content in (
            ("hostname", self.name),
            ("debian_version", "12.0"),
            ("passwd", f"root:{rest}"),
            ("shadow", "root:*:19000:0:99999:7:::"),
        ):
            (self.root / "etc" / name).write_text(f"{content}\n")
        (self.root / "home/ran").touch()
        uptime = float(Path("/proc/uptime").read_text().split()[0])
        began = int((uptime - SLEPT * 60) * 100)
        for number, parent, comm in ((1, 0, "systemd"), (417, 1, "cron")):
            where = self.root / f"proc/{number}"
            where.mkdir(parents=True)
            fields = ["S", str(parent), *["0"] * 17, str(began)]
            (where / "comm").write_text(f"{comm}\n")
            (where / "stat").write_text(f"{number} ({comm}) {' '.join(fields)}\n")
            (where / "cmdline").write_text("/usr/sbin/cron\0-f\0")
        self.wake(0)

    def wake(self, times: int) -> None:
        """Its daemon has woken so often since the start."""
        for number, parent in ((1, 0), (417, 1)):
            status = self.root / f"proc/{number}/status"
            slept = f"voluntary_ctxt_switches:\t{SLEPT + times}\n"
            new = status.with_name("new")
            new.write_text(f"Name:\tcron\nState:\tS (sleeping)\nPPid:\t{parent}\n{slept}")
            new.rename(status)

    def read(self) -> ReadHost:
        return read_host(self.root, dialect="debian", timezone="UTC").read(label=self.name)

    def by_cron(self) -> int:
        """How often a daemon that reads the files now runs the job."""
        (tab,) = self.read().host.tabs
        active = [entry for entry in tab.crontab.entries if not entry.mark]
        return sum("ran >>ran" in entry.raw_command for entry in active)

    def by_task(self) -> int:
        """How often tasks have run the job."""
        return len((self.root / "home/ran").read_text().split())


class World:
    """The hosts and their AWS; it is the commands' clock, too."""

    def __init__(self, folder: Path, hosts: Sequence[OneHost]) -> None:
        self.folder = folder
        self.hosts = tuple(hosts)
        self.ran: dict[datetime, dict[str, list[str]]] = {}
        """Who ran the job at each minute, `cron` or `task`, by the names of the hosts."""

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
        hosts = [
            StandInHost(
                instance_id=host.id,
                name=host.name,
                tags={"Name": host.name, **host.tags},
                root=host.root,
                behaviour=RunWithShell(),
            )
            for host in self.hosts
        ]
        with Sandbox(hosts, clock=self.clock) as self.sandbox:
            made = opened(self.sandbox)
            calls = StackCalls(
                Session(AwsSettings(region=self.sandbox.region)),
                template_text("task.json"),
                lambda seconds: self.sleep_until(self.now() + timedelta(seconds=seconds)),
            )
            stacks = Stacks(calls, tell=self.progress.say)
            self.context = replace(made, clock=self, stacks=stacks, stand_ins=None)
            yield self

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
        before = [host.by_task() for host in self.hosts]
        arn = self.sandbox._deliveries.deliver(trigger, minute, self.sandbox.start)
        if arn is None:  # its stack has gone meanwhile: cron's minute, or it is missing there
            return
        ended = self.sandbox.wait(arn)
        if ended["status"] != "SUCCEEDED":
            self.failures.append(f"{minute:%H:%M} {ended['cause']}")
        for host, had in zip(self.hosts, before, strict=True):
            self.ran[minute][host.name] += ["task"] * (host.by_task() - had)

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

    def changed_at(self, path: Path) -> float:
        with self._lock:
            self._look()
            return self._changed[path].timestamp()

    def _look(self) -> None:
        for host in self.hosts:
            for path in (host.tab, host.tab.parent):
                ctime = path.lstat().st_ctime_ns
                if self._ctimes.get(path) != ctime:
                    is_new = path not in self._ctimes
                    self._ctimes[path] = ctime
                    self._changed[path] = START - timedelta(days=1) if is_new else self._seen

    def _begin(self, minute: datetime) -> None:
        for host in self.hosts:
            host.wake(int((minute - START) / MINUTE) + 1)
        self.ran[minute] = {host.name: ["cron"] * host.by_cron() for host in self.hosts}
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

    # the commands

    def stacks(self) -> tuple[Deployed, ...]:
        return self.context.stacks.deployed()

    def migrate(self, host: OneHost, target: Target, run_on: str) -> Outcome:
        """`migrate --comment-out` on that host."""
        context, read = self.context, host.read()
        deployed = self.stacks()
        found = self._found(read, [each for each in deployed if each.target == target])
        options = TaskOptions(run_on=run_on)
        wish = Wish(target=target, options=options, comment_out=True)
        plan = make_plan(found, deployed, wish, context.place)
        return Migration(
            context.stacks,
            Deployer(context.stacks, self.progress, parallel=1),
            self._probe(),
            self._editor(host, Way.OUT),
            self.progress,
            parallel=1,
        ).carry_out(
            plan,
            _crontabs(host, read),
            Wanted(tagged=context.instances.with_tag(target), here=host.id),
            ready=lambda: None,
        )

    def rollback(self, host: OneHost) -> Taken:
        """`rollback` on that host."""
        context, read = self.context, host.read()
        deployed = self.stacks()
        (found,) = self._found(read, deployed).hosts
        returns = returns_of(
            found,
            deployed,
            (),
            context.place,
            self.progress.say,
            kept=lambda name: TaskFolder(name, host.root).kept(),
        )
        asked = [
            replace(each, elsewhere=self._tagged(each.stack) != {host.id}) if each.stack else each
            for each in returns
        ]
        return Rollback(
            context.stacks,
            Leaving(context.stacks, context.runs, self, self.progress),
            self._probe(),
            self._editor(host, Way.BACK),
            self.progress,
            parallel=1,
        ).take_back(asked, _crontabs(host, read))

    def _tagged(self, stack: Deployed) -> set[str]:
        return {each.id for each in self.context.instances.with_tag(stack.target)}

    def _found(self, read: ReadHost, deployed: Sequence[Deployed]) -> Assessment:
        reading = Reading(hosts=(read,))
        return assess_reading(reading, ScheduleOptions(), now=self.now(), deployed=deployed)

    def _probe(self) -> Probe:
        context = self.context
        return Probe(
            context.runs,
            context.stacks.machine,
            self,
            self.progress,
            new_name=context.new_name,
            parallel=1,
        )

    def _editor(self, host: OneHost, way: Way) -> Editor:
        return Editor(
            way,
            self,
            daemon=CronDaemon(self, host.root),
            backups=self.folder / "backups",
            disk=NoticedDisk(self),
        )


def _crontabs(host: OneHost, read: ReadHost) -> Crontabs:
    return Crontabs(
        dialect=DIALECTS["debian"],
        tabs={tab.path: tab for tab in read.host.tabs},
        locations={file.path: file.location for file in read.files if file.location},
        root=host.root,
    )


def make_world(folder: Path, *hosts: tuple[str, Mapping[str, str], str]) -> World:
    """Hosts by their ids' last digit, tags and crontabs; the agent's PATH is to be `path_of`."""
    made = []
    for number, tags, text in hosts:
        host = OneHost(
            id=f"i-{number:>017}", name=f"web-{number}", root=folder / f"web-{number}", tags=tags
        )
        host.lay_out(text)
        made.append(host)
    tools = folder / "bin"
    tools.mkdir()
    for name, text in (("date", DATE), ("stat", STAT)):
        executable(tools / name, text.format(real=f"/usr/bin/{name}", folder=folder))
    executable(tools / "getent", GETENT)
    executable(tools / "runuser", RUNUSER)
    return World(folder, made)


def path_of(folder: Path) -> str:
    """The agent's PATH."""
    return f"{folder}/bin:{MACHINES_PATH}"
