"""What is deployed, as a report: each fact of a task, in one zone, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cron2aws.handover.status_values import Row, Standing
from cron2aws.report.document import Tasks
from cron2aws.report.model import Act, Checklist, Grid, Report, Tone
from cron2aws.report.reports import report_of
from cron2aws.report.terminal import terminal_of
from cron2aws.report.text import Style
from tests.golden.statuses import every_standing, one_task, several_hosts


def grid(found: Report) -> list[dict[str, str]]:
    """The rows, cells by their column."""
    part = found.parts[0]
    assert isinstance(part, Grid)
    return [
        {name: cell[0].text for name, cell in zip(part.columns, row, strict=True)}
        for row in part.rows
    ]


def acts(found: Report) -> list[Act]:
    return [act for part in found.parts if isinstance(part, Checklist) for act in part.acts]


def row(number: int, host: str | None, standing: Standing = Standing.NOWHERE) -> Row:
    return Row(
        id=f"{number:08}",
        host=host,
        stack=None,
        source="/etc/crontab",
        line=number,
        schedule="@daily",
        standing=standing,
    )


def of(rows: Iterable[Row]) -> Report:
    return report_of(Tasks(rows=tuple(rows)))


def test_where_nothing_is_deployed_it_says_so() -> None:
    assert of(()) == Report("No tasks of cron2aws are deployed here.", ())


def test_every_task_has_a_row(tmp_path: Path) -> None:
    tasks = every_standing(tmp_path)
    found = report_of(tasks)
    assert found.title == "16 tasks, 10 in trouble"
    told = grid(found)
    assert [each["standing"] for each in told] == [each.told for each in tasks.rows]
    assert [each["stack"] for each in told] == [
        each.stack.stack_name if each.stack else "-" for each in tasks.rows
    ]
    assert told[3] == {
        "id": "9a90e8ee",
        "line": "/etc/crontab:1",
        "schedule": "0 3 * * *",
        "state": "enabled",
        "standing": "handed over",
        "last run": "succeeded 2026-11-23 12:00 UTC",
        "next run": "2026-11-24 03:00 UTC",
        "stack": "cron2aws-web-88baf0f6-job-0-9a90e8eea1eccbcc",
    }
    assert {each["state"] for each in told} == {
        "enabled", "disabled", "missing", "UPDATE_IN_PROGRESS"
    }  # fmt: skip


def test_the_colour_says_who_needs_a_person(tmp_path: Path) -> None:
    (part, *_) = report_of(every_standing(tmp_path)).parts
    assert isinstance(part, Grid)
    at = part.columns.index("standing")
    tones = {row[at][0].text: row[at][0].tone for row in part.rows}
    assert tones["handed over"] is Tone.GOOD
    assert tones["runs nowhere"] is Tone.BAD
    assert tones["rehearsing"] is Tone.PLAIN


def test_a_row_has_one_zone_the_tasks(tmp_path: Path) -> None:
    (told,) = grid(report_of(one_task(tmp_path, "Asia/Tokyo")))
    assert told["last run"] == "succeeded 2026-11-23 21:00 JST"
    assert told["next run"] == "2026-11-24 03:00 JST"


def test_since_when_is_told_in_that_zone_too() -> None:
    heard = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
    one = row(1, "web-1", Standing.NOT_SEEN)
    one = replace(
        one,
        seen=replace(one.seen, at=heard),
        zone=ZoneInfo("Asia/Tokyo"),
        mend="look",
    )
    found = of([one])
    assert grid(found)[0]["standing"] == "not seen since 2026-11-14 21:00 JST"
    assert acts(found) == [Act("00000001: not seen since 2026-11-14 21:00 JST", "look")]
    assert one.told == "not seen since 2026-11-14 12:00 UTC"


@pytest.mark.parametrize(
    ("hosts", "named"),
    [
        (("web-1", "web-2", None), ["web-1", "web-2", "-"]),
        (("web-1", None), [None, None]),
    ],
)
def test_hosts_are_named_where_there_are_several(
    hosts: tuple[str | None, ...], named: list[str | None]
) -> None:
    found = of(row(number, host) for number, host in enumerate(hosts))
    assert [each.get("host") for each in grid(found)] == named


def test_a_task_of_two_hosts_is_one_task(tmp_path: Path) -> None:
    found = report_of(several_hosts(tmp_path))
    assert found.title == "1 task, 0 in trouble"
    assert [each["host"] for each in grid(found)] == ["web-1", "web-2"]


def test_what_can_be_done_has_its_command_by_itself(tmp_path: Path) -> None:
    told = {act.what: (act.why, act.command) for act in acts(report_of(every_standing(tmp_path)))}
    assert told["726fc01e: rehearsing for 20 days"] == (
        "",
        "cron2aws migrate --tag Name=web --comment-out",
    )
    assert told["3b653c60: the line differs"] == (
        "this takes the line as it is now",
        "cron2aws migrate --tag Name=web",
    )
    assert told["42bfaf2c: cron runs it"] == (
        "do this, or --comment-out",
        "cron2aws migrate --tag Name=web --rehearse",
    )
    assert told["58ab453f: runs nowhere"] == ("", "cron2aws rollback 58ab453f678e108a")
    assert told["24e35b17: in another account or region"] == (
        "give the --profile of account 210987654321 and --region us-west-2",
        "",
    )


def test_every_advice_is_told(tmp_path: Path) -> None:
    tasks = every_standing(tmp_path)
    told = [each for row in tasks.rows for each in (row.first, *row.also) if each.mend]
    for one, act in zip(told, acts(report_of(tasks)), strict=True):
        assert one.mend.startswith(act.command)
        assert act.why.endswith(one.mend.removeprefix(act.command))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_column_of_a_terminal_is_squeezed(width: int, tmp_path: Path) -> None:
    found = report_of(every_standing(tmp_path))
    text = "".join(terminal_of(found, Style(width=width)))
    assert all(len(line) <= width for line in text.splitlines())
    assert all(each["stack"] in text for each in grid(found))
    in_one_line = " ".join(text.split())  # several standings may go on in the next one
    assert all(each["standing"] in in_one_line for each in grid(found))
    assert len(text.splitlines()) < 130
