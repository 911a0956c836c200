"""cron2aws-silence: what it looks at, what it tells, and how many calls it takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fake_clients import refused
from tests.silence_cases import UNTIL, Looks, machine, most_within, stack, started

DUE = datetime(2027, 6, 2, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def looked(monkeypatch: pytest.MonkeyPatch, *stacks: dict[str, Any], **more: Any) -> Looks:
    looks = Looks(stacks=list(stacks), **more)
    looks.run(monkeypatch)
    return looks


def test_where_nothing_is_missing_a_line_of_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looks = Looks(stacks=[stack()], executions=lambda _: started(DUE + SECOND))
    assert looks.run(monkeypatch) == {"looked": 1, "runs": 0, "tasks": 0, "unseen": 0}
    assert looks.published() == []
    assert json.loads(capsys.readouterr().out) == {
        "until": "2027-06-02T05:15Z", "looked": 1, "runs": 0, "tasks": 0, "unseen": 0
    }  # fmt: skip


def test_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = refused("ResourceNotFoundException", operation="GetSchedule")
    kept = {"get_queue_attributes": {"Attributes": {"ApproximateNumberOfMessages": "3"}}}
    looks = looked(
        monkeypatch, stack(ScheduleTimezone="Asia/Kolkata"),
        answers={"scheduler": {"get_schedule": gone}, "sqs": kept},
    )  # fmt: skip
    [one] = looks.published()
    assert one["Subject"] == "FAILED 1 run of 1 task did not start"
    assert one["MessageAttributes"] == {"outcome": {"DataType": "String", "StringValue": "failed"}}
    assert one["TopicArn"].endswith(":a-stack-failed")
    assert one["Message"] == (
        "1 run of 1 task did not start. 1 enabled task should have started what was due in the 24 "
        "hours until 2027-06-02 05:15 UTC.\n\n"
        "3 undelivered starts kept in https://sqs/undelivered\n\n"
        "Task       cron2aws-web (01234567, stack cron2aws-web)\n"
        "Missing    1 run: 2027-06-02 03:00 Asia/Kolkata\n"
        "Now        its schedule cron2aws-web is gone\n"
        "To do      `cron2aws rollback 01234567`, then `cron2aws migrate --tag "
        "'Name=web server,db' --tag Role=a` makes it anew"
    )


@pytest.mark.parametrize(
    "row",
    [
        stack(Enabled="false"),
        stack(Tags=[]),
        stack(StackStatus="DELETE_IN_PROGRESS"),
        stack(StackStatus="DELETE_COMPLETE"),
        stack(StackStatus="CREATE_IN_PROGRESS"),
        stack(StackStatus="ROLLBACK_COMPLETE"),
    ],
)
def test_what_should_not_run_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, row: dict[str, Any]
) -> None:
    looks = looked(monkeypatch, row)
    assert (looks.listed, looks.published()) == ([], [])


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_FAILED", "DELETE_FAILED"])
def test_a_stack_in_a_bad_state_is_looked_at_as_long_as_it_may_run(
    monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    looks = looked(monkeypatch, stack(StackStatus=status))
    assert len(looks.published()) == (status != "DELETE_FAILED")


@pytest.mark.parametrize(("minutes", "told"), [(16, 1), (14, 0)])
@pytest.mark.parametrize("which", ["CreationTime", "LastUpdatedTime"])
def test_what_was_due_before_the_last_change_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, which: str, minutes: int, told: int
) -> None:
    changed = DUE - timedelta(minutes=minutes)
    assert len(looked(monkeypatch, stack(**{which: changed})).published()) == told


def test_where_nothing_was_due_nothing_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked(monkeypatch, stack(ScheduleExpression="cron(0 3 1 * ? *)")).listed == []


@pytest.mark.parametrize(
    "name",
    [
        *("by-hand-20270602T030001-ab", "probe-20270602T030001-ab"),
        *("2027-06-02T03-00Z", "2027-06-02T03-00Z-late"),
    ],
)
def test_what_no_schedule_started_does_not_count(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    looks = looked(monkeypatch, stack(), executions=lambda _: started(DUE + SECOND, name=name))
    assert "2027-06-02 03:00" in looks.message()


def test_pages_are_asked_for_until_they_are_older(monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = [UNTIL - timedelta(minutes=each) + SECOND for each in range(-10, 5000)]
    looks = looked(
        monkeypatch,
        stack(ScheduleExpression="cron(* * * * ? *)"),
        executions=lambda _: started(*minutes),
    )
    assert looks.published() == []
    assert len(looks.listed) == 2


def test_a_task_that_cannot_be_looked_at_is_told_and_the_others_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = {
        "denied": refused("AccessDeniedException", operation="ListExecutions"),
        "throttled": refused("ThrottlingException", operation="ListExecutions"),
        "well": started(DUE + SECOND),
    }
    looks = looked(
        monkeypatch,
        *(stack(name) for name in answers),
        stack("zoneless", ScheduleTimezone="Mars/Olympus"),
        stack("odd", ScheduleExpression="at(2027-06-02T03:00:00)"),
        executions=lambda name: answers.get(name, []),
    )
    [one] = looks.published()
    assert one["Subject"] == "FAILED 4 tasks could not be looked at"
    last = one["Message"].split("\n\n")[-1].splitlines()
    assert last[0] == "4 tasks could not be looked at:"
    assert [each.partition(":")[0] for each in last[1:]] == [
        "denied",
        "odd",
        "throttled",
        "zoneless",
    ]
    assert "AccessDeniedException said the service" in last[1]


def test_a_machine_that_is_gone_is_said_and_so_is_one_that_was_never_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = refused("StateMachineDoesNotExist", operation="ListExecutions")
    looks = looked(monkeypatch, stack("a"), stack("b", Outputs=[]), executions=lambda _: gone)
    assert looks.message().count("Now        its state machine is gone\n") == 2


def test_what_may_not_be_asked_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = refused("AccessDenied", operation="GetRole")
    message = looked(monkeypatch, stack(), answers={"iam": {"get_role": denied}}).message()
    assert "AccessDenied said the service" in message


def test_all_of_an_accounts_stacks_are_too_much_for_one_invocation_of_the_slowest_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """2,000 tasks, each due once: one call each, by a bucket of 100 that fills with 2 a second."""
    looks = looked(
        monkeypatch,
        *(stack(f"task-{number:04}") for number in range(2000)),
        executions=lambda _: started(DUE + SECOND),
    )
    assert looks.published() == []
    assert len(looks.listed) == 2000
    assert most_within(looks.listed, bucket=100, a_second=2) > 90
    assert len(looks.seconds) == 3
    assert max(looks.seconds) < 900 - 100
    invoked = [each.operation for each in looks.calls if each.operation != "ListExecutions"]
    assert invoked == ["DescribeStacks", "Invoke"] * 2 + ["DescribeStacks"]


def test_where_no_task_ran_the_message_and_what_is_handed_on_still_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"{'long-name-' * 11}{number:04}" for number in range(2000)]
    looks = looked(
        monkeypatch,
        *(stack(name, ScheduleExpression="cron(* * * * ? *)", RuleName="r" * 60) for name in names),
    )
    [one] = looks.published()
    assert one["Subject"] == "FAILED 2,880,000 runs of 2,000 tasks did not start"
    assert len(one["Message"].encode()) < 262_144
    assert one["Message"].count("\nMissing ") == 100
    assert f"\n{names[1099]}: 1440" in one["Message"]
    assert names[1100] not in one["Message"]
    assert "\n\nAnd 1,900 tasks more:\n" in one["Message"]
    asked = [each.operation for each in looks.calls]
    assert (asked.count("GetSchedule"), asked.count("GetRole")) == (100, 100)


def test_the_longest_subject_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = refused("AccessDeniedException", operation="ListExecutions")
    looks = looked(
        monkeypatch,
        *(stack(f"{n:04}", ScheduleExpression="cron(* * * * ? *)") for n in range(2000)),
        executions=lambda name: denied if int(name) % 2 else [],
    )
    subject = looks.published()[0]["Subject"]
    assert subject.isascii()
    assert len(subject) < 100


def test_a_schedule_that_was_disabled_is_looked_at_by_its_own_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def state(Name: str) -> dict[str, Any]:
        return {
            "State": "DISABLED" if Name.endswith("-2") else "ENABLED",
            "Target": {"RoleArn": "r"},
        }

    message = looked(
        monkeypatch,
        stack(SecondScheduleExpression="cron(0 4 * * ? *)"),
        answers={"scheduler": {"get_schedule": state}},
    ).message()
    assert "Now        its schedule cron2aws-web-2 was disabled by hand\n" in message


def test_a_rule_without_a_target_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    message = looked(
        monkeypatch,
        stack(Trigger="rule"),
        answers={"events": {"list_targets_by_rule": {"Targets": []}}},
    ).message()
    assert "Now        its rule cron2aws-web starts nothing: its target is gone\n" in message


def test_it_is_the_stacks_own_machine_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = looked(monkeypatch, stack())
    [call] = [each for each in looks.calls if each.operation == "ListExecutions"]
    assert call.parameters == {"stateMachineArn": machine("cron2aws-web"), "maxResults": 1000}
