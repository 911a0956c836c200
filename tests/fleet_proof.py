"""A fleet whose runs are counted: five jobs of each minute on hosts that are nearly the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from cron2aws.sandbox.time.triggers import Trigger
from tests.calling import command
from tests.fleet_world import FROM_HOSTS, TAGS
from tests.fleets import BASE, CRONTAB, ROOTS, Fleet, make_fleet
from tests.host_tree import OneHost, put_tools
from tests.side_by_side import Passing, SideBySide, bytes_below
from tests.two_hosts import START, World

JOBS = ("j1", "j2", "j3", "j4", "j5")
USERS = ("root", "shop", "www-data", "backup-agent", "counter")
LINE = "* * * * * {user}echo {job} >>ran\n"
COUNTED = "/etc/cron.d/counted"
COUNTERS = "/var/spool/cron/crontabs/counter"
LACKING = "j5"
"""The job that the last hosts do not have."""


def _more(jobs: Sequence[str]) -> dict[str, str]:
    def base(path: str) -> str:
        return (BASE / path[1:]).read_text(encoding="utf-8")

    def line(job: str, user: str = "") -> str:
        return LINE.format(job=job, user=user) if job in jobs else ""

    return {
        CRONTAB: base(CRONTAB) + line("j1", "root "),
        COUNTED: "MAILTO=ops\n" + line("j2", "root ") + line("j3", "shop "),
        ROOTS: base(ROOTS) + line("j4"),
        COUNTERS: "# of the counter\n" + line("j5"),
    }


@dataclass(frozen=True, kw_only=True)
class CountedHost(OneHost):
    """A host of a fleet, with the five jobs."""

    seen: dict[tuple[int, ...], list[str]] = field(default_factory=dict, compare=False)

    @property
    def watched(self) -> list[Path]:
        folders = [self.root / name for name in ("etc/cron.d", "var/spool/cron/crontabs")]
        # those that are being written have a dot in front
        tabs = (tab for each in folders for tab in each.iterdir() if tab.name[0] != ".")
        return [self.root / "etc", self.tab, *folders, *tabs]

    def cron_runs(self) -> list[str]:
        # read anew where a file was changed
        key = tuple(path.lstat().st_ctime_ns for path in self.watched)
        if key not in self.seen:
            self.seen.clear()
            self.seen[key] = [
                f"cron {entry.raw_command.split()[1]}"
                for tab in self.read().host.tabs
                for entry in tab.crontab.entries
                if not entry.mark and entry.raw_command.endswith(">>ran")
            ]
        return list(self.seen[key])

    def task_runs(self) -> list[str]:
        return [f"task {job}" for job in (self.root / "home/ran").read_text().split()]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A failure that was told: of a job's minute, on these hosts, or of all where none is named."""

    minute: datetime
    job: str
    hosts: frozenset[str]


class FleetWorld(World):
    """Hosts of which some are down for a while: no cron, no agent."""

    def __init__(self, folder: Path, hosts: Sequence[OneHost]) -> None:
        self.down: dict[str, datetime] = {}
        """Until when, by their names."""

        self.was_down: set[tuple[datetime, str]] = set()
        self.told: list[Told] = []
        super().__init__(folder, hosts)

    def reboot(self, name: str, seconds: int) -> None:
        self.down[name] = self.now() + timedelta(seconds=seconds)
        self._switch(name, online=False)

    def _switch(self, name: str, *, online: bool) -> None:
        (known,) = [each for each in self.sandbox.hosts if each.name == name]
        self.sandbox.add_host(replace(known, online=online))

    def _deliver(self, minute: datetime, trigger: Trigger) -> None:
        before = len(self.failures)
        super()._deliver(minute, trigger)
        for cause in self.failures[before:]:
            named = {each.name for each in self.hosts if each.name in cause or each.id in cause}
            hosts = named or {each.name for each in self.hosts}
            self.told.append(Told(minute=minute, job=self._job_of(trigger), hosts=frozenset(hosts)))

    def told_of(self, minute: datetime, job: str) -> set[str]:
        """The hosts of which a failure of this job's minute was told."""
        rows = (each.hosts for each in self.told if (each.minute, each.job) == (minute, job))
        return set().union(*rows)

    def _job_of(self, trigger: Trigger) -> str:
        """A job is the one that its command writes."""
        commands = [
            each.parameters["Command"]
            for each in self.stacks()
            if each.parameters.get("RuleName") == trigger.name
        ]
        found = re.search(r"echo (\w+)", " ".join(commands))
        return found[1] if found else ""

    def _begin(self, minute: datetime) -> None:
        for name in [name for name, until in self.down.items() if until <= minute]:
            del self.down[name]
            self._switch(name, online=True)
        super()._begin(minute)
        for name in self.down:
            self.ran[minute][name] = []
            self.was_down.add((minute, name))


@dataclass(kw_only=True)
class Counting:
    """The fleet, its commands, and what has become of each minute."""

    world: FleetWorld
    fleet: Fleet
    passing: Passing
    newcomer: CountedHost
    """One more, from the same image, which has not joined yet."""

    before: dict[str, Mapping[str, bytes]]
    """The crontabs of each host as they were."""

    jobs: tuple[str, ...]
    lacking: Sequence[CountedHost]
    going: datetime = START
    """When the rollback began."""

    order: list[str] = field(default_factory=list)
    """The ids of the hosts that were sent an edit."""

    def befall(self, instance: str, patch: str) -> None:
        del patch
        self.order.append(instance)

    def command(self, name: str, *more: str) -> int:
        """`cron2aws NAME --from-hosts --tag role=web`: the exit code."""
        sends = SideBySide(self.world, self.passing, self.befall)
        context = replace(self.world.context, editors=sends)  # type: ignore[arg-type]
        try:
            return command(context, name, *FROM_HOSTS, *more)
        finally:
            sends.let_go()

    def join(self) -> None:
        """The newcomer is started, with the crontabs of old."""
        self.before[self.newcomer.name] = bytes_below(self.newcomer.root)
        self.world.join(self.newcomer)

    def crontabs(self) -> Mapping[str, Mapping[str, bytes]]:
        return {host.name: bytes_below(host.root) for host in self.world.hosts}

    def active(self, minute: datetime, job: str) -> set[str]:
        """The hosts whose cron ran it."""
        return {name for name, runs in self.world.ran[minute].items() if f"cron {job}" in runs}

    def active_lines(self) -> list[str]:
        """What cron would run now, on any host."""
        return [run for host in self.world.hosts for run in host.cron_runs()]

    def counted(self) -> Mapping[datetime, Mapping[str, Counter[str]]]:
        """For each minute that is over and each job: how often it ran, by the hosts' names."""
        *known, _ = self.world.ran.items()  # the last one may be on its way still
        return {
            minute: {
                job: Counter(
                    {
                        name: sum(run.endswith(f" {job}") for run in runs)
                        for name, runs in hosts.items()
                    }
                )
                for job in self.jobs
            }
            for minute, hosts in known
        }


def host_of(name: str, tree: Path, number: int) -> CountedHost:
    host = CountedHost(id=f"i-{number:>017}", name=name, root=tree, tags=TAGS)
    host.put_machine(*USERS)
    for path in bytes_below(tree):
        (tree / path).chmod(0o600 if path.startswith("var") else 0o644)
    return host


@contextmanager
def counting(
    folder: Path, count: int, lacking: int = 0, jobs: Sequence[str] = JOBS, *, more: str = ""
) -> Iterator[Counting]:
    """So many hosts, of which the last ones lack a job; PATH is to be `path_of`.

    `more`: further lines of `/etc/cron.d/counted`.
    """
    files = _more(jobs)
    files[COUNTED] += more
    fleet = make_fleet(folder / "hosts", files, count + 1)
    *hosts, newcomer = [
        host_of(name, tree, number)
        for number, (name, tree) in enumerate(fleet.trees.items(), start=1)
    ]
    for host in hosts[count - lacking :]:
        Path(f"{host.root}{COUNTERS}").unlink()
    put_tools(folder)
    world = FleetWorld(folder, hosts)
    passing = Passing(world)
    with world.open(), passing.on():
        yield Counting(
            world=world,
            fleet=fleet,
            passing=passing,
            newcomer=newcomer,
            jobs=tuple(jobs),
            lacking=hosts[count - lacking :],
            before={host.name: bytes_below(host.root) for host in hosts},
        )
