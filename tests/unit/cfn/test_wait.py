"""The second step, as the code that stands in the template, with a fake Systems Manager."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_clients import give_clients, refused
from tests.stack_cases import (
    BEGUN,
    COMMAND_ID,
    LATE,
    STATUS,
    Clock,
    ask,
    command,
    host,
    wait_event,
)
from tests.stack_template import function

CONSOLE = "https://eu-west-1.console.aws.amazon.com"
NOBODY = command("Success", "NoInstancesInTag", 0)


@pytest.mark.parametrize(
    ("parent", "hosts", "age", "outcome"),
    [
        # eventual consistency after sending
        (None, [], 0, "running"),
        (None, [], LATE, "running"),
        (None, [], 901, "failed"),
        (command("Pending", targets=0), [], LATE, "running"),
        (command("Success", targets=0), [], 0, "running"),
        (command("Success", targets=0), [], LATE, "failed"),
        (command("Success", targets=2), [host()], 3, "running"),
        (command("Success", targets=2), [host()], LATE, "failed"),
        # a tag that nobody has is a Success to Systems Manager
        (NOBODY, [], 0, "failed"),
        # while any host works
        (command("InProgress"), [host("InProgress", "")], 5, "running"),
        (command("Pending"), [host("Pending", "")], 5, "running"),
        (command("Pending"), [host("Delayed", "")], 5, "running"),
        (
            command("InProgress", targets=2),
            [host(), host("InProgress", "", number=2)],
            5,
            "running",
        ),
        (command("Success", targets=2), [host(), host("InProgress", "", number=2)], 5, "running"),
        # the first of three hosts is listed, and has ended, before the others are counted
        (command("Pending", targets=0), [host()], 0, "running"),
        (command("InProgress", targets=0), [host()], 5, "running"),
        (command("InProgress", targets=3), [host()], LATE, "running"),
        # the parent lags behind its hosts, and for ever
        (command("InProgress"), [host()], 5, "running"),
        (command("InProgress"), [host()], LATE, "succeeded"),
        # and lies
        (command("Success"), [host("Undeliverable", "", -1)], 5, "failed"),
        (command("Success", targets=2), [host(), host("Failed", "", 1, 2)], 5, "failed"),
        (command("Failed", targets=2), [host(), host(number=2)], 5, "succeeded"),
        # every way for a host to end
        (command(), [host("Success")], 5, "succeeded"),
        (command("Failed"), [host("Failed", "", 3)], 5, "failed"),
        (command("TimedOut"), [host("DeliveryTimedOut", "", -1)], 5, "failed"),
        (command("TimedOut"), [host("ExecutionTimedOut", "", 137)], 5, "failed"),
        (command("Cancelled"), [host("Cancelled", "", -1)], 5, "failed"),
        (command("Failed"), [host("Terminated", "", -1)], 5, "failed"),
        (command("Failed"), [host("InvalidPlatform", "", -1)], 5, "failed"),
        (command("Failed"), [host("AccessDenied", "", -1)], 5, "failed"),
        (command(), [host("ANewStatus", "")], 5, "running"),
        # the job's exit code is told by our script's first line
        (command(), [host("Success", "[cron2aws] exit=168 seconds=1\n", 0)], 5, "failed"),
        (command(), [host("Failed", "[cron2aws] exit=0 seconds=1\n", 1)], 5, "succeeded"),
        # a command written by hand has no such line
        (command(), [host("Success", "hello")], 5, "succeeded"),
        (command(), [host("Success", "hello [cron2aws] exit=3 seconds=1\n")], 5, "succeeded"),
        # over the time of delivery and execution, SSM should have ended it
        (command("InProgress"), [host("InProgress", "")], 4_750, "running"),
        (command("InProgress"), [host("InProgress", "")], 4_801, "failed"),
        # an older page of AWS: one starts, then two, then four, each step after the one before
        (command("InProgress", "", 3), [host("InProgress", "")], 8_650, "running"),
        (command("InProgress", "", 3), [host("InProgress", "")], 8_701, "failed"),
        (command("InProgress", "", 4), [host("InProgress", "")], 12_550, "running"),
        # one host after the other: it should have, after as many executions as there are hosts
        (command("InProgress", "", 5, "1"), [host("InProgress", "")], 20_350, "running"),
        (command("InProgress", "", 5, "50%"), [host("InProgress", "")], 20_350, "running"),
        (command("InProgress", "", 5, "1"), [host("InProgress", "")], 20_401, "failed"),
        (command("Pending", "", 0, "1"), [], 4_801, "failed"),
    ],
)
def test_judges(
    parent: dict[str, Any] | None, hosts: list[dict[str, Any]], age: int, outcome: str
) -> None:
    answer, _ = ask(parent, hosts, age=age)
    assert answer["outcome"] == outcome


@pytest.mark.parametrize(
    ("details", "code", "certain"),
    [
        ("AccessDenied", -1, True),
        ("InvalidPlatform", -1, True),
        ("Undeliverable", -1, True),
        ("Undeliverable", 1, False),
        ("DeliveryTimedOut", -1, False),  # finished commands were seen listed so
        ("Terminated", -1, False),
        ("Cancelled", -1, False),
        ("Failed", 1, False),
        ("ExecutionTimedOut", 137, False),
        ("Success", 0, False),
    ],
)
def test_goes_to_the_next_host_only_where_nothing_started(
    details: str, code: int, *, certain: bool
) -> None:
    there = [host(details, "", code)]
    one, _ = ask(command(STATUS.get(details, details)), there, tried=("i-001",))
    assert (one["outcome"] == "next-host") is certain
    assert one["tried"] == ["i-001"]
    every, _ = ask(command(STATUS.get(details, details)), there)
    assert every["outcome"] != "next-host"


def test_goes_to_the_next_host_where_the_line_is_not_here() -> None:
    """Also after calls that nobody answered: they went to this host, whose ledger says the same."""
    line = "[cron2aws] exit=- seconds=0 outcome=not-here\n"
    there = [host("Success", line, 0)]
    for unclear in ([], ["i-001"]):
        one, _ = ask(command(), there, tried=("i-001",), unclear=unclear)
        assert (one["outcome"], one["tried"], one["unclear"]) == ("next-host", ["i-001"], [])
    every, _ = ask(command(), there)
    assert every["outcome"] == "failed"


def test_the_output_has_each_hosts_own_word() -> None:
    first = "[cron2aws] exit=- seconds=0 outcome=left-to-cron tab=/etc/cron.d/other\n"
    second = "[cron2aws] exit=- seconds=0 outcome=not-here\n"
    there = [host("Success", first, 0), host("Success", second, 0, number=2)]
    got, _ = ask(command(targets=2), there)
    assert got["outcome"] == "skipped"
    assert got["hosts"] == {"i-001": "left-to-cron /etc/cron.d/other", "i-002": "not-here"}


def test_no_host_is_next_where_an_earlier_call_may_have_started_it() -> None:
    """A call that nobody answered went to the same host, and its command is another one."""
    there = [host("Undeliverable", "", -1)]
    one, _ = ask(command(STATUS["Undeliverable"]), there, tried=("i-001",), unclear=("i-001",))
    assert one["outcome"] == "failed"


def test_how_long_is_waited_is_the_tasks_own_limits() -> None:
    """4,800 s by default: an hour, 300 s, and 900 s more."""
    there = [host("InProgress", "")]
    for name, seconds in (("execution_timeout", "7200"), ("delivery_timeout", "3900")):
        limits: dict[str, Any] = {name: seconds}
        answer, _ = ask(command("InProgress"), there, age=4_850, **limits)
        assert answer["outcome"] == "running"
        answer, _ = ask(command("InProgress"), there, age=8_450, **limits)
        assert answer["outcome"] == "failed"


def test_reads_every_page_and_tells_the_failed_host_first() -> None:
    hosts = [host(number=number) for number in range(120)]
    hosts[119] = host("Failed", "[cron2aws] exit=3 seconds=7\nno space\n", 3, 119)
    answer, _ = ask(command(targets=120), hosts, page=50)
    assert answer["outcome"] == "failed"
    assert answer["subject"] == "FAILED on 1 of 120 app@web-119 backup --token ****"
    lines = answer["message"].splitlines()
    assert lines[10:12] == ["FAILED i-119 web-119: it ran and ended with exit code 3", "  took 7 s"]
    assert sum(line.startswith("ok ") for line in lines) == 49
    assert "and 70 more hosts\n\nExecution  " in answer["message"]


def test_the_message_is_short() -> None:
    """The last forty lines of either output, 300 characters of each line, of five hosts at most."""
    long = "".join(f"{number:02}{'x' * 40}\n" for number in range(60)) + "y" * 400
    hosts = [host("Failed", "", 1, number) for number in range(6)]
    outputs = {each["InstanceId"]: (long, "") for each in hosts}
    answer, calls = ask(command("Failed", targets=6), hosts, outputs=outputs, page=50)
    lines = [line for line in answer["message"].splitlines() if line.startswith("  | ")]
    assert len(lines) == 5 * 40
    assert [line[4:6] for line in lines[:40]] == [
        *(f"{number:02}" for number in range(21, 60)),
        "yy",
    ]
    assert max(map(len, lines)) == 4 + 300
    assert sum(call.operation == "GetCommandInvocation" for call in calls) == 5


def test_the_message_fits_into_the_cause_of_a_failed_execution() -> None:
    """32,768 characters (ExecutionFailedEventDetails); the links come behind what is cut off."""
    hosts = [host("Failed", "", 1, number) for number in range(60)]
    for each in hosts:
        each["InstanceName"] = "n" * 1_000
    answer, _ = ask(command("Failed", targets=60), hosts, page=50)
    text, _, links = answer["message"].partition("\nand 10 more hosts\n\n")
    assert len(text) == 28_000
    assert links.startswith("Execution  https://")
    assert len(answer["message"]) < 32_768


def test_without_our_first_line_the_agents_facts_are_told() -> None:
    answer, _ = ask(command("Failed"), [host("Failed", "oops", 3)])
    assert (
        "FAILED i-001 web-1: it ended with exit code 3, without a report of how it went\n"
        "  took 1 min 30 s\n  | oops"
    ) in answer["message"]


@pytest.mark.parametrize(
    ("parent", "hosts", "verdict"),
    [
        (NOBODY, [], "FAILED: no host has the tag role=web"),
        (None, [], "FAILED on 0 of 0 hosts (command: not known)"),
        (
            command("Failed", "RateExceeded", 2),
            [],
            "FAILED on 2 of 2 hosts (command: RateExceeded)",
        ),
        (command("Failed", targets=2), [host("Failed", "", 1)], "FAILED on 2 of 2 hosts"),
    ],
)
def test_says_why_where_no_host_can(
    parent: dict[str, Any] | None, hosts: list[dict[str, Any]], verdict: str
) -> None:
    answer, _ = ask(parent, hosts, age=5_000)
    assert f"Result     {verdict}\n" in answer["message"]
    several = " on 2 of 2" if "2 of 2" in verdict else ""
    assert answer["subject"] == f"FAILED{several} app@web backup --token ****"


def test_links_lead_to_the_given_console_and_the_executions_region() -> None:
    arn = "arn:aws-cn:states:cn-north-1:1:execution:m:x"
    answer, _ = ask(command(), [host()], execution=arn, site="console.amazonaws.cn")
    links = [line.split()[1] for line in answer["message"].splitlines()[-2:]]
    site, query = "https://console.amazonaws.cn", "?region=cn-north-1"
    assert links == [
        f"{site}/states/home{query}#/v2/executions/details/{arn}",
        f"{site}/systems-manager/run-command/{COMMAND_ID}{query}",
    ]


@given(
    output=st.text(max_size=60_000),
    name=st.text(max_size=300),
    task=st.text(max_size=60),
    count=st.integers(0, 60),
)
def test_whatever_hosts_print_the_message_can_be_published(
    output: str, name: str, task: str, count: int
) -> None:
    hosts = [host("Failed", output[:2_500], 1, number) for number in range(count)]
    for each in hosts:
        each["InstanceName"] = name
    outputs = {each["InstanceId"]: (output[:24_000], output[:8_000]) for each in hosts}
    answer, _ = ask(command(targets=count), hosts, outputs=outputs, task=task, page=50)
    assert len(answer["subject"]) < 100
    assert answer["subject"].isascii()
    assert answer["subject"].isprintable()
    assert len(answer["message"].encode("utf-8", "replace")) < 200_000


def test_as_many_hosts_as_are_told_leave_none_over() -> None:
    hosts = [host(number=number) for number in range(50)]
    answer, _ = ask(command(targets=50), hosts, page=50)
    assert "more hosts" not in answer["message"]


def test_a_host_that_never_began_has_no_seconds() -> None:
    undelivered = host("Undeliverable", "", -1)
    (plugin,) = undelivered["CommandPlugins"]
    del plugin["ResponseFinishDateTime"]
    answer, _ = ask(command("Failed"), [undelivered])
    assert (
        "i-001 web-1: it did not run: Systems Manager cannot reach the host\n\n"
        in answer["message"]
    )


def test_only_the_scripts_own_first_line_is_taken_away() -> None:
    output = "[cron2aws] exit=0 seconds=1\n[cron2aws] exit=9 seconds=9\n"
    answer, _ = ask(command(), [host(output=output)])
    told = [line for line in answer["message"].splitlines() if line.startswith("  | ")]
    assert told == ["  | [cron2aws] exit=9 seconds=9"]


def test_a_long_subject_is_cut_to_what_sns_takes() -> None:
    answer, _ = ask(NOBODY, [], shown="t" * 100)
    assert answer["subject"] == ("FAILED app@web " + "t" * 100)[:99]


@pytest.mark.parametrize(
    "error",
    [
        refused("ThrottlingException"),
        refused("InternalServerError", 500),
        refused("ServiceUnavailable", 503),
        ReadTimeoutError(endpoint_url="https://ssm"),
        EndpointConnectionError(endpoint_url="https://ssm"),
    ],
)
def test_no_answer_says_nothing_of_the_hosts_and_is_asked_again(error: Exception) -> None:
    wait = function("WaitFunction")
    wait.time = Clock(LATE)
    give_clients(wait, ssm={"list_command_invocations": error})
    with pytest.raises(wait.NoAnswer):
        wait.handler(wait_event(), None)


def test_a_refusal_is_raised() -> None:
    wait = function("WaitFunction")
    give_clients(wait, ssm={"list_command_invocations": refused("AccessDeniedException")})
    with pytest.raises(Exception, match="AccessDeniedException"):
        wait.handler(wait_event(), None)


def test_asks_with_details_and_by_the_command() -> None:
    _, calls = ask(command(), [host()])
    assert [call.operation for call in calls] == [
        "ListCommandInvocations",
        "ListCommands",
        "DescribeTags",
        "GetCommandInvocation",
    ]
    assert calls[0].parameters == {"CommandId": COMMAND_ID, "Details": True}


# --- the watch


class Service:
    """A Systems Manager whose one host ends so many seconds after sending."""

    def __init__(self, ends: float, *, began: float = 0, refuses: int = 0) -> None:
        self.wait = function("WaitFunction")
        self.clock = self.wait.time = Clock(began)
        self.wait.random = lambda: 0.5
        self.wait.os = SimpleNamespace(environ={"RUN_AS": "app", "COMMAND_SHOWN": ""})
        self._ends, self._refuses = BEGUN.timestamp() + ends, refuses
        self.calls = give_clients(
            self.wait,
            ssm={
                "list_command_invocations": self._list,
                "list_commands": {"Commands": [command()]},
                "get_command_invocation": {},
            },
            ec2={"describe_tags": {"Tags": []}},
        )

    def _list(self, **_: Any) -> Any:
        if self._refuses:
            self._refuses -= 1
            return refused("ThrottlingException")
        ended = self.clock.now >= self._ends
        return [{"CommandInvocations": [host() if ended else host("InProgress", "")]}]

    def asked(self, watch: str = "45", topic: str = "arn", **changes: Any) -> Any:
        """What comes of one call of the function."""
        event = wait_event(watch=watch, topic=topic, **changes)
        try:
            return self.wait.handler(event, None)["run"]
        except Exception as error:
            return error

    @property
    def age(self) -> float:
        return self.clock.now - BEGUN.timestamp()


@given(st.floats(0, 43.5))
def test_a_job_that_ends_in_the_first_watch_is_seen_within_two_seconds(ends: float) -> None:
    service = Service(ends)
    assert service.asked(retries=0)["outcome"] == "succeeded"
    assert service.age - ends < 1.4
    names = [call.operation for call in service.calls]
    looks = names.index("ListCommands")
    assert set(names[:looks]) == {
        "ListCommandInvocations"
    }  # one call a look while all is as it was


def test_the_first_second_is_random_and_only_before_the_first_look() -> None:
    first, later = Service(9_000), Service(9_000)
    first.asked(retries=0)
    later.asked(retries=1)
    assert (first.clock.slept[0], later.clock.slept[0]) == (0.5, 1.0)


@pytest.mark.parametrize("watch", ["0", "1", "45", "300"])
def test_it_watches_for_as_long_as_it_may(watch: str) -> None:
    service = Service(9_000)
    assert isinstance(service.asked(watch, retries=0), service.wait.Soon)
    assert int(watch) - 4 < service.age + 0.001
    assert service.age <= int(watch)


def test_it_looks_less_often_the_longer_a_job_takes() -> None:
    service = Service(9_000)
    service.asked("300", retries=1)
    assert service.clock.slept == sorted(service.clock.slept)
    assert (service.clock.slept[0], round(service.clock.slept[-1], 1)) == (1.0, 3.0)


def test_a_long_job_is_looked_at_once_and_then_later() -> None:
    service = Service(9_000, began=300)
    assert isinstance(service.asked(), service.wait.StillRunning)
    assert [call.operation for call in service.calls] == ["ListCommandInvocations"]
    assert service.clock.slept == []


@pytest.mark.parametrize("began", [0, 300, 3_000])
def test_a_throttled_look_is_made_again_while_it_watches(began: float) -> None:
    service = Service(0, began=began, refuses=2)
    assert service.asked()["outcome"] == "succeeded"
    # more slowly than an answered one, and at random
    assert service.clock.slept == pytest.approx([min(3, 1 + began / 150) * 1.5] * 2, abs=0.1)


def test_where_none_is_answered_the_machine_is_told_so() -> None:
    service = Service(0, began=3_000, refuses=1_000)
    assert isinstance(service.asked(), service.wait.NoAnswer)
    assert 10 < service.age - 3_000 <= 15


def test_hosts_that_have_ended_are_waited_for_a_moment_until_they_are_counted() -> None:
    wait = function("WaitFunction")
    clock = wait.time = Clock(3_000)
    wait.os = SimpleNamespace(environ={"RUN_AS": "app", "COMMAND_SHOWN": ""})
    states = [command("InProgress", targets=2)] * 2 + [command(targets=1)]
    give_clients(
        wait,
        ssm={
            "list_command_invocations": [{"CommandInvocations": [host()]}],
            "list_commands": lambda **_: {"Commands": [states.pop(0)]},
            "get_command_invocation": {},
        },
        ec2={"describe_tags": {"Tags": []}},
    )
    got = wait.handler(wait_event(watch="45", topic="arn"), None)["run"]
    assert got["outcome"] == "succeeded"
    assert len(clock.slept) == 2


def test_an_execution_of_the_machine_before_is_answered_as_before() -> None:
    """It goes on with the function that the update has put there: it knows no other error."""
    for ends, began in ((9_000, 0), (9_000, 3_000)):
        service = Service(ends, began=began)
        event = wait_event()
        del event["run"]["sent"]
        with pytest.raises(service.wait.StillRunning):
            service.wait.handler(event, None)
    service = Service(0)
    assert service.wait.handler(wait_event(), None)["run"]["outcome"] == "succeeded"


# --- where nobody is told


def said(error: Any) -> dict[str, Any]:
    return dict(json.loads(str(error)))


def test_a_success_without_a_topic_is_silent_and_says_how_the_hosts_stand() -> None:
    service = Service(0)
    end = service.asked(topic="")
    assert isinstance(end, service.wait.Silent)
    assert said(end) == {"hosts": {"i-001": "ran exit=0 seconds=12"}, "outcome": "succeeded"}
    assert {call.operation for call in service.calls} == {"ListCommandInvocations", "ListCommands"}


def test_who_started_it_by_hand_gets_the_report_also_without_a_topic() -> None:
    service = Service(0)
    run = wait_event()["run"] | {"by_hand": "1"}
    end = service.asked(topic="", run=run)
    assert isinstance(end, service.wait.Report)
    assert report_of(service, end)["message"].startswith("Task ")


def report_of(service: Service, end: Any) -> dict[str, Any]:
    """What the second call answers, which the machine makes with what the first one said."""
    cause = json.dumps({"errorMessage": str(end), "errorType": "Report", "stackTrace": []})
    return dict(service.wait.handler({"again": cause}, None)["run"])


@pytest.mark.parametrize("topic", ["", "arn"])
def test_a_failure_is_reported_by_a_second_call(topic: str) -> None:
    service = Service(0)
    failed = host("Failed", "[cron2aws] exit=3 seconds=1 outcome=ran\n", 1)
    service._list = lambda **_: [{"CommandInvocations": [failed]}]  # type: ignore[method-assign]
    give_clients(
        service.wait,
        ssm={
            "list_command_invocations": [{"CommandInvocations": [failed]}],
            "list_commands": {"Commands": [command()]},
            "get_command_invocation": {},
        },
        ec2={"describe_tags": {"Tags": []}},
    )
    end = service.asked(topic=topic)
    assert isinstance(end, service.wait.Report)
    got = report_of(service, end)
    assert (got["outcome"], got["hosts"]) == ("failed", {"i-001": "ran exit=3 seconds=1"})
    assert "exit code 3" in got["message"]


def test_what_is_raised_fits_into_the_cause_of_an_error() -> None:
    """32,768 characters; a hundred hosts, each with a crontab of its own, is the longest."""
    hosts = [
        host(
            output=f"[cron2aws] exit=- seconds=0 outcome=left-to-cron tab=/{'t' * 60}{number}\n",
            number=number,
        )
        for number in range(300)
    ]
    wait = function("WaitFunction")
    wait.time = Clock(LATE)
    give_clients(
        wait,
        ssm={
            "list_command_invocations": [{"CommandInvocations": hosts}],
            "list_commands": {"Commands": [command(targets=300)]},
        },
    )
    with pytest.raises(wait.Skipped) as end:
        wait.handler(wait_event(topic="arn"), None)
    assert len(json.dumps({"errorMessage": str(end.value)})) < 30_000


# --- hosts that start late


@pytest.mark.parametrize(
    ("started", "by_hand", "late"),
    [
        ("2027-03-14T03:00:59+00:00", False, ""),
        ("2027-03-14T03:01:00+00:00", False, ""),
        ("2027-03-14T12:02:05+09:00", False, "2 min 5 s"),
        ("2027-03-14T03:02:05+00:00", True, ""),
        ("nonsense", False, ""),
    ],
)
def test_a_host_that_starts_a_minute_late_is_told_of(
    *, started: str, by_hand: bool, late: str
) -> None:
    output = f"[cron2aws] exit=0 seconds=1 outcome=ran started={started}\n"
    run = wait_event()["run"] | ({"by_hand": "1"} if by_hand else {})
    answer, _ = ask(command(), [host(output=output)], run=run)
    told = f"  It began {late} after its minute.\n" in answer["message"]
    assert (told, "It began" in answer["message"]) == (bool(late), bool(late))


# --- the probe

CLOCK = int(BEGUN.timestamp())
"""Hosts are asked 1.5 s before, and the function looks 90 s later."""


def probed(*lines: str) -> dict[str, Any]:
    """What comes of hosts that end with these first lines, or with that status."""
    there = [
        host("Success", f"[cron2aws] exit=- seconds=0 {line}\n", 0, number=number)
        if " " in line
        else host(line, "", -1, number=number)
        for number, line in enumerate(lines, 1)
    ]
    run = {**wait_event()["run"], "probe": "1"}
    got, _ = ask(command(targets=len(there)), there, run=run)
    return got


def test_a_probe_tells_nobody_and_says_how_each_host_stands() -> None:
    got = probed(
        f"outcome=ready line=cron clock={CLOCK}",
        f"outcome=unready line=task clock={CLOCK} reason=no cron daemon is running",
        "DeliveryTimedOut",
        "Undeliverable",
    )
    assert (got["outcome"], "message" in got) == ("probed", False)
    daemon = "no cron daemon is running"
    late = "the host did not take it within 1 min"
    away = "it did not run: Systems Manager cannot reach the host"
    assert got["probed"] == {
        "i-001": {"outcome": "ready", "line": "cron", "reason": "", "off": 0},
        "i-002": {"outcome": "unready", "line": "task", "reason": daemon, "off": 0},
        "i-003": {"outcome": "unready", "line": "", "reason": late, "off": 0},
        "i-004": {"outcome": "unready", "line": "", "reason": away, "off": 0},
    }


def test_a_probe_is_not_over_before_its_last_host_is() -> None:
    assert probed("InProgress")["outcome"] == "running"


@pytest.mark.parametrize(
    ("clock", "off"), [(0, 0), (90, 0), (110, 20), (91, 1), (-2, 0), (-3, 0), (-20, 17)]
)
def test_a_hosts_clock_is_compared_with_when_it_was_asked_and_now(clock: int, off: int) -> None:
    """Whole seconds that it is surely away."""
    got = probed(f"outcome=ready line=cron clock={CLOCK + clock}")
    assert got["probed"]["i-001"]["off"] == off


def test_what_600_hosts_say_fits_into_an_output() -> None:
    got = probed(*[f"outcome=unready line=stopped clock=1 reason={'x' * 500}"] * 600)
    assert len(got["probed"]) == 600
    assert len(json.dumps(got)) < 262_144
