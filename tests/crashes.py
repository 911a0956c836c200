"""A command that dies at any step, and a witness who counts who ran each job at each minute.

The files, the editor, the plan and the histories are real; time, AWS and the daemon are played.
Who runs a minute is asked of tests/handover_model/rule.py, as a runner would find file and history
at several moments, late ones too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from cron2aws.app import assessing, sources
from cron2aws.app.options import HostOptions, ScheduleOptions, Sources
from cron2aws.app.returns import returns_of
from cron2aws.assess.values import Assessment
from cron2aws.aws.instances import Instance
from cron2aws.crontab.mark import read_mark
from cron2aws.errors import Cron2AwsError
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.deploy import Deployer
from cron2aws.handover.edit import Editor
from cron2aws.handover.history import FOLDER, Kept, TaskFolder, read_stamp
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.looks import HostLook, Wanted
from cron2aws.handover.migrate import Migration
from cron2aws.handover.record import Way
from cron2aws.handover.rollback import Rollback
from cron2aws.handover.status import status
from cron2aws.handover.status_values import Look, Row
from cron2aws.hosts.disk import Disk
from cron2aws.plan.make import make_plan
from cron2aws.plan.reports import Seen
from cron2aws.plan.values import Deployed, Place, Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.fakes import (
    START,
    FakeClock,
    FakeDaemon,
    FakeProber,
    FakeProgress,
    FakeRuns,
    FakeStacks,
    no_edits,
)
from tests.handover_model import rule

# the witness asks who would run them at every minute, whatever their schedule
FILES = {
    "etc/crontab": b"MAILTO=ops\n0 3 * * *\troot  /opt/tick caf\xe9\n",
    "etc/cron.d/shop": b"# edited on Windows\r\n5 4 * * * www-data /opt/shop\n",
}
PLACE = Place(account="123456789012", region="eu-west-1")
HERE = Instance(id="i-00000001", name="web-1", state="running")
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
DELIVERED = tuple(each * SECOND for each in (2, 8, 31, 59, 75, 170))
"""How long after a minute's beginning its delivery looks."""
Result = TypeVar("Result")
Count = Literal[0, 1, 2, "told"]
WORDS: Mapping[str, rule.Known] = {
    "cron": "cron",
    "task": "task",
    "stopped": "stopped",
    "absent": "absent",
    "unknown": "unknown",
}


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
    """Each of its steps may be the last; the times of files are those of the clock."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def create(self, path: Path, data: bytes) -> None:
        self._step(lambda: path.write_bytes(data))

    def give_attributes(self, path: Path, like: Path, status: os.stat_result) -> None:
        assert like != path
        self._step(lambda: path.chmod(status.st_mode & 0o7777))

    def rename(self, path: Path, to: Path) -> None:
        def act() -> None:
            super(MortalDisk, self).rename(path, to)
            self._host.changed[to] = self._host.clock.now()

        self._step(act)

    def sync_folder(self, path: Path) -> None:
        self._step(path.stat)

    def changed_at(self, path: Path) -> float:
        return self._host.changed[path].timestamp()

    def _step(self, act: Callable[[], object]) -> None:
        self._host.clock.death.step(act)
        self._host.look()


class SlowStacks(FakeStacks):
    """Changes take time, and reach machine and schedule one after the other, in either order."""

    def __init__(self, clock: FakeClock, changed: Callable[[], None], *, backwards: bool) -> None:
        super().__init__(clock)
        self.death = Death()
        self._changed = changed
        self._backwards = backwards

    def get(self, stack_id: str) -> Deployed | None:
        return self.death.step(lambda: super(SlowStacks, self).get(stack_id))

    def create(
        self,
        name: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        *,
        role_arn: str | None = None,
        replaces: bool = False,
    ) -> None:
        def act() -> None:
            self.clock.time += timedelta(seconds=40)
            super(SlowStacks, self).create(
                name, parameters, tags, role_arn=role_arn, replaces=replaces
            )
            self._changed()

        self.death.step(act)

    def flip(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
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
            self.clock.time += timedelta(seconds=29)
            super().flip(stack, part)
            self._changed()


class MortalProber(FakeProber):
    """This host answers as its file has the line; that takes a while."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self._host = host

    def answer(self, stack: Deployed) -> tuple[HostLook, ...] | Cron2AwsError:
        def act() -> tuple[HostLook, ...]:
            self._host.clock.time += timedelta(seconds=11)
            return (HostLook(id=HERE.id, line=self._host.moments[-1].states[stack.id]),)

        return self._host.clock.death.step(act)


@cache  # asked a hundred thousand times for a few
def moment_of(stamp: str) -> int | None:
    """In seconds since 1970."""
    moment = read_stamp(stamp)
    return int(moment.timestamp()) if moment else None


@dataclass(frozen=True)
class Moment:
    """What a runner would find of each entry, and the stacks as they stand."""

    at: datetime
    states: Mapping[str, rule.State]
    changed: Mapping[str, int]
    histories: Mapping[str, rule.History]
    stacks: Mapping[str, Mapping[str, str]]

    def outcome(self, entry: str, minute: datetime, now: datetime) -> rule.Outcome:
        seconds = int(minute.timestamp())
        live = moment_of(self.stacks.get(entry, {}).get("LiveFrom", ""))
        return rule.answer(
            seconds,
            rule.Seen(self.states[entry], self.changed[entry]),
            self.histories[entry],
            rule.Task(live_from=live),
            now=int(now.timestamp()),
        )


@dataclass
class Host:
    """A tree of crontabs, stacks in memory, and everything that ever stood in either."""

    tree: Path
    backwards: bool = False
    clock: MortalClock = field(default_factory=MortalClock)
    moments: list[Moment] = field(default_factory=list)
    changed: dict[Path, datetime] = field(default_factory=dict)
    options: TaskOptions = field(default_factory=TaskOptions)

    def __post_init__(self) -> None:
        for name, data in FILES.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            self.changed[path] = START - timedelta(days=1)
        (self.tree / "etc/hostname").write_text("web-1\n")  # a copy is the same host
        self.stacks = SlowStacks(self.clock, self.look, backwards=self.backwards)
        found = found_in(self.reading())
        self.ids = {entry.id: (entry.source, entry.entry.line) for entry in found.entries}
        self.rules: dict[str, str] = {}
        self.look()

    def reading(self) -> sources.Reading:
        return sources.read(Sources(named=(str(self.tree),), host=HOST))

    def copy(self, tree: Path) -> Host:
        """Another host that stands like this one now; its past is this one's last moment."""
        twin = Host(tree, self.backwards, options=self.options)
        for name, data in self.bytes().items():
            (tree / name).write_bytes(data)
            twin.changed[tree / name] = self.changed[self.tree / name]
        for path in (self.tree / FOLDER).rglob("*") if (self.tree / FOLDER).exists() else ():
            if path.is_file():
                to = tree / path.relative_to(self.tree)
                to.parent.mkdir(parents=True, exist_ok=True)
                to.parent.chmod(0o700)
                to.write_bytes(path.read_bytes())
                to.chmod(0o600)
                os.utime(to, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        twin.clock.time = self.clock.time
        twin.stacks.stacks = dict(self.stacks.stacks)
        twin.rules = dict(self.rules)
        twin.moments.clear()
        twin.look()
        return twin

    def bytes(self) -> dict[str, bytes]:
        return {name: (self.tree / name).read_bytes() for name in FILES}

    def look(self) -> None:
        """What stands now, remembered."""
        read = {f"/{name}": data.split(b"\n") for name, data in self.bytes().items()}
        states: dict[str, rule.State] = {}
        for entry, (source, line) in self.ids.items():
            text = read[source][line - 1].decode("utf-8", "surrogateescape")
            states[entry] = "task" if read_mark(text) else "cron"
        stacks = {stack.id: dict(stack.parameters) for stack in self.stacks.stacks.values()}
        self.rules |= {each: has["RuleName"] for each, has in stacks.items()}
        self.moments.append(
            Moment(
                at=self.clock.now(),
                states=states,
                changed={
                    entry: int(self.changed[self.tree / source[1:]].timestamp())
                    for entry, (source, _) in self.ids.items()
                },
                histories={entry: self.history(entry) for entry in self.ids},
                stacks=stacks,
            )
        )

    def history(self, entry: str) -> rule.History:
        """As the runner reads the file."""
        path = self.tree / FOLDER / self.rules.get(entry, "none") / "history"
        if not path.exists():
            return rule.History()
        lines = []
        for line in path.read_text().splitlines():
            _, minute, state = line.split(" ")
            moment = moment_of(minute)
            assert moment
            lines.append(rule.Line(moment, WORDS[state]))
        looked = int(path.stat().st_mtime)
        # by this machine's own clock, where nobody has set it
        known = looked <= self.clock.now().timestamp()
        return rule.History(tuple(lines), looked if known else None)

    def die(self, death: Death) -> None:
        """From now on `death` counts the steps."""
        self.clock.death = self.stacks.death = death

    def migrate(self, death: Death | None = None) -> int:
        """`migrate --comment-out`: how many steps were not done."""
        self.die(death or Death())
        reading = self.reading()
        found = found_in(reading, self.stacks.deployed())
        wish = Wish(target=WEB, options=self.options, comment_out=True)
        plan = make_plan(found, self.stacks.deployed(), wish, PLACE)
        try:
            outcome = Migration(
                self.stacks,
                Deployer(self.stacks, FakeProgress(), parallel=1),
                MortalProber(self),
                self._editor(Way.OUT),
                FakeProgress(),
                parallel=1,
            ).carry_out(
                plan,
                self._crontabs(reading),
                Wanted(tagged=[HERE], here=HERE.id),
                ready=lambda: None,
            )
        finally:
            self.look()
        return len(outcome.failed) + len(plan.problems)

    def rollback(self, death: Death | None = None) -> int:
        """`rollback`: how many steps were not done."""
        self.die(death or Death())
        reading = self.reading()
        deployed = self.stacks.deployed()
        found = found_in(reading, deployed)
        returns = returns_of(found.hosts[0], deployed, (), PLACE, lambda _: None, kept=self._kept)
        progress = FakeProgress()
        way = Rollback(
            self.stacks,
            Leaving(self.stacks, FakeRuns(self.clock), self.clock, progress),
            MortalProber(self),
            self._editor(Way.BACK),
            progress,
            edits=no_edits(self.clock, progress),
            parallel=1,
        )
        try:
            taken = way.take_back(returns, self._crontabs(reading))
        finally:
            self.look()
        return len(taken.failed)

    def _kept(self, rule_name: str) -> Kept | None:
        return TaskFolder(rule_name, self.tree).kept()

    def _editor(self, way: Way) -> Editor:
        return Editor(
            way,
            self.clock,
            daemon=FakeDaemon(self.clock),
            backups=self.tree / "backups",
            disk=MortalDisk(self),
        )

    def _crontabs(self, reading: sources.Reading) -> Crontabs:
        (read,) = reading.hosts
        return Crontabs(
            dialect=read.host.dialect,
            tabs={tab.path: tab for tab in read.host.tabs},
            locations={file.path: file.location for file in read.files if file.location},
            root=self.tree,
        )

    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.clock.time += minutes * MINUTE

    def runners(self, since: datetime | None = None) -> set[Count]:
        """How many ran an entry at a minute, over all entries and minutes up to now."""
        start = self.moments[0].at.replace(second=0) if since is None else since.replace(second=0)
        minutes = [start + n * MINUTE for n in range(1, (self.clock.now() - start) // MINUTE)]
        return {count for entry in self.ids for m in minutes for count in self.at(entry, m)}

    def at(self, entry: str, minute: datetime) -> set[Count]:
        """How many run the entry at that minute, whenever in it the daemon and the runner look.

        The daemon rereads the files and starts jobs in the minute's first seconds.
        """
        reads = self._between(minute, minute + 5 * SECOND)
        cron = {look.states[entry] == "cron" for look in reads}
        fired = {
            look.stacks.get(entry, {}).get("Enabled") == "true"
            for look in self._between(minute, minute + MINUTE)
        }
        runs: set[Literal[0, 1, "told"]] = set()
        if True in fired:
            runs = {self._runs(entry, minute, minute + late) for late in DELIVERED}
        if False in fired:
            runs.add(0)
        return {"told" if told == "told" else _sum(line, told) for line in cron for told in runs}

    def _runs(self, entry: str, minute: datetime, now: datetime) -> Literal[0, 1, "told"]:
        found = self._between(now, now)[0].outcome(entry, minute, now)
        return "told" if found == "not-run" else 1 if found == "runs" else 0

    def _between(self, first: datetime, last: datetime) -> Sequence[Moment]:
        """What stood at the first moment, and what came up to the last."""
        before = [look for look in self.moments if look.at <= first]
        return [*before[-1:], *(look for look in self.moments if first < look.at < last)]

    def status(self) -> tuple[Row, ...]:
        """What `status` shows now."""
        deployed = self.stacks.deployed()
        return status(
            found_in(self.reading(), deployed),
            deployed,
            Look(
                reports=lambda _: Seen(),
                next_run=lambda _, after: after + MINUTE,
                was_handed_over=lambda stack: any(
                    line.state == "task" for line in self.history(stack.id).lines
                ),
                unmatched=lambda _: "",
                now=self.clock.now(),
                place=PLACE,
            ),
        )


def _sum(line: bool, task: Literal[0, 1]) -> Literal[0, 1, 2]:
    return 2 if line and task else 1 if line or task else 0


def bare(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same without the minutes in the marks: those are the clock's."""
    return {name: re.sub(rb"@\d[0-9T:Z-]+ ", b"@- ", data) for name, data in files.items()}


WEB = Target.having({"Name": ["web"]})
HOST = HostOptions(dialect="debian", timezone="UTC")


def found_in(reading: sources.Reading, deployed: Sequence[Deployed] = ()) -> Assessment:
    """What the commands make of a reading."""
    return assessing.assess_reading(reading, ScheduleOptions(), now=START, deployed=deployed)
