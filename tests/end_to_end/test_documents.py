"""The documents' stack: made by setup, taken along by upgrade, deleted with the foundation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cron2aws.errors import SafetyError
from cron2aws.plan.resources import of_shared
from cron2aws.plan.setup import SetupWish, documents_step
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from cron2aws.task.documents import DOCUMENTS
from cron2aws.task.foundation import DOCUMENTS_STACK, FOUNDATION, target_stack_name
from tests.calling import command
from tests.end_to_end.test_setup import WEB, Case, protected, words
from tests.end_to_end.test_upgrade import say_it_is_older
from tests.sandboxes import START, client

NAMES = [each.name for each in DOCUMENTS]


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    hosts = [stand_in("web", tags={"Name": "web"})]
    with Sandbox(hosts, clock=VirtualClock(START)) as sandbox:
        yield Case(sandbox, tmp_path)


def documents() -> dict[str, dict[str, Any]]:
    """What Systems Manager tells of each."""
    listed = client("ssm").list_documents()["DocumentIdentifiers"]
    names = [each["Name"] for each in listed if each["Name"].startswith("cron2aws-")]
    return {name: client("ssm").describe_document(Name=name)["Document"] for name in sorted(names)}


def test_setup_makes_them_once(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    assert case.setup("--tag", "Name=web", "--stack-tag", "team=web") == 0
    assert case.names == {FOUNDATION, DOCUMENTS_STACK, target_stack_name(WEB)}
    assert list(documents()) == sorted(NAMES)
    assert protected(DOCUMENTS_STACK)
    [stack] = client("cloudformation").describe_stacks(StackName=DOCUMENTS_STACK)["Stacks"]
    tags = {each["Key"]: each["Value"] for each in stack["Tags"]}
    assert tags == {"cron2aws:documents": "true", "team": "web"}
    told = words(capsys)
    assert f"create {DOCUMENTS_STACK}: {NAMES[0]}" in told
    assert f"{FOUNDATION} {DOCUMENTS_STACK} {target_stack_name(WEB)}" in told
    assert case.setup("--tag", "Name=web") == 0
    nothing = f"Nothing to do: {FOUNDATION}, {DOCUMENTS_STACK} and {target_stack_name(WEB)} in"
    assert nothing in words(capsys)


def test_what_is_counted_is_what_is_made(case: Case) -> None:
    case.setup()
    listed = client("cloudformation").list_stack_resources(StackName=DOCUMENTS_STACK)
    assert of_shared(documents_step(SetupWish(), None)) == {
        "stack of the documents": 1,
        "documents": len(listed["StackResourceSummaries"]),
    }


def test_no_task_needs_them(case: Case) -> None:
    assert case.migrate() == 0
    assert DOCUMENTS_STACK not in case.names


def test_setup_makes_them_beside_a_foundation_that_stands(case: Case) -> None:
    case.migrate()
    assert case.setup() == 0
    assert list(documents()) == sorted(NAMES)


def changed(template: dict[str, Any]) -> None:
    template["Outputs"]["TemplateVersion"]["Value"] = "1"
    for each in template["Resources"].values():
        each["Properties"]["Content"]["mainSteps"][0]["inputs"]["runCommand"] = ["echo older"]


@pytest.mark.parametrize("by", ["setup", "upgrade"])
def test_an_older_stack_gets_further_versions_of_its_documents(case: Case, by: str) -> None:
    older = case.change(changed, "documents")
    assert case.setup(context=older) == 0
    assert command(case.context, by, "--yes") == 0
    assert case.outputs(DOCUMENTS_STACK)["TemplateVersion"] == "2"
    for each in documents().values():
        assert (each["LatestVersion"], each["DefaultVersion"]) == ("2", "2")


def test_upgrade_makes_none_and_of_named_tasks_leaves_them_alone(case: Case) -> None:
    case.migrate()
    assert command(case.context, "upgrade", "--yes") == 0
    assert DOCUMENTS_STACK not in case.names
    case.setup()
    say_it_is_older(DOCUMENTS_STACK)
    name = case.tasks[0].stack_name
    assert command(case.context, "upgrade", name, "--yes") == 0
    assert case.outputs(DOCUMENTS_STACK)["TemplateVersion"] == "1"
    assert command(case.context, "upgrade", "--yes") == 0
    assert case.outputs(DOCUMENTS_STACK)["TemplateVersion"] == "2"


def test_they_go_with_the_foundation(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    case.setup("--tag", "Name=web")
    with pytest.raises(SafetyError, match="stays: it is in use"):
        case.setup("--delete")
    assert list(documents()) == sorted(NAMES)
    assert case.setup("--delete", "--tag", "Name=web") == 0
    assert DOCUMENTS_STACK in case.names
    capsys.readouterr()
    assert case.setup("--delete") == 0
    assert f"Deleted {FOUNDATION}." in (told := words(capsys))
    assert f"Deleted {DOCUMENTS_STACK}." in told
    assert case.names == set()
    assert documents() == {}


def test_they_go_where_there_is_no_foundation(case: Case) -> None:
    case.setup()
    client("cloudformation").update_termination_protection(
        StackName=FOUNDATION, EnableTerminationProtection=False
    )
    client("cloudformation").delete_stack(StackName=FOUNDATION)
    assert case.setup("--delete") == 0
    assert case.names == set()


def test_a_stack_of_that_name_that_is_not_ours_is_refused(case: Case) -> None:
    body = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    client("cloudformation").create_stack(StackName=DOCUMENTS_STACK, TemplateBody=json.dumps(body))
    with pytest.raises(SafetyError, match="exists and is not ours"):
        case.setup()
    assert case.names == {DOCUMENTS_STACK}
