"""The first step, as the code that stands in the template, with fakes for boto3's clients."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from cron2aws.task.target import Target
from cron2aws.task.whole import whole
from tests.fake_clients import Call, give_clients, refused
from tests.stack_cases import (
    DELIVERED,
    MACHINE,
    MIDDLE,
    NAMED,
    OLD,
    RUN,
    SENT,
    YOUNG,
    again,
    fleet,
    running,
    send_event,
    step,
)
from tests.stack_template import function


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COMMAND", "echo hello")
    return function("SendFunction")


LONGEST = 172_620
FACTS = {
    "task": "web-backup",
    "run": "by-hand",
    "by": "by-hand",
    "due": "",
    "limit": str(LONGEST),
    "keep": str(3_600 + LONGEST + 86_400),
    "resent": "",
    "whole": "",
    "probe": "",
    "id": "0123456789abcdef",
    "mine": "123456789012/eu-west-1/web-backup",
    "live": "2027-03-14T03:00Z",
    "takes": "",
}
"""What the runner is told of a run that was started by hand."""
NO_ANSWERS = [
    refused("InternalServerError", 500),
    ReadTimeoutError(endpoint_url="https://ssm"),
    EndpointConnectionError(endpoint_url="https://ssm"),
]


def sent(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.operation == "SendCommand"]


def sent_to(calls: list[Call]) -> list[Any]:
    """Where commands went: the instances, or the targets."""
    return [
        call.parameters.get("InstanceIds") or call.parameters["Targets"] for call in sent(calls)
    ]


def facts_of(call: Call) -> dict[str, str]:
    """What the text that went to the hosts tells the runner."""
    (text,) = call.parameters["Parameters"]["commands"]
    before, _, _ = text.partition("\njob() {")
    found = dict(re.findall(r"(?m)^(\w+)=(.*)$", before))
    return {name: "".join(shlex.split(found[name])) for name in FACTS}


# --- is the run due?


@pytest.mark.parametrize(
    ("scheduled", "days", "zone", "reason"),
    [
        ("2027-03-14T03:00:00Z", "", "UTC", None),
        ("2027-03-14T03:00:00Z", "14", "UTC", None),
        ("2027-03-14T03:00:00Z", "1,4,31", "UTC", "not one of the days 1,4,31"),
        # the day is the zone's, not UTC's
        ("2027-03-14T18:00:00Z", "15", "Asia/Tokyo", None),
        ("2027-03-14T18:00:00Z", "14", "Asia/Tokyo", "2027-03-15 in Asia/Tokyo"),
        # the clock goes forward at 07:00Z: 06:59Z is 23:59 of the day before only in winter
        ("2027-03-15T03:59:00Z", "14", "America/New_York", None),
        ("2027-03-14T04:59:00Z", "13", "America/New_York", None),
        ("2027-03-14T05:00:00Z", "14", "America/New_York", None),
    ],
)
def test_is_judged_on_the_scheduled_time(
    *, send: Any, scheduled: str, days: str, zone: str, reason: str | None
) -> None:
    trigger = {"scheduled_time": scheduled, "days_of_month": days, "timezone": zone}
    why = send.not_due(send.minute(scheduled), trigger)
    assert reason in why if reason else why is None


def test_a_skipped_run_calls_nobody(send: Any) -> None:
    calls = give_clients(send)
    got = step(send, send_event(input=DELIVERED | {"days_of_month": "1"}))
    reason = "2027-03-14 in UTC is not one of the days 1"
    assert got == {"outcome": "Skipped", "reason": reason}
    assert calls == []


def test_a_run_by_hand_has_no_guard_and_is_scheduled_now(send: Any) -> None:
    give_clients(send, ssm=SENT)
    got = send.handler(send_event(), None)
    assert (got["run"]["outcome"], got["run"]["by_hand"]) == ("sent", "1")
    assert got["run"]["scheduled_time"] == "2027-03-14T03:00:00Z"


@pytest.mark.parametrize("given", ["now", [1], None, 5])
def test_any_input_can_be_given_by_hand(send: Any, given: Any) -> None:
    give_clients(send, ssm=SENT)
    assert send.handler(send_event(input=given), None)["run"]["outcome"] == "sent"


def test_an_unknown_zone_is_told_in_every_run_even_without_a_guard(send: Any) -> None:
    got = step(send, send_event(input=DELIVERED | {"timezone": "No/Where"}))
    assert (got["outcome"], got["Error"]) == ("NotStarted", "ZoneInfoNotFoundError")
    assert "No/Where" in got["Cause"]


# --- one run for a scheduled minute


def test_a_delivery_starts_the_run_of_its_minute_under_a_name_that_aws_allows(send: Any) -> None:
    calls = give_clients(send, stepfunctions={"start_execution": {"executionArn": RUN + ":x"}})
    got = step(send, send_event(input=DELIVERED, execution="4711", run_on="one"))
    assert got == {"outcome": "HandedOver", "run": "2027-03-14T03-00Z", "execution": RUN + ":x"}
    (call,) = calls
    assert call.parameters["stateMachineArn"] == MACHINE
    assert call.parameters["name"] == "2027-03-14T03-00Z"
    assert not set(call.parameters["name"]) & set(' <>{}[]?*"#%\\^|~`$&,;:/')
    assert json.loads(call.parameters["input"]) == DELIVERED | {"delivery": "4711"}


def test_a_second_delivery_is_a_duplicate(send: Any) -> None:
    there = refused("ExecutionAlreadyExists", operation="StartExecution")
    give_clients(send, stepfunctions={"start_execution": there})
    got = step(send, send_event(input=DELIVERED, execution="4712", run_on="one"))
    assert (got["outcome"], got["run"]) == ("Duplicate", "2027-03-14T03-00Z")


def test_the_run_of_the_minute_sends(send: Any) -> None:
    calls = give_clients(send, **fleet({OLD: True}))
    assert send.handler(send_event(**NAMED, run_on="one"), None)["run"]["outcome"] == "sent"
    assert len(sent_to(calls)) == 1


@pytest.mark.parametrize("run_on", ["all", "marked"])
def test_on_all_hosts_each_delivery_sends_and_the_ledgers_make_it_once(
    send: Any, run_on: str
) -> None:
    calls = give_clients(send, ssm=SENT)
    for execution in ("4711", "4712"):
        got = step(send, send_event(input=DELIVERED, execution=execution, run_on=run_on))
        assert (got["outcome"], "by_hand" in got) == ("sent", False)
    given = [facts_of(call) for call in sent(calls)]
    assert [each["run"] for each in given] == ["2027-03-14T03-00Z"] * 2
    assert [each["by"] for each in given] == ["4711", "4712"]


@pytest.mark.parametrize("more", ["root", "keep", "touch /tmp/mine; x"])
def test_an_entry_says_nothing_but_whose_it_is(send: Any, more: str) -> None:
    # the machines' role may call the functions of every target
    calls = give_clients(send, ssm=SENT)
    event = send_event()
    send.handler(event, None)
    send.handler(event | {"entry": event["entry"] | {more: "a[$(id)]"}}, None)
    first, second = (call.parameters["Parameters"]["commands"] for call in sent(calls))
    assert first == second


# --- overlap


ME = running("2027-03-14T03-00Z", 0, NAMED["input"])


@pytest.mark.parametrize(
    ("others", "busy"),
    [
        ([], None),
        ([running("2027-03-14T02-59Z", 60, {**DELIVERED, "delivery": "1"})], "2027-03-14T02-59Z"),
        ([running("by-hand", 5, {})], "by-hand"),
        *(([running("any-input", 5, given)], "any-input") for given in ("now", [1], None, 5)),
        # a delivery that only hands over is no run: else a second delivery would lose the run
        ([running("4711", 2, DELIVERED)], None),
        ([running("probe-1", 30, {"probe": "1"})], None),
        # of two that start together one goes on, here both; neither is never right
        ([running("other", 0, {})], None),
        ([running("later", -1, {})], None),
        ([running("just-before", 0.002, {})], "just-before"),
        # times come as floats: a microsecond early is not earlier
        ([running("together", 0.000001, {})], None),
    ],
)
def test_skips_while_an_earlier_run_goes_on(
    send: Any, others: list[dict[str, Any]], busy: str | None
) -> None:
    early = ME | {
        "startDate": ME["startDate"] - timedelta(milliseconds=1)
    }  # it is not its own rival
    every = [early, *others]
    inputs = {each["executionArn"]: each["input"] for each in every}
    calls = give_clients(
        send,
        **fleet({OLD: True}),
        stepfunctions={
            "list_executions": [{"executions": [each]} for each in every],
            "describe_execution": lambda executionArn: {"input": inputs[executionArn]},
        },
    )
    got = step(send, send_event(**NAMED, overlap="skip", run_on="one"))
    assert got["outcome"] == ("Skipped" if busy else "sent")
    assert len(sent_to(calls)) == (0 if busy else 1)
    assert (busy or "") in got.get("reason", "")
    (listed,) = (call for call in calls if call.operation == "ListExecutions")
    assert listed.parameters == {"stateMachineArn": MACHINE, "statusFilter": "RUNNING"}


def test_on_all_hosts_every_delivery_is_a_run_that_others_skip(send: Any) -> None:
    other = running("4711", 2, DELIVERED)
    calls = give_clients(
        send,
        stepfunctions={
            "list_executions": {"executions": [other]}, "describe_execution": other
        },
    )  # fmt: skip
    got = step(send, send_event(input=DELIVERED, execution="4712", overlap="skip"))
    assert got == {"outcome": "Skipped", "reason": "4711 is still running"}
    assert sent_to(calls) == []


def test_a_delivery_that_is_not_due_is_no_run_that_others_skip(send: Any) -> None:
    # `0 3 14 * 0` has two triggers; on a Sunday that is the 14th both fire, and one is not due
    other = running("4711", 0.05, DELIVERED | {"days_of_month": "1,2"})
    calls = give_clients(
        send,
        ssm=SENT,
        stepfunctions={
            "list_executions": {"executions": [other]}, "describe_execution": other
        },
    )  # fmt: skip
    got = step(send, send_event(input=DELIVERED, execution="4712", overlap="skip"))
    assert got["outcome"] == "sent"
    assert len(sent_to(calls)) == 1


def test_overlap_may_be_allowed(send: Any) -> None:
    calls = give_clients(send, ssm=SENT)
    assert send.handler(send_event(**NAMED), None)["run"]["outcome"] == "sent"
    assert {call.service for call in calls} == {"ssm"}


# --- sending


def test_sends_to_every_host_with_the_tag(send: Any) -> None:
    calls = give_clients(send, ssm=SENT)
    how = {"MaxConcurrency": "100%", "MaxErrors": "0"}
    got = send.handler(send_event(delivery_timeout="300", command=how), None)["run"]
    assert got["command_id"] == "c-1"
    (call,) = calls
    (text,) = call.parameters["Parameters"].pop("commands")
    assert text == whole("echo hello", FACTS | {"keep": str(300 + LONGEST + 86_400)})
    assert call.parameters == {
        "DocumentName": "AWS-RunShellScript",
        "Parameters": {"executionTimeout": ["172800"]},
        "TimeoutSeconds": 300,
        "MaxConcurrency": "100%",
        "MaxErrors": "0",
        "Comment": "by-hand 0 web-backup",
        "Targets": [{"Key": "tag:role", "Values": ["web"]}],
    }


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ({}, {}),
        (
            {"s3": {"OutputS3BucketName": "logs-of-jobs", "OutputS3KeyPrefix": "web-backup"}},
            {"OutputS3BucketName": "logs-of-jobs", "OutputS3KeyPrefix": "web-backup"},
        ),
        (
            {"log_group": "/jobs"},
            {
                "CloudWatchOutputConfig": {
                    "CloudWatchOutputEnabled": True,
                    "CloudWatchLogGroupName": "/jobs",
                }
            },
        ),
    ],
)
def test_the_hosts_are_told_where_the_whole_output_goes(
    send: Any, asked: dict[str, Any], sent: dict[str, Any]
) -> None:
    calls = give_clients(send, ssm=SENT)
    send.handler(send_event(**asked), None)
    outputs = ("OutputS3BucketName", "OutputS3KeyPrefix", "CloudWatchOutputConfig")
    assert {name: calls[0].parameters[name] for name in outputs if name in calls[0].parameters} == (
        sent
    )


def test_the_comment_fits_and_begins_with_the_runs_name(send: Any) -> None:
    calls = give_clients(send, ssm=SENT)
    send.handler(send_event(execution="e" * 80, task="t" * 60), None)
    comment = calls[0].parameters["Comment"]
    assert len(comment) <= 100
    assert comment.startswith("e" * 80)


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"]
)
def test_only_explicit_throttling_is_tried_again(send: Any, code: str) -> None:
    give_clients(send, ssm={"send_command": refused(code)})
    with pytest.raises(send.NoAnswer):
        send.handler(send_event(), None)


@pytest.mark.parametrize("error", NO_ANSWERS)
@pytest.mark.parametrize("run_on", ["all", "one"])
def test_a_call_without_an_answer_is_made_again_to_the_same_hosts(
    send: Any, run_on: str, error: Exception
) -> None:
    """Another host has another ledger. From the second call on the runner is told so."""
    answers = [error, error, SENT["send_command"]]
    services = fleet({OLD: True, MIDDLE: True}, send_command=lambda **_: answers.pop(0))
    calls = give_clients(send, **services)
    event = send_event(run_on=run_on, **NAMED)
    state: Any = event["input"]
    got: dict[str, Any] = {}
    for _ in range(3):
        got = step(send, event | {"state": state})
        state = again(got)
        # by the third time somebody else is the oldest
        services["ssm"]["describe_instance_information"] = [
            {"InstanceInformationList": [{"InstanceId": MIDDLE, "PingStatus": "Online"}]}
        ]
    assert (got["outcome"], got["command_id"]) == ("sent", "c-1")
    assert got["tried"] == ([OLD] if run_on == "one" else [])
    assert got["unclear"] == [OLD if run_on == "one" else "all"] * 2
    wanted = [OLD] if run_on == "one" else [{"Key": "tag:role", "Values": ["web"]}]
    assert sent_to(calls) == [wanted] * 3
    assert [facts_of(call)["resent"] for call in sent(calls)] == ["", "1", "1"]
    assert len({call.parameters["Comment"] for call in sent(calls)}) == 1


def test_it_is_not_made_again_where_the_command_is_there_all_the_same(send: Any) -> None:
    there = {"CommandId": "c-0", "Comment": "by-hand 0 web-backup"}
    pages = [{"Commands": [there]}]
    calls = give_clients(send, ssm={"send_command": NO_ANSWERS[0], "list_commands": pages})
    came = step(send, send_event())
    assert came == {"outcome": "Unclear", "unclear": ["all"], "tried": []}
    got = send.handler(send_event() | {"state": again(came)}, None)["run"]
    assert (got["outcome"], got["command_id"], len(sent(calls))) == ("sent", "c-0", 1)


@pytest.mark.parametrize("run_on", ["all", "one"])
@pytest.mark.parametrize("error", NO_ANSWERS)
def test_five_calls_without_an_answer_are_told(send: Any, run_on: str, error: Exception) -> None:
    calls = give_clients(send, **fleet({OLD: True, MIDDLE: True}, send_command=error))
    state: Any = {}
    for _ in range(4):
        came = step(send, send_event(run_on=run_on) | {"state": state})
        assert came["outcome"] == "Unclear"
        state = again(came)
    got = step(send, send_event(run_on=run_on) | {"state": state})
    assert (got["outcome"], got["Error"]) == ("NotStarted", "NotSent")
    assert got["Cause"] == f"5 calls of SendCommand, no answer: {error}"
    assert len(sent(calls)) == 5
    assert len({str(each) for each in sent_to(calls)}) == 1


def test_a_host_that_refuses_after_a_call_without_an_answer_is_not_passed_over(send: Any) -> None:
    """The command may be running there."""
    answers = [NO_ANSWERS[0], refused("InvalidInstanceId")]
    services = fleet({OLD: True, MIDDLE: True}, send_command=lambda **_: answers.pop(0))
    calls = give_clients(send, **services)
    state = again(step(send, send_event(run_on="one")))
    got = step(send, send_event(run_on="one") | {"state": state})
    assert (got["Error"], "InvalidInstanceId" in got["Cause"]) == ("NoHost", True)
    assert sent_to(calls) == [[OLD], [OLD]]


def test_the_overlap_rule_is_not_asked_again_for_a_run_that_may_have_started(send: Any) -> None:
    """Its own earlier call is no rival, and a run in between is none either."""
    calls = give_clients(send, ssm=SENT | {"list_commands": [{"Commands": []}]})
    state = again({"outcome": "Unclear", "unclear": ["all"], "tried": []})
    got = send.handler(send_event(**NAMED, overlap="skip") | {"state": state}, None)
    assert got["run"]["outcome"] == "sent"
    assert {call.service for call in calls} == {"ssm"}


# --- what the runner is told


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, {}),
        (
            NAMED,
            {
                "run": "2027-03-14T03-00Z",
                "by": "2027-03-14T03-00Z",
                "due": str(int(datetime(2027, 3, 14, 3, tzinfo=UTC).timestamp())),
            },
        ),
        ({"execution_timeout": "60"}, {"limit": "60", "keep": str(3_600 + 60 + 86_400)}),
        ({"retries": 1}, {"resent": "1"}),
        ({"log_group": "/jobs"}, {"whole": "1"}),
        # marked lines alone: no host without one runs it
        ({"run_on": "marked"}, {"live": ""}),
    ],
)
def test_the_runner_is_told_of_its_run(
    send: Any, changes: dict[str, Any], wanted: dict[str, str]
) -> None:
    calls = give_clients(send, ssm=SENT | {"list_commands": [{"Commands": []}]})
    send.handler(send_event(**changes), None)
    (call,) = sent(calls)
    assert facts_of(call) == FACTS | wanted


@pytest.mark.parametrize(
    "error",
    [
        refused("ThrottlingException", operation="StartExecution"),
        refused("InternalError", 500, "StartExecution"),
        ReadTimeoutError(endpoint_url="https://states"),
        EndpointConnectionError(endpoint_url="https://states"),
    ],
)
def test_what_is_safe_is_asked_again(send: Any, error: Exception) -> None:
    give_clients(send, stepfunctions={"start_execution": error})
    with pytest.raises(send.NoAnswer):
        send.handler(send_event(input=DELIVERED, execution="4711", run_on="one"), None)
    services = fleet({OLD: True})
    services["ssm"]["describe_instance_information"] = error
    calls = give_clients(send, **services)
    with pytest.raises(send.NoAnswer):
        send.handler(send_event(run_on="one"), None)
    assert sent_to(calls) == []


def test_a_refusal_is_told_by_its_name(send: Any) -> None:
    give_clients(send, ssm={"send_command": refused("AccessDeniedException")})
    got = step(send, send_event())
    assert (got["outcome"], got["Error"]) == ("NotStarted", "AccessDeniedException")


def test_botocore_must_not_send_twice(send: Any) -> None:
    assert send.ONCE.retries == {"total_max_attempts": 1}


@pytest.mark.parametrize(("there", "sends"), [(["by-hand 0 web-backup"], 0), (["another"], 1)])
def test_after_a_lost_answer_the_step_first_looks_whether_it_has_sent(
    send: Any, there: list[str], sends: int
) -> None:
    pages = [
        {"Commands": [{"CommandId": "x", "Comment": "another 0 task"}]},
        {"Commands": [{"CommandId": "c-0", "Comment": each} for each in there]},
    ]
    calls = give_clients(send, ssm={**SENT, "list_commands": pages})
    lost = again({"outcome": "Unclear", "unclear": ["all"], "tried": []})
    got = send.handler(send_event() | {"state": lost}, None)["run"]
    assert got["command_id"] == ("c-1" if sends else "c-0")
    assert len(sent_to(calls)) == sends
    looked = calls[0].parameters["Filters"]
    assert looked == [{"key": "InvokedAfter", "value": "2027-03-14T03:00:07Z"}]


def test_who_was_refused_as_too_many_sends_without_a_look(send: Any) -> None:
    """Hundreds of tasks of one minute come again and again: each look would list all commands."""
    calls = give_clients(send, ssm=SENT)
    send.handler(send_event(retries=7), None)
    assert [call.operation for call in calls] == ["SendCommand"]


# --- on one host


@pytest.mark.parametrize(
    ("online", "restarted", "chosen"),
    [
        ({MIDDLE: True, OLD: True}, None, OLD),
        ({MIDDLE: True, OLD: True}, OLD, OLD),  # stopped and started, yet the oldest
        ({YOUNG: True, MIDDLE: True, OLD: True}, None, OLD),  # a newcomer doesn't take it over
        ({YOUNG: True, MIDDLE: True, OLD: False}, None, MIDDLE),
        ({YOUNG: True}, None, YOUNG),
        ({"mi-0abc": True, YOUNG: True}, None, YOUNG),  # the tag is an EC2 instance's
        ({"i-0unknown": True, "i-0also": True, YOUNG: True}, None, YOUNG),  # of unknown age: last
        ({"i-0unknown": True, "i-0also": True}, None, "i-0also"),
    ],
)
def test_one_is_the_oldest_that_is_online(
    send: Any, online: dict[str, bool], restarted: str | None, chosen: str
) -> None:
    calls = give_clients(send, **fleet(online, restarted=restarted))
    got = send.handler(send_event(run_on="one"), None)["run"]
    assert sent_to(calls) == [[chosen]]
    assert got["tried"] == [chosen]


def test_goes_on_to_the_next_after_a_host_that_did_not_start_it(send: Any) -> None:
    calls = give_clients(send, **fleet({OLD: True, MIDDLE: True, YOUNG: True}))
    state = {"run": {"outcome": "next-host", "tried": [OLD]}}
    got = send.handler(send_event(run_on="one") | {"state": state}, None)["run"]
    assert sent_to(calls) == [[MIDDLE]]
    assert got["tried"] == [OLD, MIDDLE]
    comment = next(call for call in calls if call.operation == "SendCommand").parameters["Comment"]
    assert comment == "by-hand 1 web-backup"


def test_a_host_that_has_gone_since_it_was_listed_is_passed_over(send: Any) -> None:
    def answer(**parameters: Any) -> Any:
        gone = parameters["InstanceIds"] == [OLD]
        return refused("InvalidInstanceId") if gone else SENT["send_command"]

    calls = give_clients(send, **fleet({OLD: True, MIDDLE: True}, send_command=answer))
    got = send.handler(send_event(run_on="one"), None)["run"]
    assert sent_to(calls) == [[OLD], [MIDDLE]]
    assert got["tried"] == [OLD, MIDDLE]


def denied(resource: str) -> ClientError:
    """What SendCommand says where a policy lets nobody use that."""
    arn = f"arn:aws:ec2:eu-west-1:123456789012:{resource}"
    error = refused("AccessDeniedException")
    said = f"is not authorized to perform: ssm:SendCommand on resource: {arn}"
    error.response["Error"]["Message"] = said
    return ClientError(error.response, "SendCommand")


def test_a_host_that_may_not_be_used_is_passed_over(send: Any) -> None:
    """Named by its id it is refused at once; a target found by its tag has AccessDenied later."""

    def answer(**parameters: Any) -> Any:
        (host,) = parameters["InstanceIds"]
        return denied(f"instance/{host}") if host == OLD else SENT["send_command"]

    calls = give_clients(send, **fleet({OLD: True, MIDDLE: True}, send_command=answer))
    got = send.handler(send_event(run_on="one"), None)["run"]
    assert sent_to(calls) == [[OLD], [MIDDLE]]
    assert got["tried"] == [OLD, MIDDLE]


def test_where_every_host_is_refused_it_is_said_why(send: Any) -> None:
    calls = give_clients(
        send,
        **fleet(
            {OLD: True, MIDDLE: True},
            send_command=lambda **given: denied(f"instance/{given['InstanceIds'][0]}"),
        ),
    )
    got = step(send, send_event(run_on="one"))
    assert sent_to(calls) == [[OLD], [MIDDLE]]
    assert got["Error"] == "NoHost"
    assert f"no host is left to try: {OLD}, {MIDDLE} could not" in got["Cause"]
    assert f"on resource: arn:aws:ec2:eu-west-1:123456789012:instance/{MIDDLE}" in got["Cause"]


@pytest.mark.parametrize(
    "error", [denied("document/AWS-RunShellScript"), denied(f"instance/{YOUNG}")]
)
def test_another_refusal_is_not_passed_over(send: Any, error: ClientError) -> None:
    calls = give_clients(send, **fleet({OLD: True, MIDDLE: True}, send_command=error))
    got = step(send, send_event(run_on="one"))
    assert got["Error"] == "AccessDeniedException"
    assert sent_to(calls) == [[OLD]]


def test_hosts_are_looked_for_by_the_tag(send: Any) -> None:
    calls = give_clients(send, **fleet({OLD: True}))
    send.handler(send_event(run_on="one"), None)
    asked = {call.operation: call.parameters.get("Filters") for call in calls}
    assert asked["DescribeInstanceInformation"] == [{"Key": "tag:role", "Values": ["web"]}]
    assert asked["DescribeInstances"] == [{"Name": "tag:role", "Values": ["web"]}]


@pytest.mark.parametrize(
    ("online", "tried", "why"),
    [
        ({}, [], "no managed host has the tag role=web"),
        ({OLD: False, YOUNG: False}, [], "none of the 2 hosts with the tag role=web is online"),
        ({OLD: True, YOUNG: False}, [OLD], f"no host is left to try: {OLD}"),
    ],
)
def test_nobody_to_run_it_is_a_failure(
    send: Any, online: dict[str, bool], tried: list[str], why: str
) -> None:
    calls = give_clients(send, **fleet(online))
    state = {"run": {"tried": tried}}
    got = step(send, send_event(run_on="one") | {"state": state})
    assert got["Error"] == "NoHost"
    assert why in got["Cause"]
    assert sent_to(calls) == []


def test_a_second_try_on_one_host_takes_over_the_command_that_is_there(send: Any) -> None:
    there = {"CommandId": "c-0", "Comment": "by-hand 0 web-backup", "InstanceIds": [OLD]}
    services = fleet({OLD: True})
    services["ssm"]["list_commands"] = [{"Commands": [there]}]
    calls = give_clients(send, **services)
    got = send.handler(send_event(run_on="one", retries=2), None)["run"]
    assert (got["command_id"], got["tried"], sent_to(calls)) == ("c-0", [OLD], [])


# --- the probe


@pytest.mark.parametrize("run_on", ["all", "one", "marked"])
def test_a_probe_goes_to_all_hosts_at_once_whatever_the_task_says(send: Any, run_on: str) -> None:
    calls = give_clients(send, ssm=SENT)
    how = {"MaxConcurrency": "1", "MaxErrors": "0"}
    event = send_event(input={"probe": "1"}, run_on=run_on, command=how, overlap="skip")
    got = send.handler(event, None)["run"]
    assert (got["outcome"], got["tried"], got["probe"]) == ("sent", [], "1")
    (call,) = calls
    told = facts_of(call)
    assert (told["probe"], told["due"], told["limit"]) == ("1", "", "60")
    assert told["live"] == ("" if run_on == "marked" else "2027-03-14T03:00Z")
    sent = {key: value for key, value in call.parameters.items() if key != "Parameters"}
    assert sent == {
        "DocumentName": "AWS-RunShellScript",
        "TimeoutSeconds": 60,
        "MaxConcurrency": "100%",
        "MaxErrors": "100%",
        "Comment": "by-hand 0 web-backup",
        "Targets": [{"Key": "tag:role", "Values": ["web"]}],
    }
    assert call.parameters["Parameters"]["executionTimeout"] == ["240"]


def test_a_run_is_no_probe(send: Any) -> None:
    calls = give_clients(send, ssm=SENT)
    assert "probe" not in send.handler(send_event(), None)["run"]
    assert facts_of(calls[0])["probe"] == ""


def test_a_probe_that_goes_on_is_no_run_that_goes_on(send: Any) -> None:
    earlier = [running("probe-1", 30, {"probe": "1"})]
    given: dict[str, Any] = {
        "ssm": SENT,
        "stepfunctions": {
            "list_executions": [{"executions": earlier}],
            "describe_execution": earlier[0],
        },
    }
    give_clients(send, **given)
    got = send.handler(send_event(**NAMED, overlap="skip"), None)["run"]
    assert got["outcome"] == "sent"


# --- the target

TARGETS = [
    ["role=web"],
    ["role=web,db"],
    ["role=web", "Name=a b,c"],
    ["env=x=y", "Name=a", "role=web", "zone=1,2", "A=b"],
]


def tagged(target: Target) -> dict[str, str]:
    """The target as the machine's payload has it."""
    told = {"MoreTags": "", **target.parameters()}
    return {
        "tag_name": told["EC2InstanceTagName"],
        "tag_value": told["EC2InstanceTagValue"],
        "more_tags": told["MoreTags"],
    }


@pytest.mark.parametrize("given", TARGETS)
@pytest.mark.parametrize(
    "more", [{}, {"run_on": "marked"}, {"run_on": "one", "input": {"probe": "1"}}]
)
def test_any_value_of_a_key_and_all_of_the_keys(
    send: Any, given: list[str], more: dict[str, Any]
) -> None:
    target = Target.parse(given)
    calls = give_clients(send, ssm=SENT)
    send.handler(send_event(**tagged(target), **more), None)
    assert sent_to(calls) == [target.run_command()]


@pytest.mark.parametrize("given", TARGETS)
def test_one_is_chosen_from_the_hosts_with_all_of_the_keys(send: Any, given: list[str]) -> None:
    target = Target.parse(given)
    calls = give_clients(send, **fleet({OLD: True, MIDDLE: True}))
    send.handler(send_event(run_on="one", **tagged(target)), None)
    asked = {call.operation: call.parameters for call in calls}
    assert asked["DescribeInstanceInformation"]["Filters"] == target.run_command()
    assert asked["DescribeInstances"]["Filters"] == target.filters()
    assert sent_to(calls) == [[OLD]]


def test_a_target_without_hosts_is_named_as_it_is_typed(send: Any) -> None:
    target = Target.parse(["role=web,db", "Name=a"])
    give_clients(send, **fleet({}))
    got = step(send, send_event(run_on="one", **tagged(target)))
    assert (got["Error"], got["Cause"]) == (
        "NoHost",
        "no managed host has the tag Name=a role=db,web",
    )


def test_a_machine_of_an_earlier_release_has_one_tag(send: Any) -> None:
    """Executions that run while their stack is updated."""
    calls = give_clients(send, ssm=SENT)
    event = send_event()
    del event["more_tags"]
    send.handler(event, None)
    assert sent_to(calls) == [[{"Key": "tag:role", "Values": ["web"]}]]
