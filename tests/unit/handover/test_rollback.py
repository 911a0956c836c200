"""The way back: lines first, whatever becomes of AWS; then the stacks that no host needs."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cron2aws.errors import AwsError, Cron2AwsError
from cron2aws.handover.crontabs import Back
from cron2aws.handover.looks import HostLook
from cron2aws.handover.returning import Return
from cron2aws.plan.stack_states import WAYS
from cron2aws.plan.values import Deployed
from cron2aws.task.task import TaskOptions
from tests.fakes import START, FakeClock, FakeProber
from tests.handover_case import ETC, HERE, TEXT, HandOver


@pytest.fixture
def case(tmp_path: Path) -> HandOver:
    made = HandOver(tmp_path)
    assert made.hand_over().failed == ()
    made.clock.time += timedelta(minutes=5)
    made.forget()
    made.progress.said.clear()
    return made


def stacks_of(case: HandOver) -> tuple[Deployed, Deployed]:
    first, second = sorted(case.stacks.deployed(), key=lambda stack: stack.schedule)
    return first, second


def test_lines_then_schedules_then_stacks(case: HandOver) -> None:
    edited = case.clock.now()
    taken = case.take_back()
    assert (len(taken.done), taken.failed) == (2, ())
    (minute,) = taken.minutes.values()
    assert minute is not None
    assert (case.text, case.stacks.stacks) == (TEXT, {})
    assert sorted(case.did()) == ["delete", "delete", "update", "update"]
    assert all(when > minute for when, *_ in case.stacks.log)  # the minute before is the tasks'
    assert minute > edited
    assert f"rewrote {ETC}: from 2026-11-23T10:06Z on cron runs its jobs" in case.progress.said


def test_a_line_whose_stack_is_gone_comes_back(case: HandOver) -> None:
    first, second = stacks_of(case)
    case.stacks.delete(first)
    line = Back(id=first.id, source=ETC, rule_name=None)
    taken = case.take_back([Return(id=first.id, stack=None, line=line), *case.returns()])
    assert (len(taken.done), case.text) == (2, TEXT)
    assert second.stack_name not in case.stacks.stacks


def test_a_stack_whose_line_was_never_commented_out_goes(case: HandOver) -> None:
    case.file.write_text(TEXT)
    taken = case.take_back()
    assert (len(taken.done), case.text, case.stacks.stacks) == (2, TEXT, {})


def test_a_line_whose_mark_was_thrown_away_comes_to_the_end(case: HandOver) -> None:
    first, second = stacks_of(case)
    kept = "0 3 * * * root /opt/a"
    case.file.write_text("".join(case.text.splitlines(keepends=True)[3:]))
    line = Back(id=first.id, source=ETC, rule_name=first.parameters["RuleName"], lost=kept.encode())
    returns = [Return(id=first.id, stack=first, line=line), *case.returns()[1:]]
    assert case.take_back(returns).failed == ()
    assert case.text == f"  0 4\t* * * root /opt/b  \n# end\n{kept}\n"
    assert second.stack_name not in case.stacks.stacks


@pytest.mark.parametrize("status", [status for status in WAYS if status != "gone"])
@pytest.mark.parametrize("refuses", [False, True])
def test_in_every_state_of_the_stack_the_line_comes_back(
    case: HandOver, status: str, *, refuses: bool
) -> None:
    for stack in stacks_of(case):
        case.stacks.stacks[stack.stack_name] = replace(stack, status=status)
        if refuses:
            case.stacks.refuses |= {("update", stack.stack_name), ("delete", stack.stack_name)}
    taken = case.take_back()
    assert case.text == TEXT
    assert (len(taken.failed), len(case.stacks.stacks)) == ((2, 2) if refuses else (0, 0))


def test_where_aws_does_not_answer_any_more_the_lines_are_back_and_it_is_told(
    case: HandOver,
) -> None:
    for stack in stacks_of(case):
        case.stacks.refuses |= {("update", stack.stack_name), ("delete", stack.stack_name)}
    case.zone = ZoneInfo("Asia/Tokyo")
    taken = case.take_back()
    assert (case.text, taken.done) == (TEXT, ())
    names = {stack.id: stack.stack_name for stack in stacks_of(case)}
    for failure in taken.failed:
        assert (failure.error.fix or "").endswith(
            f"the line of {names[failure.id]} is back: from 2026-11-23T10:06Z (2026-11-23 19:06 in "
            "Asia/Tokyo) on cron runs its job, and nothing runs twice; then the same command again "
            "goes on"
        )
    # no line is there to come back any more
    for failure in case.take_back().failed:
        assert f"no line of {names[failure.id]} was marked here" in (failure.error.fix or "")
    case.stacks.refuses.clear()
    assert case.take_back().failed == ()
    assert case.stacks.stacks == {}


def test_a_file_that_cannot_be_edited_keeps_its_stacks(case: HandOver) -> None:
    case.file.with_name("link").hardlink_to(case.file)
    taken = case.take_back()
    assert {failure.what for failure in taken.failed} == {f"rewriting {ETC}"}
    for failure in taken.failed:
        assert "is still marked: the task runs its job, as before" in (failure.error.fix or "")
    assert (case.marks, case.did()) == (2, [])


# --- a task that runs on one host, any host


@pytest.fixture
def any_host(tmp_path: Path) -> HandOver:
    made = HandOver(tmp_path)
    assert made.hand_over(TaskOptions(run_on="one")).failed == ()
    made.forget()
    return made


def test_hosts_without_the_line_are_kept_from_it_first(any_host: HandOver) -> None:
    seen: list[tuple[str, int]] = []
    flip = any_host.stacks.flip

    def watched(stack: Deployed, parameters: dict[str, str]) -> None:
        seen.append((*parameters, any_host.marks))  # type: ignore[arg-type]
        flip(stack, parameters)

    vars(any_host.stacks)["flip"] = watched
    assert any_host.take_back().failed == ()
    assert seen == [("LiveFrom", 2), ("LiveFrom", 2), ("Enabled", 0), ("Enabled", 0)]


def test_where_they_cannot_be_kept_from_it_the_line_stays(any_host: HandOver) -> None:
    first, second = stacks_of(any_host)
    any_host.stacks.refuses.add(("update", first.stack_name))
    taken = any_host.take_back()
    (failure,) = taken.failed
    assert failure.what == "keeping hosts without the line from running it"
    fix = failure.error.fix or ""
    assert "is still marked: the task runs its job, as before" in fix
    assert "--lines-only" in fix
    assert f"cron2aws:{first.id}" in any_host.text
    assert (any_host.marks, taken.done) == (1, (second.id,))


# --- other hosts


@pytest.mark.parametrize(
    ("answer", "seen", "why"),
    [
        ((HostLook(id="i-2", line="cron"),), True, None),
        ((HostLook(id="i-2", line="absent"), HostLook(id=HERE.id, line="cron")), True, None),
        ((HostLook(id="i-2", line="stopped"),), True, None),
        ((HostLook(id="i-2", line="task"),), True, "i-2 would run the job nowhere"),
        ((HostLook(id="i-2", line="unknown"),), True, None),
        ((HostLook(id="i-2", line="unknown"),), False, "does not say how /etc/crontab has it"),
        ((HostLook(id="i-2", line="cron"),), False, None),
        ((), False, None),
        (AwsError(what="it failed", why="AccessDenied"), True, "it failed: AccessDenied"),
        (
            tuple(HostLook(id=f"i-{n}", line="task") for n in range(8)),
            True,
            "i-3, i-4 and 3 more would",
        ),
    ],
)
def test_a_stack_goes_where_no_other_host_leaves_its_line_to_it(
    case: HandOver, answer: tuple[HostLook, ...] | AwsError, why: str | None, *, seen: bool
) -> None:
    case.prober.answers["every"] = answer
    returns = [replace(back, seen=seen) for back in case.returns(elsewhere=True)]
    taken = case.take_back(returns)
    assert case.text == TEXT  # here cron runs them whatever the others say
    if why is None:
        assert (taken.failed, case.stacks.stacks) == ((), {})
        return
    assert [why in (failure.error.why or "") for failure in taken.failed] == [True, True]
    assert (len(case.stacks.stacks), case.did()) == (2, [])


def test_a_stack_goes_on_for_a_host_that_was_handed_over_meanwhile(case: HandOver) -> None:
    """Its `migrate` has seen the stack enabled, and edits while the schedule is being stopped."""

    class Meanwhile(FakeProber):
        def ask(self, stack: Deployed) -> tuple[HostLook, ...] | Cron2AwsError:
            assert not case.stacks.stacks[stack.stack_name].enabled
            return (HostLook(id="i-2", line="task"),)

    case.prober = Meanwhile(every=(HostLook(id="i-2", line="cron"),))
    taken = case.take_back(case.returns(elsewhere=True))
    assert case.text == TEXT
    assert {failure.error.why for failure in taken.failed} == {"i-2 would run the job nowhere"}
    assert [stack.enabled for stack in case.stacks.deployed()] == [True, True]
    assert "delete" not in case.did()


def test_a_stack_that_was_disabled_before_is_not_enabled(case: HandOver) -> None:
    for stack in case.stacks.deployed():
        case.stacks.update(stack, {"Enabled": "false"})

    class Meanwhile(FakeProber):
        def ask(self, stack: Deployed) -> tuple[HostLook, ...] | Cron2AwsError:
            return (HostLook(id=stack.id, line="task"),)

    case.prober = Meanwhile(every=(HostLook(id="i-2", line="cron"),))
    assert len(case.take_back(case.returns(elsewhere=True)).failed) == 2
    assert [stack.enabled for stack in case.stacks.deployed()] == [False, False]


@pytest.mark.parametrize(("line", "stays"), [("absent", True), ("cron", False), ("stopped", False)])
def test_a_stack_stays_where_the_program_of_its_line_has_dropped_it(
    case: HandOver, line: str, *, stays: bool
) -> None:
    case.prober.answers["every"] = (HostLook(id=HERE.id, line=line),)
    takes = {"TakesOver": "removal"}
    returns = [
        replace(
            back,
            line=None,
            stack=replace(back.stack, parameters={**back.stack.parameters, **takes}),
        )
        for back in case.returns(elsewhere=True)
        if back.stack
    ]
    taken = case.take_back(returns)
    what = "the program that wrote its line has dropped it"
    assert [what in failure.error.what for failure in taken.failed] == [True, True] * stays
    assert len(case.stacks.stacks) == 2 * stays


# --- waiting


def test_running_executions_are_waited_for(case: HandOver) -> None:
    first, _ = stacks_of(case)
    case.runs.ends[f"machine-{first.id}"] = START + timedelta(hours=3)
    assert case.take_back().failed == ()
    when, what, *_ = next(row for row in case.stacks.log[::-1] if row[2] == first.stack_name)
    assert (what, when >= START + timedelta(hours=3)) == ("delete", True)


def test_an_interruption_ends_the_waiting_of_all(case: HandOver) -> None:
    """^C comes by one of the waits, so that it is sure to come; the stacks stand."""
    for stack in stacks_of(case):
        case.stacks.update(stack, {"Enabled": "false"})
        case.runs.ends[f"machine-{stack.id}"] = START + timedelta(hours=48)
    case.file.write_text(TEXT)
    case.forget()
    both_wait = threading.Barrier(2, timeout=30)

    class Interrupted(FakeClock):
        def sleep_until(self, moment: datetime) -> None:
            del moment
            if not both_wait.broken and both_wait.wait() == 0:
                both_wait.abort()
                raise KeyboardInterrupt

    clock = Interrupted(case.clock.time)
    case.clock = clock
    with pytest.raises(KeyboardInterrupt):
        case.take_back(parallel=2)
    assert (case.did(), len(case.stacks.stacks)) == ([], 2)
