"""What is shown of a run that was started by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cron2aws.aws.commands import HostState
from cron2aws.report.run import progress_text, run_text


def host(number: int, status: str = "InProgress", name: str = "web") -> HostState:
    return HostState(id=f"i-{number:03}", name=name, status=status)


def test_a_run_that_goes_on_shows_its_time_and_each_host() -> None:
    text = progress_text("one", timedelta(hours=25, seconds=61), [host(1), host(2, "Success", "")])
    assert text.splitlines() == [
        "one: running for 25 h 1 min 1 s",
        "  i-001 web: InProgress",
        "  i-002: Success",
    ]


def test_before_a_command_is_known_only_the_time() -> None:
    assert progress_text("one", timedelta(seconds=2.9), []) == "one: running for 2 s"


def test_a_clock_that_is_behind_shows_no_time_before_the_start() -> None:
    assert progress_text("one", timedelta(seconds=-3), []) == "one: running for 0 s"


def test_many_hosts_do_not_fill_the_screen() -> None:
    lines = progress_text("one", timedelta(0), [host(number) for number in range(13)]).splitlines()
    assert len(lines) == 12
    assert lines[-1] == "  and 3 more hosts"
    assert len(progress_text("one", timedelta(0), [host(1)] * 10).splitlines()) == 11


def test_a_hosts_name_cannot_move_the_cursor() -> None:
    assert "\x1b" not in progress_text("one", timedelta(0), [host(1, name="\x1b[2J")])


@pytest.mark.parametrize(
    ("status", "output", "said"),
    [
        (
            "SUCCEEDED",
            {"run": {"outcome": "succeeded", "message": "Task a\nok"}},
            "one: succeeded\n\nTask a\nok",
        ),
        (
            "FAILED",
            {"error": "cron2aws.Failed", "cause": "Task a\nno"},
            "one: failed\n\nTask a\nno",
        ),
        (
            "FAILED",
            {"error": "cron2aws.NotTold", "cause": "Task a\nno"},
            "one: failed\n\nTask a\nno\n\nNobody was told of it:",
        ),
        (
            "SUCCEEDED",
            {"run": {"outcome": "skipped", "reason": "other is still running"}},
            "one: skipped\n\nNo command was sent: other is still running",
        ),
        (
            "SUCCEEDED",
            {"run": {"outcome": "skipped", "reason": "cron runs it", "command_id": "c-1"}},
            "one: skipped\n\nNo host had to run it: cron runs it",
        ),
        ("ABORTED", {}, "one: aborted\n\nIt ended without a report. If it had sent a command,"),
        ("TIMED_OUT", {}, "one: timed out\n\nIt ended without a report."),
        ("FAILED", {"cause": "a\x1b[2J"}, "one: failed\n\na\\x1b[2J"),
    ],
)
def test_what_came_of_it(status: str, output: dict[str, Any], said: str) -> None:
    text = run_text("one", status, output)
    assert text.startswith(said)
    assert ("Nobody was told" in text) is ("Nobody was told" in said)
