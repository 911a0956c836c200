"""The stack asked again before the edit, and what a failure means for the jobs."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover.standing import Lines, meaning, still_stands
from cron2aws.plan.stack_states import WAYS, Doing, Way, way
from cron2aws.plan.values import Deployed
from tests.fakes import FakeClock, FakeStacks, deployed

STACK = deployed("0000000a", {"Enabled": "true", "Command": "secret"})


def asked(now: Deployed | None) -> Deployed:
    stacks = FakeStacks(FakeClock(), *([now] if now else []))
    return still_stands(stacks, STACK)


def test_a_stack_that_stands_as_before_may_take_over() -> None:
    now = replace(STACK, status="UPDATE_COMPLETE")
    assert asked(now) == now


def changed(name: str, value: str) -> Deployed:
    return replace(STACK, parameters=MappingProxyType({**STACK.parameters, name: value}))


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (None, "deleted or made anew"),
        (replace(STACK, stack_id=f"{STACK.stack_id}2"), "deleted or made anew"),
        (replace(STACK, id="0000000b"), "deleted or made anew"),
        (changed("Enabled", "false"), "somebody changed Enabled"),
        (changed("Command", "hunter2"), "somebody changed Command"),
        (changed("LiveFrom", "2026-12-01T03:00Z"), "somebody changed LiveFrom"),
    ],
)
def test_a_stack_that_was_changed_meanwhile_is_refused(now: Deployed | None, why: str) -> None:
    with pytest.raises(SafetyError, match=why) as refused:
        asked(now)
    assert "nothing was edited" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("status", [status for status in WAYS if status != "gone"])
def test_only_a_stack_that_runs_may_take_over(status: str) -> None:
    now = replace(STACK, status=status)
    if way(status, Doing.RUN) is Way.GO:
        assert asked(now) == now
    else:
        with pytest.raises(SafetyError, match=f"is in {status}"):
            asked(now)


EXPIRED = AwsError(
    "updating stack x failed", why="ExpiredToken: expired", fix="log in again: no longer valid"
)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (Lines.BACK, "the line of backup is back: from M on cron runs its job"),
        (Lines.MARKED, "the line of backup is marked: from M on the task runs its job"),
        (
            Lines.STILL_MARKED,
            "the line of backup is still marked: the task runs its job, as before",
        ),
        (
            Lines.UNTOUCHED,
            "the line of backup was not touched: cron runs its job, as before",
        ),
        (Lines.NONE, "no line of backup was marked here, so none was changed"),
        (
            Lines.NOWHERE,
            "the line of backup is marked: from M on no task runs its job: it runs nowhere",
        ),
    ],
)
def test_a_failure_says_who_runs_the_job_from_which_minute_on(lines: Lines, said: str) -> None:
    told = meaning(EXPIRED, "backup", lines, since="M")
    assert (type(told), told.what, told.why) == (AwsError, EXPIRED.what, EXPIRED.why)
    assert told.fix == (
        f"log in again: no longer valid; {said}, and nothing runs twice; then the same command "
        "again goes on"
    )


def test_where_no_minute_is_known_and_nothing_goes_on() -> None:
    told = meaning(SafetyError("no"), "backup", Lines.BACK, again="")
    assert told.fix == "the line of backup is back: cron runs its job, and nothing runs twice"
