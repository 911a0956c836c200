"""The sandbox's parts by themselves: clock, inputs of triggers, SNS's rules, the agent."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cron2aws.sandbox.run_command.agent import execute, limit_of, status_of_exit
from cron2aws.sandbox.run_command.hosts import Outcome, StatusDetails, job_outcome, stand_in
from cron2aws.sandbox.speed.definitions import judging, shape
from cron2aws.sandbox.stacks.engine import in_order, references
from cron2aws.sandbox.telling import refusals
from cron2aws.sandbox.time.clock import RealClock, VirtualClock
from cron2aws.sandbox.time.fire import rule_event, rule_input, scheduler_input
from cron2aws.sandbox.time.triggers import Trigger, minutes_between
from tests.sandboxes import START

# --- the clock


def test_time_jumps_when_nobody_works() -> None:
    clock = VirtualClock(START)
    clock.sleep(172_800)
    assert clock.now() == START + timedelta(days=2)
    clock.sleep(-5)
    assert clock.now() == START + timedelta(days=2)


def test_times_have_milliseconds_as_on_aws() -> None:
    clock = VirtualClock(START + timedelta(microseconds=1_999))
    assert clock.now() == START + timedelta(milliseconds=1)
    clock.sleep(1.0785)
    assert clock.now() == START + timedelta(milliseconds=1_079)
    assert RealClock().now().microsecond % 1000 == 0


def test_time_stands_still_while_an_execution_works() -> None:
    clock = VirtualClock(START)
    order: list[str] = []
    began = threading.Event()

    def other() -> None:
        began.set()
        clock.sleep(10)
        order.append("other")

    with clock.working():
        thread = threading.Thread(target=other)
        thread.start()
        began.wait()
        assert clock.now() == START
        order.append("work")
    thread.join()
    assert order == ["work", "other"]
    assert clock.now() == START + timedelta(seconds=10)


@pytest.mark.parametrize(("seconds", "patience", "in_time"), [(9, 10, True), (11, 10, False)])
def test_work_is_waited_for_on_the_clock(seconds: int, patience: int, *, in_time: bool) -> None:
    clock = VirtualClock(START)
    done = clock.event()

    def work() -> None:
        clock.sleep(seconds, in_execution=True)
        done.set()

    with clock.working():
        thread = threading.Thread(target=work)
        thread.start()  # it can't run ahead of who is going to wait for it
        assert done.wait(patience) is in_time
        assert clock.now() == START + timedelta(seconds=min(seconds, patience))
    thread.join()
    assert clock.now() == START + timedelta(seconds=seconds)
    clock.sleep(100)  # nobody holds the time any more
    assert clock.now() == START + timedelta(seconds=seconds + 100)


def test_in_real_time_work_is_really_waited_for() -> None:
    done = RealClock().event()
    assert not done.wait(0.001)
    done.set()
    assert done.wait(60)


def test_waits_end_in_the_order_of_their_deadlines() -> None:
    clock = VirtualClock(START)
    ended: list[tuple[int, datetime]] = []
    gate = threading.Barrier(5)

    def execution(seconds: int) -> None:
        with clock.working():
            gate.wait()
            for _ in range(3):
                clock.sleep(seconds, in_execution=True)
            ended.append((seconds, clock.now()))

    threads = [threading.Thread(target=execution, args=(n,)) for n in (50, 7, 300, 1)]
    for thread in threads:
        thread.start()
    gate.wait()
    for thread in threads:
        thread.join()
    assert ended == [(n, START + timedelta(seconds=3 * n)) for n in (1, 7, 50, 300)]


# --- what triggers hand over

TOKYO = datetime.fromisoformat("2027-03-14T12:00:00+09:00")


def test_a_schedules_attributes_are_filled_in() -> None:
    given = (
        '{"t": "<aws.scheduler.scheduled-time>", "a": "<aws.scheduler.schedule-arn>", "x": "<y>"}'
    )
    filled = json.loads(scheduler_input({"Input": given}, "arn:schedule", TOKYO))
    assert filled == {"t": "2027-03-14T03:00:00Z", "a": "arn:schedule", "x": "<y>"}
    assert scheduler_input({}, "arn:schedule", TOKYO) == "{}"


RULE_TARGETS: dict[str, tuple[dict[str, Any], object]] = {
    "constant": ({"Input": '{"a": 1}'}, {"a": 1}),
    "outside quotes": (
        {"InputTransformer": {"InputPathsMap": {"t": "$.time"}, "InputTemplate": '{"t": <t>}'}},
        {"t": "2027-03-14T03:00:00Z"},
    ),
    "inside quotes": (
        {"InputTransformer": {"InputPathsMap": {"t": "$.time"}, "InputTemplate": '{"t": "<t>"}'}},
        {"t": "2027-03-14T03:00:00Z"},
    ),
    "a whole object": (
        {"InputTransformer": {"InputPathsMap": {"d": "$.detail"}, "InputTemplate": '{"d": <d>}'}},
        {"d": {}},
    ),
}


@pytest.mark.parametrize(("target", "given"), RULE_TARGETS.values(), ids=RULE_TARGETS.keys())
def test_a_rules_input(target: dict[str, Any], given: object) -> None:
    event = rule_event("arn:rule", "123456789012", "us-east-1", TOKYO)
    assert json.loads(rule_input(target, event)) == given


def test_a_rule_without_input_hands_over_its_event() -> None:
    event = rule_event("arn:rule", "123456789012", "us-east-1", TOKYO)
    assert json.loads(rule_input({}, event)) == event
    assert event["detail-type"] == "Scheduled Event"


def trigger(expression: str, timezone: str = "UTC") -> Trigger:
    return Trigger(
        name="t",
        expression=expression,
        timezone=timezone,
        enabled=True,
        created=START,
        of_scheduler=True,
        target="arn",
        given=str,
    )


NEW_YORK = "America/New_York"
FIRES = {
    "its minute": ("cron(0 3 * * ? *)", "UTC", "2027-03-14T03:00:00Z", True),
    "not its minute": ("cron(0 3 * * ? *)", "UTC", "2027-03-14T03:01:00Z", False),
    "in its zone": ("cron(0 12 * * ? *)", "Asia/Tokyo", "2027-03-14T03:00:00Z", True),
    "first of two": ("cron(30 1 * * ? *)", NEW_YORK, "2026-11-01T05:30:00Z", True),
    "second of two": ("cron(30 1 * * ? *)", NEW_YORK, "2026-11-01T06:30:00Z", False),
    "skipped hour": ("cron(30 2 * * ? *)", NEW_YORK, "2027-03-14T07:30:00Z", False),
    "rate": ("rate(5 minutes)", "UTC", "2026-11-23T12:10:00Z", True),
    "rate between": ("rate(5 minutes)", "UTC", "2026-11-23T12:11:00Z", False),
    "nonsense": ("cron(nonsense)", "UTC", "2027-03-14T03:00:00Z", False),
}


@pytest.mark.parametrize(
    ("expression", "timezone", "minute", "fires"), FIRES.values(), ids=FIRES.keys()
)
def test_when_a_trigger_fires(expression: str, timezone: str, minute: str, *, fires: bool) -> None:
    assert trigger(expression, timezone).fires_at(datetime.fromisoformat(minute)) is fires


def test_no_minute_is_passed_over() -> None:
    late = START + timedelta(seconds=150)
    assert list(minutes_between(START + timedelta(seconds=1), late)) == [
        START + timedelta(minutes=1),
        START + timedelta(minutes=2),
    ]
    assert list(minutes_between(START, START)) == []


# --- SNS

SUBJECTS = {
    "plain": ("[cron2aws] FAILED: backup on 1 of 3 hosts", True),
    "none": (None, True),
    "99 characters": ("x" * 99, True),
    "100 characters": ("x" * 100, False),
    "not ascii": ("Sicherung für Bücher", False),
    "line break": ("two\nlines", False),
    "tab": ("a\tb", False),
    "blank at the start": (" x", False),
    "empty": ("", False),
}


@pytest.mark.parametrize(("subject", "taken"), SUBJECTS.values(), ids=SUBJECTS.keys())
def test_subjects(subject: str | None, *, taken: bool) -> None:
    assert (list(refusals(subject, "message")) == []) is taken


@pytest.mark.parametrize(
    ("message", "taken"),
    [("x" * 262_144, True), ("x" * 262_145, False), ("ü" * 131_073, False), ("", False)],
    ids=["largest", "too large", "too large in bytes", "empty"],
)
def test_messages(message: str, *, taken: bool) -> None:
    assert (list(refusals("subject", message)) == []) is taken


# --- the agent


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3600", 3600), ("5", 5), ("4", 3600), ("172800", 172800), ("172801", 3600), ("x", 3600)],
)
def test_what_the_agent_makes_of_a_time_limit(text: str, seconds: int) -> None:
    assert limit_of(text) == seconds


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (0, StatusDetails.SUCCESS),
        (1, StatusDetails.FAILED),
        (137, StatusDetails.EXECUTION_TIMED_OUT),
        (168, StatusDetails.SUCCESS),
        (169, StatusDetails.FAILED),
        (194, StatusDetails.FAILED),
    ],
)
def test_what_the_agent_makes_of_an_exit_code(code: int, status: StatusDetails) -> None:
    assert status_of_exit(code) is status


def test_a_shell_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    outcome = execute(
        f"echo begun; (sleep 60; touch {tmp_path}/late) & wait", timeout=0.3, root=tmp_path
    )
    assert (outcome.exit_code, outcome.details) == (137, StatusDetails.EXECUTION_TIMED_OUT)
    assert outcome.stdout == "begun\n"
    assert outcome.seconds < 30


def test_a_shell_begins_in_the_hosts_tree_with_a_bare_environment(tmp_path: Path) -> None:
    outcome = execute("pwd; env | cut -d= -f1 | sort | tr '\\n' ' '", timeout=30, root=tmp_path)
    folder, names = outcome.stdout.splitlines()
    assert folder == str(tmp_path)
    assert set(names.split()) <= {"LANG", "PATH", "PWD", "OLDPWD", "SHLVL", "_"}


def test_a_shell_elsewhere_gets_its_script_and_an_empty_input(tmp_path: Path) -> None:
    script = 'read x || echo no input; echo "there=$THERE"; echo oops >&2; exit 3'
    through = ("env", "THERE=yes", f"TMPDIR={tmp_path}")
    outcome = execute(script, timeout=30, root=None, through=through)
    assert outcome.stdout == "no input\nthere=yes\n"
    assert (outcome.stderr, outcome.exit_code) == ("oops\n", 3)
    assert list(tmp_path.iterdir()) == []


def test_what_a_shell_elsewhere_started_is_ended_with_it(tmp_path: Path) -> None:
    script = f"echo begun; (sleep 60; touch {tmp_path}/late) & wait"
    outcome = execute(script, timeout=0.5, root=None, through=("env",))
    assert (outcome.exit_code, outcome.stdout) == (137, "begun\n")
    assert outcome.seconds < 30


def test_our_scripts_hide_the_codes_that_the_agent_acts_on() -> None:
    assert job_outcome(194).exit_code == 1
    assert job_outcome(194).stdout == "[cron2aws] exit=194 seconds=0 outcome=ran out=0 err=0\n"
    assert job_outcome(3, "out", "err", 2).exit_code == 3
    assert not Outcome(details=StatusDetails.UNDELIVERABLE).started


def test_a_host_of_one_name_is_always_the_same_instance() -> None:
    assert stand_in("web").instance_id == stand_in("web", tags={"a": "b"}).instance_id
    assert stand_in("web").instance_id != stand_in("db").instance_id
    assert stand_in("web", tags={"Name": "other"}).tags == {"Name": "other"}


# --- definitions of machines

MACHINE = {
    "StartAt": "A",
    "States": {"A": {"Type": "Pass", "Parameters": {"x": "1", "y.$": "f('a')"}, "End": True}},
}


def changed(**change: object) -> str:
    state = {**MACHINE["States"]["A"], **change}  # type: ignore[index]
    return json.dumps({**MACHINE, "States": {"A": state}})


SHAPES = {
    "another literal": (changed(Parameters={"x": "2", "y.$": "f('a')"}), True),
    "another text": (changed(Parameters={"x": "1", "y.$": "f('b \\'c')"}), True),
    "another function": (changed(Parameters={"x": "1", "y.$": "g('a')"}), False),
    "another path": (changed(Parameters={"x": "1", "y.$": "$.y"}), False),
    "another type": (changed(Type="Succeed"), False),
    "another key": (changed(Parameters={"z": "1", "y.$": "f('a')"}), False),
}


@pytest.mark.parametrize(("other", "same"), SHAPES.values(), ids=SHAPES.keys())
def test_machines_of_one_shape(other: str, *, same: bool) -> None:
    assert (shape(other) == shape(json.dumps(MACHINE))) is same


def test_what_is_no_json_has_no_shape_and_is_judged_each_time() -> None:
    judged: list[str] = []
    judge = judging(judged.append)
    for definition in ("{", "{", changed(), changed(), changed(Type="Succeed")):
        judge(definition)
    assert shape("{") is None
    assert judged == ["{", "{", changed(), changed(Type="Succeed")]


# --- templates


def test_what_a_resource_refers_to() -> None:
    piece = {
        "DependsOn": ["A"],
        "Properties": {
            "p": {"Ref": "B"},
            "q": {"Fn::GetAtt": ["C", "Arn"]},
            "r": [{"Fn::Sub": "x ${D} ${E.Arn} ${!Literal} ${AWS::Region}"}],
            "s": {"Fn::Sub": ["${F}", {"F": {"Ref": "G"}}]},
        },
    }
    assert sorted(references(piece)) == ["A", "AWS::Region", "B", "C", "D", "E", "F", "G"]


def test_resources_stand_behind_what_they_need() -> None:
    pieces = {"A": {"Ref": "B"}, "B": {"Fn::Sub": "${C.Arn}"}, "C": {}, "D": {"Ref": "A"}}
    assert in_order(pieces) == ["C", "B", "A", "D"]
