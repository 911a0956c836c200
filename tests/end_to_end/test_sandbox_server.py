"""`cron2aws sandbox` as a process of its own, used by its address."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session
from botocore.config import Config

from cron2aws.cli.sandbox import SandboxOptions, greeting, hosts_of
from cron2aws.errors import UsageError
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.sandbox.server import SandboxServer
from cron2aws.sandbox.telling import Notification
from cron2aws.sandbox.time.clock import RealClock, VirtualClock
from tests.sandboxes import BASE, ROOT, START, client, deploy, given, small_template, task_template

TREE = ROOT / "fixtures/crontabs/debian-web"


class Process:
    """The command, its address, and clients of it."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "cron2aws", "sandbox", "--port", "0", *options]
        self.running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
        )
        assert self.running.stdout is not None
        self.head = self.running.stdout.readline()
        self.url = str(re.findall(r"http://[\d.]+:\d+", self.head)[0])
        self._session = Session("sandbox", "sandbox", region_name="us-east-1")

    def client(self, service: str) -> Any:
        once = Config(retries={"total_max_attempts": 1})
        make: Callable[..., Any] = self._session.client  # whichever is named
        return make(service, endpoint_url=self.url, config=once)

    def end(self, sent: signal.Signals) -> tuple[int, str, str]:
        assert self.running.stdout is not None
        assert self.running.stderr is not None
        self.running.send_signal(sent)
        out, err = self.running.stdout.read(), self.running.stderr.read()
        return self.running.wait(30), out, err


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "error"}


@pytest.fixture
def process() -> Iterator[Process]:
    made = Process("--host", f"web={TREE}", "--tag", "Team=ops", "--no-waiting")
    with made.running:
        yield made
        if made.running.poll() is None:
            made.running.kill()


def test_commands_share_one_sandbox_by_its_address(process: Process) -> None:
    assert process.url.startswith("http://127.0.0.1:")
    stacks, states = process.client("cloudformation"), process.client("stepfunctions")
    topic = process.client("sns").create_topic(Name="done")["TopicArn"]
    parameters = {**BASE, "TopicCommandExecutionSucceededArn": topic, "Enabled": "false"}
    stacks.create_stack(
        StackName="one",
        TemplateBody=task_template(),
        Parameters=given(parameters),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    [stack] = stacks.describe_stacks(StackName="one")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    [schedule] = process.client("scheduler").list_schedules()["Schedules"]
    assert schedule["State"] == "DISABLED"

    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    execution = states.start_execution(stateMachineArn=outputs["StateMachineArn"], input="{}")
    ended = _ended(states, execution["executionArn"])
    assert ended["status"] == "SUCCEEDED"
    found = process.client("ssm").describe_instance_information()["InstanceInformationList"]
    assert [each["ComputerName"] for each in found] == ["web"]

    code, out, err = process.end(signal.SIGINT)
    assert code == 0
    assert "Team=ops" in out
    assert " ok root@web " in out
    assert out.endswith("gone\n")
    assert err.strip() == ""


def _ended(states: Any, arn: str) -> dict[str, Any]:
    """The execution, ended; looked for as often as it takes."""
    while True:
        found = dict(states.describe_execution(executionArn=arn))
        if found["status"] != "RUNNING":
            return found


def test_it_ends_cleanly_when_it_is_terminated(process: Process) -> None:
    code, out, err = process.end(signal.SIGTERM)
    assert (code, err) == (0, "")
    assert out.endswith("gone\n")
    port = int(process.url.rpartition(":")[2])
    with socket.socket() as again:
        again.bind(("127.0.0.1", port))


def test_it_listens_on_this_machine_only() -> None:
    with Sandbox() as sandbox, SandboxServer(sandbox, 0) as server:
        assert server.address == "127.0.0.1"
        assert os.environ["MOTO_PORT"] == server.url.rpartition(":")[2]
    assert "MOTO_PORT" not in os.environ


def test_a_port_that_is_taken_is_a_usage_error() -> None:
    with Sandbox() as sandbox, SandboxServer(sandbox, 0) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(UsageError, match="is not free"):
            SandboxServer(sandbox, port)


def test_enabled_schedules_fire_on_their_minute_and_messages_are_shown() -> None:
    clock = VirtualClock(START)
    with Sandbox(clock=clock) as sandbox, SandboxServer(sandbox, 0) as server:
        topic = client("sns").create_topic(Name="done")["TopicArn"]
        parameters = {"ScheduleExpression": "cron(1 12 * * ? *)"}
        deploy("on", small_template(), RuleName="on", **parameters)
        deploy("off", small_template(), RuleName="off", Enabled="false", **parameters)
        stop, fired, told = threading.Event(), threading.Event(), threading.Event()
        seen: list[object] = []

        def show_firing(minute: datetime, count: int) -> None:
            seen.append((minute, count))
            client("sns").publish(TopicArn=topic, Subject="hello", Message="there")
            fired.set()

        def show_message(message: Notification) -> None:
            seen.append(message.subject)
            told.set()

        watching = threading.Thread(
            target=server.attend,
            args=(stop,),
            kwargs={"fires": show_firing, "tells": show_message},
        )
        watching.start()
        while not fired.wait(0.1):
            clock.advance(60)
        told.wait(30)
        stop.set()
        watching.join()
    assert seen == [(START.replace(minute=1), 1), "hello"]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto", None)
    with pytest.raises(UsageError) as missing:
        Sandbox().__enter__()
    assert missing.value.fix == f"{sys.executable} -m pip install 'cron2aws[sandbox]'"
    assert not isinstance(Sandbox(clock=RealClock()).clock, VirtualClock)


def test_hosts_of_one_name_are_as_many_instances() -> None:
    """As on EC2, where any number of instances has one Name."""
    named = hosts_of(SandboxOptions(port=0, named=(f"web={TREE}", f"web={TREE}")))
    inside = hosts_of(SandboxOptions(port=0, insides=("web=ssh a", "web=ssh b", "db=ssh c")))
    assert [host.tags["Name"] for host in (*named, *inside)] == ["web", "web", "web", "web", "db"]
    assert len({host.instance_id for host in named}) == 2
    assert len({host.instance_id for host in inside}) == 3
    assert named[0].instance_id == stand_in("web").instance_id
    with Sandbox(inside):
        answer = client("ec2").describe_instances()
    found = [each for one in answer["Reservations"] for each in one["Instances"]]
    assert {each["InstanceId"] for each in found} == {host.instance_id for host in inside}


@pytest.mark.parametrize(
    ("options", "advised"),
    [
        ({}, ("migrate /etc/crontab --tag Name=web", "status")),
        ({"named": (f"web={TREE}",)}, (f"migrate {TREE} --tag Name=web", "status")),
        # that host is read by the script that is sent there: /etc/crontab would be this machine's
        (
            {"insides": ("web-1=ssh a",)},
            ("migrate --from-hosts --tag Name=web-1", "status --from-hosts --tag Name=web-1"),
        ),
        (
            {"insides": ("web-1=ssh a", "web-2=ssh b"), "tags": ("Role=the web",)},
            ("migrate --from-hosts --tag 'Role=the web'",
             "status --from-hosts --tag 'Role=the web'"),
        ),
    ],
)  # fmt: skip
def test_what_to_type_is_about_the_hosts_that_were_named(
    options: dict[str, tuple[str, ...]], advised: tuple[str, ...]
) -> None:
    asked = SandboxOptions(port=0, **options)  # type: ignore[arg-type]
    shown = greeting(asked, hosts_of(asked), Sandbox(), "http://here")
    begin = "    cron2aws --endpoint-url http://here "
    said = [line.removeprefix(begin) for line in shown.split("\n") if line.startswith(begin)]
    assert tuple(said) == advised


WRONG = {
    "tag": (["--tag", "web"], 2, "is not of the form KEY=VALUE"),
    "a key twice": (["--tag", "Role=a", "--tag", "Role=b"], 2, "--tag names a key twice"),
    "host": (["--host", "web=/nowhere/at/all"], 2, "is not a folder"),
    "inside": (["--inside", "web='docker"], 2, "is not a command: No closing quotation"),
    "tree": (["--tree", "/nowhere/at/all"], 2, "does not exist"),
}


@pytest.mark.parametrize(("options", "code", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_command_line(
    options: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from cron2aws.cli.main import run  # noqa: PLC0415

    assert run(["sandbox", *options], lambda bug: pytest.fail(repr(bug))) == code
    assert said in capsys.readouterr().err


def test_moto_is_not_imported_before_it_is_used(tmp_path: Path) -> None:
    script = "import sys, cron2aws.sandbox, cron2aws.cli.sandbox; sys.exit('moto' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False)
    assert ended.returncode == 0
