"""docs/how-to/use-the-template-by-hand.md: its commands in the sandbox, and what they make runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from string import Template

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Scripted, job_outcome, stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import ROOT, START, client, described, given
from tests.stack_template import read

PAGE = (ROOT / "docs/how-to/use-the-template-by-hand.md").read_text(encoding="utf-8")
DEPLOY = ["aws", "cloudformation", "deploy"]
KEPT = re.compile(r"([A-Z_]+)=\$\(output (\S+) (\S+)\)")
"""What the page keeps of a stack that was made: a variable, the stack, its output."""


def lines() -> list[str]:
    """The page's shell, a command a line."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return "\n".join(blocks).replace("\\\n", " ").splitlines()


def commands() -> list[list[str]]:
    """Its `aws cloudformation deploy`, as a shell splits them."""
    split = [shlex.split(line) for line in lines() if line.startswith(" ".join(DEPLOY))]
    assert len(split) == 4
    return split


def deploy(words: list[str], known: Mapping[str, str]) -> str:
    """What `aws cloudformation deploy` does where there is no stack; its name."""
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
    known: dict[str, str] = {}
    stack = ""
    typed = [shlex.split(line) for line in lines()]
    first = typed.index(commands()[1])
    for words in typed[first:]:
        if words[:3] == DEPLOY:
            stack = deploy(words, known)
        elif kept := KEPT.fullmatch(" ".join(words)):
            name, of, key = kept.groups()
            (known[name],) = (
                each["OutputValue"] for each in described(of)["Outputs"] if each["OutputKey"] == key
            )
    assert len(known) == 6
    assert runs(sandbox, stack)


def test_the_page_has_the_groups_of_the_console() -> None:
    interface = read("task.yaml")["Metadata"]["AWS::CloudFormation::Interface"]
    for group in interface["ParameterGroups"]:
        assert f"   | {group['Label']['default'].split(' (')[0]} |" in PAGE
