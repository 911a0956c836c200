"""Whose line a task is, where several hosts were read."""

from __future__ import annotations

from cron2aws.handover.status import Row, Standing
from cron2aws.report.document import Tasks
from cron2aws.report.formats import Table
from cron2aws.report.text import Style


def row(number: int, host: str | None) -> Row:
    return Row(
        id=f"{number:08}",
        host=host,
        stack=None,
        source="/etc/crontab",
        line=number,
        schedule="@daily",
        standing=Standing.NOWHERE,
    )


def hosts(*rows: Row) -> list[str]:
    """The first column."""
    shown = "".join(Table().write(Tasks(rows=rows), Style(width=200))).splitlines()
    return [line.split("  ")[0] for line in shown[: len(rows) + 1]]


def test_a_task_without_a_line_is_no_hosts() -> None:
    assert hosts(row(1, "web-1"), row(2, "web-2"), row(3, None)) == ["host", "web-1", "web-2", "-"]


def test_one_host_is_not_named() -> None:
    assert hosts(row(1, "web-1"), row(2, None)) == ["id", "00000001", "00000002"]
