"""Run Command in the sandbox: what SSM's API says at each moment of a command's life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import (
    Outcome,
    RunWithShell,
    Scripted,
    StatusDetails,
    job_outcome,
    stand_in,
)
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import START, client

HELLO = "[cron2aws] exit=0 seconds=60 outcome=ran out=6 err=0\nhello\n"
Made = Callable[..., Sandbox]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START)) as made:
        yield made


def hosts(sandbox: Sandbox, *outcomes: Outcome) -> list[str]:
    """One host tagged Name=web an outcome; their ids."""
    made = [
        stand_in(f"web-{number}", tags={"Name": "web"}, behaviour=Scripted(outcomes=(outcome,)))
        for number, outcome in enumerate(outcomes)
    ]
    for host in made:
        sandbox.add_host(host)
    return [host.instance_id for host in made]


def send(**more: Any) -> str:
    arguments = {
        "DocumentName": "AWS-RunShellScript",
        "Targets": [{"Key": "tag:Name", "Values": ["web"]}],
        "Parameters": {"commands": ["echo hello"], "executionTimeout": ["172800"]},
        **more,
    }
    arguments = {name: value for name, value in arguments.items() if value is not None}
    return str(client("ssm").send_command(**arguments)["Command"]["CommandId"])


def invocations(command: str, **more: Any) -> list[dict[str, Any]]:
    listed = client("ssm").list_command_invocations(CommandId=command, **more)
    return list(listed["CommandInvocations"])


def test_tags_that_change_change_where_commands_go(sandbox: Sandbox) -> None:
    first, second = hosts(sandbox, Outcome(stdout=HELLO), Outcome(stdout=HELLO))
    tags = [{"Key": "Name", "Value": "web"}]

    def reached() -> set[str]:
        command = send()
        sandbox.clock.sleep(300)
        return {each["InstanceId"] for each in invocations(command)}

    assert reached() == {first, second}
    client("ec2").delete_tags(Resources=[second], Tags=[{"Key": "Name"}])
    assert reached() == {first}
    client("ec2").create_tags(Resources=[second], Tags=tags)
    assert reached() == {first, second}


def listed(command: str) -> dict[str, Any]:
    [found] = client("ssm").list_commands(CommandId=command)["Commands"]
    return dict(found)


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as refused:
        action()
    return str(refused.value.response["Error"]["Code"])


def test_the_life_of_a_command(sandbox: Sandbox) -> None:
    [host] = hosts(sandbox, job_outcome(stdout="hello\n", seconds=60))
    ssm = client("ssm")
    command = send()

    # just sent: nothing can be seen of its hosts yet
    assert invocations(command) == []
    assert listed(command)["TargetCount"] == 0
    assert (
        code_of(lambda: ssm.get_command_invocation(CommandId=command, InstanceId=host))
        == "InvocationDoesNotExist"
    )
    sandbox.clock.sleep(1.5)
    [running] = invocations(command)
    assert (running["Status"], running["StatusDetails"]) == ("InProgress", "InProgress")
    assert listed(command)["Status"] == "InProgress"
    early = ssm.get_command_invocation(CommandId=command, InstanceId=host)
    assert (early["ResponseCode"], early["StandardOutputContent"]) == (-1, "")

    sandbox.clock.sleep(60)
    [ended] = invocations(command, Details=True)
    assert (ended["Status"], ended["StatusDetails"]) == ("Success", "Success")
    assert ended["CommandPlugins"][0]["Output"] == HELLO
    late = ssm.get_command_invocation(CommandId=command, InstanceId=host)
    assert late["ResponseCode"] == 0
    assert late["StandardOutputContent"] == HELLO
    whole = listed(command)
    assert (whole["Status"], whole["TargetCount"], whole["CompletedCount"]) == ("Success", 1, 1)


ENDS = {
    "success": (job_outcome(), "Success", "Success", 0),
    "failed": (job_outcome(3), "Failed", "Failed", 3),
    "reboot code": (job_outcome(194), "Failed", "Failed", 1),
    "137 as it is": (Outcome(exit_code=137), "TimedOut", "ExecutionTimedOut", 137),
    "168 as it is": (Outcome(exit_code=168), "Success", "Success", 168),
    "too long": (job_outcome(seconds=200_000), "TimedOut", "ExecutionTimedOut", 137),
    "never picked up": (Outcome(pickup_seconds=9e9), "TimedOut", "DeliveryTimedOut", -1),
    "undeliverable": (Outcome(details=StatusDetails.UNDELIVERABLE), "Failed", "Undeliverable", -1),
    "denied": (Outcome(details=StatusDetails.ACCESS_DENIED), "Failed", "AccessDenied", -1),
    "platform": (Outcome(details=StatusDetails.INVALID_PLATFORM), "Failed", "InvalidPlatform", -1),
}


@pytest.mark.parametrize(("outcome", "status", "details", "code"), ENDS.values(), ids=ENDS.keys())
def test_how_an_invocation_can_end(
    sandbox: Sandbox, outcome: Outcome, status: str, details: str, code: int
) -> None:
    [host] = hosts(sandbox, outcome)
    command = send()
    sandbox.clock.sleep(400_000)
    [ended] = invocations(command)
    result = client("ssm").get_command_invocation(CommandId=command, InstanceId=host)
    assert (ended["Status"], ended["StatusDetails"]) == (status, details)
    assert (result["Status"], result["StatusDetails"]) == (status, details)
    assert result["ResponseCode"] == code


def test_a_delayed_command_says_so(sandbox: Sandbox) -> None:
    hosts(sandbox, Outcome(pickup_seconds=20, shown_pending_as=StatusDetails.DELAYED))
    command = send()
    sandbox.clock.sleep(5)
    assert [each["Status"] for each in invocations(command)] == ["Delayed"]
    sandbox.clock.sleep(20)
    assert [each["Status"] for each in invocations(command)] == ["Success"]


def test_an_offline_host_times_out_when_the_delivery_may_take_no_longer(sandbox: Sandbox) -> None:
    sandbox.add_host(
        type(stand_in("x"))(instance_id="i-0ff", name="off", tags={"Name": "web"}, online=False)
    )
    command = send(TimeoutSeconds=60)
    sandbox.clock.sleep(59)
    assert [each["StatusDetails"] for each in invocations(command)] == ["Pending"]
    sandbox.clock.sleep(2)
    assert [each["StatusDetails"] for each in invocations(command)] == ["DeliveryTimedOut"]


def test_a_tag_without_hosts_is_a_success_for_ssm(sandbox: Sandbox) -> None:
    command = send()
    assert listed(command)["Status"] == "Pending"
    sandbox.clock.sleep(2)
    whole = listed(command)
    assert (whole["Status"], whole["StatusDetails"]) == ("Success", "NoInstancesInTag")
    assert whole["TargetCount"] == 0


PARENTS = {
    "one succeeded of two undeliverable": (
        [StatusDetails.UNDELIVERABLE, None],
        {"MaxErrors": "100%"},
        "Success",
    ),
    "all undeliverable": ([StatusDetails.UNDELIVERABLE] * 2, {}, "Failed"),
    "errors within the limit": ([StatusDetails.FAILED, None], {"MaxErrors": "100%"}, "Success"),
    "errors over the limit": ([StatusDetails.FAILED, None], {"MaxErrors": "0"}, "Failed"),
}


@pytest.mark.parametrize(("parts", "limits", "status"), PARENTS.values(), ids=PARENTS.keys())
def test_the_parents_status_lies(
    sandbox: Sandbox, parts: list[StatusDetails | None], limits: dict[str, str], status: str
) -> None:
    hosts(sandbox, *(Outcome(details=part) for part in parts))
    command = send(**limits)
    sandbox.clock.sleep(10)
    assert listed(command)["Status"] == status


def test_max_errors_stops_hosts_that_have_not_started(sandbox: Sandbox) -> None:
    hosts(sandbox, job_outcome(1, seconds=10), job_outcome(seconds=10), job_outcome(seconds=10))
    command = send(MaxConcurrency="1", MaxErrors="0")
    sandbox.clock.sleep(100)
    details = sorted(each["StatusDetails"] for each in invocations(command))
    assert details == ["Failed", "Terminated", "Terminated"]
    command = send(MaxConcurrency="1", MaxErrors="100%")
    sandbox.clock.sleep(100)
    details = sorted(each["StatusDetails"] for each in invocations(command))
    assert details == ["Failed", "Success", "Success"]


def test_max_concurrency_makes_hosts_wait(sandbox: Sandbox) -> None:
    hosts(sandbox, job_outcome(seconds=10), job_outcome(seconds=10), job_outcome(seconds=10))
    command = send(MaxConcurrency="2")
    sandbox.clock.sleep(5)
    statuses = sorted(each["Status"] for each in invocations(command))
    assert statuses == ["InProgress", "InProgress", "Pending"]


def begun(command: str) -> list[int]:
    """So many seconds after sending each host has begun."""
    return [
        round((each["CommandPlugins"][0]["ResponseStartDateTime"] - START).total_seconds())
        for each in invocations(command, Details=True)
    ]


def test_hosts_may_begin_in_steps_of_one_two_four() -> None:
    """Each step once the first host of the one before has ended; hosts by their ids at once."""
    with Sandbox(clock=VirtualClock(START), ramp=True) as sandbox:
        lengths = (60, 30, 10, 20, 20, 20, 20, 5)
        ids = hosts(sandbox, *(job_outcome(seconds=each) for each in lengths))
        command, named = send(MaxConcurrency="100%"), send(Targets=None, InstanceIds=ids)
        sandbox.clock.sleep(1)
        # each host takes a second to pick it up
        assert begun(command) == [1, 62, 62, 73, 73, 73, 73, 94]
        assert begun(named) == [1] * 8


def test_instance_ids_reach_these_hosts_only(sandbox: Sandbox) -> None:
    one, _, three = hosts(sandbox, job_outcome(), job_outcome(), job_outcome())
    command = send(Targets=None, InstanceIds=[one, three])
    sandbox.clock.sleep(5)
    assert sorted(each["InstanceId"] for each in invocations(command)) == sorted([one, three])
    only = invocations(command, InstanceId=three)
    assert [each["InstanceId"] for each in only] == [three]


def tag(key: str, *values: str) -> dict[str, Any]:
    return {"Key": f"tag:{key}", "Values": list(values)}


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([tag("Name", "a")], "1"),
        ([tag("Name", "a", "b")], "123"),
        ([tag("Name", "a", "b"), tag("Role", "web")], "12"),
        ([tag("Name", "b"), tag("Role", "db", "mail"), tag("Env", "prod")], "3"),
        ([tag("Name", "a"), tag("Role", "db")], ""),
    ],
)
def test_any_value_of_a_key_and_all_of_the_keys(
    sandbox: Sandbox, targets: list[dict[str, Any]], expected: str
) -> None:
    for number, name, role in (("1", "a", "web"), ("2", "b", "web"), ("3", "b", "db")):
        made = stand_in(number, tags={"Name": name, "Role": role, "Env": "prod"})
        sandbox.add_host(made)
    ids = {stand_in(number).instance_id: number for number in "123"}
    command = send(Targets=targets)
    sandbox.clock.sleep(5)
    sent = {ids[each["InstanceId"]] for each in invocations(command)}
    known = client("ssm").describe_instance_information(Filters=targets)["InstanceInformationList"]
    filters = [{"Name": each["Key"], "Values": each["Values"]} for each in targets]
    groups = client("ec2").describe_instances(Filters=filters)["Reservations"]
    told = {ids[each["InstanceId"]] for group in groups for each in group["Instances"]}
    assert sent == {ids[each["InstanceId"]] for each in known} == told == set(expected)


REFUSED = {
    "unknown document": ({"DocumentName": "AWS-Nothing"}, "InvalidDocument"),
    "both": ({"InstanceIds": ["i-1"]}, "ValidationException"),
    "neither": ({"Targets": None}, "ValidationException"),
    "unknown instance": ({"Targets": None, "InstanceIds": ["i-1"]}, "InvalidInstanceId"),
    "long comment": ({"Comment": "x" * 101}, "ValidationException"),
    "six keys": (
        {"Targets": [tag(key, "v") for key in "abcdef"]},
        "ValidationException",
    ),
    "51 values": ({"Targets": [tag("k", *map(str, range(51)))]}, "ValidationException"),
    "no value": ({"Targets": [tag("k")]}, "ValidationException"),
    "a key with a plus": ({"Targets": [tag("a+b", "v")]}, "ValidationException"),
    "a long key": ({"Targets": [tag("k" * 160, "v")]}, "ValidationException"),
    "late": ({"TimeoutSeconds": 2_592_001}, "ValidationException"),
}


@pytest.mark.parametrize(("arguments", "code"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.usefixtures("sandbox")
def test_what_send_command_refuses(arguments: dict[str, Any], code: str) -> None:
    assert code_of(lambda: send(**arguments)) == code


@pytest.mark.usefixtures("sandbox")
def test_unknown_commands() -> None:
    ssm = client("ssm")
    assert code_of(lambda: ssm.list_commands(CommandId="0" * 36)) == "InvalidCommandId"
    assert code_of(lambda: ssm.cancel_command(CommandId="0" * 36)) == "InvalidCommandId"


def test_cancelling(sandbox: Sandbox) -> None:
    hosts(sandbox, job_outcome(seconds=100), job_outcome(seconds=1))
    command = send()
    sandbox.clock.sleep(10)
    client("ssm").cancel_command(CommandId=command)
    assert sorted(each["Status"] for each in invocations(command)) == ["Cancelled", "Success"]
    assert listed(command)["Status"] == "Cancelled"


def test_invocations_come_in_pages_of_at_most_fifty(sandbox: Sandbox) -> None:
    hosts(sandbox, *[job_outcome()] * 53)
    command = send(MaxConcurrency="100%")
    sandbox.clock.sleep(5)
    ssm = client("ssm")
    first = ssm.list_command_invocations(CommandId=command)
    second = ssm.list_command_invocations(CommandId=command, NextToken=first["NextToken"])
    sizes = [len(first["CommandInvocations"]), len(second["CommandInvocations"])]
    assert sizes == [50, 3]
    assert "NextToken" not in second
    pages = ssm.get_paginator("describe_instance_information").paginate()
    assert sum(len(page["InstanceInformationList"]) for page in pages) == 53


def test_output_is_cut_where_the_api_cuts_it(sandbox: Sandbox) -> None:
    [host] = hosts(sandbox, Outcome(stdout="o" * 30_000, stderr="e" * 30_000))
    command = send()
    sandbox.clock.sleep(5)
    result = client("ssm").get_command_invocation(CommandId=command, InstanceId=host)
    sizes = [len(result["StandardOutputContent"]), len(result["StandardErrorContent"])]
    assert sizes == [24_000, 8_000]
    [part] = invocations(command, Details=True)
    assert len(part["CommandPlugins"][0]["Output"]) == 2_500


def test_instance_information_knows_who_is_online(sandbox: Sandbox) -> None:
    make = type(stand_in("x"))
    for number, (online, managed) in enumerate([(True, True), (False, True), (True, False)]):
        sandbox.add_host(
            make(
                instance_id=f"i-{number}",
                name=f"h{number}",
                tags={"Name": "web"},
                online=online,
                managed=managed,
            )
        )
    ssm = client("ssm")

    def known(*filters: dict[str, Any]) -> dict[str, str]:
        found = ssm.describe_instance_information(Filters=list(filters))
        return {each["InstanceId"]: each["PingStatus"] for each in found["InstanceInformationList"]}

    tagged = {"Key": "tag:Name", "Values": ["web"]}
    assert known(tagged) == {"i-0": "Online", "i-1": "ConnectionLost"}
    pinged = {"Key": "PingStatus", "Values": ["Online"]}
    assert known(pinged) == {"i-0": "Online"}
    assert code_of(lambda: known(tagged, pinged)) == "InvalidInstanceInformationFilterValue"
    assert known({"Key": "InstanceIds", "Values": ["i-1"]}) == {"i-1": "ConnectionLost"}
    assert known({"Key": "tag:Name", "Values": ["db"]}) == {}
    assert known() == {"i-0": "Online", "i-1": "ConnectionLost"}


def test_ec2_knows_every_host_with_its_tags(sandbox: Sandbox) -> None:
    sandbox.add_host(stand_in("web", tags={"Team": "ops"}))
    sandbox.add_host(stand_in("web", tags={"Team": "dev"}))
    ec2 = client("ec2")
    found = ec2.describe_instances(Filters=[{"Name": "tag:Team", "Values": ["dev"]}])
    [instance] = [each for group in found["Reservations"] for each in group["Instances"]]
    assert instance["InstanceId"] == stand_in("web").instance_id
    assert instance["State"]["Name"] == "running"
    tags = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [instance["InstanceId"]]}])
    assert {each["Key"]: each["Value"] for each in tags["Tags"]} == {"Name": "web", "Team": "dev"}


def test_by_default_a_command_is_shown_and_not_run(sandbox: Sandbox, tmp_path: Any) -> None:
    sandbox.add_host(stand_in("web"))
    command = send(Parameters={"commands": [f"touch {tmp_path}/done", "exit 3"]})
    sandbox.clock.sleep(5)
    result = client("ssm").get_command_invocation(
        CommandId=command, InstanceId=stand_in("web").instance_id
    )
    assert result["Status"] == "Success"
    assert result["StandardOutputContent"].startswith(
        "[cron2aws] exit=0 seconds=0 outcome=ran\nnot run: "
    )
    assert f"\ntouch {tmp_path}/done\nexit 3" in result["StandardOutputContent"]
    assert not (tmp_path / "done").exists()


def test_a_host_that_runs_commands_runs_them_with_sh(sandbox: Sandbox) -> None:
    sandbox.add_host(stand_in("web", behaviour=RunWithShell()))
    script = ["read x || echo no input", 'echo "home=$HOME"', "echo oops >&2", "exit 3"]
    command = send(Parameters={"commands": script})
    sandbox.clock.sleep(60)
    result = client("ssm").get_command_invocation(
        CommandId=command, InstanceId=stand_in("web").instance_id
    )
    assert (result["Status"], result["ResponseCode"]) == ("Failed", 3)
    assert result["StandardOutputContent"] == "no input\nhome=\n"
    assert result["StandardErrorContent"] == "oops\n"


def test_a_host_that_is_a_container_runs_them_there(sandbox: Sandbox) -> None:
    inside = RunWithShell(through=("env", "INSIDE=web"))
    sandbox.add_host(stand_in("web", behaviour=inside))
    command = send(Parameters={"commands": ['echo "$INSIDE"']})
    sandbox.clock.sleep(60)
    result = client("ssm").get_command_invocation(
        CommandId=command, InstanceId=stand_in("web").instance_id
    )
    assert (result["Status"], result["StandardOutputContent"]) == ("Success", "web\n")


def test_a_host_can_behave_differently_each_time(sandbox: Sandbox) -> None:
    behaviour = Scripted(outcomes=(job_outcome(1), job_outcome(0)))
    sandbox.add_host(stand_in("web", behaviour=behaviour))
    seen = []
    for _ in range(3):
        command = send()
        sandbox.clock.sleep(5)
        seen += [each["Status"] for each in invocations(command)]
    assert seen == ["Failed", "Success", "Success"]
