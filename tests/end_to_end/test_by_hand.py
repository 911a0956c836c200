"""docs/how-to/use-the-template-by-hand.md: its commands in the sandbox, and what they make runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from string import Template

import pytest

from cron2aws.sandbox.clock import VirtualClock
from cron2aws.sandbox.hosts import Scripted, job_outcome, stand_in
from cron2aws.sandbox.inside import Sandbox
from tests.sandboxes import ROOT, START, client, described, given
from tests.stack_template import read

PAGE = (ROOT / "docs/how-to/use-the-template-by-hand.md").read_text(encoding="utf-8")
OUTPUTS = {
    "TRIGGER_ROLE": "TriggerRoleArn",
    "MACHINE_ROLE": "MachineRoleArn",
    "WAIT_ROLE": "WaitRoleArn",
    "SEND_ROLE": "SendRoleArn",
    "QUEUE": "UndeliveredQueueArn",
    "FAILED": "TopicCommandExecutionFailedArn",
}
"""What the page's variables stand for: outputs of the stacks before."""


def commands() -> list[list[str]]:
    """The `aws cloudformation deploy` lines of the page, as a shell splits them."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line]


def deploy(words: list[str], known: Mapping[str, str]) -> str:
    """What `aws cloudformation deploy` does where there is no stack; its name."""
    assert words[:3] == ["aws", "cloudformation", "deploy"]
    options: dict[str, list[str]] = {}
    for word in words[3:]:
        if word.startswith("--"):
            options[word] = []
        else:
            options[[*options][-1]].append(Template(word).substitute(known))
    (file,), (name,) = options["--template-file"], options["--stack-name"]
    pairs = (each.partition("=") for each in options["--parameter-overrides"])
    client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=(ROOT / file).read_text(encoding="utf-8"),
        Parameters=given({key: value for key, _, value in pairs}),
        Capabilities=options.get("--capabilities", []),
    )
    return name


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START)) as made:
        behaviour = Scripted(outcomes=(job_outcome(),))
        made.add_host(stand_in("web-0", tags={"Name": "web"}, behaviour=behaviour))
        yield made


def runs(sandbox: Sandbox, stack: str) -> bool:
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described(stack)["Outputs"]}
    ended = sandbox.wait(sandbox.start(outputs["StateMachineArn"], "{}"))
    return bool(ended["status"] == "SUCCEEDED")


def test_a_task_by_itself(sandbox: Sandbox) -> None:
    first, *_ = commands()
    assert runs(sandbox, deploy(first, {}))


def test_several_tasks_with_the_same_roles(sandbox: Sandbox) -> None:
    _, *others = commands()
    known: dict[str, str] = {}
    stack = ""
    for words in others:
        stack = deploy(words, known)
        outputs = {e["OutputKey"]: str(e["OutputValue"]) for e in described(stack)["Outputs"]}
        known |= {word: outputs[key] for word, key in OUTPUTS.items() if key in outputs}
    assert known.keys() == OUTPUTS.keys()
    assert runs(sandbox, stack)


def test_the_page_has_the_groups_of_the_console() -> None:
    interface = read("task.yaml")["Metadata"]["AWS::CloudFormation::Interface"]
    for group in interface["ParameterGroups"]:
        assert f"   | {group['Label']['default'].split(' (')[0]} |" in PAGE
