"""Documents of a stack in the sandbox: sent with parameters, refused, and changed in place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import START, client

NAME = "cron2aws-test"
HOST = stand_in("web-1", tags={"Name": "web"}, behaviour=RunWithShell())
WORD = {"type": "String", "allowedPattern": "^[a-z]{1,9}$"}
SAY = ["said={{ word }}", "echo \"$said\" '{{word}}' {{ other }} \"$0\" | sed 's|/.*/||'"]
pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([HOST], clock=VirtualClock(START)) as made:
        yield made


def template(lines: list[str] | None = None, **properties: Any) -> str:
    step = {
        "action": "aws:runShellScript",
        "name": "run",
        "inputs": {"timeoutSeconds": "120", "runCommand": lines or SAY},
    }
    body = {
        "Name": NAME,
        "DocumentType": "Command",
        "DocumentFormat": "JSON",
        "UpdateMethod": "NewVersion",
        "Content": {"schemaVersion": "2.2", "parameters": {"word": WORD}, "mainSteps": [step]},
        **properties,
    }
    made = {"Doc": {"Type": "AWS::SSM::Document", "Properties": body}}
    return json.dumps({"Resources": made})


def create(body: str) -> None:
    client("cloudformation").create_stack(StackName="docs", TemplateBody=body)


def update(body: str) -> str:
    client("cloudformation").update_stack(StackName="docs", TemplateBody=body)
    [stack] = client("cloudformation").describe_stacks(StackName="docs")["Stacks"]
    return str(stack["StackStatus"])


def send(word: str | list[str] | None = "hello", **more: Any) -> str:
    values = [word] if isinstance(word, str) else word
    sent = client("ssm").send_command(
        DocumentName=NAME,
        InstanceIds=[HOST.instance_id],
        **({} if values is None else {"Parameters": {"word": values}}),
        **more,
    )
    return str(sent["Command"]["CommandId"])


def output(command: str, sandbox: Sandbox) -> str:
    sandbox.clock.sleep(2)
    found = client("ssm").get_command_invocation(CommandId=command, InstanceId=HOST.instance_id)
    return str(found["StandardOutputContent"])


def refusal(**given: Any) -> str:
    with pytest.raises(ClientError) as refused:
        send(**given)
    return str(refused.value.response["Error"]["Code"])


def described() -> dict[str, Any]:
    return dict(client("ssm").describe_document(Name=NAME)["Document"])


def test_the_values_stand_in_the_script_as_they_are(sandbox: Sandbox) -> None:
    create(template())
    assert output(send(), sandbox) == "hello hello {{ other }} _script.sh\n"
    assert described()["Hash"]


@pytest.mark.parametrize(
    "given",
    [
        {"word": "Hello"},
        {"word": "a;b"},
        {"word": "a\nid"},
        {"word": ""},
        {"word": ["a", "b"]},
        {"word": None},
        {"word": None, "Parameters": {"word": ["a"], "commands": ["id"]}},
    ],
)
def test_what_the_pattern_does_not_let_through_is_sent_to_nobody(
    given: dict[str, Any], sandbox: Sandbox
) -> None:
    create(template())
    assert refusal(**given) == "InvalidParameters"
    assert sandbox.commands == ()


def test_a_line_feed_at_the_end_passes_as_it_may_on_aws(sandbox: Sandbox) -> None:
    """A `$` stands before it in the expressions of Java, as in Python's."""
    create(template(["echo {{ word }}", "echo done"]))
    assert output(send("hello\n"), sandbox) == "hello\ndone\n"


def test_the_values_count_for_the_size_of_a_document(sandbox: Sandbox) -> None:
    long = {"type": "String", "allowedPattern": "^a*$"}
    step = json.loads(template())["Resources"]["Doc"]["Properties"]["Content"]["mainSteps"]
    content = {"schemaVersion": "2.2", "parameters": {"word": long}, "mainSteps": step}
    create(template(Content=content))
    most = 65_536 - len(json.dumps(content)) - len(json.dumps({"word": [""]}))
    assert output(send("a" * most), sandbox)
    assert refusal(word="a" * (most + 1)) == "MaxDocumentSizeExceeded"


def test_an_unknown_document_and_version() -> None:
    assert refusal() == "InvalidDocument"
    create(template())
    assert refusal(DocumentVersion="7") == "InvalidDocumentVersion"


def test_an_update_makes_a_version_beside_the_one_that_is_there(sandbox: Sandbox) -> None:
    create(template())
    assert update(template(["echo second"])) == "UPDATE_COMPLETE"
    found = described()
    assert (found["LatestVersion"], found["DefaultVersion"]) == ("2", "2")
    assert output(send(), sandbox) == "second\n"
    assert output(send(DocumentVersion="1"), sandbox).startswith("hello")
    assert output(send(DocumentVersion="$LATEST"), sandbox) == "second\n"


def test_an_update_to_a_content_of_before_changes_nothing(sandbox: Sandbox) -> None:
    """AWS's handler takes DuplicateDocumentContent for done."""
    create(template())
    update(template(["echo second"]))
    assert update(template()) == "UPDATE_COMPLETE"
    assert output(send(DocumentVersion="$LATEST"), sandbox) == "second\n"


def test_a_named_document_cannot_be_replaced(sandbox: Sandbox) -> None:
    create(template(UpdateMethod="Replace"))
    changed = template(["echo second"], UpdateMethod="Replace")
    assert update(changed) == "UPDATE_ROLLBACK_COMPLETE"
    assert output(send(), sandbox).startswith("hello")


def test_a_name_that_is_taken() -> None:
    create(template())
    client("cloudformation").create_stack(StackName="other", TemplateBody=template())
    [stack] = client("cloudformation").describe_stacks(StackName="other")["Stacks"]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert described()["Name"] == NAME


def test_it_goes_with_its_stack() -> None:
    create(template())
    client("cloudformation").delete_stack(StackName="docs")
    assert refusal() == "InvalidDocument"


def test_a_stand_in_s_tree_is_the_root_of_a_script_that_asks_for_it(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    tree = stand_in("tree", tags={"Name": "web"}, root=tmp_path, behaviour=RunWithShell())
    sandbox.add_host(tree)
    create(template(["root=''", 'echo "$root"']))
    sent = client("ssm").send_command(
        DocumentName=NAME, InstanceIds=[tree.instance_id], Parameters={"word": ["a"]}
    )
    sandbox.clock.sleep(2)
    found = client("ssm").get_command_invocation(
        CommandId=sent["Command"]["CommandId"], InstanceId=tree.instance_id
    )
    assert found["StandardOutputContent"] == f"{tmp_path}\n"
