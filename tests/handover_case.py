"""A host with a real crontab and the real editor; AWS, the daemon and the hosts' answers played."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from pathlib import Path

from cron2aws.assess.values import Assessment
from cron2aws.aws.instances import Instance
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.handover.crontabs import Back, Crontabs
from cron2aws.handover.deploy import Deployer
from cron2aws.handover.edit import Editor
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.looks import HostLook, Wanted
from cron2aws.handover.migrate import Migration, Outcome
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Return, Taken
from cron2aws.handover.rollback import Rollback
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Deployed, Place, Plan, Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.fakes import (
    FakeClock,
    FakeDaemon,
    FakeProber,
    FakeProgress,
    FakeRuns,
    FakeStacks,
    no_edits,
)
from tests.making import assessment_of, settings

ETC = "/etc/crontab"
PLACE = Place(account="123456789012", region="eu-west-1")
TEXT = "A=b\n\n0 3 * * * root /opt/a\n  0 4\t* * * root /opt/b  \n# end\n"
WEB = Target.having({"Name": ["web"]})
HERE = Instance(id="i-00000001", name="web-1", state="running")
READY = (HostLook(id=HERE.id, line="cron"),)


class HandOver:
    """One host that is read, and what a command makes of it; `is_copy`: without a daemon."""

    def __init__(self, folder: Path, text: str = TEXT, *, is_copy: bool = False) -> None:
        self.root = folder
        self.file = folder / "crontab"
        self.file.write_bytes(text.encode())
        self.clock = FakeClock()
        self.stacks = FakeStacks(self.clock)
        self.prober = FakeProber(every=READY)
        self.progress = FakeProgress()
        self.runs = FakeRuns(self.clock)
        self.leaving: Leaving | None = None
        self.is_copy = is_copy
        self.zone: tzinfo = UTC
        self.tagged: Sequence[Instance] = (HERE,)

    @property
    def text(self) -> str:
        return self.file.read_bytes().decode()

    @property
    def marks(self) -> int:
        return self.text.count("# cron2aws:")

    def found(self) -> Assessment:
        return assessment_of(self.text, how=settings(known=self.stacks.deployed()))

    def crontabs(self) -> Crontabs:
        (one,) = self.found().hosts
        (tab,) = one.host.tabs
        assert tab.sha256 == hashlib.sha256(self.file.read_bytes()).hexdigest()
        return Crontabs(
            dialect=DIALECTS["debian"],
            tabs={ETC: tab},
            locations={ETC: self.file},
            root=None if self.is_copy else self.root,
            zone=self.zone,
        )

    def editor(self, way: Way) -> Editor:
        daemon = None if self.is_copy else FakeDaemon(self.clock)
        return Editor(way, self.clock, daemon=daemon, backups=self.root / "backups")

    def plan(
        self,
        options: TaskOptions | None = None,
        *,
        comment_out: bool = False,
        rehearse: bool = False,
    ) -> Plan:
        wish = Wish(
            target=WEB,
            options=options or TaskOptions(),
            comment_out=comment_out,
            rehearse=rehearse,
        )
        return make_plan(self.found(), self.stacks.deployed(), wish, PLACE)

    def carry_out(
        self,
        plan: Plan,
        *,
        crontabs: Crontabs | None = None,
        ready: Callable[[], None] = lambda: None,
    ) -> Outcome:
        return Migration(
            self.stacks,
            Deployer(self.stacks, self.progress, parallel=1),
            self.prober,
            self.editor(Way.OUT),
            self.progress,
            parallel=1,
        ).carry_out(
            plan,
            crontabs or self.crontabs(),
            Wanted(tagged=self.tagged, here=HERE.id),
            ready=ready,
        )

    def hand_over(self, options: TaskOptions | None = None) -> Outcome:
        return self.carry_out(self.plan(options, comment_out=True))

    def returns(self, *, elsewhere: bool = False) -> list[Return]:
        return [
            Return(
                id=stack.id,
                stack=stack,
                line=self.back(stack),
                seen=True,
                elsewhere=elsewhere,
            )
            for stack in self.stacks.deployed()
        ]

    def back(self, stack: Deployed) -> Back | None:
        if f"cron2aws:{stack.id}" not in self.text:
            return None
        return Back(id=stack.id, source=ETC, rule_name=stack.parameters.get("RuleName"))

    def take_back(self, returns: Sequence[Return] | None = None, *, parallel: int = 1) -> Taken:
        return Rollback(
            self.stacks,
            self.leaving or Leaving(self.stacks, self.runs, self.clock, self.progress),
            self.prober,
            self.editor(Way.BACK),
            self.progress,
            edits=no_edits(self.clock, self.progress),
            parallel=parallel,
        ).take_back(self.returns() if returns is None else returns, self.crontabs())

    def did(self) -> list[str]:
        """What was done to the stacks since `forget`."""
        return [what for _, what, _, _ in self.stacks.log]

    def forget(self) -> None:
        self.stacks.log.clear()
        self.prober.asked.clear()
