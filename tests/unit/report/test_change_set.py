"""A change set, as it is shown before the yes."""

from __future__ import annotations

import pytest

from cron2aws.plan.actions import ResourceChange
from cron2aws.report.change_set import change_set_lines


def line(action: str, replacement: str = "", **names: str) -> str:
    change = ResourceChange(
        logical="Send", type="AWS::Lambda::Function", action=action, replacement=replacement
    )
    return list(change_set_lines("s", 0, [change], names))[1].strip()


@pytest.mark.parametrize(
    ("action", "replacement", "told"),
    [
        ("Add", "", "added"),
        ("Remove", "", "removed"),
        ("Modify", "False", "changed in place"),
        ("Modify", "True", "replaced by new"),
        ("Modify", "Conditional", "perhaps replaced by new"),
        ("Modify", "", "perhaps replaced by new"),
        ("SyncWithActual\x1b", "", "SyncWithActual\\x1b"),
    ],
)
def test_what_becomes_of_a_resource(action: str, replacement: str, told: str) -> None:
    assert line(action, replacement, Send="new") == f"Send (AWS::Lambda::Function): {told}"


def test_a_name_that_is_not_known_is_left_out() -> None:
    assert line("Modify", "True").endswith(": replaced")


def test_the_first_stands_for_the_others() -> None:
    assert list(change_set_lines("s", 2, [], {})) == [
        "CloudFormation's change set of s; of 2 more the same:",
        "  no changes",
    ]
