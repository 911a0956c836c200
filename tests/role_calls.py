"""Who calls what where a task runs, and the policies that have to let it: one table for the tests.

The calls of the functions, the machine and the triggers are not written down: they are what these
do. What AWS's own services call is, with the page that says so.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.fake_clients import Call, give_clients
from tests.iam import Statement, allowed, of_service
from tests.silence_cases import TRIGGER_ROLE, Looks, stack
from tests.stack_cases import (
    DELIVERED,
    NAMED,
    OLD,
    ask,
    command,
    fleet,
    host,
    running,
    send_event,
    step,
)
from tests.stack_template import (
    ACCOUNT,
    REGION,
    Rendered,
    foundation,
    function,
    slim,
    target,
)

DOCUMENT = f"arn:aws:ssm:{REGION}::document/AWS-RunShellScript"
INSTANCE = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{OLD}"
TAGGED = {"ssm:resourceTag/role": "web"}
BUCKET = "output-of-jobs"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd"
PREFIXES = {"stepfunctions": "states", "ssm": "ssm", "ec2": "ec2"}
KEY_PAGE = Path(__file__).parents[1] / "docs/how-to/use-a-key-of-your-own.md"
ENCRYPTS = ("kms:GenerateDataKey", "kms:Decrypt")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call, of a role or of a service itself (`events.amazonaws.com`)."""

    by: str
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    through: str = ""
    """The policy of the resource, where a service calls by itself."""


Policies = Mapping[str, list[Statement]]


def may(policies: Policies, asked: Asked) -> bool:
    """Whether these policies allow the call; of a key, its own policy has to as well."""
    what = (asked.action, asked.resource, asked.context)
    if asked.through:
        return allowed(of_service(policies[asked.through], asked.by), *what)
    if asked.action.startswith("kms:"):
        delegated = [each for each in policies["key"] if "AWS" in each["Principal"]]
        return allowed(policies[asked.by], *what) and allowed(delegated, *what)
    return allowed(policies[asked.by], *what)


def policies() -> dict[str, list[Statement]]:
    """Every policy that a task of a target lives by, by role or by resource."""
    made, hosts = foundation(KmsKeyArn=KEY), target(KmsKeyArn=KEY, OutputS3Bucket=BUCKET)
    own_roles = ("TriggerRole", "MachineRole", "WaitRole", "SilenceRole")
    roles = {name: made.policy(name) for name in own_roles}
    roles |= {name: hosts.policy(name) for name in ("SendRole", "DeployRole")}
    resources = {"topic": "FailedTopicPolicy", "queue": "UndeliveredPolicy"}
    own = {
        name: made.properties(logical)["PolicyDocument"]["Statement"]
        for name, logical in resources.items()
    }
    return {**roles, **own, "key": key_policy()}


def key_policy() -> list[Statement]:
    """The policy of docs/how-to/use-a-key-of-your-own.md."""
    (text,) = re.findall(r"```json\n(.*?)```", KEY_PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for word, value in (("ACCOUNT", ACCOUNT), ("REGION", REGION), ("PARTITION", "aws")):
        text = text.replace(word, value)
    statements: list[Statement] = json.loads(text)["Statement"]
    return statements


def a_task(**parameters: str) -> Rendered:
    """cfn/task.json with the foundation's own topics, queue and key."""
    outputs = foundation(KmsKeyArn=KEY)
    names = (
        *("TopicCommandExecutionSucceededArn", "TopicCommandExecutionFailedArn"),
        *("UndeliveredQueueArn", "TriggerRoleArn", "MachineRoleArn", "WaitRoleArn", "KmsKeyArn"),
    )
    given = {name: outputs.output(name) for name in names}
    return slim(**{**given, "OutputS3Bucket": BUCKET, **parameters})


def asked(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """Every call, once."""
    return [
        *of_send(monkeypatch),
        *of_wait(),
        *of_silence(monkeypatch),
        *of_machine(),
        *of_triggers(),
        *of_logs(),
        *of_alarms_and_rules(),
        *of_key(),
    ]


def machine_arn(made: Rendered) -> str:
    return str(made.resolve({"Ref": "StateMachine"}))


def send_calls(monkeypatch: pytest.MonkeyPatch, machine: str) -> list[Call]:
    """Every kind of call that the send function makes."""
    monkeypatch.setenv("COMMAND", "echo")
    calls: list[Call] = []
    execution = machine.replace("stateMachine", "execution")
    earlier = running("other", 60, {}) | {"executionArn": f"{execution}:other"}
    machines = {
        "start_execution": {"executionArn": "x"},
        "list_executions": [{"executions": [earlier]}],
        "describe_execution": {"input": '{"probe": "1"}'},
    }
    for changes in (
        {"input": DELIVERED, "run_on": "one"},
        {"input": DELIVERED},
        NAMED | {"overlap": "skip"},
        NAMED | {"run_on": "one", "retries": 1},
        {"input": DELIVERED | {"late": [], "unclear": []}, "catch_up": "once", "waits": 1},
    ):
        send = function("SendFunction")
        made = give_clients(send, **fleet({OLD: True}), stepfunctions=machines)
        step(send, send_event(machine=machine, **changes))
        calls += made
    return calls


def requests(call: Call) -> list[tuple[str, str, dict[str, str]]]:
    """Action, resource and context of each resource that a call touches."""
    action = f"{PREFIXES[call.service]}:{call.operation}"
    given = call.parameters
    if call.operation == "SendCommand":
        document = DOCUMENT.replace("AWS-RunShellScript", given["DocumentName"])
        return [(action, document, {}), (action, INSTANCE, TAGGED)]
    if call.service == "stepfunctions":
        return [(action, given.get("stateMachineArn") or given["executionArn"], {})]
    return [(action, "*", {})]


def of_send(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    calls = send_calls(monkeypatch, machine_arn(a_task()))
    for action, resource, context in itertools.chain.from_iterable(map(requests, calls)):
        yield Asked(by="SendRole", action=action, resource=resource, context=context)
    bucket = f"arn:aws:s3:::{BUCKET}"  # a resource of the action in AWS's authorization data
    yield Asked(by="SendRole", action="ssm:SendCommand", resource=bucket)


def of_wait() -> Iterator[Asked]:
    _, calls = ask(command(), [host()])
    for call in calls:
        for action, resource, context in requests(call):
            yield Asked(by="WaitRole", action=action, resource=resource, context=context)


def of_silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """With a schedule and a rule that started nothing, the second in an invocation of its own."""
    looks = Looks(stacks=[stack("a"), stack("b", Trigger="rule")], seconds_a_call=800)
    looks.run(monkeypatch)
    made = foundation()
    arns = {
        "DescribeStacks": "*",
        "GetRole": TRIGGER_ROLE,
        "GetQueueAttributes": made.output("UndeliveredQueueArn"),
        "Publish": made.output("TopicCommandExecutionFailedArn"),
        "Invoke": made.resolve({"Fn::GetAtt": "SilenceFunction.Arn"}),
    }
    for call in looks.calls:
        given = call.parameters
        arn = arns.get(call.operation) or given.get("stateMachineArn")
        if call.operation == "GetSchedule":
            arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{given['Name']}"
        elif call.service == "events":
            arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{given.get('Name') or given['Rule']}"
        service = PREFIXES.get(call.service, call.service)
        operation = {"Invoke": "InvokeFunction"}.get(call.operation, call.operation)
        yield Asked(by="SilenceRole", action=f"{service}:{operation}", resource=str(arn))
    # DescribeStacks without a name asks for it, too (facts of CloudFormation's permissions)
    yield Asked(by="SilenceRole", action="cloudformation:ListStacks", resource="*")
    # Lambda puts what failed there, as the function's role (invocation-async-retain-records.html)
    queue = made.properties("SilenceFunction")["DeadLetterConfig"]["TargetArn"]
    yield Asked(by="SilenceRole", action="sqs:SendMessage", resource=queue)


def of_machine() -> Iterator[Asked]:
    for action, resource in machine_requests(a_task()):
        yield Asked(by="MachineRole", action=action, resource=resource)


def machine_requests(made: Rendered) -> set[tuple[str, str]]:
    """What the definition's tasks do."""
    wanted = set()
    for state in made.definition()["States"].values():
        if state["Type"] == "Task" and state["Resource"].endswith("lambda:invoke"):
            name = state["Parameters"]["FunctionName"]
            wanted.add(("lambda:InvokeFunction", name))
        elif state["Type"] == "Task":
            assert state["Resource"].endswith("sns:publish")
    for kind in ("Succeeded", "Failed"):
        wanted.add(("sns:Publish", made.parameters[f"TopicCommandExecution{kind}Arn"]))
    return wanted


def of_triggers() -> Iterator[Asked]:
    for kind, name in (("scheduler", "Schedule"), ("rule", "Rule")):
        given = a_task(Trigger=kind).properties(name)
        to = given["Targets"][0] if kind == "rule" else given["Target"]
        yield Asked(by="TriggerRole", action="states:StartExecution", resource=to["Arn"])
        queue = to["DeadLetterConfig"]["Arn"]
        if kind == "scheduler":  # by its role; a rule by itself, as the queue's policy lets it
            yield Asked(by="TriggerRole", action="sqs:SendMessage", resource=queue)
            continue
        rule = {"aws:SourceArn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{given['Name']}"}
        yield Asked(
            by="events.amazonaws.com",
            action="sqs:SendMessage",
            resource=queue,
            context=rule,
            through="queue",
        )


def of_logs() -> Iterator[Asked]:
    for name in ("Send", "Wait"):
        group = a_task().properties(f"{name}Function")["LoggingConfig"]["LogGroup"]
        yield from _streams(f"{name}Role", group)
    group = foundation().properties("SilenceFunction")["LoggingConfig"]["LogGroup"]
    yield from _streams("SilenceRole", group)


def _streams(role: str, group: str) -> Iterator[Asked]:
    stream = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:log-stream:2027/03/14/[1]a"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield Asked(by=role, action=action, resource=stream)


def of_alarms_and_rules() -> Iterator[Asked]:
    made = foundation()
    topic = made.output("TopicCommandExecutionFailedArn")
    for service, context in (
        ("events", {"aws:SourceArn": made.resolve({"Fn::GetAtt": "Untold.Arn"})}),
        ("cloudwatch", {"aws:SourceAccount": ACCOUNT}),
    ):
        yield Asked(
            by=f"{service}.amazonaws.com",
            action="sns:Publish",
            resource=topic,
            context=context,
            through="topic",
        )


def of_key() -> Iterator[Asked]:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html, and the same of SQS,
    CloudWatch Logs (encrypt-log-data-kms.html) and Lambda (configuration-envvars-encryption.html).
    """
    publish, queue = ("MachineRole", "SilenceRole"), ("TriggerRole", "SilenceRole")
    for role, service in (*((each, "sns") for each in publish), *((each, "sqs") for each in queue)):
        for action in ENCRYPTS:
            context = {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}
            yield Asked(by=role, action=action, resource=KEY, context=context)
    for service in ("events", "cloudwatch"):
        for action in ENCRYPTS:
            yield Asked(
                by=f"{service}.amazonaws.com",
                action=action,
                resource=KEY,
                context={"aws:SourceAccount": ACCOUNT},
                through="key",
            )
    group = a_task().properties("SendLog")["LogGroupName"]
    log = {
        "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"
    }
    for action in ("Encrypt", "Decrypt", "ReEncryptFrom", "GenerateDataKey", "DescribeKey"):
        yield Asked(
            by=f"logs.{REGION}.amazonaws.com",
            action=f"kms:{action}",
            resource=KEY,
            context=log,
            through="key",
        )
    for action in ("CreateGrant", "Encrypt", "Decrypt", "DescribeKey", "GenerateDataKey"):
        yield Asked(by="DeployRole", action=f"kms:{action}", resource=KEY)


def without(statements: list[Statement]) -> Iterator[tuple[Any, list[Statement]]]:
    """The statements with one of them, or one action of one, left out; and what that was."""
    for at, each in enumerate(statements):
        others = statements[:at] + statements[at + 1 :]
        actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
        yield each, others
        for action in actions if len(actions) > 1 else []:
            left = [other for other in actions if other != action]
            yield action, [*others, each | {"Action": left}]
