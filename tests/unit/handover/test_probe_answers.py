"""The probe: what the command asks of a task's hosts, and what it makes of their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from cron2aws.aws.instances import Instance
from cron2aws.errors import AwsError, Cron2AwsError, SafetyError
from cron2aws.handover.looks import HostLook, Wanted, check_looks
from cron2aws.handover.probe import Probe
from tests.fakes import START, FakeClock, FakeProgress, deployed

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:cron2aws-a"
READY = {"outcome": "ready", "line": "cron", "reason": "", "off": 0}
FAILED = """\
Task       web-a
Result     FAILED: AccessDeniedException
User       root

may not send"""


@dataclass(frozen=True)
class End:
    status: str

    @property
    def running(self) -> bool:
        return self.status == "RUNNING"


@dataclass
class Executions:
    """They end with this, at the third look."""

    status: str = "SUCCEEDED"
    output: Mapping[str, object] = field(default_factory=dict)
    started: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    looks: int = 0
    error: Cron2AwsError | None = None

    def start(self, machine: str, name: str, given: Mapping[str, object]) -> str:
        if self.error:
            raise self.error
        self.started.append((machine, name, given))
        return name

    def look(self, _: str) -> tuple[End, Mapping[str, object]]:
        self.looks += 1
        if self.looks < 3:
            return End("RUNNING"), {}
        return End(self.status), self.output


def look(runs: Executions, machine: str | None = MACHINE) -> tuple[HostLook, ...] | Cron2AwsError:
    clock, stack = FakeClock(), deployed("a" * 16)
    probe = Probe(runs, lambda _: machine, clock, FakeProgress(), new_name=lambda: "x", parallel=2)
    found = probe.look([stack])
    assert set(found) == {stack.stack_name}
    return found[stack.stack_name]


def with_hosts(**hosts: Mapping[str, object]) -> Executions:
    return Executions(output={"run": {"outcome": "probed", "probed": hosts}})


def test_it_starts_the_tasks_own_machine_and_waits_for_the_end() -> None:
    runs = with_hosts(i1=READY)
    assert look(runs) == (HostLook(id="i1", line="cron"),)
    (started,) = runs.started
    assert started == (MACHINE, f"probe-{START:%Y%m%dT%H%M%S}-x", {"probe": "1"})
    assert runs.looks == 3


@pytest.mark.parametrize(
    ("facts", "line", "trouble"),
    [
        ({}, "cron", ""),
        ({"line": "absent"}, "absent", ""),
        ({"line": ""}, "unknown", ""),
        ({"line": "unreadable"}, "unknown", ""),
        ({"off": 15}, "cron", ""),
        ({"off": 16}, "cron", "its clock is 16 s away from AWS's"),
        ({"off": None}, "cron", ""),
        ({"outcome": "unready", "reason": "no cron daemon"}, "cron", "no cron daemon"),
        ({"outcome": "unready"}, "cron", "its part of the probe ended as unready"),
        ({"outcome": "unready", "reason": "no x", "off": 99}, "cron", "no x"),
    ],
)
def test_what_a_host_says(facts: Mapping[str, object], line: str, trouble: str) -> None:
    found = look(with_hosts(i1={**READY, **facts}))
    assert isinstance(found, tuple)
    assert (found[0].line, found[0].trouble, found[0].is_ready) == (line, trouble, not trouble)


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        (with_hosts(), "Systems Manager knows no instance with its tag"),
        (Executions(output={"run": None}), "it ended as SUCCEEDED"),
        (Executions("FAILED", {"cause": FAILED}), "AccessDeniedException: may not send"),
        (Executions("FAILED", {"cause": "something else\nand more"}), "something else"),
        (Executions("ABORTED", {}), "it ended as ABORTED"),
    ],
)
def test_a_probe_without_an_answer(runs: Executions, why: str) -> None:
    found = look(runs)
    assert isinstance(found, SafetyError)
    assert found.why == why
    assert found.fix


def test_a_stack_without_a_machine_or_an_answer_of_aws() -> None:
    assert isinstance(look(with_hosts(i1=READY), machine=None), SafetyError)
    refused = AwsError("starting the execution failed")
    assert look(Executions(error=refused)) is refused


# --- may the job be handed over?

HOSTS = tuple(Instance(id=f"i{n}", name=f"web-{n}", state="running") for n in range(1, 9))
GOOD = tuple(HostLook(id=each.id, line="cron") for each in HOSTS)


def check(
    looks: tuple[HostLook, ...],
    *,
    hosts: tuple[Instance, ...] = HOSTS[:2],
    here: str | None = "i1",
    run_on: str = "all",
) -> str:
    try:
        check_looks(looks, Wanted(tagged=hosts, here=here), run_on, "cron")
    except SafetyError as error:
        return str(error.why)
    return ""


@pytest.mark.parametrize("line", ["cron", "unknown"])
def test_all_is_well(line: str) -> None:
    assert check((HostLook(id="i1", line=line), GOOD[1])) == ""


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("task", "commented out with the task's mark"),
        ("stopped", "commented out by somebody"),
        ("absent", "in no crontab"),
    ],
)
def test_this_hosts_line_must_be_as_it_was_planned(line: str, how: str) -> None:
    assert check((HostLook(id="i1", line=line), GOOD[1])) == f"web-1 (i1) finds the line {how}"


def test_another_hosts_line_is_its_own() -> None:
    assert check((GOOD[0], HostLook(id="i2", line="absent")), run_on="one") == ""


def test_hosts_that_did_not_answer_or_are_not_ready() -> None:
    assert check((), here=None) == "web-1 (i1) did not answer; web-2 (i2) did not answer"
    bad = (HostLook(id="i1", line="cron", why="no x"), HostLook(id="i2", line="cron", off=20))
    assert check(bad, here=None) == (
        "web-1 (i1): no x; web-2 (i2): its clock is 20 s away from AWS's"
    )


@pytest.mark.parametrize(("run_on", "fits"), [("all", True), ("marked", True), ("one", False)])
def test_where_one_line_changes_hands_its_host_counts_but_for_tasks_of_one(
    run_on: str, fits: bool
) -> None:
    bad = (GOOD[0], HostLook(id="i2", line="cron", why="no x"))
    assert (check(bad, run_on=run_on) == "") is fits


def test_a_host_that_is_off_is_not_waited_for() -> None:
    hosts = (HOSTS[0], Instance(id="i2", name="web-2", state="stopped"))
    assert check(GOOD[:1], hosts=hosts, here=None) == ""
    assert Wanted(tagged=hosts).stopped == hosts[1:]


def test_five_are_named() -> None:
    assert check((), hosts=HOSTS, here=None).endswith("web-5 (i5) did not answer; and 3 more")
