"""What the template would refuse is told before AWS sees it."""

from __future__ import annotations

import pytest

from cron2aws.task.template import ENVIRONMENT_BYTES, RULES, environment_bytes, violations

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
