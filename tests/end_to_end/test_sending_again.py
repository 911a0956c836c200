"""What comes to hosts twice, end to end: their ledgers start the job once.

The task's stack in the sandbox, with hosts that really run what they are sent. Their clocks are
this machine's, so the scheduled minute is the last one that has begun.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, StandInHost
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import foundation
from tests.stack_harms import ALWAYS, refuses
from tests.stack_runs import TAG, TOPICS, Case, Seen, deploy, seen
from tests.stack_template import BAD, GOOD

LAG = 60
"""Seconds until Systems Manager lists a command: it is sent again before it can be found."""
MINUTE = datetime.now(UTC).replace(second=0, microsecond=0)  # noqa: TID251


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(MINUTE), lag_seconds=LAG) as made:
        foundation(TOPICS)
        yield made


def hosts(folder: Path) -> tuple[StandInHost, ...]:
    made = []
    for number in (1, 2):
        root = folder / f"web-{number}"
        for place in ("var/lib", "run", "dev/shm"):
            (root / place).mkdir(parents=True)
        made.append(
            StandInHost(
                instance_id=f"i-{number:017}",
                name=root.name,
                tags=TAG,
                root=root,
                behaviour=RunWithShell(),
            )
        )
    return tuple(made)


def run(sandbox: Sandbox, case: Case, folder: Path) -> tuple[Seen, int]:
    """How it went, and how many times the job has run."""
    count = folder / "count"
    parameters = {"Command": f"echo ran >>{count}; echo what went wrong; exit 3"}
    stack = deploy(sandbox, hosts(folder), parameters | dict(case.parameters))
    with case.harm(stack):
        found = seen(stack, stack.fire(MINUTE))
    return found, len(count.read_text().split()) if count.exists() else 0


@pytest.mark.parametrize(("run_on", "ran"), [("all", 2), ("one", 1)])
@pytest.mark.parametrize("times", [1, 4])
def test_a_command_that_was_delivered_without_an_answer_runs_once_and_is_told(
    sandbox: Sandbox, run_on: str, ran: int, times: int, tmp_path: Path
) -> None:
    lost = refuses("ssm", "SendCommand", "InternalServerError", 500, times, done=True)
    case = Case(name="", ending="", told="", parameters={"RunOn": run_on}, harm=lost)
    found, count = run(sandbox, case, tmp_path)
    assert (count, found.commands) == (ran, times + 1)
    assert (found.status, found.error) == ("FAILED", "cron2aws.Failed")
    (told,) = found.failed
    assert "what went wrong" in told
    assert ("FAILED on 2 of 2 hosts" if ran == 2 else "ended with exit code 3") in told


def test_five_lost_answers_are_told_and_the_job_has_run_once(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    lost = refuses("ssm", "SendCommand", "InternalServerError", 500, ALWAYS, done=True)
    found, count = run(sandbox, Case(name="", ending="", told="", harm=lost), tmp_path)
    (told,) = found.failed
    assert (count, found.commands) == (2, 5)
    assert "FAILED: NotSent" in told


@pytest.mark.parametrize("run_on", ["all", "one"])
@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("code", [0, 3])
def test_two_deliveries_of_a_minute_run_it_once_on_each_host_and_tell_once(
    *, sandbox: Sandbox, run_on: str, at_once: bool, code: int, tmp_path: Path
) -> None:
    """A schedule starts a machine at least once. What comes later is told to nobody."""
    count = tmp_path / "count"
    given = {"Command": f"echo ran >>{count}; exit {code}", "RunOn": run_on, "LiveFrom": ""}
    stack = deploy(sandbox, hosts(tmp_path), given)
    arns = []
    for _ in range(2):
        arn = sandbox.fire(stack.name, MINUTE)
        assert arn
        arns.append(arn)
        if not at_once:
            sandbox.wait(arn)
    ends = [sandbox.wait(arn) for arn in arns]
    assert count.read_text().split() == ["ran"] * (2 if run_on == "all" else 1)
    told = stack.published(BAD if code else GOOD)
    hosts_told = sum(text.count("ended with exit code") for text in told)
    assert stack.published(GOOD if code else BAD) == []
    if at_once and run_on == "all":  # either may reach a host first, and tells of that one
        assert hosts_told == 2
        return
    assert len(told) == 1
    assert hosts_told >= (2 if run_on == "all" else 1)
    (came_too_late,) = (end for end in ends if "Error" in (end["output"] or {}))
    assert came_too_late["output"]["Error"] == ("Skipped" if run_on == "all" else "Duplicate")
