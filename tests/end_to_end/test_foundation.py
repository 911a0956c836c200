"""A foundation, a target and a task of it in the sandbox; the release before brought up to date."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Scripted, job_outcome, stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import MIDNIGHT, ROOT, START, client, described

TARGET_ID, ENTRY_ID = "0a1b2c3d", "0123456789abcdef"
IAM = ["CAPABILITY_IAM"]
OF_THE_TARGET = {
    "TargetId": TARGET_ID,
    "Tag1Name": "Name",
    "Tag1Values": "web,db",
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START)) as made:
        for name in ("web", "db", "other"):
            behaviour = Scripted(outcomes=(job_outcome(),))
            made.add_host(stand_in(f"{name}-0", tags={"Name": name}, behaviour=behaviour))
        yield made


def text(name: str) -> str:
    return (ROOT / "cfn" / name).read_text(encoding="utf-8")


def create(stack: str, body: str, capabilities: list[str], **parameters: str) -> dict[str, str]:
    """The outputs of a stack that is made."""
    client("cloudformation").create_stack(
        StackName=stack,
        TemplateBody=body,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        Capabilities=capabilities,
    )
    return outputs(stack)


def outputs(stack: str) -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in described(stack)["Outputs"]}


def given(shared: dict[str, str], template: str) -> dict[str, str]:
    """Of the outputs of one stack, those that another has parameters of the same name for."""
    slots = client("cloudformation").get_template_summary(TemplateBody=text(template))["Parameters"]
    names = {each["ParameterKey"] for each in slots}
    return {key: value for key, value in shared.items() if key in names and value}


def a_target(shared: dict[str, str]) -> dict[str, str]:
    made = given(shared, "target.yaml") | OF_THE_TARGET
    return create(f"cron2aws-target-web-{TARGET_ID}", text("target.yaml"), IAM, **made)


def a_task(shared: dict[str, str], **parameters: str) -> dict[str, str]:
    task = {
        **given(shared, "task.json"),
        "RuleName": "nightly",
        "EntryId": ENTRY_ID,
        "EC2InstanceTagValue": "web",
        "Command": "echo",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        **parameters,
    }
    return create("task", text("task.json"), [], **task)


@pytest.mark.parametrize("trigger", ["scheduler", "rule"])
def test_a_task_of_a_target_runs_and_is_told_of(sandbox: Sandbox, trigger: str) -> None:
    shared = create("cron2aws-foundation", text("foundation.yaml"), IAM)
    shared |= a_target(shared)
    a_task(shared, Trigger=trigger)
    ended = sandbox.wait(str(sandbox.fire("task", MIDNIGHT)))
    assert ended["status"] == "SUCCEEDED"
    [message] = sandbox.notifications()
    assert message.topic_arn == shared["TopicCommandExecutionSucceededArn"]
    assert f":stateMachine:cron2aws-{TARGET_ID}-nightly" in outputs("task")["StateMachineArn"]
    named = {each["FunctionName"] for each in client("lambda").list_functions()["Functions"]}
    own = {f"cron2aws-{TARGET_ID}-{ENTRY_ID}-{end}" for end in ("send", "wait")}
    assert named == own | {"cron2aws-silence"}


def test_a_task_makes_no_role_and_needs_no_capability(sandbox: Sandbox) -> None:  # noqa: ARG001
    shared = create("cron2aws-foundation", text("foundation.yaml"), IAM)
    shared |= a_target(shared)
    before = len(client("iam").list_roles()["Roles"])
    assert before == 6
    a_task(shared)
    assert len(client("iam").list_roles()["Roles"]) == before


def test_the_topics_of_the_release_before_become_a_foundation(sandbox: Sandbox) -> None:  # noqa: ARG001
    older = (ROOT / "tests/data/releases/1/topics.yaml").read_text(encoding="utf-8")
    before = create("cron2aws-topics", older, [], Email="ops@example.org")
    client("cloudformation").update_stack(
        StackName="cron2aws-topics",
        TemplateBody=text("foundation.yaml"),
        Parameters=[{"ParameterKey": "Email", "UsePreviousValue": True}],
        Capabilities=IAM,
    )
    after = outputs("cron2aws-topics")
    assert before.items() <= after.items()
    assert after["TemplateVersion"] == "2"
    assert len(client("sns").list_topics()["Topics"]) == 2
