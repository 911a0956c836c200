"""A fleet in memory: crontabs as texts, edited by the real marks; AWS and the hosts are played."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from cron2aws.app.fleet import fleet_hosts, tabs_of
from cron2aws.app.sources import Reading
from cron2aws.assess.values import Assessment, UnreadHost
from cron2aws.aws.instances import Instance
from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.deploy import Deployer
from cron2aws.handover.edit import Edited
from cron2aws.handover.edits_over import EditsOver
from cron2aws.handover.fleet import FleetMigration
from cron2aws.handover.fleet_back import FleetRollback, HostTabs
from cron2aws.handover.fleet_rows import Before, Ended, ReadTabs
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.looks import HostLook, Wanted
from cron2aws.handover.migrate import Outcome
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.returning import Return, Taken
from cron2aws.handover.waves import Waves
from cron2aws.hosts.host import ReadHost, SourceFile
from cron2aws.hosts.tick import MINUTE
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Deployed, Place, Plan, Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.fakes import (
    FakeClock,
    FakeProber,
    FakeProgress,
    FakeRuns,
    FakeSentEdits,
    FakeStacks,
    FakeTagged,
)
from tests.making import assessment_of_hosts, host_of, settings

ETC = "/etc/crontab"
PLACE = Place(account="123456789012", region="eu-west-1")
WEB = Target.having({"Name": ["web"]})
LINE = "0 3 * * * root /opt/a\n"
NONE = "# nothing\n"


class _Answers(FakeProber):
    """What each host's crontab says of a stack's line; `troubles` by hosts' names."""

    def __init__(self, case: FleetCase) -> None:
        super().__init__()
        self._case = case

    def answer(self, stack: Deployed) -> tuple[HostLook, ...] | Cron2AwsError:
        case = self._case
        if stack.stack_name in self.answers:
            return self.answers[stack.stack_name]
        return tuple(
            HostLook(id=case.id_of(name), line=_line(text, stack), why=case.troubles.get(name, ""))
            for name, text in case.texts.items()
            if name not in case.silent
        )


class _Stacks(FakeStacks):
    def __init__(self, case: FleetCase) -> None:
        super().__init__(case.clock)
        self._case = case

    def _act(self, what: str, name: str, parameters: Mapping[str, str]) -> None:
        self._case.act()
        super()._act(what, name, parameters)


def _line(text: str, stack: Deployed) -> str:
    if f"cron2aws:{stack.id}" in text:
        return "task"
    return "cron" if "/opt/a" in text or "/opt/b" in text else "absent"


@dataclass(kw_only=True)
class FleetCase:
    """Hosts by their names, with their crontabs as they are now."""

    texts: dict[str, str]
    unread: tuple[str, ...] = ()
    silent: set[str] = field(default_factory=set)
    """Hosts that do not answer a probe."""
    troubles: dict[str, str] = field(default_factory=dict)
    """What is missing for a run, by the hosts' names."""
    refuses: dict[str, str] = field(default_factory=dict)
    """Why an edit there fails."""
    unfit: dict[str, str] = field(default_factory=dict)
    """Why an edit there would fail, as a check says."""
    lost: dict[str, bool] = field(default_factory=dict)
    """Hosts whose answer is lost, and whether the edit was made."""
    meanwhile: Callable[[], None] = lambda: None
    """What somebody else does during each edit."""
    acts: int | None = None
    """After so many changes, of stacks and of hosts, the command is killed."""
    edited: list[list[str]] = field(default_factory=list)
    """The names of the hosts that were edited, call by call."""

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.stacks = _Stacks(self)
        self.progress = FakeProgress()
        self.prober = _Answers(self)
        self.sent = FakeSentEdits()
        self.tagged = FakeTagged(*map(self.id_of, self.texts))

    def act(self) -> None:
        """Something changes; KeyboardInterrupt where the command was killed before."""
        if self.acts == 0:
            raise KeyboardInterrupt
        self.acts = None if self.acts is None else self.acts - 1

    @staticmethod
    def id_of(name: str) -> str:
        return f"i-{name}"

    def found(self) -> Assessment:
        hosts = [
            replace(host_of(text, name=name), instance=self.id_of(name))
            for name, text in self.texts.items()
        ]
        found = assessment_of_hosts(*hosts, how=settings(known=self.stacks.deployed()))
        rows = tuple(UnreadHost(id=f"i-{each}", label=each, why="off") for each in self.unread)
        return replace(found, unread=rows)

    def reading(self, found: Assessment) -> Reading:
        return Reading(
            hosts=tuple(
                ReadHost(
                    host=one.host,
                    files=(
                        SourceFile(
                            path=ETC,
                            location=None,
                            system=True,
                            owner=None,
                            data=self.texts[one.host.name].encode(),
                        ),
                    ),
                )
                for one in found.hosts
            )
        )

    def plan(self, **asked: str) -> Plan:
        options = TaskOptions(**asked)  # type: ignore[arg-type]
        wish = Wish(target=WEB, options=options, comment_out=True)
        return make_plan(self.found(), self.stacks.deployed(), wish, PLACE)

    def hand_over(self, wave: str = "1,rest", **asked: str) -> Outcome:
        plan = self.plan(**asked)
        tagged = [Instance(id=self.id_of(n), name=n, state="running") for n in self.texts]
        return FleetMigration(
            self.stacks,
            Deployer(self.stacks, self.progress, parallel=1),
            self.prober,
            self,
            self.progress,
            clock=self.clock,
            waves=Waves.read(wave),
            parallel=1,
        ).carry_out(
            plan,
            fleet_hosts(plan, self.reading(plan.found)),
            Wanted(tagged=tagged),
            unread=[f"i-{each}" for each in self.unread],
        )

    def take_back(self, returns: Sequence[Return]) -> Taken:
        runs = FakeRuns(self.clock)
        self.way = Way.BACK
        return FleetRollback(
            self.stacks,
            Leaving(self.stacks, runs, self.clock, self.progress),
            self.prober,
            self,
            self.progress,
            edits=EditsOver(self.sent, self.tagged, self.clock, self.progress),
            parallel=1,
        ).take_back(
            returns,
            [
                HostTabs(
                    id=each.host.instance,
                    label=each.host.label,
                    crontabs=tabs_of(each),
                )
                for each in self.reading(self.found()).hosts
            ],
        )

    # the hosts' editor

    def carry_out(
        self,
        edits: Mapping[str, Sequence[FileEdit]],
        hosts: Sequence[ReadTabs],
        ended: Ended,
        *,
        check: bool = False,
        before: Before = lambda _: None,
    ) -> None:
        names = {each.id: each.label for each in hosts}
        if not check:
            self.edited.append(list(names.values()))
            self.meanwhile()
        for id_, of in edits.items():
            try:
                if not check:
                    before(id_)
            except Cron2AwsError as error:
                ended(id_, tuple(Edited(edit=each, error=error) for each in of))
            else:
                ended(id_, tuple(self._edited(names[id_], each, check=check) for each in of))

    def _edited(self, name: str, edit: FileEdit, *, check: bool) -> Edited:
        why = self.unfit.get(name) if check else self.refuses.get(name)
        if check or why:
            return Edited(edit=edit, error=_error(edit, why) if why else None)
        self.act()
        self.clock.sleep_until(self.clock.now() + MINUTE)
        minute = self.clock.now().replace(second=0) + timedelta(minutes=1)
        if self.lost.get(name, True):
            self.texts[name] = edit.make(self.texts[name].encode(), minute).decode()
        if name in self.lost:
            error = _error(edit, "it is not heard of")
            return Edited(edit=edit, error=error, known=False)
        return Edited(edit=edit, minute=minute)


def _error(edit: FileEdit, why: str) -> SafetyError:
    return SafetyError(what=f"{edit.path} is not edited", why=why)
