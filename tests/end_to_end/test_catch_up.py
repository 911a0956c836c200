"""CatchUp=once, on a clock of its own: hosts that are down at a task's minute, and come back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Outcome, StandInHost, StatusDetails
from cron2aws.sandbox.time.clock import Clock, VirtualClock
from tests.calling import HOST, command, opened
from tests.end_to_end.test_sending_again import hosts
from tests.sandboxes import client, foundation
from tests.stack_harms import refuses
from tests.stack_runs import SCHEDULED, TOPICS, Stack, deploy, ends, host, job, sandbox
from tests.stack_template import BAD, GOOD

FIVE = timedelta(minutes=5)
NOT_HERE = "[cron2aws] exit=- seconds=0 outcome=not-here\n"


@pytest.fixture
def shared() -> Iterator[Sandbox]:
    with sandbox() as active:
        yield active


@dataclass(kw_only=True)
class Task:
    """A deployed task whose hosts go and come."""

    stack: Stack
    begins: datetime
    held: ExitStack
    """Time stands still while the test looks."""
    fired: list[str] = field(default_factory=list)

    def at(self, after: timedelta) -> None:
        """Wait until so long after the first minute."""
        clock = self.stack.sandbox.clock
        clock.sleep((self.begins + after - clock.now()).total_seconds(), in_execution=True)

    def fire(self, after: timedelta = timedelta()) -> None:
        """The schedule fires then; its run is not waited for."""
        self.at(after)
        arn = self.stack.sandbox.fire(self.stack.name, self.begins + after)
        assert arn
        self.fired.append(arn)

    def online(self, *hosts: StandInHost) -> None:
        for each in hosts:
            self.stack.sandbox.add_host(replace(each, online=True))

    def offline(self, *hosts: StandInHost) -> None:
        for each in hosts:
            self.stack.sandbox.add_host(replace(each, online=False))

    def gone(self, *hosts: StandInHost) -> None:
        for each in hosts:
            del self.stack.sandbox._parts.run_command.hosts[each.instance_id]

    def executions(self, status: str | None = None) -> dict[str, dict[str, Any]]:
        """By name; those that run, or all once they have ended."""
        states = client("stepfunctions")
        machine = self.stack.output("StateMachineArn")
        only = {"statusFilter": status} if status else {}
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine, **only)
        return {each["name"]: each for page in pages for each in page["executions"]}

    def end(self) -> dict[str, dict[str, Any]]:
        """What each execution came to, once all have ended."""
        self.held.close()
        while running := self.executions("RUNNING"):
            for each in running.values():
                self.stack.sandbox.wait(each["executionArn"])
        return {
            name: self.stack.sandbox.wait(each["executionArn"])
            for name, each in self.executions().items()
        }

    def runs(self) -> list[str]:
        """The minute of each command that was sent, oldest first."""
        sent = self.stack.sandbox.commands[self.stack.commands_before :]
        scripts = [command.script for command in sent]
        return [re.findall(r"(?m)^run=(\S+)$", script)[0] for script in scripts]

    @property
    def failures(self) -> list[str]:
        return self.stack.published(BAD)

    @property
    def successes(self) -> list[str]:
        return self.stack.published(GOOD)


def task(sandbox: Sandbox, hosts: Sequence[StandInHost], **parameters: str) -> Task:
    given = {"CatchUp": "once", "DeliveryTimeoutSeconds": "300", **parameters}
    stack, held = deploy(sandbox, tuple(hosts), given), ExitStack()
    begins = stack.next_minute()
    held.enter_context(sandbox.clock.working())
    return Task(stack=stack, begins=begins, held=held)


def name(task: Task, after: timedelta = timedelta()) -> str:
    return f"{task.begins + after:%Y-%m-%dT%H-%MZ}"


def until(task: Task, after: timedelta = timedelta()) -> str:
    end = task.begins + after + timedelta(days=2)
    return f"it runs once when a host is back, until {end:%Y-%m-%d %H:%M} UTC"


def down(number: int = 1, *outcomes: Outcome) -> StandInHost:
    return host(number, *outcomes, online=False)


@pytest.mark.parametrize("run_on", ["all", "marked", "one"])
def test_a_daily_job_whose_host_is_back_after_seven_hours_runs_then(
    shared: Sandbox, run_on: str
) -> None:
    made = task(shared, [down()], RunOn=run_on)
    made.fire()
    made.at(timedelta(hours=7))
    (told,) = made.failures
    assert "NoHost" in told
    assert until(made) in told
    assert list(made.executions("RUNNING")) == [f"{name(made)}-late"]
    assert made.runs() == []
    made.online(host())
    ended = made.end()
    assert made.runs() == [name(made)]
    late = ended[f"{name(made)}-late"]
    assert late["status"] == "SUCCEEDED"
    assert timedelta(hours=7) < late["stopped"] - made.begins < timedelta(hours=7, minutes=6)
    (good,) = made.successes
    assert f"Scheduled  {made.begins:%Y-%m-%d %H:%M} UTC" in good
    assert len(made.failures) == 1
    # the message says what a wait costs: docs/explanation/what-a-run-costs.md
    assert shared.transitions(late["arn"]) < 110


@pytest.mark.parametrize("run_on", ["all", "one"])
def test_of_an_outage_of_three_hours_a_job_of_five_minutes_catches_up_one_run(
    shared: Sandbox, run_on: str
) -> None:
    made = task(shared, [down(), down(2)], RunOn=run_on)
    for number in range(36):
        made.fire(number * FIVE)
    made.at(35 * FIVE + timedelta(minutes=2))
    assert len(made.failures) == 36
    assert made.runs() == []
    made.online(host(), host(2))
    for number in (36, 37):
        made.fire(number * FIVE)
    made.at(38 * FIVE)
    ended = made.end()
    assert sorted(made.runs()) == [name(made, number * FIVE) for number in (35, 36, 37)]
    assert len(made.failures) == 36
    assert len(made.successes) == 3
    skipped = [each for each in ended.values() if (each["output"] or {}).get("Error") == "Skipped"]
    assert len(skipped) == 35
    assert all("a later minute is caught up instead" in each["output"]["Cause"] for each in skipped)


def test_a_host_that_replaces_the_others_runs_what_they_missed(shared: Sandbox) -> None:
    made = task(shared, [down(), down(2)])
    made.fire()
    made.at(timedelta(hours=1))
    made.gone(host(), host(2))
    made.at(timedelta(hours=2))
    made.online(host(3))
    made.end()
    (command,) = shared.commands[made.stack.commands_before :]
    assert [part.host.instance_id for part in command.invocations] == [host(3).instance_id]
    assert (len(made.failures), len(made.successes)) == (1, 1)


def test_hosts_that_go_down_before_the_command_reaches_them_are_waited_for(
    shared: Sandbox,
) -> None:
    """Systems Manager still calls one online: the command is sent, and taken by nobody."""
    lost = [host(number, ends(StatusDetails.DELIVERY_TIMED_OUT), job()) for number in (1, 2)]
    made = task(shared, [lost[0], replace(lost[1], online=False)])
    made.fire()
    made.at(timedelta(seconds=50))
    made.offline(*lost)
    made.at(timedelta(hours=3))
    (told,) = made.failures
    assert f"no host took the command; {until(made)}" in told
    made.online(*lost)
    made.end()
    assert made.runs() == [name(made)] * 2
    assert (len(made.failures), len(made.successes)) == (1, 1)


def test_hosts_that_could_not_be_reached_and_are_there_run_it_at_once(shared: Sandbox) -> None:
    made = task(shared, [host(1, ends(StatusDetails.UNDELIVERABLE), job())])
    made.fire()
    made.at(timedelta(minutes=1))
    made.end()
    assert made.runs() == [name(made)] * 2
    assert (len(made.failures), len(made.successes)) == (1, 1)


def test_of_one_host_that_may_have_run_it_that_host_is_asked_again(shared: Sandbox) -> None:
    lost = host(1, ends(StatusDetails.DELIVERY_TIMED_OUT), job())
    made = task(shared, [lost, down(2)], RunOn="one")
    made.fire()
    made.at(timedelta(seconds=50))
    made.offline(lost)
    made.online(host(2))
    made.at(timedelta(hours=1))
    assert len(made.runs()) == 1
    made.online(lost)
    made.end()
    sent = shared.commands[made.stack.commands_before :]
    hosts = [part.host.instance_id for command in sent for part in command.invocations]
    assert hosts == [lost.instance_id] * 2
    assert (len(made.failures), len(made.successes)) == (1, 1)


def test_of_one_host_that_has_just_stopped_and_is_called_online_the_run_is_caught_up(
    shared: Sandbox,
) -> None:
    made = task(shared, [host()], RunOn="one")
    with refuses("ssm", "SendCommand", "InvalidInstanceId")(made.stack):
        made.fire()
        made.at(timedelta(hours=1))
    (told,) = made.failures
    assert until(made) in told
    made.end()
    assert made.runs() == [name(made)]
    assert (len(made.failures), len(made.successes)) == (1, 1)


def test_of_one_host_without_the_line_the_others_that_are_down_are_waited_for(
    shared: Sandbox,
) -> None:
    idle = host(1, Outcome(stdout=NOT_HERE))
    made = task(shared, [idle, down(2)], RunOn="one")
    made.fire()
    made.at(timedelta(hours=1))
    (told,) = made.failures
    assert until(made) in told
    made.online(host(2))
    made.end()
    assert (len(made.runs()), len(made.failures), len(made.successes)) == (3, 1, 1)


def test_hours_in_which_aws_is_asked_too_often_do_not_end_the_wait(shared: Sandbox) -> None:
    """More refusals than the machine takes of `NoAnswer`."""
    made = task(shared, [down()])
    made.fire()
    made.at(timedelta(minutes=2))
    with refuses("stepfunctions", "ListExecutions", "ThrottlingException")(made.stack):
        made.at(timedelta(hours=9))
    made.online(host())
    made.end()
    assert made.runs() == [name(made)]
    assert (len(made.failures), len(made.successes)) == (1, 1)


def test_a_host_without_the_line_does_not_end_the_wait(shared: Sandbox) -> None:
    idle = host(1, Outcome(stdout=NOT_HERE))
    made = task(shared, [idle, down(2)])
    made.fire()
    made.at(timedelta(hours=1))
    assert len(made.runs()) == 1
    assert list(made.executions("RUNNING")) == [f"{name(made)}-late"]
    made.online(host(2))
    made.end()
    assert (len(made.runs()), len(made.successes)) == (2, 1)


def test_after_two_days_it_is_told_that_nobody_waits_any_longer(shared: Sandbox) -> None:
    made = task(shared, [down()])
    made.fire()
    ended = made.end()[f"{name(made)}-late"]
    assert ended["status"] == "FAILED"
    waited = ended["stopped"] - made.begins
    assert timedelta(days=2) < waited < timedelta(days=2, minutes=6)
    first, last = made.failures
    assert until(made) in first
    assert "it is waited for no longer" in last
    assert made.runs() == []
    # docs/explanation/what-a-run-costs.md
    assert 580 < shared.transitions(ended["arn"]) < 610
    assert len(shared.history(ended["arn"])) < 2_000


def test_two_deliveries_of_a_minute_are_caught_up_once(shared: Sandbox) -> None:
    made = task(shared, [down()])
    made.fire()
    made.at(timedelta(minutes=1))
    assert shared.fire(made.stack.name, made.begins)
    made.at(timedelta(hours=1))
    assert list(made.executions("RUNNING")) == [f"{name(made)}-late"]
    made.online(host())
    made.end()
    assert made.runs() == [name(made)]


def test_while_it_waits_runs_are_not_skipped_for_it_and_then_it_waits_for_theirs(
    shared: Sandbox,
) -> None:
    long = host(1, job(seconds=600), job(seconds=5))
    made = task(shared, [replace(long, online=False)], Overlap="skip")
    made.fire()
    made.at(timedelta(hours=1) - timedelta(seconds=1))
    made.online(long)
    made.fire(timedelta(hours=1))  # a run of ten minutes
    made.at(timedelta(hours=1, minutes=8))
    assert made.runs() == [name(made, timedelta(hours=1))]
    made.end()
    assert made.runs() == [name(made, timedelta(hours=1)), name(made)]
    assert (len(made.failures), len(made.successes)) == (1, 2)


def test_a_run_is_skipped_while_the_one_that_was_caught_up_goes_on(shared: Sandbox) -> None:
    long = host(1, job(seconds=7_200), job(seconds=5))
    made = task(shared, [replace(long, online=False)], Overlap="skip")
    made.fire()
    made.at(timedelta(minutes=30))
    made.online(long)
    made.at(timedelta(minutes=40))
    assert made.runs() == [name(made)]
    made.fire(timedelta(hours=1))
    ended = made.end()
    assert made.runs() == [name(made)]
    skipped = ended[made.fired[-1].rpartition(":")[2]]
    assert f"{name(made)}-late is still running" in skipped["output"]["Cause"]


def test_without_it_a_run_is_lost_as_with_cron(shared: Sandbox) -> None:
    made = task(shared, [down()], CatchUp="none")
    made.fire()
    made.end()
    made.online(host())
    assert len(made.executions()) == 1
    assert (len(made.failures), made.successes) == (1, [])


def test_where_the_other_execution_cannot_be_started_that_is_told(shared: Sandbox) -> None:
    made = task(shared, [down()])
    with refuses("stepfunctions", "StartExecution", "AccessDeniedException")(made.stack):
        made.fire()
        made.end()
    (told,) = made.failures
    assert "AccessDeniedException" in told


def test_real_hosts_run_a_minute_that_is_caught_up_once(tmp_path: Path) -> None:
    """Another delivery of it, which comes after all, finds it in their ledgers."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)  # noqa: TID251 (the hosts' clock)
    count, real = tmp_path / "count", hosts(tmp_path)
    with Sandbox(clock=VirtualClock(minute)) as sandbox:
        foundation(TOPICS)
        given = {"CatchUp": "once", "Command": f"echo ran >>{count}"}
        stack = deploy(sandbox, tuple(replace(each, online=False) for each in real), given)
        made = Task(stack=stack, begins=minute, held=ExitStack())
        with sandbox.clock.working():
            made.fire()
            made.at(timedelta(seconds=30))
            assert not count.exists()
            made.online(*real)
            made.fire()
        ended = made.end()
        assert count.read_text().split() == ["ran"] * 2
        assert (len(made.failures), len(made.successes)) == (1, 1)
        assert ended[f"{name(made)}-late"]["output"]["Error"] == "Skipped"
        assert len(made.runs()) == 2


def change(made: Task, **parameters: str) -> None:
    """A stack update with the template that is there, as `disable` and `migrate` make it."""
    stack = client("cloudformation").describe_stacks(StackName=made.stack.name)["Stacks"][0]
    kept = {each["ParameterKey"] for each in stack["Parameters"]} - set(parameters)
    client("cloudformation").update_stack(
        StackName=made.stack.name,
        UsePreviousTemplate=True,
        Parameters=[
            *({"ParameterKey": key, "UsePreviousValue": True} for key in kept),
            *({"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()),
        ],
        Capabilities=["CAPABILITY_IAM"],
    )


@pytest.mark.parametrize("changed", [{"Enabled": "false"}, {"CatchUp": "none"}])
def test_what_waits_ends_within_minutes_once_the_task_is_disabled_and_runs_nothing(
    shared: Sandbox, changed: dict[str, str]
) -> None:
    made = task(shared, [down()])
    made.fire()
    made.at(timedelta(hours=1))
    change(made, **changed)
    made.online(host())
    made.at(timedelta(hours=1, minutes=5))
    assert made.executions("RUNNING") == {}
    ended = made.end()[f"{name(made)}-late"]
    assert ended["status"] == "SUCCEEDED"
    assert "the task is disabled, or catches up no more" in ended["output"]["Cause"]
    assert (made.runs(), made.successes, len(made.failures)) == ([], [], 1)


def test_what_waits_ends_with_its_stack(shared: Sandbox) -> None:
    made = task(shared, [down()])
    made.fire()
    made.at(timedelta(hours=1))
    client("cloudformation").delete_stack(StackName=made.stack.name)
    made.online(host())
    made.at(timedelta(hours=2))
    assert made.runs() == []
    made.held.close()


class HeldClock:
    """The commands' clock while the test holds the sandbox's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def sleep_until(self, moment: datetime) -> None:
        self._clock.sleep((moment - self.now()).total_seconds(), in_execution=True)


@pytest.mark.parametrize("way", ["disable", "rollback"])
def test_what_waits_holds_up_no_command_and_never_runs(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    tab = tmp_path / "crontab"
    tab.write_text("# cron2aws: catch-up=once\n0 3 * * * root /opt/backup\n")
    with Sandbox(clock=VirtualClock(SCHEDULED)) as sandbox:
        context = opened(sandbox)
        tag = ("--tag", "Name=web", "--yes", *HOST)
        assert command(context, "migrate", str(tab), *tag, "--comment-out") == 0
        (stack,) = context.stacks.deployed()
        assert (stack.enabled, stack.parameters["CatchUp"]) == (True, "once")
        machine = stack.outputs["StateMachineArn"]
        there = sandbox.hosts
        for each in there:
            sandbox.add_host(replace(each, online=False))
        with sandbox.clock.working():
            held = replace(context, clock=HeldClock(sandbox.clock))
            minute = sandbox.clock.now().replace(second=0)
            assert sandbox.fire(stack.stack_name, minute)
            held.clock.sleep_until(minute + timedelta(hours=1))
            (waiting,) = context.runs.running(machine)
            assert waiting.name == f"{minute:%Y-%m-%dT%H-%MZ}-late"
            since = sandbox.clock.now()
            if way == "disable":
                assert command(held, "disable", stack.id, "--yes") == 0
                held.clock.sleep_until(since + timedelta(minutes=5))
            else:
                source = ("--source", str(tab), "--yes", *HOST)
                # hosts that cannot be asked may have the line marked
                assert command(held, "rollback", stack.id, *source) == 6
                assert tab.read_text().splitlines()[1] == "0 3 * * * root /opt/backup"
                assert command(held, "rollback", stack.id, *source, "--without-lines") == 0
                assert context.stacks.deployed() == ()
            assert sandbox.clock.now() - since < timedelta(minutes=15)
            assert context.runs.running(machine) == ()
            for each in there:
                sandbox.add_host(each)
            held.clock.sleep_until(since + timedelta(hours=1))
        assert not any(
            f"\nrun={minute:%Y-%m-%dT%H-%MZ}\n" in each.script for each in sandbox.commands
        )
