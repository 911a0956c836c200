"""The hand-over: at every crash and refusal no job runs twice and none is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from cron2aws.errors import AwsError
from cron2aws.handover.cutover import CutOver
from cron2aws.handover.moment import Move, hand_over_moment, stamp
from cron2aws.plan.values import OF_TEMPLATE, Deployed
from tests.fakes import FakeClock, FakeEdit, FakeProgress, FakeStacks, deployed

ETC = "/etc/crontab"


def move(number: int, source: str = ETC) -> Move:
    return Move(
        id=f"0000000{number}", stack_name=f"cron2aws-web-job-0000000{number}", source=source
    )


DISABLED = {"Enabled": "false", "NotBefore": "", "NotAfter": ""}


class World:
    """A few disabled stacks and a cut-over on them."""

    def __init__(self, count: int = 2) -> None:
        self.clock = FakeClock()
        self.stacks = FakeStacks(
            self.clock, *(deployed(move(n).id, DISABLED) for n in range(count))
        )
        self.edit = FakeEdit(self.clock)
        self.over = CutOver(self.stacks, self.clock, FakeProgress(), parallel=1)

    def parameters(self, number: int) -> dict[str, str]:
        """Those that a hand-over moves."""
        now = self.stacks.stacks[move(number).stack_name].parameters
        return {name: value for name, value in now.items() if name not in OF_TEMPLATE}


@pytest.mark.parametrize(
    ("now", "stacks", "parallel", "expected"),
    [
        ("10:00:00", 1, 1, "10:02"),
        ("10:00:19", 1, 1, "10:02"),
        ("10:00:21", 1, 1, "10:03"),  # 10:02:01 is past 10:02
        ("10:00:00", 4, 1, "10:04"),
        ("10:00:00", 4, 4, "10:02"),
        ("23:59:10", 1, 1, "00:01"),
    ],
)
def test_the_moment_leaves_time_for_the_updates_and_a_last_minute(
    now: str, stacks: int, parallel: int, expected: str
) -> None:
    start = datetime.fromisoformat(f"2026-11-23T{now}Z")
    moment = hand_over_moment(start, stacks, parallel)
    assert f"{moment:%H:%M}" == expected
    assert moment.second == 0
    assert moment - timedelta(minutes=1) >= start


def test_the_stacks_take_over_at_the_minute_before_which_the_file_is_rewritten() -> None:
    world = World()
    assert world.over.to_aws([move(0), move(1)], world.edit) == ()
    moment = world.parameters(0)["NotBefore"]
    assert world.parameters(0) == world.parameters(1)
    assert world.parameters(0) == {"Enabled": "true", "NotBefore": moment, "NotAfter": ""}
    ((when, source, ids),) = world.edit.done
    hand_over = datetime.fromisoformat(moment)
    # in the last minute, after the daemon has started its jobs and before it looks again
    assert hand_over - timedelta(seconds=59) < when < hand_over - timedelta(seconds=10)
    assert (source, ids) == (ETC, frozenset({move(0).id, move(1).id}))


def test_what_is_waited_for_is_said() -> None:
    world, progress = World(1), FakeProgress()
    over = CutOver(world.stacks, world.clock, progress, parallel=1)
    over.to_aws([move(0)], world.edit)
    until = datetime.fromisoformat(world.parameters(0)["NotBefore"]) - timedelta(seconds=50)
    assert f"waiting until {stamp(until)} to rewrite the crontabs" in progress.said


def test_a_schedule_is_never_enabled_before_its_machine_knows_the_moment() -> None:
    world = World(1)
    world.over.to_aws([move(0)], world.edit)
    first, second = (parameters for _, _, _, parameters in world.stacks.log)
    assert "Enabled" not in first
    assert first["NotBefore"]
    assert second == {"Enabled": "true"}


def test_each_source_is_rewritten_once() -> None:
    world = World(3)
    world.over.to_aws([move(0), move(1, "/etc/cron.d/a"), move(2)], world.edit)
    assert [(source, len(ids)) for _, source, ids in world.edit.done] == [
        ("/etc/cron.d/a", 1),
        (ETC, 2),
    ]


def test_a_refused_rewrite_disables_its_stacks_before_the_moment() -> None:
    world = World(2)
    world.edit.refused.add(ETC)
    failed = world.over.to_aws([move(0), move(1, "/etc/cron.d/a")], world.edit)
    assert [(failure.id, failure.what) for failure in failed] == [(move(0).id, f"rewriting {ETC}")]
    assert world.parameters(0)["Enabled"] == "false"
    assert world.parameters(1)["Enabled"] == "true"
    undone = world.stacks.log[-1]
    assert undone[0] < datetime.fromisoformat(world.parameters(1)["NotBefore"])


def test_a_stack_that_cannot_be_enabled_keeps_its_line() -> None:
    world = World(2)
    world.stacks.refuses.add(("update", move(0).stack_name))
    failed = world.over.to_aws([move(0), move(1)], world.edit)
    assert [failure.id for failure in failed] == [move(0).id]
    assert world.edit.done[0][2] == frozenset({move(1).id})


def test_a_stack_of_another_task_is_not_touched() -> None:
    world = World(1)
    stolen = deployed("ffffffff", DISABLED, name=move(0).stack_name)
    world.stacks.stacks[move(0).stack_name] = stolen
    failed = world.over.to_aws([move(0)], world.edit)
    assert "is not the task" in failed[0].error.what
    assert world.stacks.log == []
    assert world.edit.done == []


def test_stacks_that_took_too_long_are_taken_back_and_no_line_is_touched() -> None:
    world = World(1)

    class SlowClock(FakeClock):
        def sleep_until(self, moment: datetime) -> None:
            super().sleep_until(moment + timedelta(seconds=40))

    slow = SlowClock()
    over = CutOver(world.stacks, slow, FakeProgress(), parallel=1)
    failed = over.to_aws([move(0)], world.edit)
    assert "too late" in failed[0].error.what
    assert world.edit.done == []
    assert world.parameters(0)["Enabled"] == "false"


def test_an_interruption_while_waiting_takes_the_stacks_back() -> None:
    world = World(1)

    class Interrupting(FakeClock):
        def sleep_until(self, moment: datetime) -> None:  # noqa: ARG002
            raise KeyboardInterrupt

    over = CutOver(world.stacks, Interrupting(), FakeProgress(), parallel=1)
    with pytest.raises(KeyboardInterrupt):
        over.to_aws([move(0)], world.edit)
    assert world.parameters(0)["Enabled"] == "false"


def test_the_way_back_ends_the_task_at_the_moment_and_waits_for_its_last_start() -> None:
    world = World(1)
    assert world.over.to_cron([move(0)], world.edit) == ()
    moment = datetime.fromisoformat(world.parameters(0)["NotAfter"])
    assert world.edit.done[0][0] < moment
    assert world.clock.now() >= moment + timedelta(minutes=1)
    assert stamp(moment) == world.parameters(0)["NotAfter"]


def test_a_file_that_changes_while_it_is_waited_for_is_given_up_at_once() -> None:
    world = World(2)

    class Meddling(FakeClock):
        def sleep_until(self, moment: datetime) -> None:
            super().sleep_until(moment)
            world.edit.refused.add(ETC)

    clock = Meddling()
    over = CutOver(world.stacks, clock, FakeProgress(), parallel=1)
    failed = over.to_aws([move(0), move(1)], world.edit)
    assert {failure.id for failure in failed} == {move(0).id, move(1).id}
    assert [world.parameters(n)["Enabled"] for n in range(2)] == ["false", "false"]
    # long before the moment: as soon as the change was seen
    assert clock.now() < datetime.fromisoformat(world.parameters(0)["NotBefore"]) - timedelta(
        seconds=60
    )


def test_a_rewrite_that_fails_at_the_very_end_is_taken_back() -> None:
    world = World(1)
    world.edit.refused_at_last.add(ETC)
    (failure,) = world.over.to_aws([move(0)], world.edit)
    assert failure.what == f"rewriting {ETC}"
    assert world.parameters(0)["Enabled"] == "false"


def test_an_update_that_only_seemed_to_fail_is_taken_back() -> None:
    world = World(2)

    class Lossy(FakeStacks):
        """Carries updates out, and loses the answer to one."""

        def update(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
            super().update(stack, parameters)
            if stack.id == move(0).id and parameters == {"Enabled": "true"}:
                raise AwsError(what="the network was lost")

    stacks = Lossy(world.clock, *world.stacks.stacks.values())
    over = CutOver(stacks, world.clock, FakeProgress(), parallel=1)
    failed = over.to_aws([move(0), move(1)], world.edit)
    assert [failure.id for failure in failed] == [move(0).id]
    enabled = {stack.id: stack.enabled for stack in stacks.deployed()}
    assert enabled == {move(0).id: False, move(1).id: True}


def test_what_cannot_be_taken_back_is_told() -> None:
    world = World(1)
    world.edit.refused.add(ETC)

    class Refusing(FakeStacks):
        def update(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
            if parameters.get("Enabled") == "false":
                raise AwsError(what="no")
            super().update(stack, parameters)

    stacks = Refusing(world.clock, *world.stacks.stacks.values())
    over = CutOver(stacks, world.clock, FakeProgress(), parallel=1)
    failed = over.to_aws([move(0)], world.edit)
    assert f"taking back stack {move(0).stack_name}" in [failure.what for failure in failed]


@pytest.mark.parametrize(
    ("back", "told"),
    [(False, "may have been made by both"), (True, "may have been made by neither")],
)
def test_what_was_taken_back_too_late_says_what_that_means(back: bool, told: str) -> None:
    world = World(1)
    world.edit.refused_at_last.add(ETC)

    class Slow(FakeStacks):
        def update(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
            is_undo = parameters in ({"Enabled": "false"}, {"NotAfter": ""})
            self.clock.time += timedelta(seconds=60 if is_undo else 1)
            super().update(stack, parameters)

    stacks = Slow(world.clock, *world.stacks.stacks.values())
    over = CutOver(stacks, world.clock, FakeProgress(), parallel=1)
    failed = (over.to_cron if back else over.to_aws)([move(0)], world.edit)
    assert [failure.id for failure in failed] == [move(0).id] * 2
    assert told in str(failed[-1].error)


def test_a_line_that_somebody_changes_back_at_once_is_told() -> None:
    world = World(1)

    class Undone(FakeEdit):
        def applied(self, source: str, ids: frozenset[str]) -> frozenset[str]:
            assert source == ETC
            return ids - ids

    failed = world.over.to_aws([move(0)], Undone(world.clock))
    assert "somebody changed the line" in str(failed[0].error)
    assert world.parameters(0)["Enabled"] == "false"


def test_an_interruption_among_the_rewrites_goes_forward() -> None:
    world = World(3)

    class Interrupted(FakeEdit):
        """^C comes in the first rewrite, and another file is refused then."""

        def apply(self, source: str, ids: frozenset[str]) -> None:
            if not self.done and source != "/a":
                super().apply(source, ids)
                raise KeyboardInterrupt
            super().apply(source, ids)

    edit = Interrupted(world.clock, refused_at_last={"/c"})
    progress = FakeProgress()
    over = CutOver(world.stacks, world.clock, progress, parallel=1)
    with pytest.raises(KeyboardInterrupt):
        over.to_aws([move(0, "/b"), move(1, "/c"), move(2, "/d")], edit)
    assert [source for _, source, _ in edit.done] == ["/b", "/d"]
    assert [world.parameters(n)["Enabled"] for n in range(3)] == ["true", "false", "true"]
    assert any("error" in line and move(1).id in line for line in progress.said)


def test_what_cannot_be_taken_back_after_an_interruption_is_said() -> None:
    world = World(1)
    progress = FakeProgress()

    class Interrupting(FakeClock):
        def sleep_until(self, moment: datetime) -> None:  # noqa: ARG002
            world.stacks.refuses.add(("update", move(0).stack_name))
            raise KeyboardInterrupt

    over = CutOver(world.stacks, Interrupting(), progress, parallel=1)
    with pytest.raises(KeyboardInterrupt):
        over.to_aws([move(0)], world.edit)
    assert any("taking back" in line and "AccessDenied" in line for line in progress.said)


def test_a_way_back_that_failed_whole_waits_for_nothing() -> None:
    world = World(1)
    world.stacks.refuses.add(("update", move(0).stack_name))
    assert len(world.over.to_cron([move(0)], world.edit)) == 1
    assert world.clock.slept == []
