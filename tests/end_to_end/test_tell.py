"""Whom `Tell` of cfn/foundation.yaml tells what: real machine and functions, and a subscriber.

The subscriptions are the template's own, with their filter policies; only what they lead to is a
queue instead of an address, since nobody reads mail here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Outcome, Scripted, StatusDetails, reported, stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import (
    MIDNIGHT,
    ROOT,
    START,
    client,
    deploy,
    given,
    task_template,
    topics_of,
)

RAN = "exit=0 seconds=1 outcome=ran"
REPORTS = {
    "failed": reported("exit=3 seconds=1 outcome=ran out=5 err=0", "help\n", exit_code=3),
    "printed": reported(f"{RAN} out=6 err=0", "hello\n"),
    "complained": reported(f"{RAN} out=0 err=5", "", "help\n"),
    "silent": reported(f"{RAN} out=0 err=0"),
    "not here": reported("exit=- seconds=0 outcome=not-here"),
    "guard": reported("exit=1 seconds=0 outcome=ran guard=1 out=0 err=0", exit_code=1),
    "duplicate": reported("exit=- seconds=0 outcome=duplicate"),
    "interrupted": reported("exit=- seconds=0 outcome=interrupted", exit_code=1),
    "gone": Outcome(details=StatusDetails.UNDELIVERABLE),
}
FAILURES = ["failed", "not here", "interrupted", "gone"]
TOLD = {
    "failures": FAILURES,
    "output": [*FAILURES, "printed", "complained"],
    "all": [*FAILURES, "printed", "complained", "silent"],
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START)) as made:
        yield made


def topics_template(queue_arn: str) -> str:
    text = (ROOT / "cfn/foundation.yaml").read_text(encoding="utf-8")
    for mail, queue in (
        ("Protocol: email", "Protocol: sqs"),
        ("Endpoint: !Ref Email", f"Endpoint: {queue_arn}"),
    ):
        assert text.count(mail) == 2
        text = text.replace(mail, queue)
    return text


class Subscriber:
    """A queue in the place of somebody's mailbox."""

    def __init__(self) -> None:
        self._url = client("sqs").create_queue(QueueName="ops")["QueueUrl"]

    @property
    def arn(self) -> str:
        wanted = client("sqs").get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])
        return str(wanted["Attributes"]["QueueArn"])

    def read(self) -> list[dict[str, Any]]:
        """What came since the last time."""
        found = []
        while messages := client("sqs").receive_message(QueueUrl=self._url).get("Messages", []):
            for each in messages:
                found.append(json.loads(each["Body"]))
                client("sqs").delete_message(
                    QueueUrl=self._url, ReceiptHandle=each["ReceiptHandle"]
                )
        return found


def deploy_topics(template: str, tell: str, *, update: bool = False) -> None:
    calls = client("cloudformation")
    (calls.update_stack if update else calls.create_stack)(
        StackName="cron2aws-topics",
        TemplateBody=template,
        Parameters=given({"Email": "ops@example.com", "Tell": tell}),
        Capabilities=["CAPABILITY_IAM"],
    )


def deploy_task(sandbox: Sandbox, outcome: Outcome) -> None:
    """One whose only host reports this."""
    behaviour = Scripted(outcomes=(outcome,))
    sandbox.add_host(stand_in("shop", tags={"Name": "web"}, behaviour=behaviour))
    shown = {"RunAs": "app", "CommandShown": "backup --token ****"}
    deploy("task", task_template(), **topics_of("cron2aws-topics"), **shown)


def run(sandbox: Sandbox, scheduled: datetime = MIDNIGHT) -> None:
    arn = sandbox.fire("task", scheduled)
    assert arn
    sandbox.wait(arn)


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("tell", TOLD)
def test_tells_what_was_asked_for_once(sandbox: Sandbox, tell: str, report: str) -> None:
    ops = Subscriber()
    deploy_topics(topics_template(ops.arn), tell)
    deploy_task(sandbox, REPORTS[report])
    run(sandbox)
    assert len(ops.read()) == (report in TOLD[tell])


def test_a_change_of_mind_counts_from_the_next_run_on(sandbox: Sandbox) -> None:
    ops = Subscriber()
    template = topics_template(ops.arn)
    deploy_topics(template, "failures")
    deploy_task(sandbox, REPORTS["silent"])
    told = []
    for day, tell in enumerate(("all", "output", "all", "failures", "output"), 15):
        deploy_topics(template, tell, update=True)
        run(sandbox, MIDNIGHT.replace(day=day))
        told.append(len(ops.read()))
    assert told == [1, 0, 1, 0, 0]


def test_what_filters_see(sandbox: Sandbox) -> None:
    ops = Subscriber()
    deploy_topics(topics_template(ops.arn), "all")
    deploy_task(sandbox, REPORTS["printed"])
    run(sandbox)
    (message,) = ops.read()
    assert message["MessageAttributes"] == {
        name: {"Type": "String", "Value": value}
        for name, value in (
            ("outcome", "output"),
            ("task", "nightly"),
            ("user", "app"),
            ("host", "web"),  # the instance's tag Name
        )
    }
    assert message["Subject"] == "ok app@web backup --token ****"


def test_what_the_machine_says_by_itself_has_attributes_too(sandbox: Sandbox) -> None:
    ops = Subscriber()
    deploy_topics(topics_template(ops.arn), "failures")
    deploy_task(sandbox, REPORTS["printed"])
    (made,) = [
        each
        for each in client("lambda").list_functions()["Functions"]
        if "WaitFunction" in each["FunctionName"]
    ]
    client("lambda").delete_function(FunctionName=made["FunctionName"])
    run(sandbox)
    (message,) = ops.read()
    values = {name: each["Value"] for name, each in message["MessageAttributes"].items()}
    assert values == {"outcome": "failed", "task": "nightly", "user": "app", "host": "web"}
    assert message["Subject"] == "FAILED nightly"
    assert "\nUser       app\n" in message["Message"]
