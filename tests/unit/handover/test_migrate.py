"""A plan carried out: stacks, then the probe, then the lines; LiveFrom last."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from cron2aws.aws.instances import Instance
from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover.looks import HostLook, Looks
from cron2aws.handover.migrate import Outcome
from cron2aws.plan.values import Deployed
from cron2aws.task.task import TaskOptions
from tests.fakes import FakeProber
from tests.handover_case import ETC, HERE, READY, TEXT, HandOver

T = "2026-11-23T10:01Z"
MANAGED = "#Ansible: nightly\n0 5 * * * root /opt/managed\n0 6 * * * root /opt/own\n"


@pytest.fixture
def case(tmp_path: Path) -> HandOver:
    return HandOver(tmp_path)


def first_of(case: HandOver) -> Deployed:
    return min(case.stacks.deployed(), key=lambda stack: stack.schedule)


def test_without_a_hand_over_only_stacks_are_made(case: HandOver) -> None:
    plan = case.plan()
    assert case.carry_out(plan) == Outcome(
        done=tuple(step.task.id for step in plan.steps), failed=()
    )
    assert [stack.enabled for stack in case.stacks.deployed()] == [False, False]
    assert (case.text, case.prober.asked, case.clock.slept) == (TEXT, [], [])


def test_a_rehearsal_enables_and_leaves_the_lines(case: HandOver) -> None:
    outcome = case.carry_out(case.plan(rehearse=True))
    assert (len(outcome.done), outcome.failed, outcome.minutes) == (2, (), {})
    assert [stack.enabled for stack in case.stacks.deployed()] == [True, True]
    assert all(not stack.parameters.get("LiveFrom") for stack in case.stacks.deployed())
    assert (case.text, case.prober.asked) == (TEXT, [])


def test_stacks_then_the_probe_then_lines_then_newcomers(case: HandOver) -> None:
    outcome = case.hand_over()
    assert outcome.failed == ()
    (minute,) = outcome.minutes.values()
    assert minute is not None
    assert case.text.count(f"@{T} ") == case.marks == 2
    stacks = case.stacks.deployed()
    assert {stack.parameters["LiveFrom"] for stack in stacks} == {T}
    assert case.did() == ["create", "create", "update", "update"]
    assert case.prober.asked == [stack.stack_name for stack in stacks]
    said = f"rewrote {ETC}: from {T} on the tasks run its jobs"
    assert said in case.progress.said


def test_a_rehearsed_task_is_handed_over(case: HandOver) -> None:
    case.carry_out(case.plan(rehearse=True))
    case.forget()
    assert case.hand_over().failed == ()
    assert (case.marks, case.did()) == (2, ["update", "update"])  # LiveFrom alone


def test_a_copy_has_no_minute_and_lets_nobody_join(tmp_path: Path) -> None:
    case = HandOver(tmp_path, is_copy=True)
    assert case.hand_over().minutes == {ETC: None}
    assert case.text.count("@- ") == 2
    assert all(not stack.parameters.get("LiveFrom") for stack in case.stacks.deployed())


@pytest.mark.parametrize(("run_on", "sets"), [("all", True), ("one", True), ("marked", False)])
@pytest.mark.parametrize("before", [False, True])
def test_where_newcomers_run_it(case: HandOver, run_on: str, *, sets: bool, before: bool) -> None:
    options = TaskOptions(run_on=run_on)
    if before:  # and the hand-over does not say it again
        case.carry_out(case.plan(options))
    case.hand_over(TaskOptions() if before else options)
    assert {bool(s.parameters.get("LiveFrom")) for s in case.stacks.deployed()} == {sets}


def test_a_live_from_of_another_host_stays(case: HandOver) -> None:
    """Hosts that have joined run the task since: a later minute would lose runs of theirs."""
    case.hand_over()
    earlier = "2026-11-01T00:00Z"
    for stack in case.stacks.deployed():
        case.stacks.update(stack, {"LiveFrom": earlier})
    case.file.write_text(TEXT)
    assert case.hand_over().failed == ()
    assert {stack.parameters["LiveFrom"] for stack in case.stacks.deployed()} == {earlier}


def test_a_live_from_that_was_refused_is_told_and_set_by_the_same_command(case: HandOver) -> None:
    name = case.plan().steps[0].stack_name
    case.stacks.refuses.add(("update", name))
    case.zone = ZoneInfo("Asia/Tokyo")
    outcome = case.hand_over()
    (failure,) = outcome.failed
    assert failure.what == f"letting hosts that join later run {name}"
    assert (failure.error.fix or "").endswith(
        f"the line of {name} is marked: from {T} (2026-11-23 19:01 in Asia/Tokyo) on the task runs "
        "its job, and nothing runs twice; then the same command again goes on"
    )
    assert case.marks == 2
    case.stacks.refuses.clear()
    case.forget()
    assert case.hand_over().failed == ()
    assert {stack.parameters["LiveFrom"] for stack in case.stacks.deployed()} == {T}
    assert (case.did(), case.marks) == (["update"], 2)
    assert case.plan(comment_out=True).work == ()


def test_a_failure_before_the_edit_says_that_cron_runs_the_job(case: HandOver) -> None:
    """The stack, the probe, the file: each by itself."""
    # one stack must stand, or the other is not begun
    second, first = (step.stack_name for step in case.plan().steps)
    case.stacks.refuses.add(("create", first))
    case.prober.answers[second] = AwsError("no answer")
    (deploying, asking) = case.hand_over().failed
    case.stacks.refuses.clear()
    del case.prober.answers[second]

    def another_writes() -> None:
        case.file.write_text(f"# new\n{TEXT}")

    rewriting = case.carry_out(case.plan(comment_out=True), ready=another_writes).failed
    assert {each.what for each in rewriting} == {f"rewriting {ETC}"}
    names = {stack.id: stack.stack_name for stack in case.stacks.deployed()}
    told = [(first, deploying), (second, asking), *((names[each.id], each) for each in rewriting)]
    for name, failure in told:
        assert (
            f"the line of {name} was not touched: cron runs its job, as before, and nothing runs "
            "twice"
        ) in (failure.error.fix or "")


def test_managed_lines_are_enabled_probed_and_never_edited(tmp_path: Path) -> None:
    case = HandOver(tmp_path, MANAGED)
    assert case.hand_over().failed == ()
    assert case.text.startswith("#Ansible: nightly\n0 5 * * * root /opt/managed\n")
    assert case.marks == 1
    managed, own = sorted(case.stacks.deployed(), key=lambda stack: stack.schedule)
    assert (managed.enabled, managed.parameters["TakesOver"]) == (True, "removal")
    assert not managed.parameters.get("LiveFrom")
    assert {*case.prober.asked} == {managed.stack_name, own.stack_name}
    told = f"{managed.stack_name}: Ansible writes its line, which stays; the task takes over when"
    assert any(told in said for said in case.progress.said)
    case.forget()
    assert case.plan(comment_out=True).work == ()


@pytest.mark.parametrize(
    "answer",
    [
        (HostLook(id=HERE.id, line="cron", why="no user app"),),
        (HostLook(id=HERE.id, line="stopped"),),
        (),
        AwsError(what="starting the execution failed", why="AccessDenied"),
    ],
)
def test_what_the_probe_refuses_keeps_its_line(
    case: HandOver, answer: tuple[HostLook, ...] | AwsError
) -> None:
    first, second = case.plan(comment_out=True).steps
    case.prober.answers[first.stack_name] = answer
    outcome = case.hand_over()
    assert outcome.done == (second.task.id,)
    assert [failure.what for failure in outcome.failed] == [f"handing over to {first.stack_name}"]
    assert (case.marks, f"cron2aws:{first.task.id}" in case.text) == (1, False)
    assert "LiveFrom" not in case.stacks.stacks[first.stack_name].parameters
    case.prober.answers.clear()
    case.prober.answers["every"] = READY
    assert case.hand_over().failed == ()
    assert case.marks == 2


def test_an_entry_whose_stack_failed_keeps_its_line(case: HandOver) -> None:
    second, first = case.plan(comment_out=True).steps
    case.stacks.refuses.add(("create", first.stack_name))
    outcome = case.hand_over()
    assert outcome.done == (second.task.id,)
    assert [failure.id for failure in outcome.failed] == [first.task.id]
    assert (case.marks, case.prober.asked) == (1, [second.stack_name])


class Meddling(FakeProber):
    """Somebody changes a stack, or takes it away, while the hosts are asked."""

    def __init__(self, case: HandOver, *, deletes: bool) -> None:
        super().__init__(every=READY)
        self.case = case
        self.deletes = deletes

    def look(self, stacks: list[Deployed]) -> Looks:  # type: ignore[override]
        first = stacks[0]
        if self.deletes:
            self.case.stacks.delete(first)
        else:
            self.case.stacks.update(first, {"Enabled": "false"})
        return super().look(stacks)


@pytest.mark.parametrize("deletes", [True, False])
def test_a_stack_that_changed_during_the_probe_is_not_handed_over_to(
    case: HandOver, *, deletes: bool
) -> None:
    case.prober = Meddling(case, deletes=deletes)
    outcome = case.hand_over()
    (failure,) = outcome.failed
    assert isinstance(failure.error, SafetyError)
    assert case.marks == 1


@pytest.mark.parametrize("run_on", ["all", "marked"])
@pytest.mark.parametrize("becomes", ["disabled", "DELETE_IN_PROGRESS", "gone"])
def test_a_stack_that_is_taken_away_around_the_edit_is_told(
    case: HandOver, becomes: str, run_on: str
) -> None:
    """A rollback on another host asked its hosts before this one had its mark."""
    plan = case.plan(TaskOptions(run_on=run_on), comment_out=True)
    first, second = plan.steps

    def taken_away() -> None:
        stack = case.stacks.stacks[first.stack_name]
        if becomes == "gone":
            case.stacks.delete(stack)
        elif becomes == "disabled":
            case.stacks.update(stack, {"Enabled": "false"})
        else:
            case.stacks.stacks[first.stack_name] = replace(stack, status=becomes)

    outcome = case.carry_out(plan, ready=taken_away)
    (failure,) = outcome.failed
    assert failure.id == first.task.id
    assert "no task runs its job: it runs nowhere" in (failure.error.fix or "")
    assert (case.marks, outcome.done) == (2, (second.task.id,))


def test_what_cannot_be_edited_is_refused_before_anything_is_deployed(case: HandOver) -> None:
    case.file.with_name("link").hardlink_to(case.file)
    with pytest.raises(SafetyError, match="hard links"):
        case.hand_over()
    assert case.did() == []
    assert case.carry_out(case.plan()).failed == ()


def test_a_host_that_must_not_hand_over_now_keeps_its_lines(case: HandOver) -> None:
    def late() -> None:
        raise SafetyError(what="this host's clock is 99 seconds ahead of AWS's")

    plan = case.plan(comment_out=True)
    migrate = case.carry_out

    with pytest.raises(SafetyError, match="99 seconds"):
        migrate(plan, ready=late)
    assert (case.text, case.did()) == (TEXT, ["create", "create"])


def test_a_file_that_changes_after_the_probe_keeps_its_lines(case: HandOver) -> None:
    class Editing(FakeProber):
        def look(self, stacks: list[Deployed]) -> Looks:  # type: ignore[override]
            case.file.write_text(f"{TEXT}# more\n")
            return super().look(stacks)

    plan = case.plan(comment_out=True)
    crontabs = case.crontabs()
    case.prober = Editing(every=READY)
    outcome = case.carry_out(plan, crontabs=crontabs)
    assert {failure.what for failure in outcome.failed} == {f"rewriting {ETC}"}
    assert (case.text, outcome.done) == (f"{TEXT}# more\n", ())
    assert all(not stack.parameters.get("LiveFrom") for stack in case.stacks.deployed())


def test_only_this_hosts_answer_counts_where_its_line_is_edited(case: HandOver) -> None:
    case.tagged = (HERE, Instance(id="i-2", name="web-2", state="running"))
    assert case.hand_over().failed == ()
    assert case.marks == 2


def test_a_task_that_chooses_a_host_needs_them_all(case: HandOver) -> None:
    case.tagged = (HERE, Instance(id="i-2", name="web-2", state="running"))
    outcome = case.hand_over(TaskOptions(run_on="one"))
    assert {failure.what.split(" ")[0] for failure in outcome.failed} == {"handing"}
    assert (case.marks, case.text) == (0, TEXT)


def test_a_stack_with_another_id_is_not_the_task(case: HandOver) -> None:
    case.carry_out(case.plan(rehearse=True))
    stack = first_of(case)
    plan = case.plan(comment_out=True)
    case.stacks.stacks[stack.stack_name] = replace(
        stack, id="f" * 16, parameters=MappingProxyType({**stack.parameters})
    )
    outcome = case.carry_out(plan)
    (failure,) = outcome.failed
    assert f"stack {stack.stack_name} is not the task" in str(failure.error)
    assert case.marks == 1
