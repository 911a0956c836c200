"""A migration that dies at any step, and a witness who counts who ran the job at each minute."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cron2aws.app import assessing, sources
from cron2aws.app.options import HostOptions, ScheduleOptions, Sources
from cron2aws.app.returns import returns_of
from cron2aws.assess.values import Assessment
from cron2aws.crontab.mark import read_mark
from cron2aws.handover.crontabs import Rewriting
from cron2aws.handover.cutover import CutOver
from cron2aws.handover.deploy import Deployer
from cron2aws.handover.migrate import carry_out
from cron2aws.handover.moment import stamp
from cron2aws.handover.rollback import Rollback
from cron2aws.handover.status import Row, status
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.replace import LocalCrontabs
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Deployed, Place, Wish
from cron2aws.task.task import Target, TaskOptions
from tests.fakes import START, FakeClock, FakeProgress, FakeRuns, FakeStacks

# the witness asks who would run them at every minute, whatever their schedule
FILES = {
    "etc/crontab": b"MAILTO=ops\n0 3 * * *\troot  /opt/tick caf\xe9\n",
    "etc/cron.d/shop": b"# edited on Windows\r\n5 4 * * * www-data /opt/shop\n",
}
PLACE = Place(account="123456789012", region="eu-west-1")
MINUTE = timedelta(minutes=1)
Result = TypeVar("Result")


class Killed(BaseException):
    """`kill -9`: nothing of the program runs any more."""


@dataclass
class Death:
    """Ends the program at the `at`-th step, before or after it has its effect."""

    at: int = 0
    how: type[BaseException] = KeyboardInterrupt
    after: bool = False
    steps: int = 0
    came: bool = False
    sleeps: set[int] = field(default_factory=set)

    def sleep(self, act: Callable[[], None]) -> None:
        self.sleeps.add(self.steps + 1)
        self.step(act)

    def step(self, act: Callable[[], Result]) -> Result:
        if self.came and self.how is Killed:
            raise Killed
        self.steps += 1
        if self.steps == self.at and not self.after:
            self._come()
        result = act()
        if self.steps == self.at and not self.came:
            self._come()
        return result

    def _come(self) -> None:
        self.came = True
        raise self.how


class MortalClock(FakeClock):
    death = Death()

    def sleep_until(self, moment: datetime) -> None:
        self.death.sleep(lambda: super(MortalClock, self).sleep_until(moment))


class MortalDisk(Disk):
    """Each of its steps may be the last; nothing is waited for."""

    def __init__(self, death: Death, changed: Callable[[], None]) -> None:
        self._death = death
        self._changed = changed

    def create(self, path: Path, data: bytes) -> None:
        self._death.step(lambda: path.write_bytes(data))

    def give_attributes(self, path: Path, like: Path, status: os.stat_result) -> None:
        assert like != path
        self._death.step(lambda: path.chmod(status.st_mode & 0o7777))

    def rename(self, path: Path, to: Path) -> None:
        def act() -> None:
            super(MortalDisk, self).rename(path, to)
            self._changed()

        self._death.step(act)

    def sync_folder(self, path: Path) -> None:
        self._death.step(path.stat)


class SlowStacks(FakeStacks):
    """Updates take time, and reach machine and schedule one after the other, in either order."""

    def __init__(self, clock: FakeClock, changed: Callable[[], None], *, backwards: bool) -> None:
        super().__init__(clock)
        self.death = Death()
        self._changed = changed
        self._backwards = backwards

    def get(self, stack_id: str) -> Deployed | None:
        return self.death.step(lambda: super(SlowStacks, self).get(stack_id))

    def create(self, name: str, parameters: Mapping[str, str], tags: Mapping[str, str]) -> None:
        self.death.step(lambda: super(SlowStacks, self).create(name, parameters, tags))

    def update(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
        self.death.step(lambda: self._update(stack, parameters))

    def delete(self, stack: Deployed) -> None:
        def act() -> None:
            super(SlowStacks, self).delete(stack)
            self._changed()

        self.death.step(act)

    def _update(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
        schedule = {name: value for name, value in parameters.items() if name == "Enabled"}
        machine = {name: value for name, value in parameters.items() if name != "Enabled"}
        order = (schedule, machine) if self._backwards else (machine, schedule)
        for part in filter(None, order):
            self.clock.time += timedelta(seconds=9)
            super().update(stack, part)
            self._changed()


@dataclass(frozen=True)
class Moment:
    """Who would run which entry: the unmarked lines, and the stacks as they stand."""

    at: datetime
    lines: frozenset[str]
    stacks: Mapping[str, Mapping[str, str]]

    def aws_runs(self, entry: str, minute: datetime) -> bool:
        now = self.stacks.get(entry, {})
        begins, ends = now.get("NotBefore") or "0", now.get("NotAfter") or "9"
        return now.get("Enabled") == "true" and begins <= stamp(minute) < ends


@dataclass
class Host:
    """A tree of crontabs, stacks in memory, and everything that ever stood in either."""

    tree: Path
    backwards: bool = False
    clock: MortalClock = field(default_factory=MortalClock)
    history: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, data in FILES.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (self.tree / "etc/hostname").write_text("web-1\n")  # a copy is the same host
        self.stacks = SlowStacks(self.clock, self.look, backwards=self.backwards)
        found = found_in(self.reading())
        self.ids = {entry.id: (entry.source, entry.entry.line) for entry in found.entries}
        self.look()

    def reading(self) -> sources.Reading:
        return sources.read(Sources(named=(str(self.tree),), host=HOST))

    def copy(self, tree: Path) -> Host:
        """Another host that stands like this one now; its history begins here."""
        twin = Host(tree, self.backwards)
        for name, data in self.bytes().items():
            (tree / name).write_bytes(data)
        twin.clock.time = self.clock.time
        twin.stacks.stacks = dict(self.stacks.stacks)
        twin.history.clear()
        twin.look()
        return twin

    def bytes(self) -> dict[str, bytes]:
        return {name: (self.tree / name).read_bytes() for name in FILES}

    def look(self) -> None:
        """What stands now, remembered."""
        read = {f"/{name}": data.split(b"\n") for name, data in self.bytes().items()}
        lines = frozenset(
            entry
            for entry, (source, line) in self.ids.items()
            if not read_mark(read[source][line - 1].decode("utf-8", "surrogateescape"))
        )
        stacks = {stack.id: dict(stack.parameters) for stack in self.stacks.stacks.values()}
        self.history.append(Moment(at=self.clock.now(), lines=lines, stacks=stacks))

    def die(self, death: Death) -> None:
        """From now on `death` counts the steps."""
        self.clock.death = self.stacks.death = death

    def migrate(self, death: Death | None = None) -> int:
        """`migrate --comment-out`: how many steps were not done."""
        self.die(death or Death())
        reading = self.reading()
        found = found_in(reading)
        wish = Wish(target=WEB, options=TaskOptions(), comment_out=True)
        plan = make_plan(found, self.stacks.deployed(), wish, PLACE)
        outcome = carry_out(
            plan,
            Deployer(self.stacks, FakeProgress(), parallel=1),
            CutOver(self.stacks, self.clock, FakeProgress(), parallel=1),
            self._rewriting(reading),
        )
        return len(outcome.failed) + len(plan.problems)

    def rollback(self, death: Death | None = None) -> int:
        """`rollback`: how many steps were not done."""
        self.die(death or Death())
        reading = self.reading()
        found = found_in(reading)
        returns = returns_of(found.hosts[0], self.stacks.deployed(), (), PLACE, lambda _: None)
        runs = FakeRuns(self.clock)
        way = Rollback(self.stacks, runs, self.clock, FakeProgress(), parallel=1)
        return len(way.take_back(returns, self._rewriting(reading).restoring()).failed)

    def _rewriting(self, reading: sources.Reading) -> Rewriting:
        disk = MortalDisk(self.clock.death, self.look)
        (read,) = reading.hosts
        store = LocalCrontabs(read.files, backups=self.tree / "backups", disk=disk)
        return Rewriting(store, read.host.tabs, read.host.dialect)

    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.clock.time += minutes * MINUTE

    def runners(self, since: datetime | None = None) -> set[int]:
        """How many ran an entry at a minute, over all entries and minutes up to now."""
        start = self.history[0].at.replace(second=0) if since is None else since.replace(second=0)
        minutes = [start + n * MINUTE for n in range(1, (self.clock.now() - start) // MINUTE)]
        return {count for entry in self.ids for m in minutes for count in self.at(entry, m)}

    def at(self, entry: str, minute: datetime) -> set[int]:
        """How many run the entry at that minute, whenever in it the daemon and AWS look.

        The daemon rereads the files and starts jobs in the minute's first seconds; EventBridge
        starts a task at any second of it.
        """
        looks = [
            self._before(minute),
            *(m for m in self.history if minute < m.at < minute + MINUTE),
        ]
        cron = {entry in look.lines for look in looks if look.at < minute + timedelta(seconds=5)}
        return {line + look.aws_runs(entry, minute) for line in cron for look in looks}

    def _before(self, minute: datetime) -> Moment:
        return [look for look in self.history if look.at <= minute][-1]

    def status(self) -> tuple[Row, ...]:
        """What `status` shows now."""
        found = found_in(self.reading())
        deployed, runs = self.stacks.deployed(), FakeRuns(self.clock)
        now = self.clock.now()
        return status(found, deployed, runs, lambda _: None, now=now, place=PLACE)


WEB = Target(name="Name", value="web")
HOST = HostOptions(dialect="debian", timezone="UTC")


def found_in(reading: sources.Reading) -> Assessment:
    """What the commands make of a reading."""
    return assessing.assess_reading(reading, ScheduleOptions(), now=START)
