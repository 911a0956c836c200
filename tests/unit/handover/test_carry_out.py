"""A plan carried out: refused before anything is deployed, or stacks first and then the lines."""

from __future__ import annotations

import hashlib

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import SafetyError
from cron2aws.handover.crontabs import Rewriting
from cron2aws.handover.cutover import CutOver
from cron2aws.handover.deploy import Deployer
from cron2aws.handover.migrate import Outcome, carry_out
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Place, Plan, Wish
from cron2aws.task.task import Target, TaskOptions
from tests.fakes import FakeClock, FakeProgress, FakeStacks
from tests.making import assessment_of

ETC = "/etc/crontab"
TEXT = "0 3 * * * root /opt/a\n0 4 * * * root /opt/b\n"


class Files:
    """Crontabs in memory."""

    def __init__(self) -> None:
        self.data = {ETC: TEXT.encode()}
        self.refuses = False

    def read(self, path: str) -> bytes:
        return self.data[path]

    def check(self, path: str, expected_sha256: str) -> None:
        if self.refuses or hashlib.sha256(self.data[path]).hexdigest() != expected_sha256:
            raise SafetyError(what=f"{path} cannot be replaced")

    def replace(self, path: str, expected_sha256: str, data: bytes) -> None:
        self.check(path, expected_sha256)
        self.data[path] = data


class Case:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.stacks = FakeStacks(self.clock)
        self.files = Files()
        self.found = assessment_of(TEXT)

    def plan(self, *, comment_out: bool) -> Plan:
        target = Target(name="Name", value="web")
        wish = Wish(target=target, options=TaskOptions(), comment_out=comment_out)
        place = Place(account="123456789012", region="eu-west-1")
        return make_plan(self.found, self.stacks.deployed(), wish, place)

    def carry_out(self, plan: Plan) -> Outcome:
        progress = FakeProgress()
        return carry_out(
            plan,
            Deployer(self.stacks, progress, parallel=1),
            CutOver(self.stacks, self.clock, progress, parallel=1),
            Rewriting(self.files, self.found.hosts[0].host.tabs, DIALECTS["debian"]),
        )

    @property
    def marks(self) -> int:
        return self.files.data[ETC].count(b"# cron2aws:")


def test_stacks_alone() -> None:
    case = Case()
    plan = case.plan(comment_out=False)
    outcome = case.carry_out(plan)
    assert outcome == Outcome(done=tuple(step.task.id for step in plan.steps), failed=())
    assert [stack.enabled for stack in case.stacks.deployed()] == [False, False]
    assert (case.marks, case.clock.slept) == (0, [])


def test_stacks_then_lines() -> None:
    case = Case()
    assert case.carry_out(case.plan(comment_out=True)).failed == ()
    assert [stack.enabled for stack in case.stacks.deployed()] == [True, True]
    assert case.marks == 2
    assert [what for _, what, _, _ in case.stacks.log] == ["create"] * 2 + ["update"] * 4


def test_what_cannot_be_rewritten_is_refused_before_anything_is_deployed() -> None:
    case = Case()
    case.files.refuses = True
    with pytest.raises(SafetyError, match="cannot be replaced"):
        case.carry_out(case.plan(comment_out=True))
    assert case.stacks.log == []
    assert case.carry_out(case.plan(comment_out=False)).failed == ()


def test_an_entry_whose_stack_failed_keeps_its_line() -> None:
    case = Case()
    plan = case.plan(comment_out=True)
    first, second = plan.steps
    case.stacks.refuses.add(("create", first.stack_name))
    outcome = case.carry_out(plan)
    assert outcome.done == (second.task.id,)
    assert [failure.id for failure in outcome.failed] == [first.task.id]
    assert case.marks == 1
    assert case.files.data[ETC].startswith(b"0 3 * * * root /opt/a\n")
