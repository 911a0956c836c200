"""The probe: what executions are given, what is made of their output, and when it ends."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from cron2aws.errors import AwsError, Cron2AwsError
from cron2aws.handover.looks import HostLook, Looks
from cron2aws.handover.probe import INPUT, LOOK_AGAIN, Probe
from tests.fakes import START, FakeClock, FakeProgress, FakeRun, deployed

ONE, TWO = deployed("00000001"), deployed("00000002")


class Started:
    """Executions that end after a while with an output."""

    def __init__(self, clock: FakeClock, output: Mapping[str, object], **more: str) -> None:
        self.clock = clock
        self.output = output
        self.status = more.get("status", "SUCCEEDED")
        self.takes = timedelta(seconds=10)
        self.started: list[tuple[str, str, Mapping[str, object]]] = []
        self.refuses = ""

    def start(self, machine: str, name: str, given: Mapping[str, object]) -> str:
        if machine == self.refuses:
            raise AwsError(what="starting the execution failed", why="AccessDenied")
        self.started.append((machine, name, given))
        return f"{machine}:{name}"

    def look(self, arn: str) -> tuple[Execution, Mapping[str, object]]:
        del arn
        is_over = self.clock.now() >= START + self.takes
        return Execution(self.status if is_over else "RUNNING", START), self.output


class Execution(FakeRun):
    @property
    def running(self) -> bool:
        return self.status == "RUNNING"


def output(**hosts: object) -> dict[str, object]:
    return {"run": {"outcome": "probed", "probed": {name[1:]: it for name, it in hosts.items()}}}


def probe(runs: Started, clock: FakeClock) -> Probe:
    return Probe(
        runs,
        lambda stack: stack.outputs.get("StateMachineArn"),
        clock,
        FakeProgress(),
        new_name=lambda: "ab12cd",
        parallel=2,
    )


def looked(given: Mapping[str, object], **more: str) -> tuple[HostLook, ...] | Cron2AwsError:
    clock = FakeClock()
    return probe(Started(clock, given, **more), clock).look([ONE])[ONE.stack_name]


READY = {"outcome": "ready", "line": "cron", "off": 0}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (READY, HostLook(id="i", line="cron")),
        ({**READY, "line": "task", "off": "7"}, HostLook(id="i", line="task", off=7)),
        ({**READY, "off": 99}, HostLook(id="i", line="cron", off=99)),
        ({**READY, "off": "soon"}, HostLook(id="i", line="cron")),
        (
            {"outcome": "unready", "line": "cron", "reason": "no user app"},
            HostLook(id="i", line="cron", why="no user app"),
        ),
        (
            {"outcome": "unready", "line": "absent"},
            HostLook(id="i", line="absent", why="its part of the probe ended as unready"),
        ),
        (
            {"outcome": "Undeliverable"},
            HostLook(id="i", line="unknown", why="its part of the probe ended as Undeliverable"),
        ),
        ({}, HostLook(id="i", line="unknown", why="its part of the probe ended as nothing")),
        (
            "broken",
            HostLook(id="i", line="unknown", why="its part of the probe ended as nothing"),
        ),
    ],
)
def test_what_a_host_answered(facts: object, expected: HostLook) -> None:
    assert looked(output(_i=facts)) == (expected,)


@pytest.mark.parametrize(
    ("given", "status", "why"),
    [
        ({"error": "NoHosts", "cause": "no instance has the tag\nmore"}, "FAILED", "no instance"),
        (output(_i=READY), "FAILED", "it ended as FAILED"),
        ({}, "SUCCEEDED", "it ended as SUCCEEDED"),
        ({"run": {"outcome": "skipped"}}, "SUCCEEDED", "it ended as SUCCEEDED"),
        (
            {"run": {"outcome": "probed", "probed": {}}},
            "SUCCEEDED",
            "Systems Manager knows no instance",
        ),
        ({"run": "odd"}, "TIMED_OUT", "it ended as TIMED_OUT"),
    ],
)
def test_a_probe_that_found_no_host(given: dict[str, object], status: str, why: str) -> None:
    found = looked(given, status=status)
    assert isinstance(found, Cron2AwsError)
    assert (found.why or "").startswith(why)
    assert "\n" not in (found.why or "")


def test_every_stack_is_sent_to_look_and_waited_for() -> None:
    clock = FakeClock()
    runs = Started(clock, output(_i=READY))
    runs.refuses = "machine-00000002"
    found = probe(runs, clock).look([ONE, TWO])
    assert found[ONE.stack_name] == (HostLook(id="i", line="cron"),)
    assert isinstance(found[TWO.stack_name], AwsError)
    assert runs.started == [
        ("machine-00000001", "probe-20261123T100020-ab12cd", INPUT),
    ]
    assert START + runs.takes <= clock.now() < START + runs.takes + LOOK_AGAIN


def test_a_stack_without_a_machine_cannot_look() -> None:
    bare = deployed("00000001")
    bare = type(bare)(**{**vars(bare), "outputs": {}, "status": "ROLLBACK_COMPLETE"})
    clock = FakeClock()
    found = probe(Started(clock, {}), clock).look([bare])[bare.stack_name]
    assert "ROLLBACK_COMPLETE" in str(found)


def test_an_interruption_ends_the_waiting_of_all() -> None:
    """^C comes by one of the waits; the other one would go on for two days."""
    both_wait = threading.Barrier(2, timeout=30)

    class Interrupted(FakeClock):
        def sleep_until(self, moment: datetime) -> None:
            del moment
            if not both_wait.broken and both_wait.wait() == 0:
                both_wait.abort()
                raise KeyboardInterrupt

    clock = Interrupted()
    runs = Started(clock, {})
    runs.takes = timedelta(hours=48)
    looks: list[Looks] = []
    with pytest.raises(KeyboardInterrupt):
        looks.append(probe(runs, clock).look([ONE, TWO]))
    assert looks == []
