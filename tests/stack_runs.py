"""Running a task's stack in the sandbox: deploy, do harm, fire, and see what came of it."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import (
    Outcome,
    Scripted,
    StandInHost,
    StatusDetails,
    job_outcome,
    reported,
    stand_in,
)
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import client, foundation, topics_of
from tests.stack_template import BAD, CFN, GOOD

NOT_STARTED = "NOT STARTED"
OTHERS = (
    ('None\n\n"[cron2aws] a run ended', "the rule"),
    ("ALARM: ", "an alarm"),
)
"""How messages begin (subject, message) that the task's own machine has not written."""
SCHEDULED = datetime(2027, 3, 14, 3, 0, tzinfo=UTC)
TAG = {"role": "web"}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """How a run went."""

    status: str
    succeeded: int
    failed: tuple[str, ...]
    attribute: str = ""
    error: str | None = None
    output: Mapping[str, Any] = field(default_factory=dict)
    commands: int = 0
    transitions: int = 0
    events: int = 0
    late: float | None = None

    @property
    def ending(self) -> str:
        """The execution's end, in the words of the table."""
        outcome = self.output.get("run", {}).get("outcome", "")
        outcome = outcome or self.output.get("Error", "").lower()
        if self.status in (NOT_STARTED, "ABORTED"):
            return self.status.lower()
        if self.status == "SUCCEEDED":
            return "succeeded" if outcome == "succeeded" else f"succeeded ({outcome})"
        return f"failed ({self.error})" if self.error != "cron2aws.Failed" else "failed"

    @property
    def told(self) -> str:
        """Which topic was told, and by whom if not by the machine itself."""
        if not self.failed:
            return "success" if self.succeeded else "nobody"
        others = (f"failure, by {by}" for sign, by in OTHERS if self.failed[0].startswith(sign))
        return next(others, "failure")


Harm = Callable[["Stack"], AbstractContextManager[None]]
"""What goes wrong while a case runs."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row: what is the case, and what must come of it."""

    name: str
    ending: str
    told: str
    outcome: str = "output"
    """The attribute `outcome` of what is told of a success."""

    commands: int = 1
    hosts: tuple[StandInHost, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    harm: Harm = lambda _: nullcontext()
    act: Callable[[Stack], str] = lambda stack: stack.fire()

    @property
    def attribute(self) -> str:
        """The attribute `outcome` of what the machine itself must tell."""
        return {"success": self.outcome, "failure": "failed"}.get(self.told, "")


def host(number: int = 1, *outcomes: Outcome, online: bool = True) -> StandInHost:
    """A host with the tag; its id tells its number."""
    made = stand_in(f"web-{number}", tags=TAG, behaviour=Scripted(outcomes=outcomes or (job(),)))
    return StandInHost(
        instance_id=f"i-{number:017}",
        name=made.name,
        tags=made.tags,
        online=online,
        behaviour=made.behaviour,
    )


def job(seconds: float = 1, exit_code: int = 0, output: str = "done\n") -> Outcome:
    return job_outcome(exit_code, output, seconds=seconds)


def reports(facts: str, output: str = "", exit_code: int = 0) -> Outcome:
    """A host whose runner's first line says this."""
    return reported(facts, output, exit_code=exit_code, seconds=1)


def ends(details: StatusDetails) -> Outcome:
    return Outcome(details=details)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A deployed task in a sandbox that others use as well."""

    sandbox: Sandbox
    name: str
    topics: Mapping[str, str]
    """The account's two, by the names of the task's parameters."""

    commands_before: int
    told_before: int

    def output(self, name: str) -> str:
        (stack,) = client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        found = (each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == name)
        return str(next(found))

    def has_sent(self) -> bool:
        """Whether a run has sent its command."""
        return len(self.sandbox.commands) > self.commands_before

    def next_minute(self) -> datetime:
        """It is waited for."""
        clock = self.sandbox.clock
        clock.sleep(60 - clock.now().timestamp() % 60)
        return clock.now()

    def fire(self, scheduled: datetime | None = None) -> str:
        """The schedule fires at the next minute; the run's ARN once it has ended."""
        arn = self.sandbox.fire(self.name, scheduled or self.next_minute())
        assert arn
        return str(self.sandbox.wait(arn)["arn"])

    def attribute(self) -> str:
        """The attribute `outcome` of what was told last; nothing where there is none."""
        told = self.sandbox.notifications()[self.told_before :]
        return told[-1].attributes.get("outcome", "") if told else ""

    def published(self, topic: str) -> list[str]:
        """Subject and message of what a topic was told since the stack is there."""
        return [
            f"{each.subject}\n\n{each.message}"
            for each in self.sandbox.notifications()[self.told_before :]
            if each.topic_arn == self.topics[topic]
        ]


def until(reached: Callable[[], bool]) -> None:
    """A run's thread has come so far, before virtual time goes on."""
    for _ in range(1_000):
        if reached():
            return
        threading.Event().wait(0.01)
    raise TimeoutError


def fire_twice(stack: Stack) -> str:
    """One scheduled time, delivered two times; the second delivery's execution."""
    minute = stack.next_minute()
    stack.fire(minute)
    return stack.fire(minute)


def fire_a_minute_later(stack: Stack) -> str:
    """The run of the first minute has ended; the second run."""
    stack.fire()
    return stack.fire()


def fire_while_running(stack: Stack) -> str:
    """The next minute comes while the run of the first goes on; the second run."""
    first = stack.sandbox.fire(stack.name, stack.next_minute())
    until(stack.has_sent)
    second = stack.fire()
    assert first
    stack.sandbox.wait(first)
    return second


def start_by_hand(stack: Stack, given: str = "{}") -> str:
    return stack.sandbox.start(stack.output("StateMachineArn"), given)


def start_and_stop(stack: Stack) -> str:
    """Somebody stops the run while its job goes on."""
    machines = client("stepfunctions")
    with stack.sandbox.clock.working():  # the job can't end before it is stopped
        started = machines.start_execution(stateMachineArn=stack.output("StateMachineArn"))
        arn = str(started["executionArn"])
        until(lambda: _watches(arn))  # its host is at work
        machines.stop_execution(executionArn=arn)
    return arn


def _watches(arn: str) -> bool:
    """Whether the second function of a run has been called, and the run rests until it answers."""
    found = client("stepfunctions").get_execution_history(executionArn=arn)["events"]
    return [each["type"] for each in found].count("TaskStarted") == 2


def fire_in_vain(stack: Stack) -> str:
    """The schedule fires, and no execution comes of it."""
    assert stack.sandbox.fire(stack.name, stack.next_minute()) is None
    return ""


def start_with_an_error(stack: Stack) -> str:
    """The machine's definition from where an error was caught, given one that has no cause."""
    machines, arn = client("stepfunctions"), stack.output("StateMachineArn")
    found = machines.describe_state_machine(stateMachineArn=arn)
    definition = json.loads(found["definition"]) | {"StartAt": "NoReport"}
    made = machines.create_state_machine(
        name=f"{stack.name}-from-the-error",
        definition=json.dumps(definition),
        roleArn=found["roleArn"],
    )
    return stack.sandbox.start(made["stateMachineArn"], '{"Error": "States.Timeout"}')


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    """One for many cases: each deploys a stack of its own and puts its own hosts there."""
    with Sandbox(clock=VirtualClock(SCHEDULED)) as made:
        foundation(TOPICS)
        yield made


def topics() -> dict[str, str]:
    """The account's two topics, by the names of the task's parameters."""
    return topics_of(TOPICS)


NUMBERS = itertools.count()
TOPICS = "cron2aws-topics"


def deploy(
    sandbox: Sandbox,
    hosts: tuple[StandInHost, ...],
    parameters: Mapping[str, str],
    template: Path = CFN / "task-own-roles.json",
) -> Stack:
    """The stack with the account's topics, in a sandbox whose only hosts are these."""
    name = str(next(NUMBERS))
    sandbox._parts.run_command.hosts.clear()
    for each in hosts:
        sandbox.add_host(each)
    known = topics()
    given = {
        "RuleName": f"web-backup-{name}",
        "EC2InstanceTagName": "role",
        "EC2InstanceTagValue": "web",
        "Command": "backup",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        **known,
        "OriginalSchedule": "0 3 * * *",
        "Source": "/etc/crontab",
        **parameters,
    }
    client("cloudformation").create_stack(
        StackName=f"task-{name}",
        TemplateBody=template.read_text(),
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    return Stack(
        sandbox=sandbox,
        name=f"task-{name}",
        topics=known,
        commands_before=len(sandbox.commands),
        told_before=len(sandbox.notifications()),
    )


def measure(case: Case, sandbox: Sandbox) -> Seen:
    """Run it."""
    stack = deploy(sandbox, case.hosts or (host(),), case.parameters)
    with case.harm(stack):
        return seen(stack, case.act(stack))


def seen(stack: Stack, arn: str) -> Seen:
    """What there is to see of a run that is waited for."""
    sandbox = stack.sandbox
    if not arn:
        return Seen(
            status=NOT_STARTED,
            succeeded=len(stack.published(GOOD)),
            failed=tuple(stack.published(BAD)),
        )
    result = sandbox.wait(arn)
    machine = arn.replace(":execution:", ":stateMachine:").rpartition(":")[0]
    runs = client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    commands = sandbox.commands[stack.commands_before :]
    ended = [part.ends for command in commands for part in command.invocations]
    known = [end for end in ended if end and end <= result["stopped"]]
    return Seen(
        status=result["status"],
        error=result["error"],
        output=result["output"] or {},
        succeeded=len(stack.published(GOOD)),
        failed=tuple(stack.published(BAD)),
        attribute=stack.attribute(),
        commands=len(commands),
        transitions=sum(sandbox.transitions(each["executionArn"]) for each in runs),
        events=max(len(sandbox.history(each["executionArn"])) for each in runs),
        late=(result["stopped"] - max(known)).total_seconds() if known else None,
    )


OLDER = Path(__file__).parent / "data" / "older-design" / "template.yaml"


def measure_older(case: Case, sandbox: Sandbox) -> Seen:
    """The same job on the older design."""
    stack = deploy(sandbox, case.hosts, {}, OLDER)
    return seen(stack, stack.fire())
