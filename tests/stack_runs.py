"""Running a task's stack in the sandbox: deploy, do harm, fire, and see what came of it."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3

from cron2aws.sandbox import Sandbox
from cron2aws.sandbox.clock import VirtualClock
from cron2aws.sandbox.functions import Invoked
from cron2aws.sandbox.hosts import (
    Outcome,
    Scripted,
    StandInHost,
    StatusDetails,
    job_outcome,
    stand_in,
)
from tests.fake_clients import refused
from tests.stack_template import CFN

SCHEDULED = datetime(2027, 3, 14, 3, 0, tzinfo=UTC)
TAG = {"role": "web"}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """How a run went."""

    status: str
    error: str | None
    output: Mapping[str, Any]
    succeeded: int
    failed: tuple[str, ...]
    commands: int
    runs: tuple[str, ...]
    transitions: int
    events: int
    late: float | None

    @property
    def ending(self) -> str:
        """The execution's end, in the words of the table."""
        outcome = self.output.get("run", {}).get("outcome", "")
        if self.status == "SUCCEEDED":
            return "succeeded" if outcome == "succeeded" else f"succeeded ({outcome})"
        return f"failed ({self.error})" if self.error != "cron2aws.Failed" else "failed"

    @property
    def told(self) -> str:
        """Which topic was told."""
        if self.failed:
            return "failure"
        return "success" if self.succeeded else "nobody"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row: what is the case, and what must come of it."""

    name: str
    ending: str
    told: str
    commands: int = 1
    hosts: tuple[StandInHost, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    harm: Callable[[Stack], AbstractContextManager[None]] = lambda _: nullcontext()
    act: Callable[[Stack], str] = lambda stack: stack.fire()


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


def ends(details: StatusDetails) -> Outcome:
    return Outcome(details=details)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A deployed task in a sandbox that others use as well."""

    sandbox: Sandbox
    name: str
    good: str
    bad: str
    commands_before: int

    def output(self, name: str) -> str:
        (stack,) = client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        found = (each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == name)
        return str(next(found))

    def fire(self, scheduled: datetime = SCHEDULED) -> str:
        """The schedule fires; the run's ARN once it has ended."""
        arn = self.sandbox.fire(self.name, scheduled)
        assert arn
        return str(self.sandbox.wait(arn)["arn"])

    def published(self, topic: str) -> list[str]:
        """Subject and message of what a topic was told."""
        return [
            f"{each.subject}\n\n{each.message}"
            for each in self.sandbox.notifications()
            if each.topic_arn == topic
        ]


def client(service: str) -> Any:
    """A client that talks to the sandbox."""
    return boto3.client(service)  # noqa: TID251


def fire_twice(stack: Stack) -> str:
    """One scheduled time, delivered two times; the second delivery's execution."""
    stack.fire()
    return stack.fire()


def fire_while_running(stack: Stack) -> str:
    """The next minute comes while the run of the first goes on; the second run."""
    first = stack.sandbox.fire(stack.name, SCHEDULED)
    for _ in range(1_000):
        if len(stack.sandbox.commands) > stack.commands_before:
            break
        threading.Event().wait(0.01)  # its thread has begun before virtual time goes on
    stack.sandbox.clock.sleep(60)
    second = stack.fire(SCHEDULED + timedelta(minutes=1))
    assert first
    stack.sandbox.wait(first)
    return second


def start_by_hand(stack: Stack, given: str = "{}") -> str:
    return stack.sandbox.start(stack.output("StateMachineArn"), given)


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


def breaks(
    function: str, error: str, times: int = 10_000
) -> Callable[[Stack], AbstractContextManager[None]]:
    """The invocations of a function end with that error, the first `times` of them."""

    @contextmanager
    def harm(stack: Stack) -> Iterator[None]:
        functions, left = stack.sandbox._parts.functions, [times]
        invoke = functions.invoke

        def invoked(called: Any, event: object) -> Invoked:
            if function in called.function_name and left[0]:
                left[0] -= 1
                payload = {"errorType": error, "errorMessage": "made by the test"}
                return Invoked(payload=json.dumps(payload), failed=True, log="")
            return invoke(called, event)

        vars(functions)["invoke"] = invoked
        yield
        del vars(functions)["invoke"]

    return harm


def refuses(
    service: str, operation: str, code: str, status: int = 400, times: int = 10_000
) -> Callable[[Stack], AbstractContextManager[None]]:
    """A service answers with an error, the first `times`."""

    @contextmanager
    def harm(stack: Stack) -> Iterator[None]:
        left = [times]

        def answer(**_: Any) -> None:
            if left[0]:
                left[0] -= 1
                raise refused(code, status, operation)

        events = stack.sandbox._parts.clients.client(service).meta.events
        events.register(f"before-call.{service}.{operation}", answer)
        yield
        events.unregister(f"before-call.{service}.{operation}", answer)

    return harm


def topic_gone(which: str) -> Callable[[Stack], AbstractContextManager[None]]:
    def harm(stack: Stack) -> AbstractContextManager[None]:
        client("sns").delete_topic(TopicArn=getattr(stack, which))
        return nullcontext()

    return harm


def function_gone(stack: Stack) -> AbstractContextManager[None]:
    client("lambda").delete_function(FunctionName=stack.output("SendFunctionName"))
    return nullcontext()


@contextmanager
def role_gone(stack: Stack) -> Iterator[None]:
    """Nothing may be called and nothing published."""
    denied = breaks("SendFunction", "Lambda.AccessDeniedException")
    silenced = refuses("sns", "Publish", "AuthorizationError", status=403)
    with denied(stack), silenced(stack):
        yield


def sandbox() -> Sandbox:
    """One for many cases: each deploys a stack of its own and puts its own hosts there."""
    return Sandbox(clock=VirtualClock(SCHEDULED))


NUMBERS = itertools.count()


def deploy(
    sandbox: Sandbox,
    hosts: tuple[StandInHost, ...],
    parameters: Mapping[str, str],
    template: Path = CFN / "task.yaml",
) -> Stack:
    """The stack with two topics, in a sandbox whose only hosts are these."""
    name = str(next(NUMBERS))
    sandbox._parts.run_command.hosts.clear()
    for each in hosts:
        sandbox.add_host(each)
    good, bad = (
        client("sns").create_topic(Name=f"{name}-{kind}")["TopicArn"] for kind in ("good", "bad")
    )
    given = {
        "RuleName": f"web-backup-{name}",
        "EC2InstanceTagName": "role",
        "EC2InstanceTagValue": "web",
        "Command": "backup",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "TopicCommandExecutionSucceededArn": good,
        "TopicCommandExecutionFailedArn": bad,
        "OriginalSchedule": "0 3 * * *",
        "SourceLine": "web-1:/etc/crontab line 17",
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
        good=good,
        bad=bad,
        commands_before=len(sandbox.commands),
    )


def measure(case: Case, sandbox: Sandbox) -> Seen:
    """Run it."""
    stack = deploy(sandbox, case.hosts or (host(),), case.parameters)
    with case.harm(stack):
        return seen(stack, case.act(stack))


def seen(stack: Stack, arn: str) -> Seen:
    """What there is to see of a run that is waited for."""
    sandbox, result = stack.sandbox, stack.sandbox.wait(arn)
    machine = arn.replace(":execution:", ":stateMachine:").rpartition(":")[0]
    runs = client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    commands = sandbox.commands[stack.commands_before :]
    ended = [part.ends for command in commands for part in command.invocations]
    known = [end for end in ended if end and end <= result["stopped"]]
    return Seen(
        status=result["status"],
        error=result["error"],
        output=result["output"] or {},
        succeeded=len(stack.published(stack.good)),
        failed=tuple(stack.published(stack.bad)),
        commands=len(commands),
        runs=tuple(each["name"] for each in runs),
        transitions=sum(sandbox.transitions(each["executionArn"]) for each in runs),
        events=max(len(sandbox.history(each["executionArn"])) for each in runs),
        late=(result["stopped"] - max(known)).total_seconds() if known else None,
    )


OLDER = Path(__file__).parent / "data" / "older-design" / "template.yaml"


def measure_older(case: Case, sandbox: Sandbox) -> Seen:
    """The same job on the older design."""
    stack = deploy(sandbox, case.hosts, {}, OLDER)
    return seen(stack, stack.fire())
