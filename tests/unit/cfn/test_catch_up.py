"""CatchUp=once in both steps, as the code that stands in the template, with fakes for clients."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from tests.fake_clients import Call, give_clients, refused
from tests.stack_cases import (
    DELIVERED,
    MACHINE,
    MIDDLE,
    NAMED,
    OLD,
    RUN,
    again,
    ask,
    command,
    fleet,
    host,
    running,
    send_event,
    step,
    wait_event,
)
from tests.stack_template import function

NAME = "2027-03-14T03-00Z-late"
DUE = datetime(2027, 3, 14, 3, tzinfo=UTC)
LATE: dict[str, Any] = {
    "input": DELIVERED | {"late": [], "unclear": []},
    "execution": NAME,
    "catch_up": "once",
    "waits": 1,
}
DOWN = {OLD: False, MIDDLE: False}
UNTIL = "it runs once when a host is back, until 2027-03-16 03:00 UTC"


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COMMAND", "echo hello")
    made = function("SendFunction")
    made.time = SimpleNamespace(time=lambda: DUE.timestamp() + 3_600)
    at(made, timedelta(hours=1))
    return made


def at(send: Any, after: timedelta) -> None:
    """The function's clock is so long after the minute."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Now:
            return cls.fromtimestamp((DUE + after).timestamp(), tz)

    send.datetime = Now


def machines(*others: dict[str, Any]) -> dict[str, Any]:
    inputs = {each["executionArn"]: each["input"] for each in others}
    return {
        "start_execution": {"executionArn": f"{RUN}:x"},
        "list_executions": [{"executions": [each]} for each in others] or [{"executions": []}],
        "describe_execution": lambda executionArn: {"input": inputs[executionArn]},
    }


def started(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.operation == "StartExecution"]


def sent(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.operation == "SendCommand"]


# --- the run whose hosts are down


@pytest.mark.parametrize("run_on", ["all", "marked", "one"])
@pytest.mark.parametrize("hosts", [DOWN, {}])
def test_a_run_without_a_host_starts_another_one_that_waits(
    *, send: Any, run_on: str, hosts: dict[str, bool]
) -> None:
    calls = give_clients(send, **fleet(hosts), stepfunctions=machines())
    event = send_event(input=DELIVERED, execution="4711", run_on=run_on, catch_up="once")
    if run_on == "one":
        event |= NAMED
    got = step(send, event)
    assert (got["outcome"], got["Error"]) == ("NotStarted", "NoHost")
    assert got["Cause"].endswith(f"; {UNTIL}")
    (call,) = started(calls)
    assert (call.parameters["stateMachineArn"], call.parameters["name"]) == (MACHINE, NAME)
    assert json.loads(call.parameters["input"]) == event["input"] | {"late": [], "unclear": []}
    assert sent(calls) == []


def test_of_two_deliveries_the_second_finds_it_started(send: Any) -> None:
    there = refused("ExecutionAlreadyExists", operation="StartExecution")
    give_clients(send, **fleet(DOWN), stepfunctions=machines() | {"start_execution": there})
    got = step(send, send_event(input=DELIVERED, execution="4712", catch_up="once"))
    assert (got["Error"], got["Cause"].rpartition("; ")[2]) == ("NoHost", UNTIL)


@pytest.mark.parametrize(
    ("code", "outcome", "error"),
    [("AccessDeniedException", "NotStarted", "AccessDeniedException"), ("Throttling", "", "")],
)
def test_where_it_cannot_be_started_that_is_told_or_tried_again(
    *, send: Any, code: str, outcome: str, error: str
) -> None:
    no = refused(code, operation="StartExecution")
    give_clients(send, **fleet(DOWN), stepfunctions=machines() | {"start_execution": no})
    event = send_event(input=DELIVERED, execution="4711", catch_up="once")
    if not outcome:
        with pytest.raises(send.NoAnswer):
            send.handler(event, None)
        return
    got = step(send, event)
    assert (got["outcome"], got["Error"]) == (outcome, error)


@pytest.mark.parametrize("given", [{}, "now", {"probe": "1"}, DELIVERED | {"probe": "1"}])
def test_a_run_by_hand_and_a_probe_are_not_caught_up(send: Any, given: Any) -> None:
    calls = give_clients(send, **fleet(DOWN), stepfunctions=machines())
    got = step(send, send_event(input=given, catch_up="once"))
    assert got["outcome"] == "sent"
    assert [call.operation for call in calls] == ["SendCommand"]
    assert "once" not in got


@pytest.mark.parametrize("catch_up", ["none", None])
def test_without_it_no_call_is_made_that_was_not_made_before(send: Any, catch_up: Any) -> None:
    event = send_event(input=DELIVERED, execution="4711", catch_up=catch_up)
    if catch_up is None:  # an execution that goes on with the machine before an upgrade
        del event["catch_up"]
    calls = give_clients(send, **fleet(DOWN), stepfunctions=machines())
    got = step(send, event)
    assert (got["outcome"], "once" in got) == ("sent", False)
    assert [call.operation for call in calls] == ["SendCommand"]
    calls = give_clients(send, **fleet(DOWN), stepfunctions=machines())
    got = step(send, event | NAMED | {"run_on": "one"})
    assert (got["Error"], got["Cause"][-9:]) == ("NoHost", "is online")
    assert started(calls) == []


def test_a_run_that_finds_a_host_sends_and_may_still_be_caught_up(send: Any) -> None:
    calls = give_clients(send, **fleet({OLD: False, MIDDLE: True}), stepfunctions=machines())
    got = step(send, send_event(input=DELIVERED, execution="4711", catch_up="once"))
    assert (got["outcome"], got["once"]) == ("sent", "1")
    assert [c.operation for c in calls] == ["DescribeInstanceInformation", "SendCommand"]
    (text,) = calls[1].parameters["Parameters"]["commands"]
    assert f"\nkeep={3_600 + 172_620 + 3 * 86_400}\n" in text


def test_hosts_that_are_asked_again_are_not_looked_for(send: Any) -> None:
    calls = give_clients(send, **fleet(DOWN), stepfunctions=machines())
    state = again({"outcome": "Unclear", "unclear": ["all"], "tried": []})
    got = step(send, send_event(input=DELIVERED, execution="4711", catch_up="once", state=state))
    assert (got["outcome"], started(calls)) == ("sent", [])


def denied(host: str) -> Any:
    error = refused("AccessDeniedException")
    error.args = (f"{error} on resource: arn:aws:ec2:eu-west-1:123456789012:instance/{host}",)
    return error


def test_a_host_that_has_just_stopped_is_waited_for(send: Any) -> None:
    """Systems Manager still calls it online, and refuses it."""
    world = fleet({OLD: True}, send_command=refused("InvalidInstanceId"))
    calls = give_clients(send, **world, stepfunctions=machines())
    got = step(send, send_event(**NAMED, run_on="one", catch_up="once"))
    assert got["Error"] == "NoHost"
    assert got["Cause"].endswith(f"; {UNTIL}")
    (call,) = started(calls)
    assert json.loads(call.parameters["input"]) == NAMED["input"] | {"late": [], "unclear": []}


@pytest.mark.parametrize("tried", [[OLD], []])
def test_hosts_that_are_all_there_and_cannot_run_it_are_not_waited_for(
    send: Any, tried: list[str]
) -> None:
    world = fleet({OLD: True}, send_command=denied(OLD))
    calls = give_clients(send, **world, stepfunctions=machines())
    state = {"run": came(tried=tuple(tried)) | {"outcome": "next-host"}}
    event = send_event(**NAMED, run_on="one", catch_up="once", state=state)
    got = step(send, event)
    assert (got["Error"], started(calls)) == ("NoHost", [])
    assert "no host is left to try" in got["Cause"]


def test_of_one_host_those_that_are_down_are_waited_for_where_the_others_have_no_line(
    send: Any,
) -> None:
    calls = give_clients(send, **fleet({OLD: False, MIDDLE: True}), stepfunctions=machines())
    state = {"run": came(tried=(MIDDLE,)) | {"outcome": "next-host"}}
    got = step(send, send_event(**NAMED, run_on="one", catch_up="once", state=state))
    assert (got["Error"], got["Cause"].endswith(f"; {UNTIL}")) == ("NoHost", True)
    (call,) = started(calls)
    assert json.loads(call.parameters["input"])["late"] == [MIDDLE]


# --- after the second step


def came(**facts: Any) -> dict[str, Any]:
    return {**wait_event(**facts)["run"], "once": "1"}


@pytest.mark.parametrize(
    ("hosts", "tried", "said"),
    [
        ([host("DeliveryTimedOut", "")], (), {"late": [], "unclear": []}),
        ([host("Undeliverable", "", 5)], (), {"late": [], "unclear": []}),
        (
            [host("DeliveryTimedOut", ""), host("Undeliverable", "", -1, number=2)],
            (),
            {"late": [], "unclear": []},
        ),
        (
            [
                host("DeliveryTimedOut", ""),
                host(output="[cron2aws] exit=- seconds=0 outcome=not-here\n", number=2),
            ],
            (),
            {"late": ["i-002"], "unclear": []},
        ),
        # of one host: no other host's ledger knows whether it ran
        ([host("DeliveryTimedOut", "")], ("i-001",), {"late": [], "unclear": ["i-001"]}),
    ],
)
def test_hosts_that_did_not_take_it_are_waited_for(
    hosts: list[dict[str, Any]], tried: tuple[str, ...], said: dict[str, Any]
) -> None:
    got, _ = ask(command("TimedOut", targets=len(hosts)), hosts, run=came(tried=tried))
    assert {name: got[name] for name in said} == said
    assert got["outcome"] == "next-host"


@pytest.mark.parametrize(
    ("hosts", "targets"),
    [
        ([host("DeliveryTimedOut", ""), host(number=2)], 2),  # one ran it: told as ever
        ([host("DeliveryTimedOut", ""), host("Failed", "", 3, number=2)], 2),
        ([host("DeliveryTimedOut", "")], 2),  # of the other nothing is known
        ([host(output="[cron2aws] exit=- seconds=0 outcome=not-here\n")], 1),
        ([], 0),
    ],
)
def test_where_any_host_took_it_nothing_is_caught_up(
    hosts: list[dict[str, Any]], targets: int
) -> None:
    got, _ = ask(command("TimedOut", targets=targets), hosts, run=came())
    assert got["outcome"] == "failed"


def test_without_it_hosts_that_did_not_take_it_are_told() -> None:
    got, _ = ask(command("TimedOut"), [host("DeliveryTimedOut", "")])
    assert got["outcome"] == "failed"
    assert "the host did not take it within 5 min" in got["message"]


def test_what_never_started_on_one_host_still_goes_to_the_next() -> None:
    got, _ = ask(command("Failed"), [host("Undeliverable", "", -1)], run=came(tried=("i-001",)))
    assert (got["outcome"], "late" in got) == ("next-host", False)


@pytest.mark.parametrize(
    ("idle", "unclear", "run_on"), [(["i-002"], [], "all"), ([], [OLD], "one")]
)
def test_the_first_step_then_starts_it_and_tells(
    *, send: Any, idle: list[str], unclear: list[str], run_on: str
) -> None:
    calls = give_clients(send, **fleet({OLD: True}), stepfunctions=machines())
    run = came(tried=tuple(unclear)) | {"late": idle, "unclear": unclear, "outcome": "next-host"}
    event = send_event(**NAMED, run_on=run_on, catch_up="once", overlap="skip", state={"run": run})
    got = step(send, event)
    assert (got["Error"], got["Cause"]) == ("NoHost", f"no host took the command; {UNTIL}")
    assert [call.operation for call in calls] == ["StartExecution"]
    given = json.loads(started(calls)[0].parameters["input"])
    assert given == NAMED["input"] | {"late": idle, "unclear": unclear}


# --- the execution that waits


def later(send: Any, event: dict[str, Any]) -> str:
    with pytest.raises(send.Later) as caught:
        send.handler(event, None)
    return str(caught.value)


def test_it_waits_for_a_host_and_calls_little(send: Any) -> None:
    calls = give_clients(send, **fleet(DOWN), stepfunctions=machines())
    assert "none of the 2 hosts" in later(send, send_event(**LATE))
    assert [c.operation for c in calls] == ["ListExecutions", "DescribeInstanceInformation"]


@pytest.mark.parametrize("run_on", ["all", "marked", "one"])
def test_it_sends_the_run_of_its_minute_once_a_host_is_back(send: Any, run_on: str) -> None:
    calls = give_clients(send, **fleet({OLD: True}), stepfunctions=machines())
    got = step(send, send_event(**LATE, run_on=run_on, retries=40))
    assert (got["outcome"], got["unclear"], "once" in got) == ("sent", [], False)
    assert got["scheduled_time"] == "2027-03-14T03:00:00Z"
    (call,) = sent(calls)
    assert call.parameters["Comment"].startswith(f"{NAME} 0 ")
    (text,) = call.parameters["Parameters"]["commands"]
    assert "\nrun=2027-03-14T03-00Z\n" in text
    assert f"\ndue={int(DUE.timestamp())}\n" in text
    assert started(calls) == []  # it is never handed over


def test_of_one_host_only_that_one_is_asked(send: Any) -> None:
    given = LATE | {"input": DELIVERED | {"late": [], "unclear": [OLD]}}
    world = {OLD: False, MIDDLE: True}
    give_clients(send, **fleet(world), stepfunctions=machines())
    assert "not back" in later(send, send_event(**given, run_on="one"))
    calls = give_clients(send, **fleet(world | {OLD: True}), stepfunctions=machines())
    got = step(send, send_event(**given, run_on="one"))
    assert [call.parameters["InstanceIds"] for call in sent(calls)] == [[OLD]]
    assert (got["tried"], got["unclear"]) == ([OLD], [OLD])


def test_a_host_without_the_line_is_not_waited_for(send: Any) -> None:
    given = LATE | {"input": DELIVERED | {"late": [MIDDLE], "unclear": []}}
    give_clients(send, **fleet({OLD: False, MIDDLE: True}), stepfunctions=machines())
    assert "not back" in later(send, send_event(**given))
    give_clients(send, **fleet({OLD: True, MIDDLE: True}), stepfunctions=machines())
    assert step(send, send_event(**given))["outcome"] == "sent"


def test_it_waits_no_longer_than_two_days(send: Any) -> None:
    calls = give_clients(send, **fleet(DOWN), stepfunctions=machines())
    at(send, timedelta(days=2))
    later(send, send_event(**LATE))
    at(send, timedelta(days=2, seconds=1))
    got = step(send, send_event(**LATE))
    assert (got["Error"], got["Cause"].rpartition("; ")[2]) == (
        "NoHost", "it is waited for no longer"
    )  # fmt: skip
    assert started(calls) == []


@pytest.mark.parametrize(
    ("service", "name", "error"),
    [
        ("stepfunctions", "list_executions", refused("ThrottlingException")),
        ("ssm", "describe_instance_information", refused("InternalServerError", 500)),
        ("ssm", "send_command", refused("ThrottlingException")),
        ("ssm", "describe_instance_information", ConnectTimeoutError(endpoint_url="x")),
    ],
)
def test_what_passes_does_not_end_the_wait(
    *, send: Any, service: str, name: str, error: Exception
) -> None:
    """Of `NoAnswer` the machine takes 60 in all; a wait has 600 looks."""
    world = fleet({OLD: True}) | {"stepfunctions": machines()}
    give_clients(send, **{**world, service: world[service] | {name: error}})
    later(send, send_event(**LATE))


def test_a_right_that_is_missing_ends_the_wait(send: Any) -> None:
    no = refused("AccessDeniedException", operation="ListExecutions")
    give_clients(send, **fleet({OLD: True}), stepfunctions=machines() | {"list_executions": no})
    assert step(send, send_event(**LATE))["Error"] == "AccessDeniedException"


@pytest.mark.parametrize("unclear", [[], [OLD]])
def test_hosts_that_have_just_stopped_again_do_not_end_the_wait(
    send: Any, unclear: list[str]
) -> None:
    given = LATE | {"input": DELIVERED | {"late": [], "unclear": unclear}}
    world = fleet({OLD: True}, send_command=refused("InvalidInstanceId"))
    give_clients(send, **world, stepfunctions=machines())
    assert "InvalidInstanceId" in later(send, send_event(**given, run_on="one"))


@pytest.mark.parametrize("unclear", [[], [OLD]])
def test_a_host_that_is_back_without_the_line_does_not_end_the_wait_for_the_others(
    send: Any, unclear: list[str]
) -> None:
    """Its ledger says that nothing has started there: any other may be asked, and it no more."""
    given = LATE | {"input": DELIVERED | {"late": [], "unclear": unclear}}
    run = came(tried=(OLD,)) | {"outcome": "next-host"}
    event = send_event(**given, run_on="one", state={"run": run})
    give_clients(send, **fleet({OLD: True, MIDDLE: False}), stepfunctions=machines())
    later(send, event)
    calls = give_clients(send, **fleet({OLD: True, MIDDLE: True}), stepfunctions=machines())
    assert (step(send, event)["tried"], len(sent(calls))) == ([OLD, MIDDLE], 1)


@pytest.mark.parametrize("retries", [0, 40])
@pytest.mark.parametrize("run_on", ["all", "one"])
def test_a_host_without_a_ledger_is_told_that_the_command_may_have_come_before(
    *, send: Any, retries: int, run_on: str
) -> None:
    calls = give_clients(send, **fleet({OLD: True}), stepfunctions=machines())
    step(send, send_event(**LATE, retries=retries, run_on=run_on))
    assert "\nresent=1\n" in sent(calls)[0].parameters["Parameters"]["commands"][0]


def test_what_it_may_have_sent_is_looked_for_in_an_hour_and_not_in_all_of_its_wait(
    send: Any,
) -> None:
    """More pages than the function has time for where the account sends much."""
    at(send, timedelta(hours=40))
    calls = give_clients(send, **fleet({OLD: True}), stepfunctions=machines())
    step(send, send_event(**LATE, run_on="one", retries=500))
    listed = next(call for call in calls if call.operation == "ListCommands")
    assert listed.parameters["Filters"] == [
        {"key": "InvokedAfter", "value": "2027-03-15T18:00:00Z"}
    ]


def other(name: str, hours: float = 1) -> dict[str, Any]:
    return running(name, 0, {}) | {"startDate": DUE + timedelta(hours=hours)}


@pytest.mark.parametrize(
    ("others", "skipped"),
    [
        ([other("2027-03-14T03-05Z-late")], True),
        # it may have begun before, as its hosts were known to be down
        ([other("4711", 2), other("2027-03-14T03-05Z-late", 0.1)], True),
        ([other("2027-03-14T02-55Z-late")], False),
        ([other(NAME)], False),
        ([other("2027-03-14T03-05Z")], False),
        ([other("by-hand-2027")], False),
        ([other("4711", -0.1), other("2027-03-15T03-05Z-late", -0.2)], False),  # never looked at
    ],
)
def test_of_all_missed_minutes_the_newest_one_runs(
    *, send: Any, others: list[dict[str, Any]], skipped: bool
) -> None:
    calls = give_clients(send, **fleet({OLD: True}), stepfunctions=machines(*others))
    got = step(send, send_event(**LATE))
    assert got["outcome"] == ("Skipped" if skipped else "sent")
    assert got.get("reason") == ("a later minute is caught up instead" if skipped else None)
    listed = next(call for call in calls if call.operation == "ListExecutions")
    assert listed.parameters == {"stateMachineArn": MACHINE, "maxResults": 1000}


def test_once_the_task_is_disabled_it_ends(send: Any) -> None:
    calls = give_clients(send, **fleet({OLD: True}), stepfunctions=machines())
    event = send_event(**LATE)
    del event["waits"]
    with pytest.raises(send.Skipped, match="the task is disabled, or catches up no more"):
        send.handler(event, None)
    assert calls == []


@pytest.mark.parametrize("given", [{}, DELIVERED, {"probe": "1"}])
def test_all_else_is_the_same_for_both_handlers(send: Any, given: Any) -> None:
    give_clients(send, **fleet({OLD: True}), stepfunctions=machines())
    send.time = SimpleNamespace(time=lambda: 5.0)
    event = send_event(input=given, execution="4711", catch_up="once")
    assert send.catching_up(event, None) == send.handler(event, None)


# --- with Overlap=skip


def with_commands(world: dict[str, Any], *comments: str) -> dict[str, Any]:
    commands = [{"Comment": each, "CommandId": "c-0"} for each in comments]
    return world | {"ssm": world["ssm"] | {"list_commands": [{"Commands": commands}]}}


@pytest.mark.parametrize("has_sent", [True, False])
def test_a_run_is_skipped_for_one_that_is_caught_up_only_once_it_has_sent(
    *, send: Any, has_sent: bool
) -> None:
    waiting = running(NAME, 7_000.5, LATE["input"])
    world = with_commands(fleet({OLD: True}), *[f"{NAME} 0 web-backup"] * has_sent)
    calls = give_clients(send, **world, stepfunctions=machines(waiting))
    event = send_event(
        input=DELIVERED | {"scheduled_time": "2027-03-14T05:00:00Z"},
        execution="4711",
        overlap="skip",
        catch_up="once",
    )
    got = step(send, event)
    assert got["outcome"] == ("Skipped" if has_sent else "sent")
    listed = next(call for call in calls if call.operation == "ListCommands")
    assert listed.parameters["Filters"] == [{"key": "ExecutionStage", "value": "Executing"}]


@pytest.mark.parametrize("seconds", [60, -60])
def test_it_waits_for_the_end_of_a_run_whichever_began_first(send: Any, seconds: int) -> None:
    """It was promised, so it is put off, and not skipped."""
    run = running("4711", seconds, DELIVERED | {"scheduled_time": "2027-03-14T03:05:00Z"})
    give_clients(send, **fleet({OLD: True}), stepfunctions=machines(run))
    assert later(send, send_event(**LATE, overlap="skip")) == "4711 is still running"
    give_clients(send, **fleet({OLD: True}), stepfunctions=machines(run))
    assert step(send, send_event(**LATE))["outcome"] == "sent"
