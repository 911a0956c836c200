"""One day of tasks with real schedules in the sandbox, and what its end tells of it.

Their machines do nothing: what they do plays no part. The day has a night in which the clock of
Europe/Berlin is put forward.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.telling import Notification
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import BASE, ROOT, client, described, given, task_template

FIRST, LOOK = datetime(2027, 3, 27, 5, 16, tzinfo=UTC), datetime(2027, 3, 28, 5, 30, tzinfo=UTC)
HOURLY = {"ScheduleExpression": "cron(0 * * * ? *)"}
BERLIN = {"ScheduleTimezone": "Europe/Berlin"}
TASKS: dict[str, dict[str, str]] = {
    "all-well": {"ScheduleExpression": "cron(*/5 * * * ? *)"},
    "deleted": HOURLY,
    "disabled-by-hand": {**HOURLY, **BERLIN},
    "rule-disabled": {**HOURLY, "Trigger": "rule"},
    "role-gone": HOURLY,
    "machine-gone": HOURLY,
    "every-minute": {"ScheduleExpression": "cron(* * * * ? *)"},
    "in-the-gap": {"ScheduleExpression": "cron(30 2 * * ? *)", **BERLIN},
    "around-the-gap": {"ScheduleExpression": "cron(30 0-5 * * ? *)", **BERLIN},
    "rate": {"ScheduleExpression": "rate(2 hours)"},
    "rate-deleted": {"ScheduleExpression": "rate(2 hours)"},
    "guard": {"ScheduleExpression": "cron(15 4 * * ? *)", "OnlyOnDaysOfMonth": "1"},
    "second": {**HOURLY, "SecondScheduleExpression": "cron(20 4 * * ? *)"},
    "switched-off": HOURLY,
    "migrated": HOURLY,
    "somebody-elses": HOURLY,
}
TOLD = {
    "deleted": "9 runs: 2027-03-27 21:00 UTC, 2027-03-27 22:00 UTC, 2027-03-27 23:00 UTC, "
    "2027-03-28 00:00 UTC, 2027-03-28 01:00 UTC, and 4 more",
    "disabled-by-hand": "2 runs: 2027-03-28 06:00 Europe/Berlin, 2027-03-28 07:00 Europe/Berlin",
    "every-minute": "1 run: 2027-03-27 10:00 UTC",
    "machine-gone": "24 runs: 2027-03-27 06:00 UTC, 2027-03-27 07:00 UTC, 2027-03-27 08:00 UTC, "
    "2027-03-27 09:00 UTC, 2027-03-27 10:00 UTC, and 19 more",
    "rate-deleted": "6 runs: of rate(2 hours)",
    "role-gone": "1 run: 2027-03-28 05:00 UTC",
    "rule-disabled": "1 run: 2027-03-28 05:00 UTC",
    "second": "1 run: 2027-03-28 04:20 UTC",
}
NOW = {
    "deleted": "its schedule deleted is gone",
    "disabled-by-hand": "its schedule disabled-by-hand was disabled by hand",
    "every-minute": "its schedule and the role are there, and on",
    "machine-gone": "its state machine is gone",
    "rate-deleted": "its schedule rate-deleted is gone",
    "role-gone": "the role of its schedule is gone: ",
    "rule-disabled": "its rule rule-disabled was disabled by hand",
    "second": "its schedule second-2 is gone",
}


def body() -> str:
    template: dict[str, Any] = json.loads(task_template())
    nothing = {"StartAt": "Nothing", "States": {"Nothing": {"Type": "Pass", "End": True}}}
    template["Resources"]["StateMachine"]["Properties"]["DefinitionString"] = json.dumps(nothing)
    return json.dumps(template)


def make_foundation() -> None:
    client("cloudformation").create_stack(
        StackName="cron2aws-foundation",
        TemplateBody=(ROOT / "cfn/foundation.yaml").read_text(encoding="utf-8"),
        Capabilities=["CAPABILITY_IAM"],
    )


def make(number: int, name: str, **parameters: str) -> None:
    tags = [{"Key": "cron2aws:id", "Value": f"{number:08x}00000000"}] * (name != "somebody-elses")
    client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=body(),
        Parameters=given({**BASE, "RuleName": name, **parameters}),
        Capabilities=["CAPABILITY_IAM"],
        Tags=tags,
    )


def machine(name: str) -> str:
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described(name)["Outputs"]}
    return str(outputs["StateMachineArn"])


def switch(name: str, state: str) -> None:
    now = client("scheduler").get_schedule(Name=name)
    kept = ("Name", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow")
    same = {each: now[each] for each in (*kept, "Target")}
    client("scheduler").update_schedule(**same, State=state)


def switch_off(name: str) -> None:
    """As `cron2aws disable` does."""
    same = {**BASE, "RuleName": name, **TASKS[name]}
    client("cloudformation").update_stack(
        StackName=name,
        UsePreviousTemplate=True,
        Parameters=given({**same, "Enabled": "false"}),
        Capabilities=["CAPABILITY_IAM"],
    )


def delete_role(name: str) -> None:
    arn = client("scheduler").get_schedule(Name=name)["Target"]["RoleArn"]
    role = arn.rpartition("/")[2]
    for policy in client("iam").list_role_policies(RoleName=role)["PolicyNames"]:
        client("iam").delete_role_policy(RoleName=role, PolicyName=policy)
    client("iam").delete_role(RoleName=role)


def by_hand(sandbox: Sandbox, name: str) -> None:
    for started in ("by-hand-20270327T210000-1", "probe-20270327T210000-1", "2027-03-27T21-00Z"):
        sandbox.start(machine(name), name=started)


def harms(sandbox: Sandbox) -> dict[str, Callable[[], object]]:
    """What is done right before a minute (of the 27th, and on the 28th with a +)."""
    scheduler, events = client("scheduler"), client("events")
    return {
        "05:16": lambda: client("stepfunctions").delete_state_machine(
            stateMachineArn=machine("machine-gone")
        ),
        "10:00": lambda: switch("every-minute", "DISABLED"),
        "10:01": lambda: switch("every-minute", "ENABLED"),
        "12:10": lambda: switch_off("switched-off"),
        "15:31": lambda: scheduler.delete_schedule(Name="rate-deleted"),
        "18:10": lambda: make(99, "migrated", **TASKS["migrated"]),
        "20:30": lambda: scheduler.delete_schedule(Name="deleted"),
        "21:00": lambda: by_hand(sandbox, "deleted"),
        "+03:30": lambda: switch("disabled-by-hand", "DISABLED"),
        "+04:10": lambda: scheduler.delete_schedule(Name="second-2"),
        "+04:30": lambda: delete_role("role-gone"),
        "+04:31": lambda: events.disable_rule(Name="rule-disabled"),
    }


@pytest.fixture(name="told", scope="module")
def made_told() -> list[Notification]:
    """What was published at the end of such a day."""
    with Sandbox(clock=VirtualClock(FIRST - timedelta(hours=2))) as sandbox:
        make_foundation()
        for number, (name, parameters) in enumerate(TASKS.items()):
            if name != "migrated":
                make(number, name, **parameters)
                sandbox._stack(name).creation_time = FIRST - timedelta(days=9)
        done, minute = harms(sandbox), FIRST
        while minute <= LOOK:
            sandbox.clock.sleep((minute - sandbox.now).total_seconds())
            name = f"{'+' if minute.day != FIRST.day else ''}{minute:%H:%M}"
            done.get(name, lambda: None)()
            if name == "18:10":
                sandbox._stack("migrated").creation_time = minute
            sandbox.fire_due(minute)
            minute += timedelta(minutes=1)
        return [each for each in sandbox.notifications() if each.at >= LOOK]


def blocks(message: str) -> dict[str, dict[str, str]]:
    """What is said of each task."""
    found = {}
    for part in message.split("\n\n"):
        if part.startswith("Task "):
            lines = {line[:11].strip(): line[11:] for line in part.splitlines()}
            found[lines["Task"].partition(" ")[0]] = lines
    return found


def test_one_message_tells_of_all_tasks(told: list[Notification]) -> None:
    [one] = told
    assert one.subject == "FAILED 45 runs of 8 tasks did not start"
    assert one.topic_arn.endswith(":cron2aws-foundation-failed")
    assert one.attributes["outcome"] == "failed"
    looked = len(TASKS) - len({"switched-off", "somebody-elses"})
    assert one.message.startswith(
        f"45 runs of 8 tasks did not start. {looked} enabled tasks should have started what was "
        "due in the 24 hours until 2027-03-28 05:15 UTC.\n\n"
    )


def test_each_minute_without_a_run_is_told_and_no_other(told: list[Notification]) -> None:
    assert {name: each["Missing"] for name, each in blocks(told[0].message).items()} == TOLD


def test_what_is_wrong_now_is_told(told: list[Notification]) -> None:
    found = {name: each["Now"] for name, each in blocks(told[0].message).items()}
    assert {name: text[: len(NOW[name])] for name, text in found.items()} == NOW


def test_what_to_do_is_a_command_with_the_tasks_id(told: list[Notification]) -> None:
    found = blocks(told[0].message)
    assert found["deleted"]["To do"] == (
        "`cron2aws rollback 00000001`, then `cron2aws migrate --tag Name=web` makes it anew"
    )
    assert "`cron2aws enable 00000002`" in found["disabled-by-hand"]["To do"]


def test_its_own_failure_is_not_silent() -> None:
    with Sandbox(clock=VirtualClock(LOOK)) as sandbox:
        make_foundation()
        make(1, "deleted", **TASKS["deleted"])
        sandbox._stack("deleted").creation_time = FIRST - timedelta(days=9)
        client("lambda").update_function_configuration(
            FunctionName="cron2aws-silence", Environment={"Variables": {}}
        )
        assert sandbox.fire_due(LOOK) == []
        [one] = sandbox.notifications()
    assert one.topic_arn.endswith(":cron2aws-foundation-failed")
    assert "did not look which runs of tasks did not start" in one.message
