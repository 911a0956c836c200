"""The real templates in the sandbox: deployed, fired, judged, told of and deleted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import (
    Outcome,
    Scripted,
    StatusDetails,
    job_outcome,
    reported,
    stand_in,
)
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import (
    MIDNIGHT,
    START,
    client,
    deploy,
    described,
    foundation,
    task_template,
    topics_of,
)

UNDELIVERABLE = Outcome(details=StatusDetails.UNDELIVERABLE)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START)) as made:
        foundation("cron2aws-topics", Email="ops@example.org")
        yield made


def deploy_task(name: str = "task", **parameters: str) -> None:
    deploy(name, task_template(), **{**topics_of("cron2aws-topics"), **parameters})


def hosts(sandbox: Sandbox, *outcomes: Outcome) -> None:
    for number, outcome in enumerate(outcomes):
        behaviour = Scripted(outcomes=(outcome,))
        sandbox.add_host(stand_in(f"web-{number}", tags={"Name": "web"}, behaviour=behaviour))


RUNS = {
    "one host": ((job_outcome(),), {}, "SUCCEEDED", "succeeded"),
    "three hosts": ((job_outcome(),) * 3, {}, "SUCCEEDED", "succeeded"),
    "one of three fails": ((job_outcome(), job_outcome(3), job_outcome()), {}, "FAILED", "failed"),
    "no host": ((), {}, "FAILED", "failed"),
    "undeliverable": ((UNDELIVERABLE,), {}, "FAILED", "failed"),
    "a minute": ((job_outcome(seconds=60),), {}, "SUCCEEDED", "succeeded"),
    "by a rule": ((job_outcome(),), {"Trigger": "rule"}, "SUCCEEDED", "succeeded"),
}


@pytest.mark.parametrize(("outcomes", "parameters", "status", "told"), RUNS.values(), ids=RUNS)
def test_a_run_is_judged_and_told_of(
    sandbox: Sandbox,
    outcomes: tuple[Outcome, ...],
    parameters: dict[str, str],
    status: str,
    told: str,
) -> None:
    hosts(sandbox, *outcomes)
    deploy_task(**parameters)
    execution = sandbox.fire("task", MIDNIGHT)
    assert execution is not None
    assert sandbox.wait(execution)["status"] == status
    [message] = sandbox.notifications()
    assert message.topic_arn.endswith(f"-{told}")


@pytest.mark.parametrize(("run_on", "commands"), [("all", 2), ("one", 1)])
def test_a_scheduled_minute_that_is_delivered_twice_is_told_once(
    sandbox: Sandbox, run_on: str, commands: int
) -> None:
    """Of a stand-in host the ledger is played."""
    ledger = Scripted(outcomes=(job_outcome(), reported("exit=- seconds=0 outcome=duplicate")))
    sandbox.add_host(stand_in("web", tags={"Name": "web"}, behaviour=ledger))
    deploy_task(RunOn=run_on)
    for _ in range(2):
        sandbox.wait(str(sandbox.fire("task", MIDNIGHT)))
    assert len(sandbox.commands) == commands
    [message] = sandbox.notifications()
    assert message.topic_arn.endswith("-succeeded")


def test_a_guarded_day_is_skipped(sandbox: Sandbox) -> None:
    hosts(sandbox, job_outcome())
    deploy_task(OnlyOnDaysOfMonth="13")
    ended = sandbox.wait(str(sandbox.fire("task", MIDNIGHT)))  # the 14th
    assert ended["status"] == "SUCCEEDED"
    assert (sandbox.commands, sandbox.notifications()) == ((), [])


def test_what_a_machine_cannot_tell_is_told_by_the_rule(sandbox: Sandbox) -> None:
    hosts(sandbox, job_outcome(seconds=600))
    deploy_task()
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described("task")["Outputs"]}
    carried = client("scheduler").get_schedule(Name="nightly")["Target"]["Input"]
    with sandbox.clock.working():  # time stands still until the run is stopped
        execution = client("stepfunctions").start_execution(
            stateMachineArn=outputs["StateMachineArn"],
            name="2027-03-14T03-00Z",
            input=carried.replace("<aws.scheduler.scheduled-time>", "2027-03-14T03:00:00Z"),
        )["executionArn"]
        client("stepfunctions").stop_execution(executionArn=execution)
    assert sandbox.wait(execution)["status"] == "ABORTED"
    [message] = sandbox.notifications()
    assert message.topic_arn.endswith("-failed")
    assert "ABORTED" in message.message


def test_what_cannot_be_delivered_lies_in_the_tasks_queue(sandbox: Sandbox) -> None:
    deploy_task()
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described("task")["Outputs"]}
    client("stepfunctions").delete_state_machine(stateMachineArn=outputs["StateMachineArn"])
    assert sandbox.fire("task", MIDNIGHT) is None
    queue = client("sqs").receive_message(QueueUrl=outputs["UndeliveredQueueUrl"])
    assert "2027-03-14T03:00:00Z" in queue["Messages"][0]["Body"]
    [message] = sandbox.notifications()
    assert message.topic_arn.endswith("-failed")
    assert "Runs of the task nightly could not be started" in message.message


def test_the_alarm_rings_again_once_the_failures_have_stopped(sandbox: Sandbox) -> None:
    deploy_task()
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described("task")["Outputs"]}
    client("stepfunctions").delete_state_machine(stateMachineArn=outputs["StateMachineArn"])
    rung = []
    for seconds in (0, 60, 1199, 1199, 1201):  # it looks back 20 minutes; nobody empties the queue
        sandbox.clock.sleep(seconds)
        assert sandbox.fire("task", MIDNIGHT) is None
        rung.append(len(sandbox.notifications()))
    assert rung == [1, 1, 1, 1, 2]


def test_nothing_is_left_of_a_task_and_of_a_foundation_what_tasks_may_live_by(
    sandbox: Sandbox,
) -> None:
    hosts(sandbox, job_outcome())
    deploy_task()
    sandbox.wait(str(sandbox.fire("task", MIDNIGHT)))
    client("cloudformation").delete_stack(StackName="task")
    client("cloudformation").delete_stack(StackName="cron2aws-topics")
    assert len(client("sns").list_topics()["Topics"]) == 2
    assert len(client("sqs").list_queues()["QueueUrls"]) == 1
    assert len(client("iam").list_roles()["Roles"]) == 3
    assert client("sns").list_subscriptions()["Subscriptions"] == []
    assert client("events").list_rules()["Rules"] == []
    assert client("scheduler").list_schedules()["Schedules"] == []
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert client("logs").describe_log_groups()["logGroups"] == []
