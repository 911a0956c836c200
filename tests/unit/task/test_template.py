"""What the template would refuse is told before AWS sees it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from cron2aws.schedule.eventbridge import MAX_LENGTH
from cron2aws.schedule.trigger import Trigger, TriggerKind
from cron2aws.task.foundation import FROM_FOUNDATION, FROM_TARGET
from cron2aws.task.rules import RULES
from cron2aws.task.target import Target
from cron2aws.task.task import RULE_NAME_LENGTH, Origin, TaskOptions, make_task
from cron2aws.task.template import (
    ENVIRONMENT_BYTES,
    LEFT_TO_DEFAULT,
    environment_bytes,
    violations,
)
from tests.stack_template import read

GOOD = {
    "RuleName": "backup-3f9c01ab",
    "Command": "echo hi",
    "Enabled": "true",
    "ExecutionTimeoutSeconds": "172800",
    "ScheduleExpression": "cron(0 3 ? * FRI *)",
    "OnlyOnDaysOfMonth": "1,2,31",
}


def test_what_fits_is_let_through() -> None:
    assert violations(GOOD) == ()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("RuleName", "a b", "characters that the template does not allow"),
        ("RuleName", "", "characters that the template does not allow"),
        ("Enabled", "yes", "'yes' is not one of true, false"),
        ("ExecutionTimeoutSeconds", "172801", "not a number from 5 to 172800"),
        ("ExecutionTimeoutSeconds", "4", "not a number from 5 to 172800"),
        ("ExecutionTimeoutSeconds", "", "not a number from 5 to 172800"),
        ("ScheduleExpression", f"cron({'1,' * 200}1 * * * ? *)", "bytes, 256 are allowed"),
        ("ScheduleExpression", "every day", "characters that the template does not allow"),
        ("Command", "é" * 2100, "4200 bytes"),
    ],
)
def test_what_does_not_is_told_by_name(name: str, value: str, told: str) -> None:
    found = violations({**GOOD, name: value})
    assert any(text.startswith(f"{name}: ") and told in text for text in found)


def test_a_command_takes_more_of_the_environment_than_its_own_bytes() -> None:
    command = '"\n' * 1200  # 2,400 bytes, 4,800 as JSON
    assert environment_bytes(command) > ENVIRONMENT_BYTES
    assert any("of a function's environment" in text for text in violations({"Command": command}))


def test_every_default_of_the_template_fits_it() -> None:
    defaults = {rule.name: rule.default for rule in RULES if rule.default is not None}
    assert violations(defaults) == ()


OF_THE_HAND_OVER = {"Enabled", "LiveFrom", "TakesOver"}
NO_PARAMETER = {
    *("trigger", "prefer_rate", "name_prefix", "own_roles"),
    *("service_role", "stack_tags", "termination_protection"),
}
"""They choose the triggers, the names, and the template, or belong to the stack as a whole."""
OF_WHAT_IS_SHARED = {*FROM_FOUNDATION, *FROM_TARGET, "KmsKeyArn", "WatchSeconds"}
OPTIONS = [each.name for each in fields(TaskOptions) if each.name not in NO_PARAMETER]


def all_given() -> TaskOptions:
    one: dict[str, Any] = dict.fromkeys(OPTIONS, "1")
    return TaskOptions(**one)


def set_by_the_program() -> set[str]:
    """What a stack gets when every option is given, and what moves it afterwards."""
    task = make_task(
        entry_id="3f9c01ab",
        origin=Origin(
            host="web-1",
            source="/etc/crontab",
            user="root",
            schedule="0 3 * * *",
            command="/opt/x",
            name=None,
        ),
        triggers=(Trigger(expression="cron(0 3 * * ? *)", timezone="UTC", guard=None),),
        kind=TriggerKind.SCHEDULER,
        command="echo hi",
        target=Target.parse(["Name=web", "Role=a,b"]),
        options=all_given(),
        interval=86400,
    )
    return set(task.parameters) | OF_THE_HAND_OVER | OF_WHAT_IS_SHARED


def test_every_parameter_is_set_by_the_program_or_left_alone_for_a_reason() -> None:
    template = set(read("task.yaml")["Parameters"])
    assert template - set_by_the_program() == set(LEFT_TO_DEFAULT)
    assert set_by_the_program() - template == set()


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_of_a_task_sets_a_parameter_of_its_own(option: str) -> None:
    one: dict[str, Any] = {option: "1"}
    assert list(TaskOptions(**one).parameters().values()) == ["1"]


def test_what_is_left_alone_has_a_default() -> None:
    defaults = {rule.name: rule.default for rule in RULES}
    assert all(defaults[name] is not None for name in LEFT_TO_DEFAULT)


@pytest.mark.parametrize(
    ("name", "text", "most"),
    [
        ("RuleName", "x", RULE_NAME_LENGTH),
        ("ScheduleExpression", "1", MAX_LENGTH - len("cron()")),
        ("SecondScheduleExpression", "1", MAX_LENGTH - len("cron()")),
    ],
)
def test_the_programs_own_limits_are_the_templates(name: str, text: str, most: int) -> None:
    frame = "{}" if name == "RuleName" else "cron({})"
    assert violations({name: frame.format(text * most)}) == ()
    assert violations({name: frame.format(text * (most + 1))}) != ()
