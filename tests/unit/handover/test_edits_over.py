"""No stack goes while an edit may mark a line for it: what is waited for, and what is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.crontabs import Back
from cron2aws.handover.edits_over import LATEST, LOOKED_WITHIN, PATIENCE, SENT_WITHIN, EditsOver
from cron2aws.handover.fresh_look import FreshLook
from cron2aws.handover.returning import Return, Taken
from cron2aws.plan.values import Deployed
from cron2aws.task.target import Target
from tests.fakes import (
    START,
    FakeClock,
    FakeEdit,
    FakeProgress,
    FakeSentEdits,
    FakeStacks,
    FakeTagged,
    deployed,
)
from tests.fleet_case import ETC, LINE, FleetCase

WEB = Target.having({"Name": ["web"]})
MINUTE = timedelta(minutes=1)


class Acting(FakeClock):
    """Somebody acts at moments."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[tuple[datetime, Callable[[], None]]] = []

    def sleep_until(self, moment: datetime) -> None:
        due = sorted((each for each in self.at if each[0] <= moment), key=lambda each: each[0])
        self.at = [each for each in self.at if each[0] > moment]
        for when, act in due:
            self.time = max(self.time, when)
            act()
        super().sleep_until(moment)


class Case:
    def __init__(self) -> None:
        self.clock = Acting()
        self.sent = FakeSentEdits()
        self.tagged = FakeTagged("i-1", "i-2")

    def wait(self, *targets: Target) -> Cron2AwsError | None:
        edits = EditsOver(self.sent, self.tagged, self.clock, FakeProgress())
        return edits.wait(targets)

    def edit(self, instance: str = "i-1", ago: timedelta = MINUTE, status: str = "Success") -> None:
        self.sent.sent.append(FakeEdit(instance=instance, at=START - ago, status=status))

    def ends(self, after: timedelta, status: str) -> None:
        def end() -> None:
            self.sent.sent = [replace(each, status=status) for each in self.sent.sent]

        self.clock.at.append((START + after, end))


@pytest.fixture
def case() -> Case:
    return Case()


def test_a_look_that_was_before_the_stop_is_waited_for(case: Case) -> None:
    assert case.wait(WEB) is None
    assert case.clock.now() - START == SENT_WITHIN


def test_where_no_stack_is_shared_nobody_waits(case: Case) -> None:
    case.edit(status="InProgress")
    assert case.wait() is None
    assert case.clock.now() == START


def test_an_edit_that_is_under_way_is_waited_for(case: Case) -> None:
    case.edit(status="InProgress")
    case.ends(SENT_WITHIN + 2 * MINUTE, "Success")
    assert case.wait(WEB) is None
    assert case.clock.now() - START == SENT_WITHIN + 2 * MINUTE


@pytest.mark.parametrize(
    ("status", "instance", "ago", "is_open"),
    [
        ("InProgress", "i-1", MINUTE, True),
        ("Pending", "i-2", MINUTE, True),
        ("Delayed", "i-1", MINUTE, True),
        ("Cancelled", "i-1", MINUTE, True),  # the host may have begun with it
        ("ExecutionTimedOut", "i-1", MINUTE, True),
        ("Terminated", "i-1", MINUTE, True),
        ("Success", "i-1", MINUTE, False),
        ("Failed", "i-1", MINUTE, False),
        ("DeliveryTimedOut", "i-1", MINUTE, False),
        ("InProgress", "i-9", MINUTE, False),  # another target's
        ("ExecutionTimedOut", "i-1", LATEST, False),  # by now no host makes it
    ],
)
def test_what_may_still_be_made(
    case: Case, status: str, instance: str, ago: timedelta, *, is_open: bool
) -> None:
    case.edit(instance, ago, status)
    error = case.wait(WEB)
    assert (error is not None) is is_open
    if error:
        assert case.clock.now() - START > PATIENCE
        assert instance in (error.why or "")
        over = START - ago + LATEST
        assert error.fix == f"run the same command again, after {over:%H:%M} UTC at the latest"


def test_where_ec2_may_not_be_asked_every_edit_counts(case: Case) -> None:
    case.tagged.ids = None
    case.edit("i-9", status="InProgress")
    assert isinstance(case.wait(WEB), SafetyError)


def test_where_nothing_can_be_listed_nobody_knows(case: Case) -> None:
    case.sent.refuses = True
    error = case.wait(WEB)
    assert error is not None
    assert error.why == "AccessDenied: no"


class TestALookIsYoung:
    """Whenever an edit is sent: so who stops a stack knows when the last one is out."""

    @pytest.fixture
    def stacks(self) -> FakeStacks:
        one, two = (deployed(f"{n}" * 16, {"Enabled": "true"}) for n in (1, 2))
        return FakeStacks(FakeClock(), one, two)

    @staticmethod
    def look(stacks: FakeStacks) -> FreshLook:
        looked = {stack.id: stack for stack in stacks.deployed()}
        return FreshLook(stacks, looked, stacks.clock, at=stacks.clock.now())

    def test_within_the_minute_nobody_is_asked(self, stacks: FakeStacks) -> None:
        look, (one, _) = self.look(stacks), stacks.deployed()
        stacks.flip(one, {"Enabled": "false"})
        stacks.clock.sleep_until(START + LOOKED_WITHIN)
        look.check([one.id])

    def test_after_that_a_stack_that_goes_gets_no_line(self, stacks: FakeStacks) -> None:
        look, (one, two) = self.look(stacks), stacks.deployed()
        stacks.flip(one, {"Enabled": "false"})
        stacks.clock.sleep_until(START + LOOKED_WITHIN + timedelta(seconds=1))
        look.check([two.id])
        with pytest.raises(SafetyError, match="no longer as it was checked"):
            look.check([two.id, one.id])

    def test_a_stack_that_is_gone(self, stacks: FakeStacks) -> None:
        look, (one, _) = self.look(stacks), stacks.deployed()
        del stacks.stacks[one.stack_name]
        stacks.clock.sleep_until(START + 2 * LOOKED_WITHIN)
        with pytest.raises(SafetyError, match="is not the one that was checked"):
            look.check([one.id])

    def test_an_aws_that_answers_too_slowly_is_no_look(self, stacks: FakeStacks) -> None:
        class Slow(FakeStacks):
            def deployed(self) -> tuple[Deployed, ...]:
                self.clock.sleep_until(self.clock.now() + 2 * LOOKED_WITHIN)
                return super().deployed()

        slow = Slow(stacks.clock, *stacks.deployed())
        look, (one, _) = self.look(stacks), stacks.deployed()
        look._stacks = slow
        stacks.clock.sleep_until(START + 2 * LOOKED_WITHIN)
        with pytest.raises(SafetyError, match="could not be looked at right before the edit"):
            look.check([one.id])


class TestBesideAWave:
    """Another command has handed a over, and b waits for its tick when the rollback begins."""

    @pytest.fixture
    def fleet(self) -> FleetCase:
        made = FleetCase(texts={"a": LINE, "b": LINE})
        made.clock = made.stacks.clock = Acting()
        made.refuses["b"] = "it waits"
        made.hand_over("1,rest")
        assert "# cron2aws:" in made.texts["a"]
        assert "# cron2aws:" not in made.texts["b"]
        return made

    @staticmethod
    def back(fleet: FleetCase) -> Taken:
        (stack,) = fleet.stacks.deployed()
        line = Back(id=stack.id, source=ETC, rule_name=stack.parameters["RuleName"])
        on = {fleet.id_of(n): line for n, text in fleet.texts.items() if "# cron2aws:" in text}
        one = Return(id=stack.id, stack=stack, line=None, on=on, seen=True, elsewhere=True)
        return fleet.take_back([one])

    @pytest.mark.parametrize("after", range(1, 17))
    def test_the_line_never_outlives_its_stack(self, fleet: FleetCase, after: int) -> None:
        (stack,) = fleet.stacks.deployed()
        begun = fleet.clock.now()
        edit = FakeEdit(instance=fleet.id_of("b"), at=begun)
        fleet.sent.sent.append(edit)
        text = fleet.texts["a"]

        def lands() -> None:
            fleet.texts["b"] = text
            fleet.sent.sent = [replace(edit, status="Success")]

        assert isinstance(fleet.clock, Acting)
        fleet.clock.at.append((begun + after * MINUTE, lands))
        taken = self.back(fleet)
        fleet.clock.sleep_until(begun + 60 * MINUTE)
        (failure,) = taken.failed
        assert fleet.stacks.deployed()[0].enabled
        assert "# cron2aws:" in fleet.texts["b"]
        assert f"stack {stack.stack_name} stays" in str(failure.error) or "has not ended" in str(
            failure.error
        )
        # the same command again
        fleet.refuses.clear()
        assert self.back(fleet).failed == ()
        assert fleet.texts == {"a": LINE, "b": LINE}
        assert fleet.stacks.deployed() == ()
