"""Hosts that begin in steps of one, two, four, as an older page of AWS has it, or all at once.

Nobody confirmed it for today (facts of AWS), so a run must go well both ways.
"""

from __future__ import annotations

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import BEGAN, StandInHost, StatusDetails, reported
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import foundation
from tests.stack_runs import SCHEDULED, TOPICS, Case, Seen, ends, host, measure

SECONDS = 70
RAN = f"exit=0 seconds={SECONDS} outcome=ran out=0 err=0 started={BEGAN}"


def run(hosts: tuple[StandInHost, ...], *, ramp: bool, **parameters: str) -> tuple[Seen, str]:
    """How it went, and what was told."""
    with Sandbox(clock=VirtualClock(SCHEDULED), ramp=ramp) as sandbox:
        foundation(TOPICS)
        case = Case(name="", ending="", told="", hosts=hosts, parameters=parameters)
        found = measure(case, sandbox)
        return found, sandbox.notifications()[-1].message


def seven() -> tuple[StandInHost, ...]:
    return tuple(host(number, reported(RAN, seconds=SECONDS)) for number in range(1, 8))


@pytest.mark.parametrize(("ramp", "late"), [(False, 0), (True, 6)])
def test_hosts_that_begin_more_than_a_minute_late_are_told(*, ramp: bool, late: int) -> None:
    found, message = run(seven(), ramp=ramp)
    assert (found.ending, found.commands) == ("succeeded", 1)
    assert "Result     ok on 7 of 7 hosts" in message
    assert message.count("after its minute.") == late
    if ramp:  # the second step 71 s after the first, the third as much after the second
        assert message.count("It began 1 min ") == 2
        assert message.count("It began 2 min ") == 4


def test_the_limit_of_waiting_counts_the_steps() -> None:
    """Each step may take as long as a job may: what has not begun is not lost."""
    hosts = tuple(host(number, reported(RAN, seconds=290)) for number in range(1, 16))
    found, message = run(
        hosts, ramp=True, ExecutionTimeoutSeconds="300", DeliveryTimeoutSeconds="30"
    )
    assert (
        found.ending == "succeeded"
    )  # after four steps of 290 s; all at once would be lost at 1,230
    assert "ok on 15 of 15 hosts" in message


def test_a_step_follows_the_first_host_of_the_one_before_also_where_that_fails() -> None:
    hosts = (host(1, ends(StatusDetails.FAILED)), *seven()[1:])
    found, message = run(hosts, ramp=True)
    assert found.ending == "failed"
    assert "FAILED on 1 of 7" in message
